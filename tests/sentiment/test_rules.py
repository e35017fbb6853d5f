from pathlib import Path
from typing import get_args

import pytest

from copilot.errors import ConfigError
from copilot.event_values import AlertKind, HarassmentType
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


def good(**changes: str) -> str:
    """The rule with some of its lines changed."""
    lines = dict(line.split(" = ", 1) for line in GOOD.split("[[rule]]\n")[1].splitlines())
    lines |= changes
    return "[[rule]]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items())


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("{}", "an empty condition holds always"),
        ("{ said = true, churm.at_least = 1 }", "churm is neither .* did you mean churn?"),
        (
            "{ said = true, churn.at_leest = 1 }",
            "at_leest is no key here; did you mean at_least",
        ),
        ("{ said = true, churn = {} }", "churn needs at_least or below"),
        ("{ said = true, churn.at_least = 1.1 }", "never holds: churn is at most 1"),
        ("{ said = true, silence_s.below = 0 }", "never holds: silence_s is at least 0"),
        ("{ said = true, rise = { at_least = 0.5, below = 0.5 } }", "cannot be both"),
        ("{ said = true, churn.at_least = true }", "at_least is a number"),
        ("{ said = false }", "said can only be true; for the opposite write not"),
        ("{ said = true, ended = true }", "nothing is said when the call has ended"),
        ("{ said = true, all = [] }", "all is an empty list"),
        ("{ said = true, trend = ['down'] }", "trend 'down' is not known"),
        ("{ turns_in_row = { of = { said = true } } }", "at_least is missing"),
        ("{ times = { at_least = 0, of = { said = true } } }", "whole number of at least 1"),
        (
            "{ times = { at_least = 2, of = { times = { at_least = 2, of = { said = true } } } } }",
            "times cannot stand inside times",
        ),
        ("{ in_last = { of = { said = true } } }", "within_s is missing"),
        ("{ churn.at_least = 0.5 }", "nothing in the condition asks for the phrases"),
    ],
)
def test_conditions_that_cannot_work_are_told(tmp_path: Path, when: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_rules(write(tmp_path, good(when=when)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"audience": "[]"}, "audience is a list of texts"),
        ({"audience": "['owner']"}, "audience 'owner' is not known"),
        ({"kind": "'harassment'"}, "harassment_type is missing"),
        ({"harassment_type": "'abuse'"}, "harassment_type belongs to kind = 'harassment'"),
        ({"kind": "'help_sign'"}, "kind 'help_sign' is not known"),
        ({"languages": "['fr']"}, "languages 'fr' is not known"),
        ({"cap_per_call": "0"}, "whole number of at least 1"),
        ({"cool_down_s": "-1"}, "number of at least 0"),
        ({"message.en": "'{silense_s}'"}, "silense_s} is no measure; did you mean silence_s"),
        ({"phrases.en": "['(a+)+b']"}, "takes too long on texts such as 'aaa"),
        ({"phrases.en": "['a*']"}, "matches any text"),
        ({"phrases.en": "['キャンセル\uff01']"}, "never matches: texts are read in NFKC"),
        ({"phrases.en": "['{cancel}']"}, "{cancel} are no words here"),
        ({"phrases.en": "[]"}, "en is a list of texts"),
        ({"phrases.en": "[1]"}, "en holds texts only"),
    ],
)
def test_values_that_cannot_work_are_told(
    tmp_path: Path, changes: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        load_rules(write(tmp_path, good(**changes)))


def test_faults_stand_at_their_own_line_of_a_list(tmp_path: Path) -> None:
    phrases = "[\n  'fine',\n  '(', # one\n  'fine too', '[',\n]"
    when = "{ any = [\n  { said = true },\n  { churn.at_least = 2 },\n] }"
    found = faults_of(tmp_path, good(**{"phrases.en": phrases, "when": when}))
    assert sorted(found) == [7, 11, 12]


def test_a_table_that_is_no_toml_hides_no_fault_of_others(tmp_path: Path) -> None:
    text = good(id='"a"', severity='"mild"') + good(id='"b" "c"') + good(id='"d"', kind="1")
    found = faults_of(tmp_path, text)
    assert "severity 'mild'" in found[10]
    assert "no valid TOML" in found[13]
    assert "kind is a text" in found[25]
    assert len(found) == 3


def test_text_that_never_ends_is_one_fault(tmp_path: Path) -> None:
    found = faults_of(tmp_path, good(message='"""x'))
    assert list(found.values())[0].startswith("no valid TOML")
    assert len(found) == 1


def test_words_are_said_once_and_used_by_name(tmp_path: Path) -> None:
    words = "[words]\nboss.en = ['manager', '{chief}']\nchief.en = ['head of \\w+']\n"
    text = words + good(**{"phrases.en": "['the {boss}']"})
    (rule,) = load_rules(write(tmp_path, text))
    assert (
        rule.phrases.clause_in("Well. Call the head of sales! Now.")
        == "Call the head of sales!"
    )
    assert not rule.phrases.said_in("the chief")


def test_words_that_stand_in_themselves_are_told(tmp_path: Path) -> None:
    words = "[words]\na.en = ['{b}']\nb.en = ['{a}']\n"
    assert "stands in itself" in faults_of(tmp_path, words + good())[2]


def test_every_shipped_phrase_is_reached_by_some_condition() -> None:
    assert all(bool(rule.phrases.wanted) for rule in load_rules() if rule.kind == "harassment")


def test_every_type_of_harassment_has_a_rule() -> None:
    types = {rule.harassment_type for rule in load_rules() if rule.kind == "harassment"}
    assert types == set(get_args(HarassmentType))
