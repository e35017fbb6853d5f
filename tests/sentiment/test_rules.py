from pathlib import Path
from typing import get_args

import pytest

from copilot.errors import ConfigError
from copilot.events import AlertKind
from sentiment.rules import load_rules

GOOD = """
[[rule]]
id = "leaving"
kind = "churn_risk"
speaker = ["customer"]
when = { churn.at_least = 0.3, said = true }
phrases.en = ['\\bcancel\\b']
do_not_fire.en = ['not cancel']
cool_down_s = 60
cap_per_call = 2
severity = "warning"
message.en = "May leave."
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(tmp_path: Path, text: str) -> dict[int, str]:
    """Messages by line."""
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as raised:
        load_rules(path)
    found: dict[int, str] = {}
    for fault in raised.value.faults:
        line, message = fault.removeprefix(f"{path}:").split(": ", 1)
        found[int(line)] = f"{found[int(line)]}; {message}" if int(line) in found else message
    return found


def test_shipped_rules_cover_every_kind_but_the_operators_own() -> None:
    assert {rule.kind for rule in load_rules()} == set(get_args(AlertKind)) - {"help_sign"}


def test_shipped_rules_speak_both_languages() -> None:
    for rule in load_rules():
        assert {"en", "ja"} <= rule.message.keys() & rule.suggested_step.keys()


def test_an_own_file_replaces_the_shipped_rules(tmp_path: Path) -> None:
    (rule,) = load_rules(write(tmp_path, GOOD))
    assert (rule.id, rule.cool_down_s, rule.cap_per_call) == ("leaving", 60, 2)
    assert rule.audience == ("supervisor",)


def test_a_clause_with_a_do_not_fire_phrase_does_not_count(tmp_path: Path) -> None:
    (rule,) = load_rules(write(tmp_path, GOOD))
    assert rule.phrases.said_in("I will CANCEL this")
    assert not rule.phrases.said_in("I will not cancel this")
    assert rule.phrases.said_in("I did not cancel then, but I will cancel now")


def test_every_fault_is_named_with_its_line(tmp_path: Path) -> None:
    text = GOOD.replace('"churn_risk"', '"churn_risc"').replace("cap_per_call = 2", "cap = 2")
    text += GOOD.replace("churn.at_least = 0.3", 'churn.at_least = "high"').replace(
        "'\\bcancel\\b'", "'(cancel'"
    )
    found = faults_of(tmp_path, text)
    assert "'churn_risc' is not known; did you mean churn_risk?" in found[4]
    assert "cap is no key here" in found[10]
    assert "used twice" in found[15]
    assert "at_least is a number" in found[18]
    assert "no regular expression" in found[19]
    assert len(found) == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"no \[\[rule\]\]"),
        ("[[rules]]\nid = 'a'\n", "rules is no key here; did you mean rule"),
        ("[[rule]]\nid = 'a'\n", "kind is missing"),
        (GOOD.replace('message.en = "May leave."', 'message.ja = "解約"'), "no English text"),
        (GOOD.replace("phrases.en = ['\\bcancel\\b']\n", ""), "phrases are missing"),
        (GOOD.replace('["customer"]', '"customer"'), "speaker is a list"),
    ],
)
def test_faults_are_told_in_words(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_rules(write(tmp_path, text))


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere.toml: No such file"):
        load_rules(tmp_path / "nowhere.toml")
