"""Five CRMs as their vendors document them, as far as calls and follow-ups are concerned."""

from __future__ import annotations

import base64
import html
import re
import uuid
from typing import Any, Literal

from crm_server import Body, Broken, CrmServer, Reply, Seen
from pydantic import Field

ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


# Salesforce ---------------------------------------------------------------------------


class SalesforceTask(Body):
    Subject: str | None = Field(None, max_length=255)
    Description: str | None = Field(None, max_length=32_000)
    Status: Literal["Not Started", "Completed"] | None = None
    TaskSubtype: Literal["Call"] | None = None
    CallType: Literal["Inbound", "Outbound", "Internal"] | None = None
    CallDurationInSeconds: int | None = None
    CallDisposition: str | None = Field(None, max_length=255)
    CallObject: str | None = Field(None, max_length=255)
    ActivityDate: str | None = Field(None, pattern=r"^\d{4}-\d\d-\d\d$")
    WhoId: str | None = Field(None, pattern=r"^003\w{15}$")
    WhatId: str | None = Field(None, pattern=r"^500\w{15}$")
    OwnerId: str | None = Field(None, pattern=r"^005\w{15}$")


class SalesforceType(Body):
    type: Literal["Task"]


class SalesforceRow(SalesforceTask):
    attributes: SalesforceType
    Copilot_Key__c: str = Field(pattern=r"^[\w:-]{1,60}$")


class SalesforceRows(Body):
    allOrNone: Literal[True]
    records: list[SalesforceRow] = Field(min_length=1, max_length=200)


class SalesforceCase(Body):
    Subject: str | None = Field(None, max_length=255)
    Description: str | None = Field(None, max_length=32_000)
    Status: Literal["New"] | None = None
    Origin: Literal["Phone"] | None = None
    ContactId: str | None = Field(None, pattern=r"^003\w{15}$")
    OwnerId: str | None = Field(None, pattern=r"^005\w{15}$")


