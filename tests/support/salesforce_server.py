"""Salesforce as a local server that enforces its contract (see ``crm_server``)."""

from __future__ import annotations

import re
from typing import Any, Literal

from crm_server import Body, Broken, CrmServer, Reply, Seen
from pydantic import Field


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
