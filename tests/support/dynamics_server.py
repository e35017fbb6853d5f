"""Dynamics 365 as a local server that enforces its contract (see ``crm_server``)."""

from __future__ import annotations

import re
import uuid
from typing import Any, Literal

from crm_server import Body, Broken, CrmServer, Reply, Seen
from pydantic import Field

ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


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
