"""What a call has told before: contacts, waits, promises, questions left open, repeats.

Pure counting over words; what it counts weighs in ``sentiment.fusion`` and stands in the
rules' measures.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, deque
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sentiment.amounts import NUMBER, ORDINAL, UNIT, minutes_of, number_of
from sentiment.encoder import plain

_FOLDER = Path(__file__).parent / "strains"
STRAINS = ("repeated_contact", "long_wait", "passed_around", "broken_promise")
"""What customers name when their trouble has a story; wording in ``strains/*.toml``."""
AMOUNTS = {"repeated_contact": "contacts", "long_wait": "waited_min"}
"""Measures of how much of a strain was told."""

SAME_SENTENCE = 0.65
"""Share of common letter groups from which two sentences say the same. Of 5,000 pairs of
unlike sentences, one in a thousand reaches 0.35 in Japanese, 0.22 in English; a sentence
said again with a word changed stays above."""
SAME_QUESTION = 0.55
"""The same for a question asked again, which people word more freely."""
SENTENCES = 200
"""Of the operator that are remembered: of a longer call, the newest half an hour."""
LEAST, LEASTJAPANESE = 18, 9
"""Letters of a sentence that says something."""

_SENTENCE_END = re.compile(r"[.!?。！？]+\s*")
JAPANESE = re.compile(r"[぀-ヿ一-鿿]")
_QUESTION = re.compile(
    r"\?|(?:です|ます|でしょう|ません|たん|るん|なん|もの|の)か(?:ね|な)?[。、]?\s*$"
    r"|^(?:when|what|why|how|where|who|which|is|are|do|does|did|can|could|will|would|has|have)\b"
)
_PARTS = {"number": ("number", NUMBER), "ordinal": ("number", ORDINAL), "unit": ("unit", UNIT)}
"""What stands for ``<number>`` and the like in the wording: group and expression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strain:
    """One telling of a strain in the customer's words."""

    name: str
    amount: float | None = None
    """Which contact it is, or minutes of waiting, where the words tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wording:
    said: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None


class Context:
    """Follows both speakers of a call. Feed every final in order."""

    def __init__(self) -> None:
        self._told: Counter[str] = Counter()
        self._amounts: dict[str, float] = {}
        self._sentences: deque[frozenset[str]] = deque(maxlen=SENTENCES)
        self._repeats = 0
        self._unanswered = 0
        self._question = ""
        self._reply: list[str] = []

    def agent_said(self, text: str) -> None:
        """Takes the operator's words. Whole sentences that came before are repeats."""
        new = [_groups(sentence) for sentence in _sentences(text)]
        self._repeats += sum(
            any(_likeness(sentence, old) >= SAME_SENTENCE for old in self._sentences)
            for sentence in new
        )
        self._sentences += new
        self._reply.append(text)

    def customer_said(self, text: str, *, act: str = "other") -> None:
        """Takes a final of the customer that is more than "I see"."""
        self._judge_reply(text)
        for strain in strains_in(text):
            self._told[strain.name] += 1
            if strain.amount is not None:
                known = self._amounts.get(strain.name, 0.0)
                self._amounts[strain.name] = max(known, strain.amount)
        if is_question(text, act):
            self._question = text
        self._reply = []

    @property
    def measures(self) -> dict[str, float]:
        """By the names of ``sentiment.moment.MEASURES``. Amounts are absent until told."""
        counts = {strain: float(self._told[strain]) for strain in STRAINS}
        counts["unanswered"] = float(self._unanswered)
        counts["agent_repeats"] = float(self._repeats)
        for strain, name in AMOUNTS.items():
            if strain in self._amounts:
                counts[name] = self._amounts[strain]
        return counts

    def _judge_reply(self, text: str) -> None:
        """Whether the operator took up the question before these words. It is open when
        courtesy was all that came, or when the customer has to ask the same again."""
        if not self._question or not self._reply:
            return
        asked_again = is_question(text) and likeness(text, self._question) >= SAME_QUESTION
        if asked_again or not any(_substance(reply) for reply in self._reply):
            self._unanswered += 1
        else:
            self._unanswered = 0
            self._question = ""


def strains_in(text: str) -> list[Strain]:
    """Each strain that the text tells, once, of whatever language."""
    folded = plain(text).lower()
    found = []
    for name in STRAINS:
        for wording in _wordings()[name]:
            match = next((m for p in wording.said if (m := p.search(folded))), None)
            if match and not (wording.unless and wording.unless.search(folded)):
                found.append(Strain(name=name, amount=_amount(match)))
                break
    return found


def is_question(text: str, act: str = "other") -> bool:
    """Whether the customer asks; ``act`` is what the reader heard."""
    return act == "question" or bool(_QUESTION.search(plain(text).lower()))


def likeness(one: str, other: str) -> float:
    """0 to 1: share of letter groups that two texts have in common (Jaccard); groups are
    two characters of Japanese, three of anything else."""
    return _likeness(_groups(one), _groups(other))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    union = one | other
    return len(one & other) / len(union) if union else 0.0


def _groups(text: str) -> frozenset[str]:
    size = 2 if JAPANESE.search(text) else 3
    letters = re.sub(r"[^\w]+", " ", plain(text).lower()).strip()
    return frozenset(letters[i : i + size] for i in range(len(letters) - size + 1))


def _substance(text: str) -> str:
    """What is left of the words without apologies, thanks and agreement, which are polite
    and answer nothing."""
    left = plain(text).lower()
    for wording in _wordings()["courtesy"]:
        for expression in wording.said:
            left = expression.sub("", left)
    return re.sub(r"[\W_]+", "", left)


def _sentences(text: str) -> list[str]:
    """Sentences that say something of their own, which nobody needs to hear twice."""
    parts = [part.strip() for part in _SENTENCE_END.split(plain(text).lower())]
    return [
        part
        for part in parts
        if len(_substance(part)) >= (LEASTJAPANESE if JAPANESE.search(part) else LEAST)
        and not any(p.search(part) for wording in _wordings()["routine"] for p in wording.said)
    ]


def _amount(match: re.Match[str]) -> float | None:
    groups = {
        name.rstrip("0123456789"): said for name, said in match.groupdict().items() if said
    }
    number = number_of(groups["number"]) if "number" in groups else None
    if number is None or "unit" not in groups:
        return number
    return minutes_of(number, groups["unit"])


@cache
def _wordings() -> dict[str, list[_Wording]]:
    wordings: dict[str, list[_Wording]] = {
        name: [] for name in (*STRAINS, "courtesy", "routine")
    }
    for path in sorted(_FOLDER.glob("*.toml")):
        for name, table in tomllib.loads(path.read_text(encoding="utf-8")).items():
            unless = "|".join(table.get("unless", []))
            wordings[name].append(
                _Wording(
                    said=tuple(_compiled(expression) for expression in table["said"]),
                    unless=re.compile(unless) if unless else None,
                )
            )
    return wordings


def _compiled(expression: str) -> re.Pattern[str]:
    """The expression with its ``<number>``, ``<ordinal>`` and ``<unit>`` written out."""
    seen: Counter[str] = Counter()

    def part(match: re.Match[str]) -> str:
        group, pattern = _PARTS[match[1]]
        seen[group] += 1  # a group's name may stand once in an expression
        return f"(?P<{group}{seen[group]}>{pattern})"

    return re.compile(re.sub(r"<(number|ordinal|unit)>", part, expression))
