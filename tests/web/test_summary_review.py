"""Reviewing a summary: the draft on the server, versions, reopening, the call so far."""

from __future__ import annotations

import asyncio

import pytest
from problems import is_problem

from copilot.events import Emotion, Summary
from copilot.session import RUNNING_AFTER_TURNS

pytestmark = pytest.mark.asyncio(loop_scope="session")

CARD = "4111 1111 1111 1111"
DUE = {"said": "tomorrow", "date": CARD}


def summary_of(call_id: str) -> str:
    return f"/api/calls/{call_id}/summary"


# The draft on the server ----------------------------------------------------------------


async def test_a_draft_survives_the_page_and_is_nobodys_word_yet(server):
    call_id = await server.ended_call(agent_id="mori")
    url = f"{summary_of(call_id)}/draft"
    async with server.client("operator", "mori") as client:
        is_problem(await client.get(url), 404)
        saved = await client.put(
            url, json={"version": 1, "text": "half a sent", "spent_s": 12.5}
        )
    async with server.client("operator", "mori") as client:
        found = (await client.get(url)).json()
        newest = (await client.get(summary_of(call_id))).json()
    assert found == saved.json()
    assert (found["version"], found["text"], found["spent_s"]) == (1, "half a sent", 12.5)
    assert (found["brief"], found["fields"], found["newest_version"]) == (None, None, 1)
    assert (newest["version"], newest["state"]) == (1, "draft")


async def test_everyone_has_their_own_draft(server):
    call_id = await server.ended_call(agent_id="mori")
    url = f"{summary_of(call_id)}/draft"
    async with server.client("operator", "mori") as mori, server.client("supervisor") as lead:
        await mori.put(url, json={"version": 1, "text": "mine"})
        is_problem(await lead.get(url), 404)
        await lead.put(url, json={"version": 1, "text": "ours"})
        assert (await mori.get(url)).json()["text"] == "mine"
        assert (await lead.delete(url)).status_code == 204
        assert (await lead.delete(url)).status_code == 204
        is_problem(await lead.get(url), 404)
        assert (await mori.get(url)).status_code == 200


async def test_a_draft_is_masked_before_it_is_stored(server):
    call_id = await server.ended_call()
    url = f"{summary_of(call_id)}/draft"
    async with server.client("supervisor") as client:
        fields = (await client.get(summary_of(call_id))).json()["fields"]
        body = {"version": 1, "brief": f"b {CARD}", "text": f"t {CARD}"}
        body["fields"] = fields | {"promises": [f"refund to {CARD}"]}
        await client.put(url, json=body)
        found = (await client.get(url)).json()
    assert (found["brief"], found["text"]) == ("b [card]", "t [card]")
    assert found["fields"]["promises"] == ["refund to [card]"]
    stored = b"".join(path.read_bytes() for path in server.folder.glob("copilot.db*"))
    assert b"[card]" in stored
    assert CARD.encode() not in stored


async def test_handing_it_in_and_approving_take_drafts_away(server):
    call_id = await server.ended_call()
    url = f"{summary_of(call_id)}/draft"
    async with server.client("supervisor", "one") as one, server.client("admin", "two") as two:
        await one.put(url, json={"version": 1, "text": "mine"})
        await two.put(url, json={"version": 1, "text": "theirs"})
        await one.put(summary_of(call_id), json={"version": 1, "text": "mine"})
        is_problem(await one.get(url), 404)
        kept = (await two.get(url)).json()
        assert (kept["text"], kept["version"], kept["newest_version"]) == ("theirs", 1, 2)
        # Nothing written is refused: that is settled when it is handed in.
        assert (await two.put(url, json={"version": 1, "text": "more"})).status_code == 200
        body = is_problem(
            await two.put(summary_of(call_id), json={"version": 1, "text": "more"}), 409
        )
        assert "version 2 (edited by one)" in body["detail"]
        await one.put(url, json={"version": 2, "text": "still mine"})
        await one.post(f"{summary_of(call_id)}/approve", json={"version": 2})
        is_problem(await one.get(url), 404)
        kept = (await two.get(url)).json()
        assert (kept["text"], kept["version"], kept["newest_version"]) == ("more", 1, 3)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"version": 9, "text": "of the future"}, 409),
        ({"version": 1, "words": "x"}, 422),
        ({"version": 1, "spent_s": -1}, 422),
        ({"version": 1, "spent_s": 1e9}, 422),
        ({"version": 1, "text": "x" * 4001}, 422),
        ({"text": "x"}, 422),
    ],
)
async def test_a_wrong_draft_is_explained(server, body, status):
    call_id = await server.ended_call()
    async with server.client("supervisor") as client:
        is_problem(await client.put(f"{summary_of(call_id)}/draft", json=body), status)


