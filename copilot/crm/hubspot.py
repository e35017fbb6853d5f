"""HubSpot: a call as a Call, its follow-ups as Tasks, both on the contact's timeline.

Records are upserted by a property with unique values, the same name on calls and on tasks
(``POST /crm/v3/objects/calls/batch/upsert``, each input with ``idProperty``, ``id`` and
``properties``; the answer has ``results``, or 207 with ``errors``). An upsert takes no
associations, so they are put afterwards, which may be repeated (194 call to contact, 204
task to contact). Source: HubSpot's API reference "Create or update a batch of objects by
unique property values", "Activities | Calls", "Activities | Tasks", "Associations v4", and the
models of ``hubspot-api-client``. ``hs_call_duration`` is milliseconds as text;
``hs_call_body`` takes 65,536 characters and is shown as HTML.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from copilot.crm.note import Note, clipped
from copilot.crm.phones import Phone
from copilot.crm.request import Answer, Plan, Request, Steps, present, record_key
from copilot.crm.summary import CallSummary
from copilot.crm.tasks import Standing, Task, placed
from copilot.errors import DeliveryError

__all__ = ["CONNECTED", "HubSpot"]

CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7"
"""HubSpot's own outcome for a call that was answered."""
_CALL_TO_CONTACT, _TASK_TO_CONTACT = 194, 204
_SHOWN = {"calls": [], "tasks": ["hs_task_status", "hs_task_subject"]}
_BODY = 65_000
_TITLE = 255
_CALCULATED = "hs_searchable_calculated"
"""Properties by which HubSpot searches phone numbers: digits without country code, or, where
``international`` stands in the name, with it."""


