"""kintone: a call as a record of the centre's own app, its fields filled by a mapping file.

``PUT /k/v1/records.json`` with ``"upsert": true`` updates the record whose unique field
(値の重複を禁止する) has our key, and makes it where there is none, in one request; the answer
tells the id. Source: cybozu.dev, 「複数のレコードを更新する」 (UPSERT).
A table is written as a whole: rows without an id take the place of those that were there, so
follow-ups that a later version no longer has go with it. A unique text field holds 64
characters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from copilot.crm.kintone_file import Column, FieldMap
from copilot.crm.note import Note, clipped, linkless
from copilot.crm.request import Answer, Plan, Request, Steps, error_code, record_key
from copilot.crm.summary import CallSummary

__all__ = ["Kintone"]

_TEXT = 64_000
"""Characters of a text field; the centre may allow less, which its mapping tells."""
_LOCKED = "GAIA_DA02"
"""The app's data is locked by another change."""


@dataclass(frozen=True, kw_only=True)
class Kintone:
    """Requests to one app."""

    app: int
    key_field: str
    """Field code of the unique text field that holds our key."""
    fields: FieldMap
    zone: ZoneInfo

    def plan(self, summary: CallSummary, key: str) -> Plan:
        note = Note(summary, self.zone)
        record = {
            "updateKey": {"field": self.key_field, "value": record_key(key)},
            "record": self._record(note),
        }
        body = {"app": self.app, "upsert": True, "records": [record]}
        answer = yield Request.of("PUT", "/k/v1/records.json", body)
        return str(answer.at("records", 0, "id"))

    def lacks(self) -> Steps[list[str]]:
        answer = yield Request(
            method="GET", path="/k/v1/app/form/fields.json", query={"app": str(self.app)}
        )
        app = answer.at("properties")
        key = app.get(self.key_field, {})
        lacking = []
        if key.get("type") != "SINGLE_LINE_TEXT" or not key.get("unique"):
            lacking.append(f"{self.key_field} is no text field without duplicates")
        lacking += [
            f"the app has no field {code}" for code in self.fields.fields if code not in app
        ]
        for code, table in self.fields.tables.items():
            columns = app.get(code, {}).get("fields", {})
            lacking += [
                f"the app has no table {code} with {name}"
                for name in table.columns
                if name not in columns
            ]
        return lacking

    def transient(self, answer: Answer) -> bool:
        return error_code(answer.document) == _LOCKED

    def _record(self, note: Note) -> dict[str, Any]:
        document = mapped_document(note)
        record: dict[str, Any] = {
            code: {"value": _value(column, document)}
            for code, column in self.fields.fields.items()
        }
        for code, table in self.fields.tables.items():
            record[code] = {
                "value": [
                    {
                        "value": {
                            name: {"value": _value(column, row)}
                            for name, column in table.columns.items()
                        }
                    }
                    for row in table.path.found(document)
                ]
            }
        return record


def mapped_document(note: Note) -> dict[str, Any]:
    """What the paths of a mapping file lead into: the document of a webhook and, beside it,
    what other CRMs get."""
    return note.summary.document() | {
        "started_at": note.started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "ended_at": note.ended.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "day": note.day.isoformat(),
        "title": note.title,
        "note": note.text,
        "disposition": note.disposition,
    }


def _value(column: Column, document: Any) -> str | list[str]:
    """Empty where nothing was said, so that a later version can take a value back."""
    found = [_text(value) for value in column.path.found(document)]
    texts = [column.choices.get(text, text) for text in found if text]
    if column.many:
        return texts
    return clipped(linkless("\n".join(texts)), min(column.characters or _TEXT, _TEXT))


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case float():
            return f"{value:.2f}".rstrip("0").rstrip(".")
        case _:
            return str(value)
