"""What Japanese tasks leave out: things and topics said before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from summarizer import japanese, task_patterns_japanese as patterns
from summarizer.statements import Statement

__all__ = ["lacking", "thing_of", "topic_of", "with_topic"]


def lacking(before: Sequence[Statement]) -> str | None:
    """What the operator said to be lacking, shortly before."""
    for other in reversed(before[-_NEAR_THING:]):
        if other.role == "agent" and (match := patterns.LACKING.search(other.text)):
            return str(match["what"] or match["thing"])
    return None


def with_topic(said: Sequence[Statement], clause: str, due: tuple[int, int] | None) -> str:
    """The clause 「お持ちください」 with what its sentence named before: 「書類を」."""
    *before, one = said
    earlier = one.text[: max(one.text.find(clause), 0)]
    if not earlier and before and before[-1].role == "customer" and before[-1].asks:
        earlier = before[-1].text
    verb = patterns.TRANSITIVE.search(clause)
    topics = list(patterns.TOPIC.finditer(earlier))
    if verb is None or not topics or re.search("[をはがも]", clause):
        return clause
    if due and due[1] > verb.start():
        return clause
    return f"{clause[: verb.start()]}{topics[-1]['what']}を{clause[verb.start() :]}"


def thing_of(before: Sequence[Statement]) -> str | None:
    """What is given where a promise leaves it out: what was needed or asked for before."""
    for other in reversed(before[-_NEAR_THING:]):
        if matches := list(patterns.THING.finditer(other.text)):
            return str(matches[-1]["thing"] or matches[-1]["asked"])
    return None


_NEAR_THING = 5
_TOPIC = 3
_LONGEST_TOPIC = 30


def topic_of(before: Sequence[Statement], clause: str) -> str | None:
    """What a bare "I'll find out" is about: what was said just before it, or what the
    customer asked last."""
    current, *earlier = before[::-1]
    said = current.text[: max(current.text.find(clause[:8]), 0)].strip("、。 ")
    if len(re.findall(r"[一-龥ァ-ヶー]", said)) >= _TOPIC:
        about = japanese.plain(re.sub(r"^(?:それ|これ)は、", "", said))
        return (
            about if not patterns.POINTS.match(about) and len(about) <= _LONGEST_TOPIC else None
        )
    for other in earlier[:4]:
        asked = patterns.OBJECT.match(other.text) if other.role == "agent" else None
        if asked and other.asks and asked["verb"] in clause:
            return str(asked["what"])
        if other.role == "customer" and (other.asks or other.does("request", "issue")):
            about = japanese.report_customer(other.text)
            fits = 6 <= len(about) <= _LONGEST_TOPIC and "[" not in about
            fits = fits and not patterns.POINTS.match(about)
            if fits:
                return about
    return None
