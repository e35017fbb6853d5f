"""What a CRM gets of a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from copilot.confidential import Section, confidential_sections
from copilot.crm.tasks import Numbers
from copilot.errors import NotFoundError
from copilot.events import CallStarted, Summary, Transcript
from copilot.record import CallRecord

__all__ = ["TOLD", "CallSummary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSummary:
    """Facts of a call and the newest summary that a person approved."""

    started: CallStarted
    duration_s: float
    summary: Summary
    numbers: Numbers
    """Of the tasks that follow-ups become, the same whatever was delivered before."""
    transcript: tuple[Transcript, ...] = ()
    """Masked finals in the order in which people spoke."""
    confidential: tuple[Section, ...] = ()
    """Where recording was paused."""

    @classmethod
    def of(cls, record: CallRecord) -> CallSummary:
        """Raises ``NotFoundError`` where no version is approved: a draft stays here."""
        if record.started is None or record.approved is None:
            raise NotFoundError("the call has no approved summary")
        approved = [one for one in record.summaries if one.state == "approved"]
        return cls(
            started=record.started,
            duration_s=record.ended.duration_s if record.ended else record.at_s,
            summary=record.approved,
            numbers=Numbers.of(one.fields.follow_ups for one in approved),
            transcript=tuple(record.finals),
            confidential=tuple(confidential_sections(record)),
        )

    @property
    def call_id(self) -> str:
        return self.started.call_id

    def document(self) -> dict[str, Any]:
        """The note as plain JSON values: call facts, text and fields, no transcript. Of the
        summary what its approver answers for: nothing of how it came about."""
        return {
            "call_id": self.started.call_id,
            "started_at": self.started.started_at,
            "duration_s": self.duration_s,
            "direction": self.started.direction,
            "agent_id": self.started.agent_id,
            "team": self.started.team,
            "customer_id": self.started.customer_id,
            "summary": {
                **_summary.dump_python(self.summary, mode="json", include=set(TOLD)),
                "approver": self.summary.by,
            },
        }


TOLD = frozenset(
    {"version", "state", "brief", "text", "fields", "sentences", "generator", "made_at"}
)
"""Members of a summary that leave as they are. What a model said without grounds, why it was
reopened and how long somebody worked on it stay here."""
_summary: TypeAdapter[Summary] = TypeAdapter(Summary)
