"""kintone: a call as a record of the centre's own app, its fields filled by a mapping file.

``PUT /k/v1/records.json`` with ``"upsert": true`` updates the record whose unique field
(値の重複を禁止する) has our key, and makes it where there is none, in one request; the answer
tells the id. Source: cybozu.dev, 「複数のレコードを更新する」 (UPSERT).
A table is written as a whole: rows that are not sent go, rows sent with their id keep what
stands in columns that were not sent (「レコード更新におけるテーブル操作のテクニック」). So the
record is read first, and changed only where it is still the one that was read (``revision``,
else 409 GAIA_CO02). A unique text field holds 64 characters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from copilot.crm.kintone_file import Column, FieldMap, Table
from copilot.crm.note import Note, clipped, linkless
from copilot.crm.request import Answer, Plan, Request, Steps, error_code, record_key
from copilot.crm.summary import CallSummary

__all__ = ["Kintone"]

_TEXT = 64_000
"""Characters of a text field; the centre may allow less, which its mapping tells."""
_WORDS = ("what", "value")
"""What a follow-up, and an entity, says."""
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
        own_key = record_key(key)
        known: dict[str, Any] = {}
        if self.fields.tables:
            known = yield from self._known(own_key)
        record = {
            "updateKey": {"field": self.key_field, "value": own_key},
            "record": self._record(note, known),
            **({"revision": known["$revision"]["value"]} if known else {}),
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

    def _known(self, key: str) -> Steps[dict[str, Any]]:
        """The record as it stands; empty where there is none."""
        query = {"app": str(self.app), "query": f'{self.key_field} = "{key}"'}
        answer = yield Request(method="GET", path="/k/v1/records.json", query=query)
        rows = answer.rows("records")
        return dict(rows[0]) if rows else {}

    def _record(self, note: Note, known: Mapping[str, Any]) -> dict[str, Any]:
        document = mapped_document(note)
        record: dict[str, Any] = {
            code: {"value": _value(column, document)}
            for code, column in self.fields.fields.items()
        }
        for code, table in self.fields.tables.items():
            rows = [_cells(table, entry) for entry in table.path.found(document)]
            ids = _row_ids(table, rows, known.get(code, {}).get("value", ()))
            record[code] = {
                "value": [
                    {"id": row_id, "value": cells} if row_id else {"value": cells}
                    for row_id, cells in zip(ids, rows, strict=True)
                ]
            }
        return record


def _cells(table: Table, entry: Any) -> dict[str, Any]:
    return {name: {"value": _value(column, entry)} for name, column in table.columns.items()}


def _row_ids(
    table: Table, rows: Sequence[Mapping[str, Any]], known: Sequence[Mapping[str, Any]]
) -> list[str]:
    """Of each row the id of the one that says the same, empty where there is none: the same in
    all our columns, else in those that hold its words. People's marks stand beside these; other
    words are another row."""
    names = list(table.columns)
    words = [name for name, column in table.columns.items() if column.path.text in _WORDS]
    ids = [""] * len(rows)
    left = {str(row["id"]): row["value"] for row in known}
    for compared in [names, words] if words else [names]:
        for place, cells in enumerate(rows):
            said = [cells[name]["value"] for name in compared]
            for row_id, there in left.items() if not ids[place] else ():
                if [there.get(name, {}).get("value") or "" for name in compared] == said:
                    ids[place] = row_id
                    del left[row_id]
                    break
    return ids


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
