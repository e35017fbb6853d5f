"""Persons in English speech as a note names them: "I" and "you" become who they are."""

from __future__ import annotations

import re

__all__ = ["agents_words", "customers_words", "tidy", "third_person", "without_hedges"]

_PAST_WORDS = """
was were had did got went came took gave sent paid bought made said told thought knew saw
found left lost kept felt held heard read put set cut hit let met ran sat spoke stood chose
broke began brought built caught drove ate fell flew forgot grew hung meant rang rose sold
slept spent stole swore taught threw understood woke won wore wrote would could should might
must will can may shall cannot couldn't wouldn't shouldn't won't can't didn't wasn't hadn't
"""
_PAST = frozenset(_PAST_WORDS.split())
_THIRD = {
    "have": "has",
    "do": "does",
    "don't": "doesn't",
    "haven't": "hasn't",
    "am": "is",
    "go": "goes",
    "was": "was",
    "were": "was",
    "try": "tries",
    "wanna": "wants to",
}

_CUSTOMER_WORDS = [
    (r"\bI'm\b|\bI am\b", "they are"),
    (r"\bI've\b", "they have"),
    (r"\bI'd\b", "they would"),
    (r"\bI'll\b", "they will"),
    (r"\bI was\b", "they were"),
    (r"\bam I\b", "are they"),
    (r"\bI\b", "they"),
    (r"\bmyself\b", "themselves"),
    (r"\bmy\b", "their"),
    (r"\bmine\b", "theirs"),
    (r"\bme\b", "them"),
    (r"\bour\b", "their"),
    (r"\bwe're\b", "they are"),
    (r"\bwe\b", "they"),
    (r"\byour\b", "our"),
    (r"\byours\b", "ours"),
    (r"\byou people\b", "we"),
    (r"\byou guys\b", "we"),
    (r"\byou're\b", "we are"),
    (r"\byou've\b", "we have"),
    (r"\byou'll\b", "we will"),
]
_OBJECT_BEFORE = re.compile(
    r"\b(?:to|for|with|from|of|by|at|about|sent|send|tell|told|gave|give|called|call"
    r"|paid|pay|ask|asked|email|emailed|contact|contacted|let|make|made|thank|need"
    r"|trust|help|off|than|like|behind|without|against|over|around|onto|sold|show|owe|asking)$",
    re.IGNORECASE,
)
_YOU_AND_VERB = {
    "are": "is",
    "have": "has",
    "were": "was",
    "do": "does",
    "don't": "doesn't",
    "haven't": "hasn't",
    "need": "needs",
    "want": "wants",
}
_AGENT_WORDS = [
    (r"\bI'm\b|\bI am\b", "agent is"),
    (r"\bI've\b|\bI have\b", "agent has"),
    (r"\bI'd\b", "agent would"),
    (r"\bI'll\b|\bI will\b", "agent will"),
    (r"\bmyself\b", "personally"),
    (r"\bI (?=see\b|think\b|believe\b)", "agent can "),
    (r"\bI\b", "agent"),
    (r"\bmy\b", "the"),
    (r"\bme\b", "agent"),
    (r"\bour\b", "our"),
    *[
        (
            rf"(?<!do )(?<!did )(?<!an )(?<!ould )(?<!ill )(?<!ay )\byou {said}\b",
            f"customer {told}",
        )
        for said, told in _YOU_AND_VERB.items()
    ],
    (r"\byou're\b", "customer is"),
    (r"\byou've\b", "customer has"),
    (r"\byou'll\b", "customer will"),
    (r"\byou'd\b", "customer would"),
    (r"\byourself\b", "themselves"),
    (r"\byours\b", "theirs"),
    (r"\b(?:all|both) of you\b|\byou (?:all|both|guys)\b", "customer"),
    (r"\byour\b", "customer's"),
    (r"\byou\b", "customer"),
    (r"\bwe'll\b", "we will"),
    (r"\bit'll\b", "it will"),
    (r"\bthat'll\b", "that will"),
    (r"\bthey'll\b", "they will"),
]


