"""What statements do, read from sentence vectors where words alone do not tell.

Rules know wordings; people always find another one. One linear layer over the vectors of the
encoder that moods are read with answers a few yes-or-no questions about each statement: does
this hand the case over, does the customer take it. ``tools.train_statements`` makes the
layer from ``corpus``.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from copilot.errors import ModelMissingError
from copilot.ports import TextEncoder
from summarizer.statements import Statement, is_japanese

__all__ = [
    "CUSTOMER",
    "HEADS",
    "OPERATOR",
    "SURE",
    "StatementHeads",
    "StatementReader",
    "as_read",
    "load_statement_heads",
    "shares",
]

HEADS = Path(__file__).parent / "heads" / "statements.npz"
OPERATOR = (
    "agent_task",
    "other_task",
    "customer_task",
    "handover",
    "comes_back",
    "refusal",
    "settled",
)
"""Questions about an operator's statement: who will do something after the call; does the case
pass to someone else, does this desk come back with news, does a refusal stand, is it done."""
CUSTOMER = ("satisfied", "unsatisfied", "accepts", "declines", "customer_task")
"""Questions about a customer's statement."""

SURE = 0.8
"""Probability from which a reading counts as an act beside those that rules find."""
_ACTS = {
    "handover": "handover",
    "comes_back": "news",
    "accepts": "accept",
    "declines": "decline",
}
"""What a sure reading is called among the acts that rules find."""

Array = npt.NDArray[np.float32]
_KEPT = 4096
"""Vectors kept (6 MB): those of a dozen long calls."""
_FEWEST_CHARACTERS = 14
_FEWEST_CHARACTERS_JA = 6
"""Shorter statements say nothing that rules would not know."""
_LAST = 12
"""Statements at the end of a short call of which a customer's are all read."""
_ROUTINE = ("greeting", "closing", "identify", "hold")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StatementHeads:
    """A row for each question; calibrated."""

    operator: Array  # (len(OPERATOR), 2 * width + 1): of the statement, of what it answers,
    customer: Array  # (len(CUSTOMER), 2 * width + 1)  and the intercept

    def save(self, path: Path) -> None:
        np.savez(
            path,
            operator=self.operator,
            customer=self.customer,
            questions=np.array([*OPERATOR, *CUSTOMER]),
        )


def load_statement_heads(path: Path = HEADS) -> StatementHeads:
    """The shipped heads. Raises ``ModelMissingError`` when they are absent or answer other
    questions than this code asks."""
    if not path.is_file():
        raise ModelMissingError(f"{path} is missing: run python -m tools.train_statements")
    with np.load(path) as stored:
        if tuple(stored["questions"]) != (*OPERATOR, *CUSTOMER):
            raise ModelMissingError(f"{path} is outdated: run python -m tools.train_statements")
        return StatementHeads(operator=stored["operator"], customer=stored["customer"])


class StatementReader:
    """Tells how likely statements do what rules look for. Blocking; serves several threads at
    once. What a call that goes on has said already is not encoded again."""

    def __init__(self, encoder: TextEncoder, heads: StatementHeads) -> None:
        """``encoder`` is the one that the heads were trained on."""
        self._encoder = encoder
        self._heads = heads
        self._vectors: OrderedDict[bytes, Array] = OrderedDict()
        self._lock = Lock()

    def read(self, statements: Sequence[Statement]) -> list[Statement]:
        """The statements with ``likely`` filled in and sure readings among their acts, where
        they are worth reading. Raises ``ReaderError``."""
        read = list(statements)
        late = len(read) - max(_LAST, len(read) // 3)
        for operator, rows, questions in (
            (True, self._heads.operator, OPERATOR),
            (False, self._heads.customer, CUSTOMER),
        ):
            places = [
                one.index
                for one in read
                if (one.role == "agent") == operator
                and not one.asks
                and (_tells(one) or (one.index >= late and not operator))
            ]
            vectors = self._encoded([read[place].text for place in places])
            before = self._encoded([_answered(read, place) for place in places])
            likely = shares(rows, np.hstack([vectors, before]))
            for place, row in zip(places, likely.tolist(), strict=True):
                told = dict(zip(questions, row, strict=True))
                read[place] = _with_acts(read[place], told)
        return read

    def _encoded(self, texts: Sequence[str]) -> Array:
        """(n, width) float32; words are kept as digests only, beside their vectors."""
        texts = [as_read(text) for text in texts]
        keys = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]
        with self._lock:
            known = {key: self._vectors[key] for key in keys if key in self._vectors}
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if new:
            known |= dict(zip(new, self._encoder.encode(list(new.values())), strict=True))
        with self._lock:
            for key in keys:
                self._vectors[key] = known[key]
                self._vectors.move_to_end(key)
            while len(self._vectors) > _KEPT:
                self._vectors.popitem(last=False)
        width = self._encoder.dimensions
        return np.array([known[key] for key in keys], dtype=np.float32).reshape(-1, width)


def _with_acts(one: Statement, likely: Mapping[str, float]) -> Statement:
    sure = {act for question, act in _ACTS.items() if likely.get(question, 0.0) >= SURE}
    if one.does("confirming"):
        # What is settled and only written down once more is no news.
        sure.discard("news")
    return replace(one, acts=one.acts | sure, likely=likely)


def as_read(text: str) -> str:
    """A statement as heads see it: marks tell little, and poor recognisers give none."""
    return text.strip(" .,。、!！")


def _tells(one: Statement) -> bool:
    if one.asks or one.does(*_ROUTINE):
        return False
    fewest = _FEWEST_CHARACTERS_JA if is_japanese(one.text) else _FEWEST_CHARACTERS
    return len(one.text) >= fewest


def _answered(statements: Sequence[Statement], place: int) -> str:
    """What the other side said last before the statement at ``place``."""
    for other in reversed(statements[:place]):
        if other.role != statements[place].role:
            return other.text
    return ""


def shares(rows: Array, vectors: Array) -> Array:
    """(n, questions) probabilities for (n, 2 * width) vectors and rows of heads."""
    found: Array = 1.0 / (1.0 + np.exp(-(vectors @ rows[:, :-1].T + rows[:, -1])))
    return found
