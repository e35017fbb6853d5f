"""The note of a meeting in words: decisions and next actions, each line with its sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from copilot.events import Due, Entity, FollowUp, Sentence, Summary, SummaryFields
from summarizer.english import capitalised
from summarizer.grounding import ungrounded

__all__ = ["Meeting", "Point", "write_meeting"]

HEADLINE_CHARACTERS = 60
_NOTHING = (
    "Neither a decision nor a next action was found in what was said.",
    "決定事項も次の対応も、発言からは見つかりませんでした。",
)
"""In English and in Japanese: a note that is empty would look like one that failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A decision or a next action."""

    text: str
    utterance_ids: tuple[str, ...]
    owner: str = ""
    due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """What was found in it."""

    language: str
    topic: Point | None
    decisions: Sequence[Point]
    actions: Sequence[Point]
    people: Sequence[str]


def write_meeting(blank: Summary, read: Meeting, said: Mapping[str, str]) -> Summary:
    """The draft; ``blank`` has what every summary has, ``said`` the words by utterance."""
    japanese = read.language == "ja"
    topic = "議題" if japanese else "Topic"
    decided, following = ("決定事項", "次の対応") if japanese else ("Decisions", "Next actions")
    dropped: list[str] = []

    def grounded(points: Sequence[Point], lines: Sequence[str]) -> list[tuple[Point, str]]:
        kept = []
        for point, line in zip(points, lines, strict=True):
            if ungrounded(line, [said[utterance] for utterance in point.utterance_ids]):
                dropped.append(line)
            else:
                kept.append((point, line))
        return kept

    topics = [read.topic] if read.topic else []
    about = grounded(topics, [_ended(point.text, japanese) for point in topics])
    decisions = grounded(
        read.decisions, [_ended(point.text, japanese) for point in read.decisions]
    )
    actions = grounded(
        read.actions, [_ended(_who(point, japanese), japanese) for point in read.actions]
    )
    parts = [(topic, about), (decided, decisions), (following, actions)]
    brief = " ".join(
        f"{title}: {lines[0][1]}" for title, lines in parts if lines and (title != topic)
    )
    first = next((lines[0][1] for _, lines in parts if lines), "")
    fields = SummaryFields(
        headline=first.rstrip(".。")[:HEADLINE_CHARACTERS],
        reason=about[0][1] if about else "",
        decisions=tuple(line for _, line in decisions),
        follow_ups=tuple(
            FollowUp(
                owner="other",
                what=f"{point.owner}: {point.text}" if point.owner else point.text,
                due=point.due,
            )
            for point, _ in actions
        ),
        entities=tuple(Entity(kind="person", value=name) for name in read.people),
        language=read.language,
    )
    empty = ("headline", "reason", "decisions", "follow_ups", "entities")
    missing = tuple(name for name in empty if not getattr(fields, name))
    if not any((about, decisions, actions)):
        return replace(
            blank,
            state="draft",
            brief=_NOTHING[japanese],
            text=_NOTHING[japanese],
            fields=replace(fields, not_stated=missing),
            unsupported=tuple(dropped),
        )
    return replace(
        blank,
        state="draft",
        brief=brief or first,
        text="\n".join(
            "\n".join([title, *(f"- {line}" for _, line in lines)])
            for title, lines in parts
            if lines
        ),
        fields=replace(fields, not_stated=missing),
        sentences=tuple(
            Sentence(text=line, utterance_ids=point.utterance_ids)
            for _, lines in parts
            for point, line in lines
        ),
        unsupported=tuple(dropped),
    )


def _when(point: Point, japanese: bool) -> str:
    """With its date as it was said."""
    if point.due is None:
        return point.text
    said = point.due.said
    return f"{point.text}（{said}）" if japanese else f"{point.text} ({said})"


def _who(point: Point, japanese: bool) -> str:
    nobody = "担当者は未言及" if japanese else "Owner not stated"
    return f"{point.owner or nobody}: {_when(point, japanese)}"


def _ended(text: str, japanese: bool) -> str:
    return text if japanese else capitalised(text).rstrip(".") + "."
