"""What may stand in clear where: kind x destination, faults readable, whole records masked."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.config import load_config
from copilot.errors import ConfigError
from copilot.events import (
    CallStarted,
    Entity,
    Note,
    Speaker,
    Summary,
    SummaryFields,
    Transcript,
)
from copilot.masking.context import KINDS
from copilot.masking_policy import Destination, MaskingPolicy
from copilot.record import CallRecord

DESTINATIONS: tuple[Destination, ...] = ("record", "crm", "export", "analytics")
RELAXED = MaskingPolicy(kept={"phone": ("record", "crm")})


def final(number: int, text: str, *, speaker: Speaker = "customer") -> Transcript:
    return Transcript(
        seq=number + 1,
        call_id="c",
        at_s=float(number),
        utterance_id=f"u{number}",
        speaker=speaker,
        revision=1,
        start_s=float(number),
        end_s=number + 0.9,
        text=text,
        raw=text,
        language="en",
        final=True,
    )


def record_of(*finals: Transcript) -> CallRecord:
    started = CallStarted(
        seq=1, call_id="c", at_s=0.0, started_at="2026-04-01T00:00:00Z", agent_id="a",
        language="en",
    )  # fmt: skip
    fields = SummaryFields(
        headline="Priya Nair moved",
        entities=(Entity(kind="person", value="Priya Nair"),),
        promises=("Call Priya on 202-555-0143 about order 4015882731",),
    )
    later = len(finals) + 2
    return CallRecord.of(
        [
            started,
            *finals,
            Note(seq=later, call_id="c", at_s=9.0, author="a", to="b", text="Ask Mr Nair again",
                 made_at="2026-04-01T00:01:00Z"),
            Summary(seq=later + 1, call_id="c", at_s=9.0, version=1, state="approved",
                    text="Priya Nair moved.", fields=fields, generator="g",
                    made_at="2026-04-01T00:02:00Z"),
        ]
    )  # fmt: skip


@pytest.mark.parametrize("destination", DESTINATIONS)
def test_the_default_keeps_no_secret_anywhere(destination: Destination) -> None:
    assert set(KINDS) <= MaskingPolicy().masked(destination)


def test_the_default_keeps_names_and_references_from_analytics_only() -> None:
    text = "My name is Priya Nair, order number 4015882731. Thanks Priya."
    told = {one: MaskingPolicy().applied(text, "en", one) for one in DESTINATIONS}
    assert told["record"] == told["crm"] == told["export"] == text
    assert told["analytics"] == "My name is [name], order number [reference]. Thanks [name]."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("山田様のご注文番号は20488155です", "[name]様のご注文番号は[reference]です"),
        ("お客様の件で、担当の佐藤と申します", "お客様の件で、担当の[name]と申します"),
        ("3,980円を12月5日に", "3,980円を12月5日に"),
        ("ヤマダさんとお客さん", "[name]さんとお客さん"),
    ],
)
def test_japanese_names(text: str, told: str) -> None:
    assert MaskingPolicy().applied(text, "ja", "analytics") == told


def test_names_known_from_elsewhere_go_too() -> None:
    policy = MaskingPolicy()
    assert policy.applied("Priya moved", "en", "analytics", ["Priya Nair"]) == "[name] moved"
    assert policy.applied("Priyanka moved", "en", "analytics", ["Priya"]) == "Priyanka moved"


def test_a_relaxed_kind_is_masked_at_the_other_doors() -> None:
    told = {one: RELAXED.applied("It's 202-555-0143", "en", one) for one in DESTINATIONS}
    assert told["record"] == told["crm"] == "It's 202-555-0143"
    assert told["export"] == told["analytics"] == "It's [phone]"


def test_the_centres_own_contacts_are_nobodys() -> None:
    policy = MaskingPolicy(own_contacts=("0120-000-111", "help@example.com"))
    text = "0120-000-111かhelp@example.comへ、私は090-1234-5678です"
    assert policy.applied(text, "ja", "crm") == text.replace("090-1234-5678", "[phone]")


def test_a_whole_record_is_masked_with_its_turns_in_mind() -> None:
    """What a number is, the question before it tells, also at the door."""
    record = record_of(
        final(1, "Which number can we call?", speaker="agent"),
        final(2, "double oh one eight, five five five"),
        final(3, "This is Priya Nair, order number 4015882731"),
    )
    kept = RELAXED.record_for(record, "crm")
    assert [one.text for one in kept.finals] == [one.text for one in record.finals]
    told = RELAXED.record_for(record, "analytics")
    assert [one.text for one in told.finals] == [
        "Which number can we call?",
        "[phone]",
        "This is [name], order number [reference]",
    ]
    assert [one.raw for one in told.finals[1:]] == [None, None]
    assert told.notes[0].text == "Ask Mr [name] again"
    summary = told.summaries[0]
    assert (summary.text, summary.fields.headline) == ("[name] moved.", "[name] moved")
    assert summary.fields.promises == ("Call [name] on [phone] about order [reference]",)
    assert record.summaries[0].text == "Priya Nair moved."


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ('card = ["record"]', "kept.card: cards are masked everywhere"),
        ('my_number = ["record"]', "kept.my_number: My Number is masked everywhere"),
        ('phone = ["crm"]', 'crm cannot have what the record masks; add "record"'),
        ('fax = ["record"]', "kept.fax: is no kind; one of card, my_number"),
        ('phone = ["logs"]', "Input should be 'record', 'crm', 'export' or 'analytics'"),
    ],
)
def test_a_wrong_policy_is_explained(tmp_path: Path, table: str, fault: str) -> None:
    file = tmp_path / "copilot.toml"
    file.write_text(f"[masking_policy.kept]\n{table}\n")
    with pytest.raises(ConfigError) as caught:
        load_config(file)
    (line,) = caught.value.faults
    assert line.startswith("masking_policy") and fault in line


def test_the_policy_is_a_table_of_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "copilot.toml"
    file.write_text('[masking_policy.kept]\nphone = ["record", "crm"]\n')
    assert load_config(file).masking_policy == RELAXED