# Words that weaken or colour what is said and tell nothing.
_HEDGES = re.compile(
    r",? i(?:'m| am) afraid\b|,? i'll be honest\b|\b(?:just|really|actually|basically"
    r"|literally|simply"
    r"|honestly|absolutely|totally"
    r"|obviously"
    r"|completely|certainly|quite|pretty much|kind of|sort of|a little bit|i think|i guess"
    r"|i suppose|i believe|i mean|(?<!let )you know|to be fair|of course|please"
    r"|damn(?:ed)?|bloody"
    r"|goddamn|freaking|frigging|f\w*cking|bleeding|stupid|for (?:god's|heaven's|christ's) sake"
    r"|if (?:that's|it's) (?:ok|okay|alright|possible)|for you|for me)\b,? ?",
    re.IGNORECASE,
)
_YOU_DO = re.compile(
    r"(?:(?<=^)|(?<=\bif )|(?<=\bwhen )|(?<=\bthat )|(?<=\bbefore )|(?<=\bafter )|(?<=\bonce )"
    r"|(?<=\buntil )|(?<=\bwhat )|(?<=\bbecause )|(?<=\bso )|(?<=\bwhere )|(?<=\bas ))"
    r"you (?!'|are\b|were\b|have\b|do\b|both\b|all\b|guys\b)(?P<verb>[a-z']+)\b",
    re.IGNORECASE,
)
_I_DO = re.compile(
    r"(?<!\bto )(?<!\b[Ll]et )(?<!\bthan )"
    r"(?<!\bwith )(?<!\bfor )(?<!\bdoes )\bagent (?!is\b"
    r"|has\b|will\b|to\b|can\b|and\b|or\b|for\b|in\b|on\b|at\b|by\b|with\b)"
    r"(?P<verb>(?:don't|do|go|need|want|see|think|believe|hope|understand|apologi[sz]e"
    r"|resubmit|get"
    r"|know|work|mean|suggest|recommend|appreciate|agree|have|send|call|look|check))\b"
)


def customers_words(text: str) -> str:
    """The customer's words with the persons as somebody else names them."""
    return _shift(text, _CUSTOMER_WORDS, customer=True)


def agents_words(text: str) -> str:
    """The operator's words with the persons as somebody else names them."""
    text = _YOU_DO.sub(lambda match: f"customer {third_person(match['verb'].lower())}", text)
    shifted = _shift(without_hedges(text), _AGENT_WORDS, customer=False)
    return _I_DO.sub(lambda match: f"agent {third_person(match['verb'].lower())}", shifted)


def tidy(text: str) -> str:
    text = re.sub(r"\s+", " ", re.sub(r"\s+([,.?!])", r"\1", text))
    return re.sub(r"^[, ]+|[, ]+$", "", re.sub(r",(?: ?,)+", ",", text))


def _shift(text: str, words: list[tuple[str, str]], *, customer: bool) -> str:
    # A recogniser without capitals writes i for I.
    plain = text == text.lower()
    for pattern, replacement in words:
        flags = re.IGNORECASE if plain or "I" not in pattern else 0
        text = re.sub(pattern, replacement, text, flags=flags)
    if not customer:
        return text

    def you(match: re.Match[str]) -> str:
        before = text[: match.start()].rstrip()
        at_end = not text[match.end() :].strip(" .,?!")
        return "us" if at_end or _OBJECT_BEFORE.search(before) else "we"

    return re.sub(r"\byou\b", you, text, flags=re.IGNORECASE)


def third_person(verb: str) -> str:
    if verb in _THIRD:
        return _THIRD[verb]
    if (
        verb in _PAST
        or (verb.endswith("ed") and not verb.endswith("eed"))
        or verb.endswith("ing")
        or verb.endswith("n't")
    ):
        return verb
    if re.search(r"(?:s|x|z|ch|sh|o)$", verb):
        return verb + "es"
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ies"
    return verb + "s"


def without_hedges(text: str) -> str:
    """Without words that weaken or colour what is said and tell nothing."""
    return tidy(_HEDGES.sub("", text))
