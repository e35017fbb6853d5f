"""The policy against harassment: what it says, where calls stand, which steps people took."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from copilot.errors import ConflictError, ForbiddenError, NotFoundError
from copilot.event_values import HarassmentType
from copilot.events import StepTaken
from copilot.policy import Ladder, Policy, Rung, RungState, Step, StepId, Taker, ladders
from copilot.record import CallRecord
from copilot.web.access import ServicesOf, SignedIn, require, require_reading
from copilot.web.app_state import ChangesOf
from copilot.web.changes import now
from copilot.web.inputs import CallPath, NamePath
from copilot.web.written import masked

router = APIRouter(prefix="/api", tags=["policy"])


class StepView(BaseModel):
    """A step of the policy. Texts are by language."""

    id: StepId
    label: dict[str, str]
    guide: dict[str, str]
    say: dict[str, str]
    who: list[Taker]
    alerts_at_least: int | None
    call_at_least_s: float | None

    @classmethod
    def of(cls, step: Step) -> StepView:
        return cls(
            id=step.id,
            label=dict(step.label),
            guide=dict(step.guide),
            say=dict(step.say),
            who=sorted(step.who),
            alerts_at_least=step.alerts_at_least,
            call_at_least_s=step.call_at_least_s,
        )


class PolicyView(BaseModel):
    version: str
    sha256: str
    steps: dict[HarassmentType, list[StepView]]


class RungView(StepView):
    state: RungState
    taken: StepTaken | None

    @classmethod
    def at(cls, rung: Rung) -> RungView:
        step = StepView.of(rung.step)
        return cls(**step.model_dump(), state=rung.state, taken=rung.taken)


class LadderView(BaseModel):
    """Steps that an alert calls for; ``next`` is the first that is due."""

    alert_id: str
    harassment_type: HarassmentType
    nth: int
    next: StepId | None
    steps: list[RungView]

    @classmethod
    def of(cls, ladder: Ladder) -> LadderView:
        return cls(
            alert_id=ladder.alert_id,
            harassment_type=ladder.harassment_type,
            nth=ladder.nth,
            next=ladder.next.id if ladder.next else None,
            steps=[RungView.at(rung) for rung in ladder.rungs],
        )


class CallPolicyView(BaseModel):
    version: str
    language: str
    """Of the call: the language of the words to the customer."""
    alerts: list[LadderView]


class Taken(BaseModel):
    model_config = ConfigDict(extra="forbid")
    comment: Annotated[str, Field(max_length=500)] = ""


@router.get("/policy")
async def show_policy(principal: SignedIn, services: ServicesOf) -> PolicyView:
    """The policy in force: the steps against every type of harassment."""
    policy = services.policy.in_force
    return PolicyView(
        version=policy.version,
        sha256=policy.sha256,
        steps={
            kind: [StepView.of(one) for one in steps] for kind, steps in policy.steps.items()
        },
    )


@router.get("/calls/{call_id}/policy")
async def show_call_policy(
    call_id: CallPath, principal: SignedIn, services: ServicesOf
) -> CallPolicyView:
    """Where every harassment alert of the call stands. Without one, there is nothing to do,
    whatever the customer's mood."""
    record = await services.journal.record(call_id)
    require_reading(principal, record)
    policy = services.policy.in_force
    return CallPolicyView(
        version=policy.version,
        language=record.language,
        alerts=[LadderView.of(ladder) for ladder in _ladders(policy, record)],
    )


@router.post("/calls/{call_id}/alerts/{alert_id}/steps/{step}", status_code=201)
async def take_step(
    call_id: CallPath,
    alert_id: NamePath,
    step: StepId,
    body: Taken,
    principal: SignedIn,
    services: ServicesOf,
    changes: ChangesOf,
) -> StepTaken:
    """Say that a step was taken. Each is taken once against a type of harassment in a call,
    by a person whom the policy allows it; nothing follows by itself."""
    policy = services.policy.in_force
    async with changes.of(call_id) as record:
        require(principal, "take_step", record)
        ladder = next(
            (one for one in _ladders(policy, record) if one.alert_id == alert_id), None
        )
        if ladder is None:
            raise NotFoundError("the call has no such harassment alert, or it was a false one")
        rung = next((one for one in ladder.rungs if one.step.id == step), None)
        if rung is None:
            raise NotFoundError(f"the policy has no step {step!r} against this type")
        taker: Taker = "operator" if principal.role == "operator" else "supervisor"
        if taker not in rung.step.who:
            raise ForbiddenError(f"the policy lets no {taker} take the step {step!r}")
        if rung.taken is not None:
            raise ConflictError("the step was taken already")
        await services.journal.audit(
            principal.name,
            "take_step",
            call_id=call_id,
            detail=f"{alert_id} {step}, policy {policy.version} {policy.sha256[:16]}",
        )
        stored = await services.journal.append(
            StepTaken(
                call_id=call_id,
                at_s=record.at_s,
                alert_id=alert_id,
                step=step,
                by=principal.name,
                comment=masked(body.comment, record.language, services.config.masking_policy),
                made_at=now(),
            )
        )
    return cast(StepTaken, stored)


def _ladders(policy: Policy, record: CallRecord) -> list[Ladder]:
    return ladders(policy, record.alerts.values(), record.steps, record.at_s)
