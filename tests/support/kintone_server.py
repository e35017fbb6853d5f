"""kintone as a local server that enforces its contract (see ``crm_server``)."""

from __future__ import annotations

import re
from typing import Any, Literal

from crm_server import Body, Broken, CrmServer, Reply, Seen
from pydantic import Field


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
