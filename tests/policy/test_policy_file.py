"""The policy's file: what is shipped is whole, and every fault is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.errors import ConfigError
from copilot.policy import STEPS
from copilot.policy_file import DEFAULT, TYPES, PolicyBook, load_policy


def edited(folder: Path, *changes: tuple[str, str]) -> Path:
    """The shipped policy with some words replaced, once each."""
    text = DEFAULT.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def line_of(path: Path, words: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def faults(path: Path) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load_policy(path)
    return caught.value.faults


def test_the_shipped_policy_has_steps_and_words_for_every_type() -> None:
    policy = load_policy()
    assert set(policy.steps) == set(TYPES)
    for kind, steps in policy.steps.items():
        ids = [step.id for step in steps]
        assert ids == [one for one in STEPS if one in ids]
        assert {"record", "supervisor", "warning", "end"} <= set(ids), kind
        for step in steps:
            for texts in (step.label, step.guide, step.say):
                assert texts["ja"].strip() and texts["en"].strip(), (kind, step.id)


def test_only_a_supervisor_ends_a_call_as_shipped() -> None:
    for steps in load_policy().steps.values():
        assert {who for step in steps if step.id == "end" for who in step.who} == {"supervisor"}


def test_no_words_to_the_customer_speak_of_a_machine() -> None:
    """ "The AI judged this" inflames; the machine stays in the background."""
    said = " ".join(
        text
        for steps in load_policy().steps.values()
        for step in steps
        for text in step.say.values()
    ).lower()
    for word in (
        "AI",
        "機械",
        "システムが",
        "判定",
        "the system",
        "detected",
        "harass",
        "ハラスメント",
    ):
        assert word not in said


def test_a_type_replaces_the_words_of_one_language_alone(tmp_path: Path) -> None:
    path = edited(
        tmp_path, ("[type.abuse]", '[type.abuse]\ncaution.say.ja = "おやめください。"')
    )
    caution = load_policy(path).step("abuse", "caution")
    assert caution.say["ja"] == "おやめください。"
    assert caution.say["en"] == load_policy().step("abuse", "caution").say["en"]
    assert load_policy(path).sha256 != load_policy().sha256


def test_every_fault_is_told_in_one_run_with_its_line(tmp_path: Path) -> None:
    path = edited(
        tmp_path,
        ('version = "2026-04"', "version = 7"),
        ('who = ["operator", "supervisor"]', 'who = ["machine"]'),
        ("due.alerts_at_least = 1", "due.alerts_at_least = 0"),
        ("caution.due.call_at_least_s = 1800", "caution.due.minutes = 30"),
        ("[type.abuse]", "[type.rudeness]"),
        ("end.due.alerts_at_least = 2", "hang_up.due.alerts_at_least = 2"),
    )
    told = faults(path)
    for words, fault in (
        ("version = 7", "version is a text"),
        ('who = ["machine"]', "people take steps, no machine does"),
        ("due.alerts_at_least = 0", "whole number of at least 1"),
        ("caution.due.minutes", "call_at_least_s"),
        ("[type.rudeness]", "unknown type 'rudeness'"),
        ("hang_up.due", "unknown step 'hang_up'"),
    ):
        place = f"{path}:{line_of(path, words)}: "
        assert any(line.startswith(place) and fault in line for line in told), (words, told)
    assert len(told) == 6


def test_a_step_that_is_missing_is_told(tmp_path: Path) -> None:
    path = edited(tmp_path, ("[step.end]", "[step.over]"))
    told = "\n".join(faults(path))
    assert "step 'end' is missing" in told
    assert "unknown step 'over'" in told


@pytest.mark.parametrize("content", ["", "version = ", "\xff", "step = 3\nversion = 'x'"])
def test_a_file_that_is_no_policy_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(content.encode("latin-1"))
    assert all(line.startswith(str(path)) for line in faults(path))
    assert "no.toml" in faults(tmp_path / "no.toml")[0]


def test_an_edit_counts_at_once_and_a_bad_one_changes_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = edited(tmp_path)
    book = PolicyBook(path)
    assert book.in_force.version == "2026-04"
    edited(tmp_path, ('version = "2026-04"', 'version = "2026-10 new"'))
    assert book.in_force.version == "2026-10 new"

    bad = edited(tmp_path, ('who = ["supervisor"]', 'who = ["secret words"]'))
    assert book.in_force.version == "2026-10 new"
    [logged] = [one for one in caplog.records if one.levelname == "ERROR"]
    assert logged.places == f"{bad}:{line_of(bad, 'secret words')}"
    assert "secret words" not in caplog.text
    path.unlink()
    assert book.in_force.version == "2026-10 new"
    edited(tmp_path, ('version = "2026-04"', 'version = "mended again"'))
    assert book.in_force.version == "mended again"


def test_a_server_with_a_bad_policy_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        PolicyBook(tmp_path / "no.toml")
