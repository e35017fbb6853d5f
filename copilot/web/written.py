"""What people write of a summary: its shape, its bounds, and its mask."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

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


def _short(fields: SummaryFields) -> SummaryFields:
    if len(_fields.dump_json(fields)) > FIELDS_BYTES:
        raise ValueError(f"longer than {FIELDS_BYTES} bytes as JSON")
    return fields


class Written(BaseVersion):
    """What is left out stays as it was."""

    brief: Annotated[str | None, Field(max_length=1_000)] = None
    text: Annotated[str | None, Field(max_length=4_000)] = None
    fields: Annotated[SummaryFields | None, AfterValidator(lambda one: one and _short(one))] = (
        None
    )
    spent_s: Spent = None


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