@dataclass(frozen=True, kw_only=True)
class HubSpot:
    """Requests to one account."""

    key_property: str
    contact_property: str
    """Property of contacts that holds our customer id; empty: no contact is looked for."""
    zone: ZoneInfo
    region: str
    owners: Mapping[str, str] = field(default_factory=dict)
    """Owner id by operator."""
    outcomes: Mapping[str, str] = field(default_factory=dict)
    """GUID of HubSpot's outcome by disposition code of ours."""

    def plan(self, summary: CallSummary, key: str) -> Plan:
        note = Note(summary, self.zone)
        call = self._call(note)
        if not (yield from self._known("calls", [record_key(key)])):
            call |= present(hubspot_owner_id=self.owners.get(summary.started.agent_id))
        upserted = yield from self._upsert("calls", {record_key(key): call})
        call_id = str(upserted[0]["id"])
        contact = yield from self._contact(summary.started.customer_id)
        if contact:
            yield _association("calls", call_id, contact, _CALL_TO_CONTACT)
        yield from self._tasks(note, key, contact)
        return call_id

    def lacks(self) -> Steps[list[str]]:
        lacking = []
        names = [("calls", self.key_property), ("tasks", self.key_property)]
        if self.contact_property:
            names.append(("contacts", self.contact_property))
        for records, name in names:
            path = f"/crm/v3/properties/{records}/{name}"
            answer = yield Request(method="GET", path=path, also=frozenset({404}))
            if answer.status == 404:
                lacking.append(f"{records} have no property {name}")
            elif records != "contacts" and not answer.at("hasUniqueValue"):
                lacking.append(
                    f"the property {name} of {records} does not require unique values"
                )
        return lacking

    def transient(self, answer: Answer) -> bool:
        return False

    def _call(self, note: Note) -> dict[str, str]:
        summary = note.summary
        fields = summary.summary.fields
        codes = sorted(fields.disposition, key=lambda one: -one.confidence)
        outcome = next(
            (self.outcomes[one.code] for one in codes if one.code in self.outcomes), ""
        )
        inbound = summary.started.direction == "inbound"
        phone = Phone.of(summary.started.customer_id or "", self.region)
        return {
            "hs_timestamp": _moment(note.started),
            "hs_call_title": clipped(note.title, _TITLE),
            "hs_call_body": _markup(note.text),
            "hs_call_direction": "INBOUND" if inbound else "OUTBOUND",
            "hs_call_duration": str(round(summary.duration_s * 1000)),
            "hs_call_status": "COMPLETED",
            "hs_call_disposition": outcome or CONNECTED,
            **(
                {"hs_call_from_number" if inbound else "hs_call_to_number": phone.e164}
                if phone
                else {}
            ),
        }

    def _tasks(self, note: Note, key: str, contact: str | None) -> Steps[None]:
        keys = {number: record_key(key, number) for number in note.summary.numbers.looked_up}
        rows = yield from self._known("tasks", list(keys.values()))
        standing = {
            number: Standing.of(
                rows[one].get("hs_task_subject"),
                is_open=rows[one].get("hs_task_status") != "COMPLETED",
            )
            for number, one in keys.items()
            if one in rows
        }
        follow_ups = placed(note.tasks, standing, _subject)
        changed: dict[str, dict[str, str]] = {}
        for number, one in follow_ups.tasks.items():
            changed[keys[number]] = properties = _task(one, note)
            if number not in standing or standing[number].state == "withdrawn":
                properties["hs_task_status"] = "NOT_STARTED"
            if number not in standing:
                owner = self.owners.get(note.summary.started.agent_id)
                properties |= present(hs_task_type="TODO", hubspot_owner_id=owner)
        for number in follow_ups.gone:
            changed[keys[number]] = {
                "hs_task_status": "COMPLETED",
                "hs_task_subject": _subject(note.withdrawn(standing[number].subject)),
            }
        if not changed:
            return
        tasks = yield from self._upsert("tasks", changed)
        for task in tasks if contact else ():
            yield _association("tasks", str(task["id"]), str(contact), _TASK_TO_CONTACT)

    def _known(self, records: str, keys: list[str]) -> Steps[dict[str, dict[str, Any]]]:
        """Properties of records by key. Those that are not there are errors beside a 207."""
        read = {
            "idProperty": self.key_property,
            "properties": [*_SHOWN[records], self.key_property],
            "inputs": [{"id": key} for key in keys],
        }
        answer = yield Request.of("POST", f"/crm/v3/objects/{records}/batch/read", read)
        rows = [row["properties"] for row in answer.rows("results")]
        return {str(row.get(self.key_property)): row for row in rows}

    def _upsert(
        self, records: str, properties: Mapping[str, Mapping[str, str]]
    ) -> Steps[list[dict[str, Any]]]:
        """Raises ``DeliveryError`` where any record was not taken: 207 tells so."""
        inputs = [
            {"idProperty": self.key_property, "id": key, "properties": dict(values)}
            for key, values in properties.items()
        ]
        answer = yield Request.of(
            "POST", f"/crm/v3/objects/{records}/batch/upsert", {"inputs": inputs}
        )
        rows = answer.rows("results")
        if len(rows) < len(inputs):
            errors = answer.document.get("errors") or [{}]
            reason = str(errors[0].get("category", "unknown"))
            raise DeliveryError(
                f"{records} were refused: {reason}", retryable=reason in _RETRYABLE
            )
        return rows

    def _contact(self, customer_id: str | None) -> Steps[str | None]:
        """Id of the only contact whom the customer id names."""
        if not customer_id or not self.contact_property:
            return None
        value = customer_id
        if self.contact_property.startswith(_CALCULATED):
            phone = Phone.of(customer_id, self.region)
            if phone is None:
                return None
            international = "international" in self.contact_property
            value = phone.e164.lstrip("+") if international else "".join(phone.groups)
        wanted = {"propertyName": self.contact_property, "operator": "EQ", "value": value}
        search = {
            "filterGroups": [{"filters": [wanted]}],
            "properties": [self.contact_property],
            "limit": 2,
        }
        answer = yield Request.of("POST", "/crm/v3/objects/contacts/search", search)
        rows = answer.rows("results")
        return str(rows[0]["id"]) if len(rows) == 1 else None


_RETRYABLE = frozenset({"RATE_LIMITS", "INTERNAL_ERROR", "CONFLICT", "unknown"})


def _association(records: str, record_id: str, contact_id: str, kind: int) -> Request:
    return Request.of(
        "PUT",
        f"/crm/v4/objects/{records}/{quote(record_id)}/associations/contacts/{quote(contact_id)}",
        [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": kind}],
    )


def _subject(text: str) -> str:
    return clipped(text, _TITLE)


def _task(task: Task, note: Note) -> dict[str, str]:
    """A task needs a day; one for which none was said is due when the call was."""
    due = task.due or note.day
    noon = datetime.combine(due, time(12), note.zone)
    return {
        "hs_timestamp": _moment(noon),
        "hs_task_subject": _subject(task.subject),
        "hs_task_body": _markup(task.body),
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _markup(text: str) -> str:
    """The text as HTML shows it, cut before it is escaped: half an entity is none."""
    room = _BODY
    while len(marked := html.escape(clipped(text, room)).replace("\n", "<br>")) > _BODY:
        room -= len(marked) - _BODY
    return marked
