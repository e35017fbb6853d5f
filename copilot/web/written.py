"""What people write of a summary: its shape, its bounds, and its mask."""

from __future__ import annotations

import dataclasses
import re
from typing import Annotated, Any, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, create_model

from copilot.events import SummaryFields
from copilot.masking_policy import MaskingPolicy

__all__ = ["BaseVersion", "Spent", "Written", "masked", "masked_fields"]

_fields: TypeAdapter[SummaryFields] = TypeAdapter(SummaryFields)
_UNSPOKEN = frozenset({"date", "code", "kind", "owner", "resolution", "language", "not_stated"})
"""Members of the fields that hold codes, not words."""
FIELDS_BYTES = 20_000
"""Ten times what a call needs."""
DAY_S = 86_400.0
_PIECE = re.compile(
    r".{1,400}\Z|.{1,400}(?:[.!?](?=\s)|[。！？\n])|.{1,400}\s|.{1,400}", re.DOTALL
)
"""Where a long text is cut for masking, whose time grows faster than the text: after a
sentence, else after a word, else anywhere."""

Spent = Annotated[float | None, Field(ge=0, le=DAY_S, allow_inf_nan=False)]
"""Seconds in which the editor had it open, since the version it starts from."""


class BaseVersion(BaseModel):
    """The version somebody looked at: a change to an older one is refused."""

    model_config = ConfigDict(extra="forbid")
    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


_types = get_type_hints(SummaryFields, include_extras=True)
SomeFields = create_model(
    "SomeFields",
    __config__=ConfigDict(extra="forbid"),
    __doc__="Fields of a summary; those that are left out stay as they were.",
    **{one.name: (_types[one.name], one.default) for one in dataclasses.fields(SummaryFields)},  # type: ignore[call-overload]
)


def _short(fields: BaseModel | None) -> BaseModel | None:
    if fields is not None and len(fields.model_dump_json()) > FIELDS_BYTES:
        raise ValueError(f"longer than {FIELDS_BYTES} bytes as JSON")
    return fields


class Written(BaseVersion):
    """What is left out stays as it was, of the fields too."""

    brief: Annotated[str | None, Field(max_length=1_000)] = None
    text: Annotated[str | None, Field(max_length=4_000)] = None
    fields: Annotated[SomeFields | None, AfterValidator(_short)] = None
    spent_s: Spent = None

    def fields_upon(self, before: SummaryFields) -> SummaryFields:
        """The fields of the version before, changed."""
        given: BaseModel | None = self.fields
        if given is None:
            return before
        changed = {name: getattr(given, name) for name in given.model_fields_set}
        return dataclasses.replace(before, **changed)


def masked(text: str, language: str, policy: MaskingPolicy) -> str:
    """Without what the record may not hold."""
    pieces = _PIECE.findall(text)
    return "".join(policy.applied(piece, language, "record") for piece in pieces)


def masked_fields(fields: SummaryFields, language: str, policy: MaskingPolicy) -> SummaryFields:
    """With every text masked, and nothing named "not stated" that stands there."""

    def walked(value: Any) -> Any:
        match value:
            case str():
                return masked(value, language, policy)
            case dict():
                return {
                    name: one if name in _UNSPOKEN else walked(one)
                    for name, one in value.items()
                }
            case list() | tuple():
                return [walked(one) for one in value]
            case _:
                return value

    values = walked(_fields.dump_python(fields))
    values["not_stated"] = [name for name in values["not_stated"] if not values.get(name)]
    return _fields.validate_python(values)
