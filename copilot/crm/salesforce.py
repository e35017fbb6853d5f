"""Salesforce: a call as a completed Task or as a Case, its follow-ups as Tasks.

Records are upserted by an external id field of the centre's, unique, on Case and on Activity
(``PATCH /sobjects/Task/<field>/<key>``: 201 or 200 with the id, 300 where the field is not
unique), follow-ups together
(``PATCH /composite/sobjects/Task/<field>``: 200 with a result for each). Source: REST API
Developer Guide, "Insert or Update (Upsert) a Record Using an External ID", "Upsert Records
Using sObject Collections" and "Query"; lengths: Field Reference Guide (Subject 255,
Description 32,000, CallDisposition and CallObject 255); ``TaskSubtype`` can be set at
creation only (Object Reference, Task). Limits are told as 403 REQUEST_LIMIT_EXCEEDED
("Status Codes and Error Responses"), a row that another writer holds as 400
UNABLE_TO_LOCK_ROW.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from copilot.crm.note import Note, clipped
from copilot.crm.phones import Phone
from copilot.crm.request import Answer, Plan, Request, Steps, error_code, present, record_key
from copilot.crm.summary import CallSummary
from copilot.crm.tasks import Standing, Task, placed
from copilot.errors import DeliveryError

__all__ = ["Salesforce", "escaped"]

_BASE = "/services/data/v62.0"
_SUBJECT = 255
_DESCRIPTION = 32_000
_LATER = frozenset({"REQUEST_LIMIT_EXCEEDED", "UNABLE_TO_LOCK_ROW", "SERVER_UNAVAILABLE"})
_ROLLED_BACK = "ALL_OR_NONE_OPERATION_ROLLED_BACK"
"""Of records that went with the one that was refused."""
_SOQL = str.maketrans(
    {"\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
)
_PHONES = ("phone", "mobile")
_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_CREATED: Mapping[str, dict[str, str]] = {
    "Task": {"Status": "Completed", "TaskSubtype": "Call"},
    "Case": {"Status": "New", "Origin": "Phone"},
}
"""Set at creation only: afterwards people and flows of the org move them."""


@dataclass(frozen=True, kw_only=True)
class Salesforce:
    """Requests to one org."""

    record: Literal["task", "case"]
    key_field: str
    contact_field: str
    """Field of Contact that holds our customer id; empty: no contact is looked for."""
    zone: ZoneInfo
    region: str
    """Of phone numbers without a country code."""
    owners: Mapping[str, str] = field(default_factory=dict)
    """User id by operator."""

    def plan(self, summary: CallSummary, key: str) -> Plan:
        note = Note(summary, self.zone)
        record = "Task" if self.record == "task" else "Case"
        own_key = record_key(key)
        task_keys = {number: record_key(key, number) for number in summary.numbers.looked_up}
        keys = list(task_keys.values())
        if record == "Case":
            known = (yield from self._found("Case", [own_key], "Id")).get(own_key)
            rows = yield from self._found("Task", keys, "Id, Subject, IsClosed")
        else:
            rows = yield from self._found("Task", [own_key, *keys], "Id, Subject, IsClosed")
            known = rows.pop(own_key, None)
        tasks = {number: rows[one] for number, one in task_keys.items() if one in rows}
        standing = {
            number: Standing.of(row["Subject"], is_open=not row["IsClosed"])
            for number, row in tasks.items()
        }
        follow_ups = placed(note.tasks, standing, _subject)
        missing = follow_ups.tasks.keys() - tasks.keys()
        contact = None
        if known is None or missing:
            contact = yield from self._contact(summary.started.customer_id)
        owner = self.owners.get(summary.started.agent_id)

        body = self._task(note) if record == "Task" else self._case(note)
        if known is None:
            body |= present(WhoId=contact) if record == "Task" else present(ContactId=contact)
            body |= _CREATED[record] | present(OwnerId=owner)
        answer = yield self._upsert(record, own_key, body, repeatable=known is not None)
        record_id = str(answer.at("id"))

        changed: dict[str, dict[str, Any]] = {}
        for number, one in follow_ups.tasks.items():
            changed[task_keys[number]] = body = _follow_up(one)
            if number in missing or standing[number].state == "withdrawn":
                body["Status"] = "Not Started"
            if number in missing:
                body |= present(WhoId=contact, OwnerId=owner)
                body |= present(WhatId=record_id if record == "Case" else None)
        for number in follow_ups.gone:
            subject = _subject(note.withdrawn(standing[number].subject))
            changed[task_keys[number]] = {"Status": "Completed", "Subject": subject}
        if changed:
            yield from self._upsert_tasks(changed)
        return record_id

    def lacks(self) -> Steps[list[str]]:
        lacking = []
        for record in ["Task"] + (["Case"] if self.record == "case" else []):
            field = (yield from self._fields(record)).get(self.key_field)
            if not (field and field["externalId"] and field["unique"] and field["createable"]):
                lacking.append(
                    f"{record} has no field {self.key_field} that is a unique external id "
                    "and may be written"
                )
        if self.contact_field and self.contact_field not in (
            yield from self._fields("Contact")
        ):
            lacking.append(f"Contact has no field {self.contact_field} that may be read")
        return lacking

    def transient(self, answer: Answer) -> bool:
        return error_code(answer.document) in _LATER

    def _task(self, note: Note) -> dict[str, Any]:
        summary = note.summary
        return {
            "Subject": _subject(note.title),
            "Description": clipped(note.text, _DESCRIPTION),
            "CallType": "Inbound" if summary.started.direction == "inbound" else "Outbound",
            "CallDurationInSeconds": round(summary.duration_s),
            "CallDisposition": clipped(note.disposition, 255),
            "CallObject": clipped(summary.call_id, 255),
            "ActivityDate": note.day.isoformat(),
        }

    def _case(self, note: Note) -> dict[str, Any]:
        return {
            "Subject": _subject(note.title),
            "Description": clipped(note.text, _DESCRIPTION),
        }

    def _upsert(
        self, record: str, key: str, body: dict[str, Any], *, repeatable: bool
    ) -> Request:
        """Not repeatable with what belongs to creation: once the record is there, Salesforce
        refuses that."""
        path = f"{_BASE}/sobjects/{record}/{self.key_field}/{quote(key, safe='')}"
        return Request.of("PATCH", path, body, repeatable=repeatable)

    def _upsert_tasks(self, bodies: Mapping[str, Mapping[str, Any]]) -> Steps[None]:
        """All of them or none, in one request whatever their number: calls to the API are
        counted, and a delivery has not much time."""
        records = [
            {"attributes": {"type": "Task"}, self.key_field: key, **body}
            for key, body in bodies.items()
        ]
        path = f"{_BASE}/composite/sobjects/Task/{self.key_field}"
        answer = yield Request.of("PATCH", path, {"allOrNone": True, "records": records})
        if not isinstance(answer.document, list) or len(answer.document) < len(records):
            raise DeliveryError("the answer has no results", retryable=True)
        for number, result in enumerate(answer.document):
            if not result["success"]:
                code = str(answer.at(number, "errors", 0, "statusCode"))
                if code != _ROLLED_BACK:
                    reason = f"follow-ups were refused: {code}"
                    raise DeliveryError(reason, retryable=code in _LATER)

    def _found(
        self, record: str, keys: list[str], fields: str
    ) -> Steps[dict[str, dict[str, Any]]]:
        """Records by key."""
        values = ", ".join(f"'{escaped(key)}'" for key in keys)
        rows = yield from self._query(
            f"SELECT {fields}, {self.key_field} FROM {record} "
            f"WHERE {self.key_field} IN ({values})"
        )
        return {str(row.get(self.key_field)).lower(): row for row in rows}

    def _contact(self, customer_id: str | None) -> Steps[str | None]:
        """Id of the only contact whom the customer id names; nobody where there are two."""
        if not customer_id or not self.contact_field:
            return None
        if self.contact_field == "Id" and not _ID.fullmatch(customer_id):
            return None
        phone = None
        if any(word in self.contact_field.lower() for word in _PHONES):
            phone = Phone.of(customer_id, self.region)
            if phone is None:
                return None
            condition = f"LIKE '%{'%'.join(phone.groups)}%'"
        else:
            condition = f"= '{escaped(customer_id)}'"
        rows = yield from self._query(
            f"SELECT Id, {self.contact_field} FROM Contact "
            f"WHERE {self.contact_field} {condition} LIMIT 20"
        )
        fits = [
            row["Id"] for row in rows if not phone or phone.is_written(row[self.contact_field])
        ]
        return str(fits[0]) if len(fits) == 1 else None

    def _fields(self, record: str) -> Steps[dict[str, dict[str, Any]]]:
        """Fields of a kind of record by name, as far as the user may see them."""
        path = f"{_BASE}/sobjects/{record}/describe"
        answer = yield Request(method="GET", path=path)
        return {field["name"]: field for field in answer.rows("fields")}

    def _query(self, soql: str) -> Steps[list[dict[str, Any]]]:
        answer = yield Request(method="GET", path=f"{_BASE}/query", query={"q": soql})
        return answer.rows("records")


def _subject(text: str) -> str:
    return clipped(text, _SUBJECT)


def _follow_up(task: Task) -> dict[str, Any]:
    return {
        "Subject": _subject(task.subject),
        "Description": clipped(task.body, _DESCRIPTION),
        "ActivityDate": task.due and task.due.isoformat(),
    }


def escaped(text: str) -> str:
    """For inside single quotes of SOQL ("Quoted String Escape Sequences")."""
    return text.translate(_SOQL)
