"""Personal data stays here: what the policy masks for a CRM never reaches a target."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from copilot.crm.summary import CallSummary
from copilot.crm.targets import Target
from copilot.masking_policy import MaskingPolicy
from copilot.names import said_names

__all__ = ["MaskedTarget"]

_Value = TypeVar("_Value")


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

    def allowed(text: str) -> str:
        return policy.applied(text, language, "crm", names)

    return replace(
        summary,
        summary=replace(note, fields=_in_every_text(note.fields, allowed)),
        transcript=tuple(policy.finals_for(summary.transcript, "crm", names).values()),
    )


def _in_every_text(value: _Value, change: Callable[[str], str]) -> _Value:
    """A copy with each text changed, those as well that should hold a day, a kind or a code: a
    model or a person may have written anything there."""
    known: Any = value
    match known:
        case str():
            known = change(known)
        case tuple():
            known = tuple(_in_every_text(one, change) for one in known)
        case _ if is_dataclass(known):
            members = {one.name: getattr(known, one.name) for one in fields(known)}
            known = replace(
                known,  # type: ignore[type-var]
                **{name: _in_every_text(one, change) for name, one in members.items()},
            )
    changed: _Value = known
    return changed
