"""Dynamics 365: a call as a completed phone call activity, its follow-ups as tasks.

The client chooses the ids: UUIDs of our key. ``PATCH /phonecalls(<id>)`` with
``If-None-Match: *`` creates and answers 412 where the record is there, with ``If-Match: *``
it updates only ("Upsert a table row", "Limit upsert operations"), so what belongs to creation
alone (parties, owner, what it regards) is sent there only. A completed activity is opened for
a change and completed again; ``statecode`` and ``statuscode`` go together: 1/4 received, 1/2
made; of tasks 0/2 not started, 2/6 cancelled. Source: Dataverse Web API guide and table
reference of PhoneCall, Task and ActivityParty (subject 200, description 2,000 characters).
The name by which a record regards another differs between organisations
(``regardingobjectid_contact`` or ``regardingobjectid_contact_phonecall``) and is a setting.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from copilot.crm.note import Note, clipped
from copilot.crm.phones import Phone
from copilot.crm.request import Answer, Plan, Request, Steps, record_key
from copilot.crm.summary import CallSummary
from copilot.crm.tasks import Standing, Task, placed

__all__ = ["Dynamics", "record_id"]

_NAMESPACE = uuid.UUID("5d1f6c1e-53c6-5e7c-9d6c-0d3f2a6b7c41")
_SUBJECT = 200
_DESCRIPTION = 2000
_BASE = "/api/data/v9.2"
_ODATA = {"accept": "application/json", "odata-version": "4.0", "odata-maxversion": "4.0"}
_OPEN = {"statecode": 0, "statuscode": 1}
_COMPLETED = {
    "inbound": {"statecode": 1, "statuscode": 4},
    "outbound": {"statecode": 1, "statuscode": 2},
}
_NOT_STARTED = {"statecode": 0, "statuscode": 2}
_CANCELLED = {"statecode": 2, "statuscode": 6}
_FROM, _TO = 1, 2
_PHONES = ("telephone", "phone", "mobile")


@dataclass(frozen=True, kw_only=True)
class Dynamics:
    """Requests to one organisation."""

    contact_field: str
    """Column of contact that holds our customer id; empty: no contact is looked for."""
    regarding: str
    """How a phone call regards a contact, without ``@odata.bind``."""
    task_regarding: str
    zone: ZoneInfo
    region: str
    owners: Mapping[str, str] = field(default_factory=dict)
    """Id of the system user by operator."""

    def plan(self, summary: CallSummary, key: str) -> Plan:
        note = Note(summary, self.zone)
        call_id = record_id(key)
        contact = yield from self._contact(summary.started.customer_id)
        body = self._call(note)
        created = yield _patch(
            "phonecalls", call_id, body | self._born(note, contact), new=True
        )
        if created.status == 412:
            yield _patch("phonecalls", call_id, _OPEN)
            yield _patch("phonecalls", call_id, body)
        yield _patch("phonecalls", call_id, _COMPLETED[summary.started.direction])
        yield from self._tasks(note, key, contact)
        return call_id

    def lacks(self) -> Steps[list[str]]:
        lacking = []
        for table, name in (("phonecall", self.regarding), ("task", self.task_regarding)):
            answer = yield Request(
                method="GET",
                path=f"{_BASE}/EntityDefinitions(LogicalName='{table}')/ManyToOneRelationships",
                query={
                    "$select": "ReferencingEntityNavigationPropertyName",
                    "$filter": "ReferencedEntity eq 'contact'",
                },
                headers=_ODATA,
            )
            rows = answer.rows("value")
            known = [str(row["ReferencingEntityNavigationPropertyName"]) for row in rows]
            if name not in known:
                spelt = [one for one in known if one.startswith("regardingobjectid")]
                lacking.append(
                    f"a {table} regards a contact as {' or '.join(spelt)}, not {name}"
                )
        if self.contact_field:
            yield from _rows("contacts", self.contact_field, "contactid ne null", top=1)
        return lacking

    def transient(self, answer: Answer) -> bool:
        return False

    def _call(self, note: Note) -> dict[str, Any]:
        summary = note.summary
        phone = Phone.of(summary.started.customer_id or "", self.region)
        return {
            "subject": _subject(note.title),
            "description": clipped(note.text, _DESCRIPTION),
            "directioncode": summary.started.direction == "outbound",
            "actualdurationminutes": ceil(summary.duration_s / 60),
            "actualstart": _moment(note.started),
            "actualend": _moment(note.ended),
            **({"phonenumber": phone.e164} if phone else {}),
        }

    def _born(self, note: Note, contact: str | None) -> dict[str, Any]:
        started = note.summary.started
        inbound = started.direction == "inbound"
        owner = self.owners.get(started.agent_id)
        born: dict[str, Any] = {}
        parties: list[dict[str, Any]] = []
        if contact:
            born[f"{self.regarding}@odata.bind"] = f"/contacts({contact})"
            parties.append(
                _party("contact", f"/contacts({contact})", _FROM if inbound else _TO)
            )
        if owner:
            born["ownerid@odata.bind"] = f"/systemusers({owner})"
            parties.append(
                _party("systemuser", f"/systemusers({owner})", _TO if inbound else _FROM)
            )
        return born | ({"phonecall_activity_parties": parties} if parties else {})

    def _tasks(self, note: Note, key: str, contact: str | None) -> Steps[None]:
        ids = {number: record_id(key, number) for number in note.summary.numbers.looked_up}
        rows = yield from self._known(list(ids.values()))
        standing = {
            number: Standing.of(rows[one]["subject"], is_open=rows[one]["statecode"] == 0)
            for number, one in ids.items()
            if one in rows
        }
        follow_ups = placed(note.tasks, standing, _subject)
        for number, one in follow_ups.tasks.items():
            body = _task(one, note)
            if number in standing:
                if standing[number].state == "withdrawn":
                    yield _patch("tasks", ids[number], _NOT_STARTED)
                yield _patch("tasks", ids[number], body)
            else:
                if contact:
                    body[f"{self.task_regarding}@odata.bind"] = f"/contacts({contact})"
                if owner := self.owners.get(note.summary.started.agent_id):
                    body["ownerid@odata.bind"] = f"/systemusers({owner})"
                yield _patch("tasks", ids[number], body, new=True)
        for number in follow_ups.gone:
            subject = _subject(note.withdrawn(standing[number].subject))
            yield _patch("tasks", ids[number], {"subject": subject, **_CANCELLED})

    def _known(self, ids: list[str]) -> Steps[dict[str, dict[str, Any]]]:
        rows = yield from _rows(
            "tasks",
            "activityid,statecode,subject",
            " or ".join(f"activityid eq {task_id}" for task_id in ids),
        )
        return {str(row["activityid"]).lower(): row for row in rows}

    def _contact(self, customer_id: str | None) -> Steps[str | None]:
        """Id of the only contact whom the customer id names."""
        column = self.contact_field
        if not customer_id or not column:
            return None
        if column == "contactid":
            try:
                condition = f"contactid eq {uuid.UUID(customer_id)}"
            except ValueError:
                return None
        elif any(word in column for word in _PHONES):
            phone = Phone.of(customer_id, self.region)
            if phone is None:
                return None
            condition = " or ".join(f"{column} eq {_quoted(form)}" for form in phone.forms)
        else:
            condition = f"{column} eq {_quoted(customer_id)}"
        rows = yield from _rows("contacts", "contactid", condition, top=2)
        return str(rows[0]["contactid"]) if len(rows) == 1 else None


def record_id(key: str, number: int | None = None) -> str:
    """The id that the record of a delivery has over there, the same for every try."""
    return str(uuid.uuid5(_NAMESPACE, record_key(key, number)))


def _patch(table: str, row_id: str, body: dict[str, Any], *, new: bool = False) -> Request:
    """Creates only, or updates only."""
    condition = {"if-none-match": "*"} if new else {"if-match": "*"}
    also = frozenset({412}) if new else frozenset()
    path = f"{_BASE}/{table}({row_id})"
    return Request.of("PATCH", path, body, headers=_ODATA | condition, also=also)


def _rows(
    table: str, columns: str, condition: str, *, top: int | None = None
) -> Steps[list[dict[str, Any]]]:
    query = {"$select": columns, "$filter": condition} | ({"$top": str(top)} if top else {})
    answer = yield Request(method="GET", path=f"{_BASE}/{table}", query=query, headers=_ODATA)
    return answer.rows("value")


def _party(kind: str, path: str, part: int) -> dict[str, Any]:
    return {f"partyid_{kind}@odata.bind": path, "participationtypemask": part}


def _subject(text: str) -> str:
    return clipped(text, _SUBJECT)


def _task(task: Task, note: Note) -> dict[str, Any]:
    due = task.due and _moment(datetime.combine(task.due, time(12), note.zone))
    return {
        "subject": _subject(task.subject),
        "description": clipped(task.body, _DESCRIPTION),
        "scheduledend": due,
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _quoted(text: str) -> str:
    """A string of OData: a quote inside it is doubled."""
    return "'" + text.replace("'", "''") + "'"
