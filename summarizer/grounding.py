"""Checks that a sentence says nothing that the utterances it cites do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from copilot.events import Speaker
from copilot.ports import TextEncoder
from summarizer.entailment import Entailment
from summarizer.facts import missing_facts
from summarizer.opposites import opposite
from summarizer.polarity import contradicts
from summarizer.roles import misattributed
from summarizer.standing import overstated

__all__ = ["Claim", "Fault", "Grounding", "ungrounded"]

Fault = Literal["", "uncited", "facts", "polarity", "actor", "open", "meaning"]
"""What is wrong with a sentence: it cites nothing; numbers, dates or names are not in what it
cites; it tells the opposite of what was said; it gives an act to somebody else than who does
it, or a day to another event; it tells as a fact what was asked, wished or made to depend; it
is about something else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence and the utterances it cites."""

    text: str
    cited: Sequence[str]
    speakers: Sequence[Speaker]
    """Who said each of them."""
    done: bool = False
    """Whether it tells what the operator did."""


class Grounding:
    """Every check of a sentence that somebody worded freely. Serves several threads."""

    def __init__(self, encoder: TextEncoder) -> None:
        self._entailment = Entailment(encoder)

    def faults(self, claims: Sequence[Claim]) -> list[Fault]:
        """For each claim what is wrong with it; empty: it is grounded.

        Raises ``ReaderError`` when the encoder fails.
        """
        faults = [_plain_fault(claim) for claim in claims]
        left = [index for index, fault in enumerate(faults) if not fault]
        pairs = [(claims[index].text, claims[index].cited) for index in left]
        for index, follows in zip(left, self._entailment.follow(pairs), strict=True):
            if not follows:
                faults[index] = "meaning"
        return faults


def ungrounded(sentence: str, cited: Sequence[str]) -> set[str]:
    """Numbers, dates, amounts, codes and names of ``sentence`` that stand in none of the
    ``cited`` texts, as the sentence writes them.

    Digits and words are one ("three thousand" is 3,000 is 三千), units and times are compared
    where both sides name them. An empty set means that the sentence is grounded.
    """
    return missing_facts(sentence, cited)


def _plain_fault(claim: Claim) -> Fault:
    if not claim.cited:
        return "uncited"
    if ungrounded(claim.text, claim.cited):
        return "facts"
    if claim.done and set(claim.speakers) == {"customer"}:
        return "actor"
    if misattributed(claim.text, claim.cited, claim.speakers):
        return "actor"
    if overstated(claim.text, claim.cited):
        return "open"
    if contradicts(claim.text, claim.cited) or opposite(claim.text, claim.cited):
        return "polarity"
    return ""
