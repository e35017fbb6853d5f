"""The GPU benchmark on a CPU: the smallest model, two calls, real tables."""

from __future__ import annotations

from itertools import pairwise

import pytest

from benchmarks.gpu import Held, main, requests_of, scripts


def test_both_tables_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    options = "--shape smallest --device cpu --precision float32 --batches 1,3"
    main([*options.split(), "--calls", "2,6", "--seconds", "4"])
    lines = capsys.readouterr().out.splitlines()
    assert "no GPU" in lines[0]
    assert lines[1].startswith("random smallest (transformers, float32, cpu)")
    rows = [line.split("|")[1:-1] for line in lines if line.startswith("|")]
    batches = [row for row in rows if len(row) == 6][2:]
    assert [(row[0].strip(), row[1].strip()) for row in batches] == [
        ("1", "finals"),
        ("3", "finals"),
        ("1", "partials"),
        ("3", "partials"),
    ]
    assert all(float(row[2]) > 0 for row in batches)
    calls = [row for row in rows if len(row) == 10][2:]
    assert [row[0].strip() for row in calls] == ["2", "6"]


def test_calls_are_asked_for_as_the_segmenter_asks() -> None:
    for script in scripts(spoken=False):
        made = list(requests_of(script, "call", 0.0, 2.5 * script.duration_s))
        assert all(one[0] <= other[0] for one, other in pairwise(made))
        finals = [request for _, request in made if request.final]
        utterances = [request.segment.utterance_id for request in finals]
        assert len(set(utterances)) == len(utterances) > 2 * len(script.turns)
        for due_s, request in made:
            segment = request.segment
            assert len(segment.samples) == pytest.approx(
                (segment.end_s - segment.start_s) * 16_000, abs=1
            )
            assert due_s % script.duration_s >= segment.end_s - 1e-6


def test_calls_are_held_when_finals_come_in_time_and_all() -> None:
    assert Held(calls=1, heard_s=[0.3] * 20).held
    assert not Held(calls=1, heard_s=[0.3] * 18 + [0.9] * 2).held
    assert not Held(calls=1, heard_s=[0.3] * 20, unanswered=1).held
    assert Held(calls=1, heard_s=[0.2, 0.6]).final_s == [0.5, 0.6]
