"""Any text-classification model of Hugging Face's as a reader, by what its labels say.

Needs the extra ``transformers``. A model of emotions or of sentiment tells little of what a
support call asks: what no label speaks of (acts, harassment, and whatever the map leaves out)
comes from the reader beside it.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils.logging import disable_progress_bar

from copilot.errors import ConfigError, ModelMissingError, ReaderError
from sentiment.encoder import plain
from sentiment.label_map import LabelMap, faults, said
from sentiment.reading import Reader, Reading

__all__ = ["ClassifierReader"]

TOKENS = 256
"""Of a longer text the end is read."""
BATCH = 32


class ClassifierReader:
    """Implements ``sentiment.reading.Reader``. Serves any number of threads, one at a time."""

    def __init__(
        self, model: Any, tokenizer: Any, *, labels: LabelMap, beside: Reader, name: str
    ) -> None:
        """``model`` is one of sequence classification. Raises ``ConfigError`` with every fault
        of the map."""
        config = model.config
        self._names = [str(config.id2label[number]) for number in range(config.num_labels)]
        self._check(labels, name)
        self._multi_label = (
            config.problem_type == "multi_label_classification" or config.num_labels == 1
        )
        if config.problem_type == "regression":
            raise ConfigError(f"reader_model: {name} tells amounts instead of labels")
        self._labels = labels
        self._beside = beside
        self._model = model.eval()
        tokenizer.truncation_side = "left"
        self._tokenizer = tokenizer
        # Positions of some models begin at two.
        positions = getattr(config, "max_position_embeddings", TOKENS + 2) - 2
        self._tokens = min(TOKENS, tokenizer.model_max_length, positions)
        # Tokenizers of transformers change while they work: "Already borrowed".
        self._one_at_a_time = threading.Lock()
        self.name = f"{name} (transformers, {model.device}) beside {beside.name}"

    @classmethod
    def load(cls, name: str, *, labels: LabelMap, beside: Reader, device: str = "cpu") -> Self:
        """``name`` is a folder or a model on the hub. Half precision on a GPU. Raises
        ``ModelMissingError`` and ``ConfigError``."""
        # The standard error of a server holds JSON lines.
        disable_progress_bar()  # type: ignore[no-untyped-call]
        precision = torch.float32 if device == "cpu" else torch.float16
        if device == "cpu":
            torch.set_num_threads(1)
        try:
            tokenizer: Any = AutoTokenizer.from_pretrained(name)
            model: Any = AutoModelForSequenceClassification.from_pretrained(
                name, dtype=precision
            )
        except ImportError as error:  # Japanese tokenizers want a package more
            missing = getattr(error, "name", None) or "a package of its tokenizer"
            raise ModelMissingError(f"reader_model: {name} needs {missing}") from None
        except (OSError, ValueError) as error:
            raise ModelMissingError(
                f"reader_model: transformers cannot load {name} ({type(error).__name__}); "
                "give a folder that holds it, or connect once so that it can be fetched"
            ) from None
        try:
            model.to(device)
        except (RuntimeError, AssertionError) as error:
            raise ConfigError(
                f"reader_device: {device} cannot hold {name}: {_line(error)}"
            ) from None
        return cls(model, tokenizer, labels=labels, beside=beside, name=Path(name).name)

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """See ``Reader``. Of a text without words only the reader beside tells."""
        readings = self._beside.read(texts)
        prepared = [plain(text) for text in texts]
        # Alike in length: what is padded is computed too.
        order = sorted(
            (row for row, text in enumerate(prepared) if text),
            key=lambda row: len(prepared[row]),
        )
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            shares = self._shares([prepared[row] for row in batch])
            for row, own in zip(batch, shares, strict=True):
                readings[row] = said(
                    self._labels,
                    dict(zip(self._names, own, strict=True)),
                    exclusive=not self._multi_label,
                    beside=readings[row],
                )
        return readings

    @torch.inference_mode()
    def _shares(self, texts: list[str]) -> list[list[float]]:
        """Probabilities, (n, labels)."""
        try:
            with self._one_at_a_time:
                asked = self._tokenizer(
                    texts,
                    padding=True,
                    truncation=True,
                    max_length=self._tokens,
                    return_tensors="pt",
                ).to(self._model.device)
                logits = self._model(**asked).logits.float()
        except (RuntimeError, IndexError) as error:
            # torch's texts speak of shapes and memory, never of speech.
            raise ReaderError(f"the classifier failed: {_line(error)}") from error
        shares = logits.sigmoid() if self._multi_label else logits.softmax(-1)
        told: list[list[float]] = shares.tolist()
        return told

    def _check(self, labels: LabelMap, model: str) -> None:
        found = [f"reader_labels.{fault}" for fault in faults(labels)]
        if not labels:
            found.append("reader_labels: reader = classifier needs it")
        found += [
            f"reader_labels.{label}: is no label of {model}"
            for label in labels
            if label not in self._names
        ]
        if found:
            raise ConfigError(*found, f"labels of {model}: {', '.join(self._names)}")


def _line(error: Exception) -> str:
    return str(error).partition("\n")[0]
