"""How a call ended, weighed from all that was found in it.

Rules name the one statement that decides. Where no statement says it plainly, many together
do: one multinomial logistic layer over what rules and readings found, the rules' own verdict
among it. ``tools.train_endings`` fits the layer to whole labelled calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from copilot.errors import ModelMissingError
from copilot.events import Resolution
from summarizer.commitments import Commitment
from summarizer.outcome import last_third
from summarizer.reader import CUSTOMER, OPERATOR
from summarizer.statements import Statement
from summarizer.tasks import Owner

__all__ = ["ENDINGS", "OUTCOMES", "evidence", "read_ending"]

ENDINGS = Path(__file__).parent / "heads" / "endings.npz"
OUTCOMES: tuple[Resolution, ...] = ("resolved", "escalated", "callback_promised", "unresolved")

Array = npt.NDArray[np.float32]
_SURE = 0.6
"""Probability from which the place of a statement in the call counts."""
_MOST = 3
"""Statements of a kind beyond which more say nothing more."""
_ACTS = {
    "agent": (
        *("handover", "news", "callback", "refusal", "regret", "action", "done", "offer"),
        *("promise", "passed_on", "superior"),
    ),
    "customer": (
        *("thanks", "satisfied", "accept", "choice", "unsatisfied", "postpones", "churn"),
        *("demand", "fixed", "decline"),
    ),
}
_QUESTIONS = {"agent": OPERATOR, "customer": CUSTOMER}
_OWNERS: tuple[Owner, ...] = ("agent", "other", "customer")
_DECIDING: dict[Resolution, tuple[str, ...]] = {
    "resolved": ("settled", "satisfied"),
    "escalated": ("handover", "other_task"),
    "callback_promised": ("comes_back",),
    "unresolved": ("refusal", "unsatisfied"),
}
"""Readings of the statement that is cited for an outcome."""


def evidence(
    statements: Sequence[Statement], commitments: Sequence[Commitment], verdict: Resolution
) -> Array:
    """(features,) float32 in 0-1 of a call of at least one statement.

    For each reading the most anywhere, late and last, how many and where; whether rules found
    an act, also late; tasks by owner; the rules' verdict.
    """
    late = last_third(statements)
    found: list[float] = []
    for side, questions in _QUESTIONS.items():
        ours = [one for one in statements if (one.role == "agent") == (side == "agent")]
        for question in questions:
            read = [(one.index, one.likely.get(question, 0.0)) for one in ours]
            shares = [share for _, share in read]
            sure = [index for index, share in read if share >= _SURE]
            found += [
                max(shares, default=0.0),
                max((share for index, share in read if index >= late), default=0.0),
                next((share for share in reversed(shares) if share), 0.0),
                min(len(sure), _MOST) / _MOST,
                max(sure, default=0) / len(statements),
            ]
        for act in _ACTS[side]:
            places = [one.index for one in ours if one.does(act) and not one.asks]
            found += [float(bool(places)), float(max(places, default=-1) >= late)]
    owners = [one.follow_up.owner for one in commitments]
    found += [min(owners.count(owner), _MOST) / _MOST for owner in _OWNERS]
    found += [float(verdict == outcome) for outcome in OUTCOMES]
    return np.array(found, dtype=np.float32)


def read_ending(
    statements: Sequence[Statement],
    commitments: Sequence[Commitment],
    by_rules: tuple[Resolution, tuple[Statement, ...]],
) -> tuple[Resolution, tuple[Statement, ...]]:
    """The likeliest outcome and the statements that say so, given what rules say. Raises
    ``ModelMissingError`` where the layer is missing or was fitted to other evidence."""
    verdict, because = by_rules
    row = np.append(evidence(statements, commitments, verdict), np.float32(1.0))
    weights = _weights()
    if weights.shape != (len(OUTCOMES), len(row)):
        raise ModelMissingError(f"{ENDINGS} is outdated: run python -m tools.train_endings")
    outcome = OUTCOMES[int(np.argmax(weights @ row))]
    if outcome == verdict:
        return by_rules
    weighty = [(_decides(one, outcome), one.index) for one in statements]
    share, place = max(weighty)
    return outcome, (statements[place],) if share else because


def _decides(one: Statement, outcome: Resolution) -> float:
    return max(one.likely.get(question, 0.0) for question in _DECIDING[outcome])


@cache
def _weights() -> Array:
    """(outcomes, features + 1), the intercept last."""
    if not ENDINGS.is_file():
        raise ModelMissingError(f"{ENDINGS} is missing: run python -m tools.train_endings")
    with np.load(ENDINGS) as stored:
        weights: Array = stored["weights"]
        return weights
