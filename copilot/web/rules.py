"""Alert rules over REST: those in force, a check of others, and what these would change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from copilot.comparison import CallComparison, RuleFigures
from copilot.errors import ConflictError
from copilot.event_values import Audience, HarassmentType
from copilot.events import AlertKind, Severity, Speaker
from copilot.record import CallRecord
from copilot.web.access import ServicesOf, SignedIn, require
from copilot.web.inputs import CallId, Name
from copilot.web.problems import Fault, problem
from copilot.web.services import Services
from sentiment.rule_source import Fault as RuleFault
from sentiment.rules import Rule, Rules, parse_rules

router = APIRouter(prefix="/api/rules", tags=["rules"])

SENT = "rules.toml"
"""What the text of a request is called in its faults."""

Toml = Annotated[str, Field(min_length=1, max_length=200_000)]
Time = Annotated[str | None, Field(max_length=40)]


class RuleView(BaseModel):
    id: str
    kind: AlertKind
    harassment_type: HarassmentType | None
    speakers: list[Speaker]
    languages: list[str]
    """Of calls; empty: all."""
    severity: Severity
    audience: list[Audience]
    cool_down_s: float
    cap_per_call: int
    message: dict[str, str]
    """By language."""

    @classmethod
    def of(cls, rule: Rule) -> RuleView:
        return cls(
            id=rule.id,
            kind=rule.kind,
            harassment_type=rule.harassment_type,
            speakers=list(rule.speakers),
            languages=sorted(rule.languages),
            severity=rule.severity,
            audience=list(rule.audience),
            cool_down_s=rule.cool_down_s,
            cap_per_call=rule.cap_per_call,
            message=dict(rule.message),
        )


class FaultView(BaseModel):
    file: str
    line: int
    message: str

    @classmethod
    def of(cls, fault: RuleFault) -> FaultView:
        return cls(file=fault.file, line=fault.line, message=fault.message)


class RulesView(BaseModel):
    path: str
    """File or folder on the server."""
    loaded_at: str
    texts: dict[str, str]
    """What the files said when they were read, by their names."""
    rules: list[RuleView]
    faults: list[FaultView]
    """Of an edit since; while there are any, the rules before it stay in force."""


class Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")
    toml: Toml


class CheckView(BaseModel):
    faults: list[FaultView]
    """All of them, by line; empty: the rules may go live."""
    rules: list[RuleView]
    """What was read; with faults, what could be."""


class Comparison(BaseModel):
    model_config = ConfigDict(extra="forbid")
    toml: Toml
    against: Toml | None = None
    """Left out: the rules in force."""
    call_ids: Annotated[list[CallId], Field(max_length=100)] = []
    """Left out: the newest calls that have ended and fit what follows."""
    agent_id: Name | None = None
    team: Name | None = None
    since: Time = None
    until: Time = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonView:
    compared: int
    """Calls."""
    left_out: int
    """Calls that fit, but for which the time did not suffice."""
    judged: int
    """Alerts of these calls that people ended as right or as a false alarm."""
    together: RuleFigures
    rules: tuple[RuleFigures, ...]
    calls: tuple[CallComparison, ...]


@router.get("")
async def show_rules(principal: SignedIn, services: ServicesOf) -> RulesView:
    """The rules in force, where they came from, and what is wrong with an edit since."""
    require(principal, "try_rules")
    book = services.rules
    return RulesView(
        path=book.in_force.path,
        loaded_at=book.in_force.loaded_at,
        texts=dict(book.in_force.texts),
        rules=[RuleView.of(rule) for rule in book.rules],
        faults=[FaultView.of(fault) for fault in book.faults],
    )


@router.post("/validate")
async def validate_rules(body: Sent, principal: SignedIn, services: ServicesOf) -> CheckView:
    """Every fault of rules with its line. Nothing is stored or changed."""
    require(principal, "try_rules")
    rules, faults = await asyncio.to_thread(parse_rules, {SENT: body.toml})
    return CheckView(
        faults=[FaultView.of(fault) for fault in faults],
        rules=[RuleView.of(rule) for rule in rules],
    )


@router.post("/replay", response_model=ComparisonView)
async def replay_rules(
    body: Comparison, principal: SignedIn, services: ServicesOf
) -> ComparisonView | Response:
    """What other rules would change in stored calls. Nothing is stored, nobody is alerted;
    one comparison at a time, and no further call after some seconds."""
    require(principal, "try_rules")
    after, faults = await asyncio.to_thread(parse_rules, {SENT: body.toml})
    before: Rules = services.rules.rules
    if body.against is not None:
        before, more = await asyncio.to_thread(parse_rules, {"against.toml": body.against})
        faults += more
    if faults:
        places = [Fault(where=f"{one.file}:{one.line}", detail=one.message) for one in faults]
        return problem(422, "; ".join(map(str, faults)), errors=places)
    await services.journal.audit(principal.name, "replay_rules")
    trial = await services.rule_trial.run(_records(services, body), before=before, after=after)
    return ComparisonView(
        compared=trial.totals.calls,
        left_out=trial.left_out,
        judged=trial.totals.judged,
        together=trial.totals.together,
        rules=trial.totals.rules,
        calls=trial.calls,
    )


async def _records(services: Services, body: Comparison) -> AsyncIterator[CallRecord]:
    """The calls asked for, one at a time. Raises ``NotFoundError``, ``ConflictError``."""
    journal = services.journal
    if body.call_ids:
        for call_id in dict.fromkeys(body.call_ids):
            record = await journal.record(call_id)
            if record.ended is None:
                raise ConflictError("a call among them has not ended")
            yield record
        return
    page = await journal.calls(
        state="ended",
        agent_id=body.agent_id,
        team=body.team,
        since=body.since,
        until=body.until,
        limit=body.limit,
    )
    for entry in page.entries:
        yield await journal.record(entry.call_id)
