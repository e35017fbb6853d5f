"""Personal data stays here: what the policy masks for a CRM never reaches a target."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from copilot.crm.summary import CallSummary
from copilot.crm.targets import Target
from copilot.events import Entity, Transcript
from copilot.masking_policy import MaskingPolicy

__all__ = ["MaskedTarget"]


class MaskedTarget:
    """Another target, given summaries as the policy's destination ``crm`` may have them."""

    def __init__(self, target: Target, policy: MaskingPolicy) -> None:
        self.name = target.name
        self._target = target
        self._policy = policy

    async def deliver(self, summary: CallSummary, key: str) -> str:
        # In a thread: the transcript of a long call takes a tenth of a second.
        allowed = await asyncio.to_thread(masked, summary, self._policy)
        return await self._target.deliver(allowed, key)

    async def lacks(self) -> list[str]:
        return await self._target.lacks()

    async def close(self) -> None:
        await self._target.close()


def masked(summary: CallSummary, policy: MaskingPolicy) -> CallSummary:
    """A copy without what the policy masks for a CRM."""
    fields = summary.summary.fields
    language = fields.language or summary.started.language
    names = [one.value for one in fields.entities if _is_name(one)]

    def said(transcript: Transcript) -> Transcript:
        return policy.value_for(transcript, transcript.language or language, "crm", names)

    return replace(
        summary,
        summary=policy.value_for(summary.summary, language, "crm", names),
        transcript=tuple(map(said, summary.transcript)),
    )


def _is_name(entity: Entity) -> bool:
    return entity.kind in ("person", "name")
