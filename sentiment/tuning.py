"""Fine-tuning of the encoder and its heads together, on torch; only ``train`` imports this.

Low-rank changes of every weight (Hu et al., "LoRA", arXiv:2106.09685), biases and norms as a
whole, and one linear head for all questions, which sees what the encoder will give at run time:
vectors of length one. Deterministic on one machine: the same data gives the same files.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from sentiment.bert import bert, pooled, state_names
from sentiment.datasets import EMOTIONS, Example
from sentiment.e5 import E5, TOKENS
from sentiment.encoder import plain
from sentiment.heads import UNITS
from sentiment.reading import ACTS

__all__ = ["Recipe", "Tuner"]

RANK = 16
SCALE = 16.0
"""Vectors have length one; heads see them this much longer, so that they learn as fast."""
BATCH = 32
WARM_UP = 0.06
_BUCKET = 40
"""Batches sorted by length together: what is padded is computed too."""
CHAT = ("goemotions", "emorynlp")
_WEIGHTS = {"goemotions": 1.0, "emorynlp": 0.5, "banking77": 1.0, "nlupp": 2.0, "asdc": 0.5}
_OWN_WEIGHT = 2.0
"""Our corpus is what the heads are for; chat only widens it, and would drown it."""
_UNIT_WEIGHT = 1 / 3
_HARASSMENT_WEIGHT = 1 / 6
_ACT_WEIGHT = 0.5
_EMOTION_WEIGHT = 4.0
_PUNCTUATION = re.compile(r"[!?,.;:。、！？]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One stage of training."""

    epochs: int
    learning_rate: float
    own_copies: int
    """How often a line of our corpus comes in an epoch; half of them without its marks, as
    a recogniser writes few."""
    chat: int
    """Lines of chat in an epoch, drawn anew for each. Calm requests are always all there."""


class _LowRank(nn.Module):
    """A linear layer and its change."""

    def __init__(self, inner: nn.Linear) -> None:
        super().__init__()
        self.inner = inner
        self.down = nn.Parameter(torch.empty(RANK, inner.in_features))
        self.up = nn.Parameter(torch.zeros(inner.out_features, RANK))
        nn.init.normal_(self.down, std=1 / RANK)

    def forward(self, inputs: Tensor) -> Tensor:
        change = functional.linear(functional.linear(inputs, self.down), self.up)
        told: Tensor = self.inner(inputs) + change
        return told


