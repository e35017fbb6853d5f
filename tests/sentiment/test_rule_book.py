import os
from pathlib import Path

import pytest

from copilot.errors import ConfigError
from sentiment.rule_book import RuleBook

RULE = """
[[rule]]
id = "{id}"
kind = "long_call"
speaker = ["agent"]
when.call_s.at_least = 60
severity = "info"
message.en = "Long."
"""


def edit(path: Path, text: str, at_s: int) -> None:
    """Writes the file with a time of its own, however coarse the file system's clock is."""
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at_s, at_s))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    edit(path, RULE.format(id="first"), 1)
    return path


def test_an_unchanged_file_is_not_read_again(path: Path) -> None:
    book = RuleBook(path)
    before = book.in_force
    assert not book.refresh()
    assert book.in_force is before


def test_an_edit_is_in_force_at_the_next_look(path: Path) -> None:
    book = RuleBook(path)
    edit(path, RULE.format(id="second"), 2)
    assert book.refresh()
    assert [rule.id for rule in book.rules] == ["second"]
    assert book.in_force.texts == {str(path): RULE.format(id="second")}
    assert book.in_force.path == str(path)


def test_a_bad_edit_leaves_the_running_rules_in_force_and_names_every_fault(path: Path) -> None:
    book = RuleBook(path)
    bad = RULE.format(id="second").replace('"info"', '"mild"').replace("call_s", "cal_s")
    edit(path, bad, 2)
    assert book.refresh()
    assert [rule.id for rule in book.rules] == ["first"]
    assert [(fault.file, fault.line) for fault in book.faults] == [
        (str(path), 6),
        (str(path), 7),
    ]
    assert not book.refresh()
    edit(path, RULE.format(id="third"), 3)
    assert book.refresh()
    assert book.faults == ()
    assert [rule.id for rule in book.rules] == ["third"]


def test_a_file_that_is_taken_away_leaves_the_running_rules_in_force(path: Path) -> None:
    book = RuleBook(path)
    path.unlink()
    assert book.refresh()
    assert [rule.id for rule in book.rules] == ["first"]
    assert "No such file" in book.faults[0].message


def test_the_first_reading_has_to_succeed(path: Path) -> None:
    edit(path, "[[rule]]\n", 2)
    with pytest.raises(ConfigError, match=r"rules.toml:1: id is missing"):
        RuleBook(path)


def test_a_folder_is_read_as_one_set(path: Path) -> None:
    (path.parent / "more.toml").write_text(RULE.format(id="more"), encoding="utf-8")
    (path.parent / "notes.txt").write_text("no rules", encoding="utf-8")
    book = RuleBook(path.parent)
    assert {rule.id for rule in book.rules} == {"first", "more"}
