"""English statements in reported speech, as an operator writes a note.

"I sent you a photo twice" becomes "Customer sent us a photo twice". Persons shift, nothing
else: every content word stands in what was said.
"""

from __future__ import annotations

import re

__all__ = [
    "asked_for",
    "capitalised",
    "choice",
    "is_offer",
    "offered",
    "report_agent",
    "report_customer",
]

_ADVERBS = (
    r"(?:just|really|also|only|already|still|actually|simply|have to|always"
    r"|never|now|honestly|specifically|probably|definitely|even)"
)
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
    r"|trust|help)$",
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
    *[
        (
            rf"(?<!do )(?<!did )(?<!an )(?<!ould )(?<!ill )(?<!ay )\byou {said}\b",
            f"the customer {told}",
        )
        for said, told in _YOU_AND_VERB.items()
    ],
    (r"\byou're\b", "customer is"),
    (r"\byou've\b", "customer has"),
    (r"\byou'll\b", "customer will"),
    (r"\byou'd\b", "customer would"),
    (r"\byourself\b", "themselves"),
    (r"\byours\b", "theirs"),
    (r"\byour\b", "the customer's"),
    (r"\byou\b", "the customer"),
    (r"\bwe'll\b", "we will"),
    (r"\bit'll\b", "it will"),
    (r"\bthat'll\b", "that will"),
    (r"\bthey'll\b", "they will"),
]


# "Just want to check a charge": the recogniser lost the subject, or it was never said.
_SUBJECTLESS = re.compile(
    rf"(?:{_ADVERBS} )*(?:want|need|wanna|would like|got|had|don't|didn't|can't|never)\b",
    re.IGNORECASE,
)


def report_customer(text: str) -> str:
    """What the customer said, told by somebody else."""
    if _SUBJECTLESS.match(text):
        text = f"I {text[:1].lower()}{text[1:]}"
    if match := re.match(
        rf"(?:I|we)(?P<short>'m|'ve|'d|'ll)?(?P<adverbs>(?: {_ADVERBS})*) (?P<verb>[a-z']+)",
        text,
        re.IGNORECASE,
    ):
        short = {"'m": " is", "'ve": " has", "'d": " would", "'ll": " will"}.get(
            (match["short"] or "").lower(), ""
        )
        told = _shift(text[match.start("verb") :], _CUSTOMER_WORDS, customer=True)
        verb = told.split(" ", 1)[0]
        inflected = verb if short else _third_person(verb.lower())
        return f"Customer{short}{match['adverbs']} {inflected}{told[len(verb) :]}"
    if match := re.match(r"(?:please )?let me (.+)", text, re.IGNORECASE):
        return "Customer asks to " + _shift(match[1], _CUSTOMER_WORDS, customer=True)
    if match := re.match(
        r"(?:can|could|would|will) (?:you|we|I)(?: please)? (.+)", text, re.IGNORECASE
    ):
        return "Customer asks to " + _shift(match[1], _CUSTOMER_WORDS, customer=True)
    if match := re.match(r"please (.+)", text, re.IGNORECASE):
        return "Customer asks to " + _shift(match[1], _CUSTOMER_WORDS, customer=True)
    shifted = _shift(text, _CUSTOMER_WORDS, customer=True)
    if match := re.match(r"(?:do|does|did) (?=\w+ \w)", shifted, re.IGNORECASE):
        return f"Customer asks whether {shifted[match.end() :]}"
    if re.match(r"(?:why|how|what|when|where|which|who)\b", shifted, re.IGNORECASE):
        return f"Customer asks {_lowered(shifted)}"
    return f"Customer says {_lowered(shifted)}"


def report_agent(text: str) -> str:
    """What the operator said, told by somebody else."""
    shifted = _shift(text, _AGENT_WORDS, customer=False)
    shifted = re.sub(
        r"\b(agent) (need|want|see|think|believe|hope|understand|apologi[sz]e)\b",
        r"\1 \2s",
        shifted,
    )
    return capitalised(re.sub(r"^(?:and|so|but)\b,? ", "", shifted))


def offered(text: str, *, accepted: bool) -> str:
    """What the operator offered, and whether the customer took it."""
    wording = [
        (r"^would you like (?:me |us )?(to )?", r"Offered \1"),
        (r"^do you want (?:me|us) to ", "Offered to "),
        (r"^(?:i|we) (?:can|could)(?: also| certainly| definitely)? ", "Offered to "),
        (r"^(?:shall|should|can|could|may) (?:i|we) ", "Offered to "),
        (r"^how about ", "Offered "),
    ]
    for pattern, start in wording:
        shorter = re.sub(pattern, start, text, flags=re.IGNORECASE)
        if shorter != text:
            text = shorter
            break
    told = report_agent(text)
    return f"{told}; accepted" if accepted else told


def choice(text: str) -> str:
    """What the customer took of several things, without the words around it."""
    bare = re.sub(
        r"^(?:let's (?:go with|get|take|do|have)|i'll (?:take|have|go with)"
        r"|i'd (?:prefer|go with))"
        r" |(?: is| would be)? (?:fine|good|ok(?:ay)?)$|,? please$",
        "",
        text,
        flags=re.IGNORECASE,
    )
    return _shift(bare, _CUSTOMER_WORDS, customer=True)


def is_offer(text: str) -> bool:
    """Whether the words themselves offer something."""
    return bool(_OFFER.match(text))


def asked_for(question: str, answer: str) -> str | None:
    """Noun that a bare answer belongs to: "Which charge is it?" and "$189" make "Charge"."""
    asked = re.match(
        r"(?:which|what)(?:'s| is)?(?: the| your)? ([a-z]+)\b", question, re.IGNORECASE
    )
    bare = not _CLAUSE.search(answer)
    return asked[1].capitalize() if asked and bare and asked[1] not in _NO_NOUN else None


_NO_NOUN_WORDS = """
is are was do does did can could would will happened you i kind sort
"""
_NO_NOUN = frozenset(_NO_NOUN_WORDS.split())
_CLAUSE = re.compile(
    r"^(?:i|we|it|they|my|he|she|you)\b|\b(?:is|was|are|were|has|have|had|says|said"
    r"|am|do|did)\b|'[sm]\b",
    re.IGNORECASE,
)
_OFFER = re.compile(
    r"(?:would you like|do you want|(?:i|we) (?:can|could)|shall|should|can|could|may"
    r"|how about)\b",
    re.IGNORECASE,
)


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


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


def _third_person(verb: str) -> str:
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


def _lowered(text: str) -> str:
    first = text.split(" ", 1)[0]
    proper = first[:1].isupper() and (first.isupper() or first[1:].lower() != first[1:])
    common = first.lower().strip(",.") in _COMMON or not first[:1].isalpha()
    return text if proper or not common else text[:1].lower() + text[1:]


_COMMON_WORDS = """
the a an it this that there they their my our we no nobody somebody someone everything
nothing every each when if because after before since both all some one what which who why
how is are was were do does did not never always then now today yesterday tomorrow only on
in at for from with by to so but and or as it's that's there's somebod customer
"""
_COMMON = frozenset(_COMMON_WORDS.split())
