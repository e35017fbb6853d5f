"""Zendesk: a call as a ticket, or as a private comment on the ticket that telephony made.

The ticket is found by ``external_id`` (``GET /api/v2/tickets?external_id=``, which, unlike
search, needs no index). ``POST /api/v2/tickets`` also honours ``Idempotency-Key`` for two
hours: the same key with another body is 400 ``IdempotentRequestError``, so the ticket is
there or on its way, and the next try finds it. Zendesk keeps comments for good, so a later
version is a further one; a tag set with the comment, in one request that fails with 409 where
the ticket changed meanwhile (``safe_update``), tells that it was made. Source: Zendesk's
OpenAPI description and "Idempotency", "Tickets", "Protecting against ticket update
collisions"; Talk Partner Edition, "Create Ticket or Voicemail Ticket" (``via_id`` 45 inbound,
46 outbound). No ``voice_comment`` is made: it wants the link to a recording.

A closed ticket takes nothing any more (422) and cannot be opened; what comes later is its
follow-up (``via_followup_source_id``), under the same ``external_id``, which need not be
unique ("Creating and updating tickets", "Creating a follow-up ticket").
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from zoneinfo import ZoneInfo

from copilot.crm.note import Note, clipped
from copilot.crm.request import Answer, Plan, Request, Steps, error_code, present, record_key
from copilot.crm.summary import CallSummary
from copilot.errors import DeliveryError

__all__ = ["Zendesk"]

_SUBJECT = 150
_BODY = 60_000
"""Of the 64 KB that a comment takes, in bytes."""
_VIA = {"inbound": 45, "outbound": 46}


@dataclass(frozen=True, kw_only=True)
class Zendesk:
    """Requests to one account."""

    record: Literal["ticket", "talk_partner_ticket", "comment"]
    """``comment``: on the ticket whose ``external_id`` is the call's id."""
    zone: ZoneInfo
    owners: Mapping[str, str] = field(default_factory=dict)
    """User id by operator."""

    def plan(self, summary: CallSummary, key: str) -> Plan:
        note = Note(summary, self.zone)
        comments = self.record == "comment"
        external_id = summary.call_id if comments else record_key(key)
        tag = _tag(key, summary.summary.version)
        tickets = yield from self._tickets(external_id)
        if not tickets:
            if comments:
                raise DeliveryError("no ticket has the call's id yet", retryable=True)
            requester = yield from self._requester(summary.started.customer_id)
            answer = yield self._creation(note, external_id, tag, requester)
            return str(answer.at("ticket", "id"))
        ticket = _writable(tickets)
        told = [one for one in tickets if tag in one["tags"]]
        if told:
            return str(told[-1]["id"])
        if not _is_closed(ticket):
            answer = yield self._update(note, ticket, tag)
            if answer.ok:
                return str(ticket["id"])
            # Zendesk refuses a ticket that was closed meanwhile as it does what is not valid.
            ticket = _writable((yield from self._tickets(external_id)) or tickets)
            if not _is_closed(ticket):
                reason = f"answered {answer.status}: {error_code(answer.document)}"
                raise DeliveryError(reason, retryable=False)
        answer = yield self._follow_up(note, ticket, tag)
        return str(answer.at("ticket", "id"))

    def lacks(self) -> Steps[list[str]]:
        answer = yield Request(method="GET", path="/api/v2/users/me.json")
        role = str(answer.at("user", "role"))
        if role not in ("agent", "admin"):  # nobody is signed in: an end-user without id
            return [f"the user is no agent but {role}"]
        return []

    def transient(self, answer: Answer) -> bool:
        return error_code(answer.document) == "IdempotentRequestError"

    def _creation(
        self, note: Note, external_id: str, tag: str, requester: int | None
    ) -> Request:
        started = note.summary.started
        talk = self.record == "talk_partner_ticket"
        ticket = {
            "subject": clipped(note.title, _SUBJECT),
            "comment": _comment(note.text),
            "external_id": external_id,
            "tags": [tag],
            **present(
                requester_id=requester,
                assignee_id=_number(self.owners.get(started.agent_id)),
                via_id=_VIA[started.direction] if talk else None,
            ),
        }
        path = "/api/v2/channels/voice/tickets.json" if talk else "/api/v2/tickets.json"
        # Talk Partner's endpoint does not promise to honour the key; it does no harm there.
        headers = {"idempotency-key": external_id}
        document = {"ticket": ticket}
        return Request.of("POST", path, document, headers=headers, repeatable=not talk)

    def _update(self, note: Note, ticket: dict[str, Any], tag: str) -> Request:
        change = {
            "comment": _comment(_further(note, ticket, tag)),
            "tags": [*ticket["tags"], tag],
            "safe_update": True,
            "updated_stamp": ticket["updated_at"],
        }
        path = f"/api/v2/tickets/{int(ticket['id'])}.json"
        return Request.of("PUT", path, {"ticket": change}, also=frozenset({422}))

    def _follow_up(self, note: Note, closed: dict[str, Any], tag: str) -> Request:
        """A ticket after one that is closed, which takes no comment any more."""
        owner = self.owners.get(note.summary.started.agent_id)
        ticket = {
            "subject": clipped(note.title, _SUBJECT),
            "comment": _comment(_further(note, closed, tag)),
            "external_id": closed["external_id"],
            "via_followup_source_id": int(closed["id"]),
            "tags": [*closed["tags"], tag],
            **present(requester_id=closed.get("requester_id"), assignee_id=_number(owner)),
        }
        headers = {"idempotency-key": f"{record_key(closed['external_id'])}-{closed['id']}"}
        return Request.of("POST", "/api/v2/tickets.json", {"ticket": ticket}, headers=headers)

    def _tickets(self, external_id: str) -> Steps[list[dict[str, Any]]]:
        """All of the call, oldest first."""
        answer = yield Request(
            method="GET", path="/api/v2/tickets.json", query={"external_id": external_id}
        )
        tickets = [one for one in answer.rows("tickets") if one["external_id"] == external_id]
        return sorted(tickets, key=lambda one: int(one["id"]))

    def _requester(self, customer_id: str | None) -> Steps[int | None]:
        """Id of the user whose ``external_id`` is our customer id."""
        if not customer_id:
            return None
        answer = yield Request(
            method="GET", path="/api/v2/users/search.json", query={"external_id": customer_id}
        )
        users = answer.rows("users")
        return int(users[0]["id"]) if len(users) == 1 else None


def _writable(tickets: list[dict[str, Any]]) -> dict[str, Any]:
    """The oldest that takes a comment, else the newest, which another may follow."""
    return next((one for one in tickets if not _is_closed(one)), tickets[-1])


def _is_closed(ticket: dict[str, Any]) -> bool:
    return bool(ticket.get("status") == "closed")


def _further(note: Note, ticket: dict[str, Any], tag: str) -> str:
    """The note, with a word on the earlier one where the ticket, or the one before, has it."""
    if not any(one.startswith(tag.rsplit("_v", 1)[0]) for one in ticket["tags"]):
        return note.text
    heading = note.words.version.format(version=note.summary.summary.version)
    return f"{heading}\n\n{note.text}"


def _comment(text: str) -> dict[str, Any]:
    return {"body": clipped(text, _BODY, bytes_=True), "public": False}


def _tag(key: str, version: int) -> str:
    """Tells that a version is there. Tags are lower case, without spaces."""
    return f"copilot_{hashlib.sha256(key.encode()).hexdigest()[:12]}_v{version}"


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None
