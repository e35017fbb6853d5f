"""Whatever text of a summary holds personal data, a target is given none."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from typing import Any, get_args, get_type_hints

import pytest
from one_summary import call_summary

from copilot.crm.masked import MaskedTarget
from copilot.crm.summary import CallSummary
from copilot.events import Disposition, Due, Entity, FollowUp, SummaryFields
from copilot.masking_policy import DEFAULT, MaskingPolicy

CARD = "4111 1111 1111 1111"


class Keeper:
    name = "crm"

    def __init__(self) -> None:
        self.given: list[CallSummary] = []

    async def deliver(self, summary: CallSummary, key: str) -> str:
        self.given.append(summary)
        return key

    async def lacks(self) -> list[str]:
        return []

    async def close(self) -> None:
        """Nothing is held open."""


async def given(summary: CallSummary, policy: MaskingPolicy = DEFAULT) -> CallSummary:
    keeper = Keeper()
    await MaskedTarget(keeper, policy).deliver(summary, "k")
    return keeper.given[0]


def filled(kind: Any, path: tuple[str, ...]) -> Any:
    """A value with a card number in every text that is free by its type."""
    hints = get_type_hints(kind)
    values = {}
    for field in fields(kind):
        hint = hints[field.name]
        inner = [one for one in (hint, *get_args(hint)) if is_dataclass(one)]
        if str in (hint, *get_args(hint)):
            text = f"{CARD} {'.'.join((*path, field.name))}"
            values[field.name] = (text,) if str(hint).startswith("tuple") else text
        elif inner and inner[0] in (Disposition, Due, Entity, FollowUp):
            value = filled(inner[0], (*path, field.name))
            values[field.name] = (value,) if str(hint).startswith("tuple") else value
    return kind(**({"owner": "agent"} if kind is FollowUp else {}), **extra(kind), **values)


def extra(kind: Any) -> dict[str, Any]:
    return {"confidence": 0.5} if kind is Disposition else {}


async def test_every_text_is_masked() -> None:
    said = call_summary()
    everywhere = replace(filled(SummaryFields, ()), language="ja")
    summary = replace(said.summary, text=CARD, brief=CARD, fields=everywhere)
    said = replace(said, summary=summary)
    told = json.dumps((await given(said)).document())
    assert CARD not in told
    assert told.count("[card]") == json.dumps(said.document()).count(CARD) > 15
    for path in ("follow_ups.due.date", "entities.kind", "disposition.code", "not_stated"):
        assert f"[card] {path}" in told


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_days_kinds_and_codes_stay(language: str) -> None:
    said = call_summary(language=language)
    assert (await given(said)).document() == said.document()


async def test_what_two_turns_tell_together_and_who_only_speaks_is_masked() -> None:
    """The record holds phones and names here, the CRM may not."""
    texts = (
        "お電話番号をお願いします。",
        "090-1234の",
        "5678です。鈴木と申します。",
        "鈴木ですね。",
    )
    (first,) = call_summary().transcript
    said = replace(
        call_summary(),
        transcript=tuple(
            replace(
                first,
                utterance_id=f"u{number}",
                speaker="customer" if number in (1, 2) else "agent",
                start_s=2.0 * number,
                end_s=2.0 * number + 1.0,
                text=text,
            )
            for number, text in enumerate(texts)
        ),
    )
    policy = MaskingPolicy(kept={"phone": ("record",), "name": ("record",)})
    told = " ".join(one.text for one in (await given(said, policy)).transcript)
    for secret in ("1234", "5678", "鈴木"):
        assert secret not in told
