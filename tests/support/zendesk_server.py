"""Zendesk as a local server that enforces its contract (see ``crm_server``)."""

from __future__ import annotations

import base64
import re
from typing import Any, Literal

from crm_server import Body, Broken, CrmServer, Reply, Seen
from pydantic import Field


class ZendeskComment(Body):
    body: str = Field(min_length=1)
    public: Literal[False]


class ZendeskNew(Body):
    subject: str = Field(max_length=150)
    comment: ZendeskComment
    external_id: str
    tags: list[str]
    requester_id: int | None = None
    assignee_id: int | None = None
    via_id: Literal[45, 46] | None = None
    via_followup_source_id: int | None = None


class ZendeskChange(Body):
    comment: ZendeskComment
    tags: list[str]
    safe_update: Literal[True]
    updated_stamp: str


class ZendeskServer(CrmServer):
    role = "agent"
    users = ({"id": 501, "external_id": "k-9"},)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.tickets: list[dict[str, Any]] = []
        self.keys: dict[str, tuple[bytes, int]] = {}
        self.listed = True
        """Whether tickets show in the list yet: replicas lag."""
        self.clock = 0

    def authorised(self, request: Seen) -> bool:
        who = base64.b64encode(f"bot@example.com/token:{self.secret}".encode()).decode()
        return request.headers.get("authorization") == f"Basic {who}"

    def answer(self, request: Seen) -> Reply:
        method, path = request.method, request.path
        if method == "GET" and path == "/api/v2/tickets.json":
            wanted = request.query["external_id"]
            found = [one for one in self.tickets if one["external_id"] == wanted]
            shown = [{k: v for k, v in one.items() if k != "comments"} for one in found]
            return Reply(200, {"tickets": shown if self.listed else []})
        if method == "GET" and path == "/api/v2/users/me.json":
            return Reply(200, {"user": {"id": 1, "role": self.role}})
        if method == "GET" and path == "/api/v2/users/search.json":
            wanted = request.query["external_id"]
            return Reply(200, {"users": [u for u in self.users if u["external_id"] == wanted]})
        if method == "POST" and path in (
            "/api/v2/tickets.json",
            "/api/v2/channels/voice/tickets.json",
        ):
            return self._create(request)
        if method == "PUT" and (found := re.fullmatch(r"/api/v2/tickets/(\d+)\.json", path)):
            return self._change(int(found[1]), request)
        raise Broken("no such resource")

    def _create(self, request: Seen) -> Reply:
        key = request.headers["idempotency-key"]
        ticket = ZendeskNew.model_validate(request.json["ticket"])
        talk = "voice" in request.path
        if talk != (ticket.via_id is not None):
            raise Broken("via_id goes with Talk Partner Edition")
        if key in self.keys and not talk:
            content, ticket_id = self.keys[key]
            if content != request.content:
                return Reply(400, {"error": "IdempotentRequestError", "description": "x"})
            return Reply(201, {"ticket": {"id": ticket_id}}, {"x-idempotency-lookup": "hit"})
        source = ticket.via_followup_source_id
        if source and source not in [t["id"] for t in self.tickets if t["status"] == "closed"]:
            raise Broken("only a closed ticket has a follow-up")
        ticket_id = 1000 + len(self.tickets)
        self.keys[key] = (request.content, ticket_id)
        self.add(ticket_id, ticket.external_id, ticket.tags, subject=ticket.subject)
        self.tickets[-1]["comments"].append(ticket.comment.body)
        self.tickets[-1] |= {"requester_id": ticket.requester_id, "via_id": ticket.via_id}
        self.tickets[-1]["follows"] = source
        return Reply(201, {"ticket": {"id": ticket_id}}, {"x-idempotency-lookup": "miss"})

    def add(self, ticket_id: int, external_id: str, tags: list[str], **more: Any) -> None:
        self.clock += 1
        self.tickets.append(
            {
                "id": ticket_id,
                "external_id": external_id,
                "tags": tags,
                "updated_at": f"2026-04-01T01:00:{self.clock:02}Z",
                "comments": [],
                "status": "new",
                "requester_id": 500,
                **more,
            }
        )

    def _change(self, ticket_id: int, request: Seen) -> Reply:
        change = ZendeskChange.model_validate(request.json["ticket"])
        (ticket,) = [one for one in self.tickets if one["id"] == ticket_id]
        if ticket["status"] == "closed":
            return Reply(422, {"error": "RecordInvalid", "description": "x"})
        if change.updated_stamp != ticket["updated_at"]:
            return Reply(409, {"error": "UpdateConflict", "description": "x"})
        self.clock += 1
        ticket["tags"] = change.tags
        ticket["updated_at"] = f"2026-04-01T01:00:{self.clock:02}Z"
        ticket["comments"].append(change.comment.body)
        return Reply(200, {"ticket": {"id": ticket_id}})

    @property
    def calls(self) -> list[dict[str, Any]]:
        return self.tickets

    @property
    def tasks(self) -> list[dict[str, Any]]:
        return []

    def text_of(self, call: dict[str, Any]) -> str:
        return str(call["comments"][-1])
