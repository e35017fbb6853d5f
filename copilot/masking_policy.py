"""Which kinds of personal data may stand in clear where: a policy of kind x destination.

``record`` is what is stored and shown while a call is served, ``crm`` what is delivered,
``export`` what a centre takes out for itself, ``analytics`` what goes to those who look at
many calls. Logs and metrics are no destination: nothing of any kind stands there.

What the record does not hold no other destination can have, so a kind is relaxed for the
record first. What only the record and the CRM may hold is masked again at the other doors.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, model_validator

from copilot.events import Span, Transcript
from copilot.masking import Masker, redact
from copilot.masking.context import KINDS
from copilot.masking.secrets import find_secrets
from copilot.names import find_names, find_references, said_names
from copilot.record import CallRecord

__all__ = ["DEFAULT", "Destination", "MaskingPolicy", "names_of"]

Destination = Literal["record", "crm", "export", "analytics"]

_ALL = (*KINDS, "name", "reference")
_DEFAULT: dict[str, tuple[Destination, ...]] = {
    "name": ("record", "crm", "export"),
    "reference": ("record", "crm", "export"),
}
_NEVER_KEPT = {
    "card": "cards are masked everywhere (PCI DSS 3.2, 3.3)",
    "my_number": "My Number is masked everywhere (番号法第20条)",
}
_WORDS = frozenset(
    {"text", "quote", "message", "suggested_step", "title", "body", "comment", "error"}
    | {"brief", "headline", "reason", "situation", "actions_taken", "what", "said"}
    | {"promises", "decisions", "value", "normalised", "unsupported"}
    | {"date", "kind", "not_stated", "alerts"}
)
"""Members of events that hold words, or may: a model may have written anything for the day of
a follow-up or the kind of an entity. The others hold ids, times, figures and codes."""

_Value = TypeVar("_Value")


class MaskingPolicy(BaseModel):
    """Where a kind may stand in clear; every kind that is not named is masked everywhere,
    but names and reference numbers, which only analytics does not get."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kept: dict[str, tuple[Destination, ...]] = {}
    """Kind to destinations, for instance ``phone = ["record", "crm"]``."""
    own_contacts: tuple[str, ...] = ()
    """Phone numbers, mail and addresses of the centre itself: no personal data."""

    @model_validator(mode="after")
    def _lawful(self) -> MaskingPolicy:
        for kind, destinations in self.kept.items():
            if kind not in _ALL:
                raise ValueError(f"kept.{kind}: is no kind; one of {', '.join(_ALL)}")
            if destinations and kind in _NEVER_KEPT:
                raise ValueError(f"kept.{kind}: {_NEVER_KEPT[kind]}")
            if destinations and "record" not in destinations:
                raise ValueError(
                    f"kept.{kind}: {destinations[0]} cannot have what the record masks; "
                    'add "record" or leave the kind out'
                )
        return self

    def masked(self, destination: Destination) -> frozenset[str]:
        """Kinds that are masked on the way to a destination."""
        kept = _DEFAULT | self.kept
        return frozenset(kind for kind in _ALL if destination not in kept.get(kind, ()))

    def masker(self, destination: Destination = "record") -> Masker:
        """What masks one call, utterance by utterance."""
        return Masker(self.masked(destination), self.own_contacts)

    def applied(
        self, text: str, language: str, destination: Destination, names: Iterable[str] = ()
    ) -> str:
        """``text`` without what the destination may not hold. ``names`` are people whom the
        text may name, as found elsewhere in the call; ``language`` is ``ja``, ``en`` ...,
        ``auto`` or empty."""
        kinds = self.masked(destination)
        language = "" if language == "auto" else language
        found = [
            span
            for span in find_secrets(text, language, own=self.own_contacts)
            if span.kind in kinds
        ]
        for span in self._named(text, destination, names):
            if all(span.end <= one.start or one.end <= span.start for one in found):
                found.append(span)
        return redact(text, found)

    def _named(self, text: str, destination: Destination, names: Iterable[str]) -> list[Span]:
        """References and names that the destination may not hold; a reference first."""
        kinds = self.masked(destination)
        found = find_references(text) if "reference" in kinds else []
        return found + (find_names(text, names) if "name" in kinds else [])

    def record_for(self, record: CallRecord, destination: Destination) -> CallRecord:
        """The whole record as the destination may have it: a copy."""
        names = names_of(record) if "name" in self.masked(destination) else set()
        masked = self.finals_for(record.finals, destination, names)

        @cache  # summaries quote what was said, and their versions repeat each other
        def words_masked(text: str) -> str:
            return self.applied(text, record.language, destination, names)

        def change(event: _Value) -> _Value:
            if isinstance(event, Transcript) and event.utterance_id in masked:
                known: Any = masked[event.utterance_id]
            else:
                known = _walked(event, "", words_masked)
            changed: _Value = known
            return changed

        return record.rewritten(change)

    def finals_for(
        self, finals: Iterable[Transcript], destination: Destination, names: Collection[str]
    ) -> dict[str, Transcript]:
        """The finals of a whole call by utterance, as the destination may have them: what
        several turns tell together is masked in each."""
        masker = self.masker(destination)
        masked: dict[str, Transcript] = {}
        for final in finals:
            masked[final.utterance_id], redactions = masker.hear(final)
            for one in redactions:
                if one.utterance_id in masked:
                    earlier = masked[one.utterance_id]
                    text = redact(earlier.text, one.spans)
                    masked[one.utterance_id] = replace(earlier, text=text, words=None)

        def named_masked(text: str) -> str:
            return redact(text, self._named(text, destination, names))

        return {name: _walked(final, "", named_masked) for name, final in masked.items()}

    def value_for(
        self,
        value: _Value,
        language: str,
        destination: Destination,
        names: Iterable[str] = (),
    ) -> _Value:
        """An event, or a value inside one, with every word in it masked: a summary for a CRM,
        for instance."""
        names = tuple(names)

        def masked(text: str) -> str:
            return self.applied(text, language, destination, names)

        result: _Value = _walked(value, "", masked)
        return result


def _walked(value: Any, name: str, masked: Callable[[str], str]) -> Any:
    """``value``, the member ``name`` of an event, with every word in it masked."""
    match value:
        case str():
            return masked(value) if name in _WORDS else value
        case tuple() if name != "words":
            return tuple(_walked(one, name, masked) for one in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {
        field.name: new
        for field in fields(value)
        if (new := _walked(old := getattr(value, field.name), field.name, masked)) is not old
        and new != old
    }
    if isinstance(value, Transcript) and changed:
        # What it was written from would tell.
        changed |= {"raw": None, "words": None, "stable_chars": len(changed["text"])}
    return replace(value, **changed) if changed else value


def names_of(record: CallRecord) -> set[str]:
    """People whom the call names: as its summaries say, and as they were addressed or said
    who they are."""
    named = {
        entity.value
        for summary in record.summaries
        for entity in summary.fields.entities
        if entity.kind in ("person", "name")
    }
    return named.union(*(said_names(final.text) for final in record.finals))


DEFAULT = MaskingPolicy()
