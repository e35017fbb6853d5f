"""What people write of a summary: nothing slips past the mask."""

from __future__ import annotations

import pytest
from fastapi.exceptions import RequestValidationError

from copilot.events import (
    Alert,
    Disposition,
    Due,
    Entity,
    FollowUp,
    Paused,
    Resumed,
    SummaryFields,
)
from copilot.masking_policy import MaskingPolicy
from copilot.web.written import Written, masked, masked_fields

POLICY = MaskingPolicy()
CARD = "4111111111111111"


def upon(before: SummaryFields, **fields: object) -> SummaryFields:
    written = Written.model_validate({"version": 1, "fields": fields})
    return written.fields_upon(before, ["late"])


@pytest.mark.parametrize("place", range(380, 421))
def test_a_card_is_masked_wherever_it_stands_in_a_long_text(place: int) -> None:
    text = "あ" * place + CARD + "い" * 600
    assert CARD[:8] not in masked(text, "ja", POLICY)
    assert masked(text, "ja", POLICY).count("[card]") == 1


def test_codes_days_and_kinds_are_taken() -> None:
    due = {"said": "tomorrow", "date": "2026-04-02"}
    after = upon(
        SummaryFields(),
        follow_ups=[{"owner": "agent", "what": "call", "due": due}],
        entities=[{"kind": "order_number", "value": "A-12"}],
        disposition=[{"code": "late", "confidence": 1.0}],
        language="en-GB",
        not_stated=["reason"],
    )
    assert after.follow_ups[0].due == Due(said="tomorrow", date="2026-04-02")
    assert after.disposition == (Disposition(code="late", confidence=1.0),)
    assert upon(after, language="").language == ""


@pytest.mark.parametrize("day", ["2026-02-30", "20260402", "2026-W14-4", "soon", CARD, ""])
def test_a_day_is_a_day(day: str) -> None:
    follow_up = {"owner": "agent", "what": "call", "due": {"said": "", "date": day}}
    with pytest.raises(RequestValidationError) as refused:
        upon(SummaryFields(), follow_ups=[follow_up])
    assert refused.value.errors()[0]["loc"] == ("body", "fields", "date")


def test_what_the_machine_wrote_may_stay() -> None:
    before = SummaryFields(
        disposition=(Disposition(code="of last year", confidence=0.5),),
        entities=(Entity(kind="Order No.", value="A-12"),),
        follow_ups=(FollowUp(owner="agent", what="call", due=Due(said="soon", date="soon")),),
    )
    kept = {"disposition": [{"code": "of last year", "confidence": 1.0}]}
    assert upon(before, **kept).disposition[0].confidence == 1.0
    with pytest.raises(RequestValidationError):
        upon(before, disposition=[{"code": "of no year", "confidence": 1.0}])


def test_a_secret_has_no_second_form() -> None:
    entity = Entity(kind="code", value=f"card {CARD}", normalised="41-11 x")
    shown = Entity(kind="order_number", value="order A-12", normalised=f"A-12 {CARD}")
    fields = masked_fields(SummaryFields(entities=(entity, shown)), "en", POLICY)
    assert [(one.value, one.normalised) for one in fields.entities] == [
        ("card [card]", None),
        ("order A-12", "A-12 [card]"),
    ]


@pytest.mark.asyncio(loop_scope="session")
async def test_whatever_people_type_is_masked_as_the_centre_says(start_server) -> None:
    policy = MaskingPolicy(kept={"phone": ("record",)})
    typed = f"call 090-1234-5678, card {CARD}"
    stored = "call 090-1234-5678, card [card]"
    async with (
        start_server(masking_policy=policy) as server,
        server.call(agent_id="mori") as caller,
    ):
        server.recogniser.says[caller.call_id] = "I am angry"
        await caller.speak()
        alert = (await caller.until(Alert))[-1]
        url = f"/api/calls/{caller.call_id}"
        comment = {"comment": typed}
        async with server.client("operator", "mori") as client:
            await client.post(f"{url}/help")
            lowered = await client.post(f"{url}/help/lower", json=comment)
        async with server.client("supervisor") as client:
            path = f"/api/alerts/{caller.call_id}/{alert.alert_id}/acknowledge"
            taken = await client.post(path, json=comment)
            noted = await client.post(f"{url}/notes", json={"text": typed})
        await caller.send(type="pause", reason=typed)
        paused = (await caller.until(Paused))[-1]
        await caller.send(type="resume", reason=typed)
        resumed = (await caller.until(Resumed))[-1]
        await caller.stop()
    assert lowered.json()["comment"] == taken.json()["comment"] == stored
    assert noted.json()["text"] == paused.reason == resumed.reason == stored