class Tuner:
    """Holds the model while it learns."""

    def __init__(self, e5: E5, *, seed: int = 0) -> None:
        torch.manual_seed(seed)
        self._random = random.Random(seed)
        self._e5 = e5
        self._model = bert(e5)
        self._tokenizer = e5.pieces.tokenizer(TOKENS)
        self._changed: dict[str, _LowRank] = {}
        self._whole: dict[str, nn.Parameter] = {}
        for name, path in state_names(e5.layers).items():
            module, _, kind = path.rpartition(".")
            layer = self._model.get_submodule(module)
            parameter = layer.get_parameter(kind)
            parameter.requires_grad = parameter.dim() == 1
            if parameter.requires_grad:
                self._whole[name] = parameter
            elif isinstance(layer, nn.Linear):
                self._changed[name] = _LowRank(layer)
        for name, layer in self._changed.items():
            module, _, _ = state_names(e5.layers)[name].rpartition(".")
            parent, _, last = module.rpartition(".")
            setattr(self._model.get_submodule(parent), last, layer)
        self._head = nn.Linear(e5.width, len(UNITS) + len(ACTS) + EMOTIONS)
        nn.init.normal_(self._head.weight, std=0.02)
        nn.init.zeros_(self._head.bias)

    # Learning --------------------------------------------------------------------------

    def learn(
        self,
        own: Sequence[Example],
        public: Sequence[Example],
        recipe: Recipe,
        progress: Callable[[int, int, float], None],
    ) -> None:
        """One stage. ``progress`` gets steps done, steps in all, and the mean loss."""
        epochs = [[*self._epoch(own, public, recipe)] for _ in range(recipe.epochs)]
        batches = [batch for epoch in epochs for batch in epoch]
        optimiser, rates = self._optimiser(recipe.learning_rate)
        self._model.train()
        mean = 0.0
        for step, batch in enumerate(batches):
            done = step / len(batches)
            share = min(1.0, (done + 1 / len(batches)) / WARM_UP) * (1 - done)
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * share
            loss = self._loss([example for example, _ in batch], [ids for _, ids in batch])
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            nn.utils.clip_grad_norm_(self._parameters(), 1.0)
            optimiser.step()
            mean = loss.item() if step == 0 else 0.98 * mean + 0.02 * loss.item()
            progress(step + 1, len(batches), mean)

    def _epoch(
        self, own: Sequence[Example], public: Sequence[Example], recipe: Recipe
    ) -> Iterator[list[tuple[Example, list[int]]]]:
        chat = [example for example in public if example.source in CHAT]
        calm = [example for example in public if example.source not in CHAT]
        drawn = self._random.sample(chat, min(recipe.chat, len(chat)))
        rows = [(example, example.text) for example in (*drawn, *calm)]
        for copy in range(recipe.own_copies):
            for example in own:
                bare = (copy + self._random.randrange(2)) % 2 == 1
                text = _PUNCTUATION.sub(" ", example.text).lower() if bare else example.text
                rows.append((example, text))
        self._random.shuffle(rows)
        encoded = self._tokenizer.encode_batch([f"query: {plain(text)}" for _, text in rows])
        told = [(row[0], one.ids) for row, one in zip(rows, encoded, strict=True)]
        for start in range(0, len(told), BATCH * _BUCKET):
            bucket = sorted(told[start : start + BATCH * _BUCKET], key=lambda row: len(row[1]))
            batches = [bucket[at : at + BATCH] for at in range(0, len(bucket), BATCH)]
            self._random.shuffle(batches)
            yield from batches

    def _parameters(self) -> list[nn.Parameter]:
        return [*self._low_rank(), *self._whole.values(), *self._head.parameters()]

    def _low_rank(self) -> list[nn.Parameter]:
        return [part for one in self._changed.values() for part in (one.down, one.up)]

    def _optimiser(self, rate: float) -> tuple[torch.optim.Optimizer, list[float]]:
        groups: list[dict[str, Any]] = [
            {"params": self._low_rank(), "weight_decay": 0.01},
            {"params": [*self._whole.values()]},
            {"params": [*self._head.parameters()], "weight_decay": 0.01},
        ]
        return torch.optim.AdamW(groups, weight_decay=0.0), [rate, rate / 5, 2 * rate]

    def _logits(self, ids: Sequence[list[int]]) -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors = functional.normalize(pooled(self._model, ids, self._e5).float(), dim=1)
            dropped = functional.dropout(vectors, 0.1, self._model.training)
            told: Tensor = self._head(SCALE * dropped)
        return told.float()

    def _loss(self, examples: Sequence[Example], ids: Sequence[list[int]]) -> Tensor:
        logits = self._logits(ids)
        widths = [len(UNITS), len(ACTS), EMOTIONS]
        units, acts, emotions = torch.split(logits, widths, dim=1)
        answers, known = _answers(examples)
        loss = functional.binary_cross_entropy_with_logits(units, answers, reduction="none")
        total: Tensor = (loss * known).sum() / len(examples)
        named = [row for row, one in enumerate(examples) if one.act is not None]
        if named:
            wanted = torch.tensor([ACTS.index(examples[row].act or "other") for row in named])
            share = _ACT_WEIGHT * len(named) / len(examples)
            total = total + share * functional.cross_entropy(acts[named], wanted)
        felt = [row for row, one in enumerate(examples) if one.emotions is not None]
        if felt:
            truth = torch.zeros(len(felt), EMOTIONS)
            for place, row in enumerate(felt):
                truth[place, list(examples[row].emotions or ())] = 1.0
            share = _EMOTION_WEIGHT * len(felt) / len(examples)
            total = total + share * functional.binary_cross_entropy_with_logits(
                emotions[felt], truth
            )
        return total

    # What was learnt -------------------------------------------------------------------

    def save(self, adapter: Path) -> None:
        """Writes the changes in half precision, as ``sentiment.e5`` reads them."""
        changes: dict[str, npt.NDArray[np.float16]] = {}
        for name, layer in self._changed.items():
            changes[f"{name}.up"] = layer.up.detach().numpy().astype(np.float16)
            changes[f"{name}.down"] = layer.down.detach().numpy().astype(np.float16)
        for name, parameter in self._whole.items():
            plus = parameter.detach().numpy() - self._e5.tensors[name]
            changes[f"{name}.plus"] = plus.astype(np.float16)
        np.savez(adapter, allow_pickle=False, **changes)

    def vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """(n, width) of length one, as the encoder will give them."""
        encoded = self._tokenizer.encode_batch([f"query: {plain(text)}" for text in texts])
        self._model.train(False)
        with torch.no_grad():
            told = pooled(self._model, [one.ids for one in encoded], self._e5)
            unit: npt.NDArray[np.float32] = functional.normalize(told, dim=1).numpy()
        return unit

    @property
    def head(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Weights (units + acts, width) and bias, over vectors of length one."""
        shipped = len(UNITS) + len(ACTS)
        weight: npt.NDArray[np.float32] = (SCALE * self._head.weight.detach())[:shipped].numpy()
        bias: npt.NDArray[np.float32] = self._head.bias.detach()[:shipped].numpy()
        return weight, bias


def _answers(examples: Sequence[Example]) -> tuple[Tensor, Tensor]:
    """Truth and weight of each unit, (n, units); what is not known weighs nothing."""
    answers = torch.zeros(len(examples), len(UNITS))
    known = torch.zeros(len(examples), len(UNITS))
    for row, example in enumerate(examples):
        weight = _WEIGHTS.get(example.source, _OWN_WEIGHT)
        for column, unit in enumerate(UNITS):
            answer = example.answers.get(unit)
            if answer is not None:
                share = _HARASSMENT_WEIGHT if unit.startswith("harassment") else _UNIT_WEIGHT
                answers[row, column] = float(answer)
                known[row, column] = weight * share
    return answers, known
