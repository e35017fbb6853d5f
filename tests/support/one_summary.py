"""An approved summary of one call, as targets are given it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from copilot.crm.summary import CallSummary
from copilot.crm.tasks import Numbers
from copilot.events import (
    CallStarted,
    Disposition,
    Due,
    Entity,
    FollowUp,
    Summary,
    SummaryFields,
    Transcript,
)

CALL_BACK = FollowUp(
    owner="agent",
    what="お客様へ折り返す",
    due=Due(said="明日の午前中", date="2026-04-02"),
)
SEND_FORM = FollowUp(owner="other", what="申込書を送る")
PAY = FollowUp(owner="customer", what="請求書を確認する")


def call_summary(
    *follow_ups: FollowUp,
    version: int = 3,
    text: str = "請求額の誤りについて問い合わせ。",
    started: dict[str, Any] | None = None,
    previous: Sequence[Sequence[FollowUp]] = (),
    **fields: Any,
) -> CallSummary:
    known: dict[str, Any] = {
        "headline": "請求額の誤り <1>",
        "resolution": "callback_promised",
        "follow_ups": follow_ups or (CALL_BACK, SEND_FORM, PAY),
        "entities": (
            Entity(kind="order_number", value="A-123"),
            Entity(kind="person", value="山田様"),
        ),
        "disposition": (
            Disposition(code="other", confidence=0.2),
            Disposition(code="billing", confidence=0.7),
        ),
        "language": "ja",
    }
    call = CallStarted(
        call_id="call-1",
        at_s=0.0,
        started_at="2026-03-31T23:30:00Z",
        agent_id="a-1",
        customer_id="k-9",
        language="ja",
    )
    known |= fields
    return CallSummary(
        numbers=Numbers.of([*previous, known["follow_ups"]]),
        started=replace(call, **(started or {})),
        duration_s=125.4,
        summary=Summary(
            call_id="call-1",
            at_s=125.4,
            version=version,
            state="approved",
            text=text,
            fields=SummaryFields(**known),
            generator="extractive",
            by="sato",
            made_at="2026-04-01T00:00:00Z",
        ),
        transcript=(
            Transcript(
                call_id="call-1",
                at_s=2.0,
                utterance_id="u1",
                speaker="customer",
                revision=1,
                start_s=0.5,
                end_s=1.9,
                text="請求額が違います。",
                language="ja",
                final=True,
            ),
        ),
    )
