"""Personal data stays here: what the policy masks for a CRM never reaches a target."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from copilot.crm.summary import CallSummary
from copilot.crm.targets import Target
from copilot.masking_policy import MaskingPolicy
from copilot.names import said_names

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
    told = summary.summary.fields
    language = told.language or summary.started.language
    names = {one.value for one in told.entities if one.kind in ("person", "name")}
    names = names.union(*(said_names(final.text) for final in summary.transcript))
    note = policy.value_for(summary.summary, language, "crm", names)
    # A code is not masked elsewhere; a model may have written anything for one.
    codes = tuple(
        replace(one, code=policy.applied(one.code, language, "crm", names))
        for one in note.fields.disposition
    )
    return replace(
        summary,
        summary=replace(note, fields=replace(note.fields, disposition=codes)),
        transcript=tuple(policy.finals_for(summary.transcript, "crm", names).values()),
    )