async def test_who_may_not_edit_has_no_draft(server):
    call_id = await server.ended_call(agent_id="mori")
    url = f"{summary_of(call_id)}/draft"
    for role, name in (("operator", "sato"), ("integrator", "pbx")):
        async with server.client(role, name) as client:
            is_problem(await client.get(url), 403)
            is_problem(await client.put(url, json={"version": 1}), 403)
            is_problem(await client.delete(url), 403)


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"follow_ups": [{"owner": "agent", "what": "x", "due": DUE}]}, "body.fields.date"),
        ({"entities": [{"kind": f"card {CARD}", "value": "x"}]}, "body.fields.kind"),
        ({"disposition": [{"code": CARD, "confidence": 1}]}, "body.fields.code"),
        ({"language": CARD}, "body.fields.language"),
        ({"not_stated": [CARD]}, "body.fields.not_stated"),
        ({"help_offers": {"made": int(CARD.replace(" ", ""))}}, "body.fields.made"),
    ],
)
async def test_no_code_day_or_figure_hides_words(server, fields, where):
    call_id = await server.ended_call()
    url = summary_of(call_id)
    async with server.client("supervisor") as client:
        for path in (url, f"{url}/draft"):
            answer = await client.put(path, json={"version": 1, "fields": fields})
            body = is_problem(answer, 422)
            assert [one["where"] for one in body["errors"]] == [where]
            assert CARD not in answer.text
        assert len((await client.get(f"{url}/versions")).json()) == 1


# Versions -------------------------------------------------------------------------------


async def test_history_tells_who_when_how_long_and_why(server):
    call_id = await server.ended_call(agent_id="mori", text="the kettle leaks")
    url = summary_of(call_id)
    async with server.client("operator", "mori") as client:
        await client.put(url, json={"version": 1, "text": "The kettle leaks.", "spent_s": 31})
        await client.post(f"{url}/approve", json={"version": 2, "spent_s": 2.5})
    async with server.client("supervisor", "lead") as client:
        reopened = await client.post(
            f"{url}/reopen", json={"version": 3, "comment": f"Which kettle? Card {CARD}"}
        )
        assert reopened.json()["text"] == "The kettle leaks."
        await client.put(url, json={"version": 4, "text": "The red kettle leaks."})
        await client.post(f"{url}/approve", json={"version": 5})
        versions = (await client.get(f"{url}/versions")).json()
    assert [
        (one["version"], one["state"], one["by"], one["spent_s"], one["comment"])
        for one in versions
    ] == [
        (1, "draft", None, None, ""),
        (2, "edited", "mori", 31, ""),
        (3, "approved", "mori", 2.5, ""),
        (4, "draft", "lead", None, "Which kettle? Card [card]"),
        (5, "edited", "lead", None, ""),
        (6, "approved", "lead", None, ""),
    ]
    audited = (await server.services.journal.audited(call_id=call_id)).entries
    assert [entry.what for entry in audited][::-1] == [
        "edit_summary",
        "approve_summary",
        "reopen_summary",
        "edit_summary",
        "approve_summary",
    ]


async def test_what_is_approved_goes_out_to_the_letter(server):
    call_id = await server.ended_call()
    text = "  Two  spaces, an\nodd line – and “quotes”. 全角１２ "
    async with server.client("supervisor") as client:
        url = summary_of(call_id)
        edited = (await client.put(url, json={"version": 1, "text": text})).json()
        approved = (await client.post(f"{url}/approve", json={"version": 2})).json()
    assert edited["text"] == text
    changed = {name for name in edited if edited[name] != approved[name]}
    assert changed == {"seq", "version", "state", "made_at"}


async def test_until_the_next_approval_the_crm_keeps_the_last_one(server):
    call_id = await server.ended_call()
    url = summary_of(call_id)
    async with server.client("supervisor") as client:
        await client.post(f"{url}/approve", json={"version": 1})
        await client.post(f"{url}/reopen", json={"version": 2, "comment": "again"})
        await client.put(url, json={"version": 3, "text": "in the making"})
    record = await server.services.journal.record(call_id)
    assert record.approved.version == 2


async def test_reopening_needs_a_closed_version_and_a_reason(server):
    call_id = await server.ended_call()
    url = f"{summary_of(call_id)}/reopen"
    async with server.client("supervisor") as client:
        body = is_problem(await client.post(url, json={"version": 1, "comment": "why"}), 409)
        assert "is open: draft" in body["detail"]
        await client.post(f"{summary_of(call_id)}/approve", json={"version": 1})
        is_problem(await client.post(url, json={"version": 1, "comment": "why"}), 409)
        is_problem(await client.post(url, json={"version": 2, "comment": ""}), 422)
        is_problem(await client.post(url, json={"version": 2}), 422)
    async with server.client("integrator") as client:
        is_problem(await client.post(url, json={"version": 2, "comment": "why"}), 403)