class SalesforceServer(CrmServer):
    """Upsert by ``Copilot_Key__c``, queries of the form that SOQL takes."""

    contacts: tuple[dict[str, str], ...] = (
        {"Id": "003" + "A" * 15, "Phone": "(03) 1234-5678", "Number__c": "k-9"},
        {"Id": "003" + "B" * 15, "Phone": "+81 3-1234-9999", "Number__c": "O'Brien"},
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.rows: dict[str, dict[str, dict[str, Any]]] = {"Task": {}, "Case": {}}
        key = {"name": "Copilot_Key__c", "externalId": True, "unique": True, "createable": True}
        self.fields: dict[str, list[dict[str, Any]]] = {
            "Task": [key],
            "Case": [key],
            "Contact": [{"name": "Number__c"}, {"name": "Phone"}],
        }
        self.queries: list[str] = []
        self.refuses = ""
        """A code with which follow-ups are refused."""

    def authorised(self, request: Seen) -> bool:
        return self.bearer(request)

    def answer(self, request: Seen) -> Reply:
        path = request.path.removeprefix("/services/data/v62.0")
        if request.method == "GET" and path == "/query":
            return self._query(request.query["q"])
        if request.method == "GET" and (
            kind := re.fullmatch(r"/sobjects/(\w+)/describe", path)
        ):
            return Reply(200, {"name": kind[1], "fields": self.fields[kind[1]]})
        if request.method == "PATCH" and path == "/composite/sobjects/Task/Copilot_Key__c":
            given = SalesforceRows.model_validate(request.json).records
            if self.refuses:
                rolled_back = ["ALL_OR_NONE_OPERATION_ROLLED_BACK"] * (len(given) - 1)
                return Reply(200, [_refused(code) for code in (*rolled_back, self.refuses)])
            return Reply(200, [self._upsert_row(row) for row in given])
        found = re.fullmatch(r"/sobjects/(Task|Case)/Copilot_Key__c/([\w:-]{1,60})", path)
        if request.method != "PATCH" or not found:
            raise Broken("no such resource")
        record, key = found.groups()
        schema = SalesforceTask if record == "Task" else SalesforceCase
        given = schema.model_validate(request.json).model_dump(exclude_unset=True)
        new = key not in self.rows[record]
        if not new and "TaskSubtype" in given:
            return Reply(
                400, [{"errorCode": "INVALID_FIELD_FOR_INSERT_UPDATE", "message": "x"}]
            )
        return Reply(201 if new else 200, self._upsert(record, key, given))

    def _upsert_row(self, row: SalesforceRow) -> dict[str, Any]:
        given = row.model_dump(exclude_unset=True, exclude={"attributes", "Copilot_Key__c"})
        return self._upsert("Task", row.Copilot_Key__c, given)

    def _upsert(self, record: str, key: str, given: dict[str, Any]) -> dict[str, Any]:
        rows = self.rows[record]
        new = key not in rows
        prefix = "00T" if record == "Task" else "500"
        row = rows.setdefault(key, {"Id": f"{prefix}{len(rows):015}", "Copilot_Key__c": key})
        row |= given
        row["IsClosed"] = row.get("Status") == "Completed"
        return {"id": row["Id"], "success": True, "created": new, "errors": []}

    def _query(self, soql: str) -> Reply:
        self.queries.append(soql)
        keyed = re.fullmatch(
            r"SELECT ([\w, ]+) FROM (Task|Case) WHERE Copilot_Key__c IN \(('[\w:-]+'(?:, |))+\)",
            soql,
        )
        if keyed:
            keys = re.findall(r"'([\w:-]+)'", soql)
            rows = self.rows[keyed[2]]
            names = keyed[1].split(", ")
            found = [{n: rows[key].get(n) for n in names} for key in keys if key in rows]
            return Reply(200, {"totalSize": len(found), "done": True, "records": found})
        contact = re.fullmatch(
            r"SELECT Id, (\w+) FROM Contact WHERE \1 (=|LIKE) '((?:[^'\\]|\\['\\\"nrt])*)' LIMIT 20",
            soql,
        )
        if not contact:
            raise Broken(f"MALFORMED_QUERY {soql}")
        field, value = contact[1], re.sub(r"\\(.)", r"\1", contact[3])
        wanted = (
            re.compile(".*".join(map(re.escape, value.split("%"))))
            if contact[2] == "LIKE"
            else re.compile(re.escape(value))
        )
        found = [
            {"Id": one["Id"], field: one[field]}
            for one in self.contacts
            if wanted.fullmatch(one[field])
        ]
        return Reply(200, {"totalSize": len(found), "done": True, "records": found})

    @property
    def calls(self) -> list[dict[str, Any]]:
        return [
            *self.rows["Case"].values(),
            *(row for row in self.rows["Task"].values() if row.get("TaskSubtype")),
        ]

    @property
    def tasks(self) -> list[dict[str, Any]]:
        return [row for row in self.rows["Task"].values() if row["Status"] == "Not Started"]

    def text_of(self, call: dict[str, Any]) -> str:
        return str(call["Description"])


def _refused(code: str) -> dict[str, Any]:
    return {"success": False, "errors": [{"statusCode": code, "message": "x", "fields": []}]}


# HubSpot ------------------------------------------------------------------------------


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


# Zendesk ------------------------------------------------------------------------------


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


# Dynamics 365 -------------------------------------------------------------------------


class DynamicsParty(Body):
    participationtypemask: Literal[1, 2]
    contact: str | None = Field(
        None, alias="partyid_contact@odata.bind", pattern=rf"^/contacts\({ID}\)$"
    )
    user: str | None = Field(
        None, alias="partyid_systemuser@odata.bind", pattern=rf"^/systemusers\({ID}\)$"
    )


class DynamicsActivity(Body):
    subject: str | None = Field(None, max_length=200)
    description: str | None = Field(None, max_length=2000)
    statecode: int | None = None
    statuscode: int | None = None
    owner: str | None = Field(
        None, alias="ownerid@odata.bind", pattern=rf"^/systemusers\({ID}\)$"
    )


class DynamicsCall(DynamicsActivity):
    phonenumber: str | None = Field(None, max_length=200)
    directioncode: bool | None = None
    actualdurationminutes: int | None = None
    actualstart: str | None = None
    actualend: str | None = None
    regarding: str | None = Field(None, alias="regardingobjectid_contact_phonecall@odata.bind")
    phonecall_activity_parties: list[DynamicsParty] | None = None


class DynamicsTask(DynamicsActivity):
    scheduledend: str | None = None
    regarding: str | None = Field(None, alias="regardingobjectid_contact_task@odata.bind")


class DynamicsServer(CrmServer):
    token_life = {"expires_in": 3599}
    contacts: tuple[dict[str, str], ...] = (
        {"contactid": str(uuid.UUID(int=9)), "telephone1": "03-1234-5678", "number": "k-9"},
        {"contactid": str(uuid.UUID(int=8)), "telephone1": "03-9999-9999", "number": "O'Brien"},
    )
    states = {
        "phonecalls": {(0, 1), (1, 2), (1, 4), (2, 3)},
        "tasks": {(0, 2), (0, 3), (1, 5), (2, 6)},
    }

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.rows: dict[str, dict[str, dict[str, Any]]] = {"phonecalls": {}, "tasks": {}}

    def authorised(self, request: Seen) -> bool:
        return self.bearer(request)

    def answer(self, request: Seen) -> Reply:
        headers = request.headers
        if headers["odata-version"] != "4.0" or headers["odata-maxversion"] != "4.0":
            raise Broken("OData 4.0")
        path = request.path.removeprefix("/api/data/v9.2/")
        if request.method == "GET":
            return self._rows(path, request.query)
        found = re.fullmatch(rf"(phonecalls|tasks)\(({ID})\)", path)
        if request.method != "PATCH" or not found:
            raise Broken("no such resource")
        return self._patch(found[1], found[2], request)

    def _patch(self, table: str, row_id: str, request: Seen) -> Reply:
        schema = DynamicsCall if table == "phonecalls" else DynamicsTask
        given = schema.model_validate(request.json).model_dump(exclude_unset=True)
        rows = self.rows[table]
        match (request.headers.get("if-match"), request.headers.get("if-none-match")):
            case (None, "*") if row_id in rows:
                return Reply(412, {"error": {"code": "0x80060891", "message": "secret"}})
            case ("*", None) if row_id not in rows:
                return Reply(404, {"error": {"code": "0x80040217", "message": "secret"}})
            case ("*", None) | (None, "*"):
                pass
            case _:
                raise Broken("neither create nor update")
        row = rows.get(row_id, {"activityid": row_id, "statecode": 0, "statuscode": 1})
        states = {
            name: given.pop(name) for name in ("statecode", "statuscode") if name in given
        }
        if row["statecode"] != 0 and given:
            return Reply(
                400,
                {"error": {"code": "0x80044150", "message": "Cannot update closed activity"}},
            )
        if states and (states["statecode"], states["statuscode"]) not in self.states[table]:
            raise Broken(f"{states}")
        rows[row_id] = row | given | states
        return Reply(204, None, {"odata-entityid": f"{self.url}/{table}({row_id})"})

    regarding = {
        "phonecall": "regardingobjectid_contact_phonecall",
        "task": "regardingobjectid_contact_task",
    }

    def _rows(self, table: str, query: dict[str, str]) -> Reply:
        known = re.fullmatch(
            r"EntityDefinitions\(LogicalName='(\w+)'\)/ManyToOneRelationships", table
        )
        if known:
            names = [self.regarding[known[1]], "createdby"]
            column = query["$select"]
            return Reply(200, {"value": [{column: name} for name in names]})
        if query["$filter"] == "contactid ne null":
            if query["$select"] not in self.contacts[0]:
                return Reply(400, {"error": {"code": "0x80060888", "message": "x"}})
            return Reply(200, {"value": []})
        columns = query["$select"].split(",")
        rows = self.contacts if table == "contacts" else self.rows[table].values()
        found = []
        for part in query["$filter"].split(" or "):
            test = re.fullmatch(rf"(\w+) eq (?:'((?:[^']|'')*)'|({ID}))", part)
            if not test:
                raise Broken(f"$filter {part}")
            value = test[3] or test[2].replace("''", "'")
            found += [row for row in rows if row.get(test[1]) == value]
        top = int(query.get("$top", 5000))
        shown = [{name: row.get(name) for name in columns} for row in found[:top]]
        return Reply(200, {"value": shown})

    @property
    def calls(self) -> list[dict[str, Any]]:
        return list(self.rows["phonecalls"].values())

    @property
    def tasks(self) -> list[dict[str, Any]]:
        return [row for row in self.rows["tasks"].values() if row["statecode"] == 0]

    def text_of(self, call: dict[str, Any]) -> str:
        return str(call["description"])


# kintone ------------------------------------------------------------------------------


class KintoneKey(Body):
    field: Literal["呼番号"]
    value: str = Field(min_length=1, max_length=64)


class KintoneRecord(Body):
    updateKey: KintoneKey
    record: dict[str, dict[Literal["value"], Any]]
    revision: str | None = None


class KintoneUpsert(Body):
    app: Literal[7]
    upsert: Literal[True]
    records: list[KintoneRecord] = Field(min_length=1, max_length=100)


class KintoneServer(CrmServer):
    texts = {"件名", "対応内容", "通話日時", "対応結果", "注文番号", "お客様番号"}
    columns = {"内容", "期日", "担当"}

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.rows: dict[str, dict[str, Any]] = {}
        self.row_ids = 0
        self.form: dict[str, dict[str, Any]] = {
            "呼番号": {"type": "SINGLE_LINE_TEXT", "unique": True},
            "区分": {"type": "CHECK_BOX"},
            "フォロー": {"type": "SUBTABLE", "fields": {name: {} for name in self.columns}},
            **{name: {"type": "MULTI_LINE_TEXT"} for name in self.texts},
        }

    def authorised(self, request: Seen) -> bool:
        return request.headers.get("x-cybozu-api-token") == self.secret

    def answer(self, request: Seen) -> Reply:
        if (request.method, request.path) == ("GET", "/k/v1/app/form/fields.json"):
            if request.query != {"app": "7"}:
                raise Broken("no such app")
            return Reply(200, {"properties": self.form, "revision": "2"})
        if (request.method, request.path) == ("GET", "/k/v1/records.json"):
            return self._read(request.query)
        if (request.method, request.path) != ("PUT", "/k/v1/records.json"):
            raise Broken("no such resource")
        (one,) = KintoneUpsert.model_validate(request.json).records
        given = {code: value["value"] for code, value in one.record.items()}
        for code, value in given.items():
            if code == "区分":
                if not isinstance(value, list):
                    raise Broken("choices are a list")
            elif code == "フォロー":
                for row in value:
                    cells = row["value"]
                    if set(row) - {"id"} != {"value"} or set(cells) != self.columns:
                        raise Broken(f"CB_VA01 {row}")
            elif code not in self.texts or not isinstance(value, str):
                raise Broken(f"CB_VA01 {code}")
        key = one.updateKey.value
        operation = "UPDATE" if key in self.rows else "INSERT"
        row = self.rows.setdefault(key, {"$id": str(len(self.rows) + 1), "$revision": "0"})
        if one.revision not in (None, row["$revision"]):
            return Reply(409, {"code": "GAIA_CO02", "message": "x"})
        if "フォロー" in given:
            given["フォロー"] = self._table(row.get("フォロー", []), given["フォロー"])
        row |= given | {"$revision": str(int(row["$revision"]) + 1)}
        return Reply(
            200,
            {
                "records": [
                    {"id": row["$id"], "revision": row["$revision"], "operation": operation}
                ]
            },
        )

    def _table(
        self, before: list[dict[str, Any]], given: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        """A row with an id keeps columns that were not given; what is not given goes."""
        known = {row["id"]: row["value"] for row in before}
        rows = []
        for one in given:
            if "id" in one and one["id"] not in known:
                raise Broken("no such row")
            self.row_ids += "id" not in one
            row_id = one.get("id", str(self.row_ids))
            rows.append({"id": row_id, "value": known.get(row_id, {}) | one["value"]})
        return rows

    def _read(self, query: dict[str, str]) -> Reply:
        found = re.fullmatch(r'呼番号 = "([\w:-]+)"', query["query"])
        if query["app"] != "7" or not found:
            raise Broken(f"GAIA_IQ11 {query}")
        rows = [self.rows[found[1]]] if found[1] in self.rows else []
        return Reply(
            200,
            {"records": [{code: {"value": value} for code, value in r.items()} for r in rows]},
        )

    @property
    def calls(self) -> list[dict[str, Any]]:
        return list(self.rows.values())

    @property
    def tasks(self) -> list[dict[str, Any]]:
        return [row["value"] for call in self.rows.values() for row in call["フォロー"]]

    def text_of(self, call: dict[str, Any]) -> str:
        return str(call["対応内容"])
