"""HubSpot as a local server that enforces its contract (see ``crm_server``)."""

from __future__ import annotations

import html
import re
from typing import Any, Literal

from crm_server import Body, Broken, CrmServer, Reply, Seen
from pydantic import Field

ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


class HubSpotCall(Body):
    hs_timestamp: str = Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
    hs_call_title: str = Field(max_length=255)
    hs_call_body: str = Field(max_length=65_536)
    hs_call_direction: Literal["INBOUND", "OUTBOUND"]
    hs_call_duration: str = Field(pattern=r"^\d+$")
    hs_call_status: Literal["COMPLETED"]
    hs_call_disposition: str = Field(pattern=f"^{ID}$")
    hs_call_from_number: str | None = None
    hs_call_to_number: str | None = None
    hubspot_owner_id: str | None = Field(None, pattern=r"^\d+$")


class HubSpotTask(Body):
    hs_timestamp: str | None = Field(None, pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
    hs_task_subject: str = Field(max_length=255)
    hs_task_body: str | None = Field(None, max_length=65_536)
    hs_task_status: Literal["NOT_STARTED", "COMPLETED"] | None = None
    hs_task_type: Literal["TODO"] | None = None
    hubspot_owner_id: str | None = None


class HubSpotInput(Body):
    idProperty: Literal["copilot_key"]
    id: str = Field(min_length=1)
    properties: dict[str, str]


class HubSpotUpsert(Body):
    inputs: list[HubSpotInput] = Field(min_length=1, max_length=100)


class HubSpotId(Body):
    id: str


class HubSpotRead(Body):
    idProperty: Literal["copilot_key"]
    properties: list[str]
    inputs: list[HubSpotId] = Field(min_length=1, max_length=100)


class HubSpotFilter(Body):
    propertyName: str
    operator: Literal["EQ"]
    value: str


class HubSpotFilters(Body):
    filters: list[HubSpotFilter]


class HubSpotSearch(Body):
    filterGroups: list[HubSpotFilters]
    properties: list[str]
    limit: int = Field(ge=1, le=200)


class HubSpotServer(CrmServer):
    contacts: tuple[dict[str, str], ...] = (
        {"id": "71", "number": "k-9", "hs_searchable_calculated_phone_number": "312345678"},
        {"id": "72", "number": "k-10", "hs_searchable_calculated_phone_number": "399999999"},
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.rows: dict[str, dict[str, dict[str, Any]]] = {"calls": {}, "tasks": {}}
        self.associations: set[tuple[str, str, str, int]] = set()
        self.properties = {
            ("calls", "copilot_key"): True,
            ("tasks", "copilot_key"): True,
            ("contacts", "number"): False,
        }
        self.refuses: str = ""
        """A category of error with which the next upsert takes nothing: 207."""

    def authorised(self, request: Seen) -> bool:
        return request.headers.get("authorization") == f"Bearer {self.secret}"

    def answer(self, request: Seen) -> Reply:
        method, path = request.method, request.path
        found = re.fullmatch(r"/crm/v3/objects/(calls|tasks)/batch/(upsert|read)", path)
        if method == "POST" and found:
            return getattr(self, f"_{found[2]}")(found[1], request.json)
        if method == "POST" and path == "/crm/v3/objects/contacts/search":
            return self._search(HubSpotSearch.model_validate(request.json))
        found = re.fullmatch(r"/crm/v3/properties/(\w+)/(\w+)", path)
        if method == "GET" and found:
            name = (found[1], found[2])
            if name not in self.properties:
                return Reply(404, {"category": "OBJECT_NOT_FOUND"})
            return Reply(200, {"name": found[2], "hasUniqueValue": self.properties[name]})
        found = re.fullmatch(
            r"/crm/v4/objects/(calls|tasks)/(\d+)/associations/contacts/(\d+)", path
        )
        if method == "PUT" and found:
            (kind,) = request.json
            expected = {"calls": 194, "tasks": 204}[found[1]]
            if kind != {
                "associationCategory": "HUBSPOT_DEFINED",
                "associationTypeId": expected,
            }:
                raise Broken(f"association {kind}")
            if found[2] not in {row["id"] for row in self.rows[found[1]].values()}:
                return Reply(404, {"category": "OBJECT_NOT_FOUND"})
            self.associations.add((found[1], found[2], found[3], expected))
            return Reply(201, {"fromObjectId": found[2], "toObjectId": found[3]})
        raise Broken("no such resource")

    def _upsert(self, records: str, document: Any) -> Reply:
        inputs = HubSpotUpsert.model_validate(document).inputs
        if len({one.id for one in inputs}) < len(inputs):
            raise Broken("a key twice in one batch")
        if self.refuses:
            errors = [{"status": "error", "category": self.refuses, "message": "secret"}]
            self.refuses = ""
            return Reply(207, {"status": "COMPLETE", "results": [], "errors": errors})
        results = []
        for one in inputs:
            rows = self.rows[records]
            schema = HubSpotCall if records == "calls" else HubSpotTask
            schema.model_validate(one.properties)
            new = one.id not in rows
            if new and records == "tasks" and "hs_timestamp" not in one.properties:
                raise Broken("a task without hs_timestamp")
            row = rows.setdefault(one.id, {"id": str(100 + len(rows)), "copilot_key": one.id})
            row |= one.properties
            results.append({"id": row["id"], "new": new, "properties": {}})
        return Reply(200, {"status": "COMPLETE", "results": results})

    def _read(self, records: str, document: Any) -> Reply:
        read = HubSpotRead.model_validate(document)
        rows = [self.rows[records].get(one.id) for one in read.inputs]
        results = [
            {"id": row["id"], "properties": {name: row.get(name) for name in read.properties}}
            for row in rows
            if row
        ]
        complete = len(results) == len(rows)
        errors = {} if complete else {"errors": [{"category": "OBJECT_NOT_FOUND"}]}
        return Reply(200 if complete else 207, {"results": results, **errors})

    def _search(self, search: HubSpotSearch) -> Reply:
        (filters,) = search.filterGroups
        (one,) = filters.filters
        found = [row for row in self.contacts if row.get(one.propertyName) == one.value]
        return Reply(200, {"total": len(found), "results": found[: search.limit]})

    @property
    def calls(self) -> list[dict[str, Any]]:
        return list(self.rows["calls"].values())

    @property
    def tasks(self) -> list[dict[str, Any]]:
        rows = self.rows["tasks"].values()
        return [row for row in rows if row["hs_task_status"] == "NOT_STARTED"]

    def text_of(self, call: dict[str, Any]) -> str:
        return html.unescape(call["hs_call_body"].replace("<br>", "\n"))