async def test_of_two_who_reopen_at_once_one_does(server):
    call_id = await server.ended_call()
    async with server.client("supervisor") as client:
        await client.post(f"{summary_of(call_id)}/approve", json={"version": 1})
        body = {"version": 2, "comment": "again"}
        url = f"{summary_of(call_id)}/reopen"
        answers = await asyncio.gather(*(client.post(url, json=body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_a_summary_that_was_never_made_is_written_by_hand(server):
    async with server.call(agent_id="mori") as caller:
        await caller.stop()
    url = summary_of(caller.call_id)
    async with server.client("operator", "mori") as client:
        none = (await client.get(url)).json()
        assert (none["state"], none["why_none"]) == ("unavailable", "no_speech")
        opened = await client.post(f"{url}/reopen", json={"version": 1, "comment": "by hand"})
        assert opened.json()["why_none"] is None
        # Open is not written.
        is_problem(await client.post(f"{url}/approve", json={"version": 2}), 409)
        await client.put(url, json={"version": 2, "text": "Wrong number."})
        approved = await client.post(f"{url}/approve", json={"version": 3})
        assert approved.json()["text"] == "Wrong number."
        versions = (await client.get(f"{url}/versions")).json()
    assert versions[0]["why_none"] == "no_speech"


async def test_evidence_follows_the_words(server):
    call_id = await server.ended_call(text="the red kettle leaks at the bottom")
    url = summary_of(call_id)
    async with server.client("supervisor") as client:
        draft = (await client.get(url)).json()
        cited = draft["sentences"][0]["utterance_ids"]
        text = "Red kettle leaks.\nReplacement is on its way."
        edited = (await client.put(url, json={"version": 1, "text": text})).json()
    assert edited["sentences"] == [{"text": "Red kettle leaks.", "utterance_ids": cited}]
    assert edited["unsupported"] == ["Replacement is on its way."]
    assert edited["text"] == text


async def test_one_field_is_edited_and_the_others_stay(server):
    call_id = await server.ended_call()
    url = summary_of(call_id)
    async with server.client("supervisor") as client:
        one = {"reason": "a greeting", "promises": ["to call"], "resolution": "resolved"}
        first = (await client.put(url, json={"version": 1, "fields": one})).json()
        two = {"promises": [], "resolution": None, "disposition": []}
        second = (await client.put(url, json={"version": 2, "fields": two})).json()
        draft = {"version": 3, "fields": {"situation": "at home"}}
        saved = (await client.put(f"{url}/draft", json=draft)).json()
        wrong = {"version": 3, "fields": {"reasons": "typo"}}
        is_problem(await client.put(url, json=wrong), 422)
        wrong = {"version": 3, "fields": {"promises": None}}
        is_problem(await client.put(url, json=wrong), 422)
    assert second["fields"] == first["fields"] | two
    assert second["fields"]["reason"] == "a greeting"
    assert saved["fields"] == second["fields"] | {"situation": "at home"}


async def test_what_stands_in_a_field_is_stated(server):
    call_id = await server.ended_call()
    url = summary_of(call_id)
    async with server.client("supervisor") as client:
        fields = (await client.get(url)).json()["fields"]
        fields |= {"reason": "a greeting", "not_stated": ["reason", "situation"]}
        edited = await client.put(url, json={"version": 1, "fields": fields})
    assert edited.json()["fields"]["not_stated"] == ["situation"]


# The call so far ------------------------------------------------------------------------


async def test_the_call_so_far_on_request_and_every_few_turns(server):
    async with server.call(agent_id="mori") as caller:
        server.recogniser.says[caller.call_id] = "the kettle leaks"
        await caller.speak()
        await caller.until(Emotion)
        url = f"{summary_of(caller.call_id)}/running"
        async with server.client("supervisor") as client:
            so_far = (await client.get(url)).json()
            is_problem(await client.get(summary_of(caller.call_id)), 404)
        async with server.client("operator", "sato") as client:
            is_problem(await client.get(url), 403)
        assert (so_far["version"], so_far["state"]) == (0, "running")
        assert so_far["text"] == "the kettle leaks"
        for _ in range(RUNNING_AFTER_TURNS - 1):
            await caller.speak()
        told = await caller.until(Summary)
        assert (told[-1].version, told[-1].state) == (0, "running")
        ends = await caller.stop()
    assert [event.state for event in ends if event.type == "summary"] == ["draft"]
    async with server.client("supervisor") as client:
        is_problem(await client.get(url), 409)
        versions = (await client.get(f"{summary_of(caller.call_id)}/versions")).json()
    assert [one["version"] for one in versions] == [1]
