"""Disposition codes from the centre's own examples, with the shipped encoder."""

from pathlib import Path

import pytest

from copilot.backends import build_topic_encoder
from copilot.disposition_file import load_dispositions
from copilot.errors import ConfigError
from copilot.events import CallEnded, CallStarted, Summary, Transcript
from summarizer.dispositions import CodedSummariser, Dispositions
from summarizer.extractive import ExtractiveSummariser

EXAMPLES = {
    "double_charge": [
        "I was charged twice for one order",
        "the same payment shows up two times on my statement",
        "二重に請求されています",
    ],
    "late_delivery": [
        "my parcel has not arrived yet",
        "the delivery is three days late",
        "荷物がまだ届きません",
    ],
    "password": [
        "I cannot sign in to my account",
        "please reset my password",
        "パスワードを忘れてログインできません",
    ],
    "cancel": [
        "I want to cancel my subscription",
        "please close my contract",
        "解約したいです",
    ],
}


@pytest.fixture(scope="module")
def dispositions(models_dir: Path) -> Dispositions:
    return Dispositions(EXAMPLES, build_topic_encoder(models_dir / "models"))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("There are two identical debits from you on my card this month.", "double_charge"),
        ("クレジットカードの明細に同じ金額が2回載っています。", "double_charge"),
        ("The courier was meant to come on Monday and nobody has been.", "late_delivery"),
        ("注文した商品が予定日を過ぎても到着していません。", "late_delivery"),
        ("It keeps telling me that my login details are wrong.", "password"),
        ("契約をやめたいのですが。", "cancel"),
    ],
)
def test_a_call_gets_the_code_whose_examples_it_resembles(
    dispositions: Dispositions, said: str, code: str
) -> None:
    found = dispositions.of([said])
    assert found[0].code == code
    assert all(0.15 <= one.confidence <= 1 for one in found)


def test_a_call_like_no_example_gets_no_sure_code(dispositions: Dispositions) -> None:
    found = dispositions.of(["What a lovely garden you have, the roses are in bloom."])
    assert all(one.confidence < 0.5 for one in found)
    assert dispositions.of([]) == ()


def test_the_summary_of_a_call_carries_its_codes(dispositions: Dispositions) -> None:
    said = "Hello, I've been charged twice for the same order on my credit card."
    events = [
        CallStarted(
            call_id="c",
            at_s=0.0,
            started_at="2026-11-18T02:00:00+00:00",
            agent_id="a",
            language="en",
        ),
        Transcript(
            call_id="c",
            at_s=4.0,
            utterance_id="u1",
            speaker="customer",
            revision=1,
            start_s=0.0,
            end_s=4.0,
            text=said,
            final=True,
        ),
        CallEnded(call_id="c", at_s=4.0, duration_s=4.0, reason="stop"),
    ]
    plain = ExtractiveSummariser()
    coded = CodedSummariser(plain, dispositions)
    summary: Summary = coded.summarise(events)
    assert summary.fields.disposition[0].code == "double_charge"
    assert "disposition" not in summary.fields.not_stated
    assert "disposition" in plain.summarise(events).fields.not_stated
    silent = coded.summarise([events[0], events[2]])
    assert silent.why_none == "no_speech"
    assert silent.fields.disposition == ()


def test_a_list_is_read_with_its_titles(tmp_path: Path) -> None:
    file = tmp_path / "codes.toml"
    file.write_text(
        'required = true\n[[disposition]]\ncode = "a"\ntitle = { en = "A", ja = "ア" }\n'
        'examples = ["one", "two"]\n[[disposition]]\ncode = "b"\nexamples = ["x", "y"]\n',
        encoding="utf-8",
    )
    found = load_dispositions(file)
    assert found.examples == {"a": ("one", "two"), "b": ("x", "y")}
    assert found.titles["a"]["ja"] == "ア"
    assert found.required
    assert load_dispositions(None).examples == {}


def test_every_fault_of_a_list_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "codes.toml"
    file.write_text(
        '[[disposition]]\ncode = "a"\nexamples = ["one"]\n'
        '[[disposition]]\ncode = ""\nexamples = ["x", "y"]\ncolour = 1\n',
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as fault:
        load_dispositions(file)
    lines = str(fault.value).splitlines()
    assert [line.split(":")[1] for line in lines] == ["3", "5", "7"]
    with pytest.raises(ConfigError, match="No such file"):
        load_dispositions(tmp_path / "none.toml")


def test_a_code_stands_in_a_list_once(tmp_path: Path) -> None:
    entry = '[[disposition]]\ncode = "a"\nexamples = ["one", "two"]\n'
    file = tmp_path / "codes.toml"
    file.write_text(entry * 2, encoding="utf-8")
    with pytest.raises(ConfigError, match=r":5: the code 'a' stands there twice"):
        load_dispositions(file)
