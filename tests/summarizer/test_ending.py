"""How a call ended, weighed from all that was found in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from copilot.errors import ModelMissingError
from copilot.events import Resolution, Speaker
from summarizer import ending
from summarizer.ending import OUTCOMES, evidence, read_ending
from summarizer.statements import Statement


def statement(index: int, role: Speaker, **likely: float) -> Statement:
    return Statement(
        index=index,
        utterance_id=f"u{index}",
        role=role,
        text="words",
        start_s=5.0 * index,
        acts=frozenset(),
        asks=False,
        likely=likely,
    )


def one_weight(monkeypatch: pytest.MonkeyPatch, outcome: Resolution, feature: int) -> None:
    """A layer in which one feature speaks for one outcome."""
    width = len(evidence([statement(0, "agent")], [], "resolved"))
    weights = np.zeros((len(OUTCOMES), width + 1), dtype=np.float32)
    weights[:, width - len(OUTCOMES) : width] = np.eye(len(OUTCOMES))
    weights[OUTCOMES.index(outcome), feature] = 5.0
    monkeypatch.setattr(ending, "_weights", lambda: weights)


def feature_of(**likely: float) -> int:
    """The place of what ``likely`` adds to a call's evidence."""
    plain = evidence([statement(0, "agent")], [], "resolved")
    told = evidence([statement(0, "agent", **likely)], [], "resolved")
    return int(np.flatnonzero(plain != told)[0])


def test_evidence_is_a_share_of_something_whatever_the_call() -> None:
    some = [statement(index, "agent", comes_back=0.9) for index in range(30)]
    for call in (some[:1], some):
        row = evidence(call, [], "unresolved")
        assert row.dtype == np.float32
        assert row.min() >= 0.0 and row.max() <= 1.0
        assert row.shape == evidence([statement(0, "agent")], [], "resolved").shape


def test_a_short_call_is_all_late_and_what_is_not_said_is_not() -> None:
    short = [statement(0, "customer"), statement(1, "agent")]
    told = [short[0], replace(short[1], acts=frozenset(["handover"]))]
    assert (evidence(told, [], "resolved") - evidence(short, [], "resolved")).sum() == 2.0


def test_what_is_read_late_in_a_call_is_told_apart_from_what_is_read_early() -> None:
    calm = [statement(index, "agent", handover=0.1) for index in range(30)]
    early = [statement(0, "agent", handover=0.9), *calm[1:]]
    late = [*calm[:-1], statement(29, "agent", handover=0.9)]
    assert (evidence(early, [], "resolved") != evidence(late, [], "resolved")).sum() >= 3


def test_a_promise_that_rules_missed_outweighs_them_and_is_cited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one_weight(monkeypatch, "callback_promised", feature_of(comes_back=0.9))
    call = [
        statement(0, "customer"),
        statement(1, "agent", comes_back=0.9),
        statement(2, "customer", satisfied=0.4),
    ]
    assert read_ending(call, [], ("resolved", (call[2],))) == (
        "callback_promised",
        (call[1],),
    )


def test_the_rules_stand_where_nothing_outweighs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    one_weight(monkeypatch, "callback_promised", feature_of(comes_back=0.9))
    call = [statement(0, "customer"), statement(1, "agent", comes_back=0.1)]
    by_rules: tuple[Resolution, tuple[Statement, ...]] = ("escalated", (call[0],))
    assert read_ending(call, [], by_rules) == by_rules


def test_weights_for_other_evidence_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "_weights", lambda: np.zeros((4, 7), dtype=np.float32))
    with pytest.raises(ModelMissingError, match="train_endings"):
        read_ending([statement(0, "agent")], [], ("resolved", ()))


def test_missing_weights_say_how_to_make_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ending, "ENDINGS", tmp_path / "none.npz")
    ending._weights.cache_clear()
    with pytest.raises(ModelMissingError, match="train_endings"):
        read_ending([statement(0, "agent")], [], ("resolved", ()))
    ending._weights.cache_clear()


def test_the_shipped_weights_fit_the_evidence() -> None:
    call = [statement(0, "customer"), statement(1, "agent", comes_back=0.99)]
    outcome, because = read_ending(call, [], ("callback_promised", (call[1],)))
    assert outcome in OUTCOMES and because
