"""The answer asked of a language model: the one place that says what it looks like."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from summarizer.chat import NoAnswerError, Schema

__all__ = ["ANSWER_TOKENS", "SECTIONS", "Answer", "Told", "answer_schema", "read_answer"]

ANSWER_TOKENS = 1_200
"""Room for the longest note that is worth reading, in Japanese and with its JSON."""
LONGEST_TEXT = 600
MOST_ITEMS = 60
"""Beyond these an answer is no note, and is not worth the time of checking it."""
_MOST_OPENINGS = 50
"""Braces in an answer from which the JSON is looked for."""
SECTIONS = ("reason", "situation", "actions", "next")

_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_REFUSAL = re.compile(
    r"\b(?:I(?:'m| am) (?:sorry|unable|not able)|I (?:can(?:no|')t|won't)|As an AI)\b"
    r"|申し訳|できません|お手伝いでき",
    re.IGNORECASE,
)


def _most(items: int) -> dict[str, Any]:
    """A bound that the schema tells and the reader forgives: more than asked for is no lie."""
    return {"maxItems": items}


class Told(BaseModel):
    """A sentence and the numbers of the lines it rests on."""

    text: str = Field(max_length=LONGEST_TEXT, json_schema_extra={"maxLength": 240})
    lines: list[int] = Field(
        max_length=MOST_ITEMS, json_schema_extra={"minItems": 1, "maxItems": 6}
    )


class Answer(BaseModel):
    """The sections of a note, in the order in which it is read."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    reason: list[Told] = Field(
        default_factory=list, max_length=MOST_ITEMS, json_schema_extra=_most(2)
    )
    situation: list[Told] = Field(
        default_factory=list, max_length=MOST_ITEMS, json_schema_extra=_most(5)
    )
    actions: list[Told] = Field(
        default_factory=list, max_length=MOST_ITEMS, json_schema_extra=_most(5)
    )
    next: list[Told] = Field(
        default_factory=list, max_length=MOST_ITEMS, json_schema_extra=_most(4)
    )

    def told(self) -> Iterator[tuple[str, Told]]:
        """Every sentence with its section."""
        for section in SECTIONS:
            for one in getattr(self, section):
                yield section, one


@cache
def answer_schema() -> Schema:
    """JSON Schema of ``Answer``, with what strict decoders ask of every object: all members
    required, no others."""
    schema = Answer.model_json_schema(mode="serialization")
    for one in (schema, *schema["$defs"].values()):
        one["additionalProperties"] = False
    return schema


def read_answer(text: str) -> Answer:
    """The answer in what a model wrote, which may stand among other words.

    Raises ``NoAnswerError``: ``refused`` or ``bad_json``.
    """
    written = _THOUGHTS.sub("", text)
    decoder = json.JSONDecoder()
    for opening in islice(re.finditer(r"\{", written), _MOST_OPENINGS):
        try:
            value, _ = decoder.raw_decode(written, opening.start())
            answer = Answer.model_validate(value)
        except (ValueError, ValidationError, RecursionError):
            continue
        if answer.model_fields_set:  # any object at all would do otherwise
            return answer
    if "{" not in written and _REFUSAL.search(written):
        raise NoAnswerError("refused", "the model declined")
    raise NoAnswerError("bad_json", "the answer is not the JSON asked for")
