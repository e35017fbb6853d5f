"""What people write of a summary: its shape, its bounds, and its mask."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator
from datetime import date
from typing import Annotated, Any, get_type_hints

from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, create_model

from copilot.events import SummaryFields
from copilot.masking_policy import MaskingPolicy

__all__ = ["BaseVersion", "Spent", "Written", "masked", "masked_fields"]

_fields: TypeAdapter[SummaryFields] = TypeAdapter(SummaryFields)
_UNSPOKEN = frozenset({"date", "code", "kind", "owner", "resolution", "language", "not_stated"})
"""Members of the fields that hold codes, not words: they are not masked, so nothing else may
stand in them."""
_NAMES = frozenset(one.name for one in dataclasses.fields(SummaryFields))
_KIND = re.compile(r"[a-z_]{1,40}")
_LANGUAGE = re.compile(r"([a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?)?")
"""Language, script, region (BCP 47); or nothing."""
LARGEST = 1_000_000
"""Of the figures: eleven days in seconds. What is larger counts nothing of a call."""
FIELDS_BYTES = 20_000
"""Ten times what a call needs."""
DAY_S = 86_400.0

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

    def fields_upon(self, before: SummaryFields, codes: Collection[str]) -> SummaryFields:
        """The fields of the version before, changed. ``codes`` are the centre's dispositions.
        Raises ``RequestValidationError`` for a new code, day or figure that is none."""
        given: BaseModel | None = self.fields
        if given is None:
            return before
        changed = {name: getattr(given, name) for name in given.model_fields_set}
        after = dataclasses.replace(before, **changed)
        # What the machine wrote may stay as it is, whatever it is.
        unknown = set(_unmasked(after)) - set(_unmasked(before))
        faults = [
            {"type": "value_error", "loc": ("body", "fields", name), "msg": fault}
            for name, value in sorted(unknown, key=str)
            if (fault := _fault(name, value, codes))
        ]
        if faults:
            raise RequestValidationError(faults)
        return after


def masked(text: str, language: str, policy: MaskingPolicy) -> str:
    """What somebody wrote, without what the record may not hold. The time grows with the
    length: 4,000 characters of addresses take 0.3 s."""
    return policy.applied(text, language, "record")


def masked_fields(fields: SummaryFields, language: str, policy: MaskingPolicy) -> SummaryFields:
    """With every text masked, and nothing named "not stated" that stands there."""
    after = policy.value_for(fields, language, "record")
    entities = tuple(
        # Its other form is the same secret, and may not look like one.
        dataclasses.replace(one, normalised=None) if one.value != before.value else one
        for before, one in zip(fields.entities, after.entities, strict=True)
    )
    not_stated = tuple(name for name in after.not_stated if not getattr(after, name))
    return dataclasses.replace(after, entities=entities, not_stated=not_stated)


def _unmasked(fields: SummaryFields) -> Iterator[tuple[str, str | float]]:
    """Whatever of the fields is no text to be masked, and where it stands."""

    def walked(value: Any, name: str) -> Iterator[tuple[str, str | float]]:
        match value:
            case dict():
                for inner, one in value.items():
                    yield from walked(one, inner)
            case list() | tuple():
                for one in value:
                    yield from walked(one, name)
            case str() if name in _UNSPOKEN:
                yield name, value
            case int() | float():
                yield name, value

    return walked(_fields.dump_python(fields), "")


def _fault(name: str, value: str | float, codes: Collection[str]) -> str | None:
    """Why the value may not stand there. Never quotes it: an answer may be logged."""
    match name, value:
        case "date", str() if not _is_day(value):
            return "a date is a day, for instance 2026-04-01"
        case "kind", str() if not _KIND.fullmatch(value):
            return "a kind is small letters and _, for instance order_number"
        case "code", _ if value not in codes:
            return "the centre's list has no such disposition code"
        case "language", str() if not _LANGUAGE.fullmatch(value):
            return "a language is a tag, for instance ja or en-GB"
        case "not_stated", _ if value not in _NAMES:
            return "not_stated names fields of the summary"
        case _, int() | float() if value > LARGEST:
            return f"no figure is above {LARGEST}"
    return None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
