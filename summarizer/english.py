"""English statements in reported speech, as an operator writes a note.

"I sent you a photo twice" becomes "Customer sent us a photo twice", "I've reopened your case"
becomes "Reopened customer's case". Persons shift and empty words go, nothing else: every
content word stands in what was said.
"""

from __future__ import annotations

import re

__all__ = [
    "agents_words",
    "asked_for",
    "capitalised",
    "choice",
    "customers_words",
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


# "Just want to check a charge": the recogniser lost the subject, or it was never said.
_SUBJECTLESS = re.compile(
    rf"(?:{_ADVERBS} )*(?:want|need|wanna|would like|got|had|don't|didn't|can't|never)\b",
    re.IGNORECASE,
)


# Words that weaken or colour what is said and tell nothing.
_HEDGES = re.compile(
    r"\b(?:just|really|actually|basically|literally|simply|honestly|absolutely|totally"
    r"|obviously"
    r"|completely|certainly|quite|pretty much|kind of|sort of|a little bit|i think|i guess"
    r"|i suppose|i believe|i mean|you know|to be fair|of course|please|damn(?:ed)?|bloody"
    r"|goddamn|freaking|frigging|f\w*cking|bleeding|stupid|for (?:god's|heaven's|christ's) sake"
    r"|if (?:that's|it's) (?:ok|okay|alright|possible)|for you|for me)\b,? ?",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"(?:correct|send|cancel|change|check|fix|give|put|tell|call|make|stop|refund|remove"
    r"|replace"
    r"|update|book|move|get|take|let|help|find|explain|sort|add|close|transfer|credit"
    r"|waive|return"
    r"|reset|unlock|block|deliver|ship|bring|renew|extend) (?:(?:the|a|an|their|our|my|it"
    r"|that|this"
    r"|these|those|them|me|us|some|any|every)\b|\w+ (?:on|to|for|back|off)\b)",
    re.IGNORECASE,
)
_CUSTOMER_LEADS = re.compile(
    r"^(?:(?:and|so|but|because|well|now|then|also|plus|anyway|meanwhile|it's (?:just )?that"
    r"|the (?:thing|problem|issue|trouble) is(?: that)?|i(?:'m| am) (?:calling|ringing|phoning)"
    r" (?:because|as|since)|i(?:'m| am) (?:afraid|telling you)|i (?:said|told you)(?: that)?"
    r"|what happened (?:is|was)(?: that)?|apparently|basically|one (?:small |other |more "
    r"|last )?"
    r"thing|the other thing(?: is)?|that's right|exactly|look|listen|see)\b[,:]? ?)+",
    re.IGNORECASE,
)
_AGENT_LEADS = re.compile(
    r"^(?:(?:and|so|but|well|now|then|also|ok(?:ay)?|right|i(?:'m| am) afraid(?: that)?"
    r"|i (?:can )?see(?: here)?(?: that)?|i(?:'m| am) (?:sorry|showing|seeing)(?: that| but)?"
    r"|as i (?:said|mentioned)|unfortunately|actually|what i can do is|the (?:good|bad) news is"
    r"(?: that)?|just to (?:confirm|recap|let you know)|to (?:confirm|recap|summari[sz]e)"
    r"|that means(?: that)?|it (?:looks|seems) (?:like|as (?:if|though))|it appears(?: that)?"
    r"|which means(?: that)?|let me tell you|i (?:can|do) confirm(?: that)?)\b[,:]? ?)+",
    re.IGNORECASE,
)


def report_customer(text: str, *, standing_alone: bool = False) -> str:
    """What the customer said, told by somebody else. ``standing_alone`` names the customer
    also where the fact alone would do in a note about them."""
    text = _CUSTOMER_LEADS.sub("", text) or text
    text = _tidy(_HEDGES.sub("", text)) or text
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
        told = customers_words(text[match.start("verb") :])
        verb = told.split(" ", 1)[0]
        inflected = verb if short else _third_person(verb.lower())
        return _wish(f"Customer{short}{match['adverbs']} {inflected}{told[len(verb) :]}")
    if match := re.match(r"(?:please )?let me (.+)", text, re.IGNORECASE):
        return "Customer asks to " + customers_words(match[1])
    if match := re.match(
        r"(?:so )?(?:can|could|would|will|may) (you|we|I)(?: please)? (.+)", text, re.IGNORECASE
    ):
        told = customers_words(match[2])
        if re.match(
            r"(?:have|get|speak|talk|see|take|pay|keep|use|change|swap|move|do)\b", told
        ):
            return f"Customer asks to {told}"
        return (
            f"Customer asks us to {told}"
            if match[1].lower() == "you"
            else f"Customer asks to {told}"
        )
    shifted = customers_words(text)
    if match := re.match(r"(?:do|does|did) (?=\w+ \w)", shifted, re.IGNORECASE):
        return f"Customer asks whether {shifted[match.end() :]}"
    if match := re.match(
        r"(?P<be>is|are|was|were|has|have|will) (?P<who>(?:the|a|an|their|our|my|it|this|that"
        r"|they|we|there)(?: \w+)?) (?P<rest>.+)",
        shifted,
        re.IGNORECASE,
    ):
        rest = f"{match['who']} {match['be'].lower()} {match['rest']}"
        return f"Customer asks whether {_lowered(rest)}"
    if re.match(r"(?:why|how|what|when|where|which|who)\b", shifted, re.IGNORECASE):
        return f"Customer asks {_lowered(shifted)}"
    if _IMPERATIVE.match(shifted):
        return f"Customer asks us to {_lowered(shifted)}"
    if standing_alone:
        return f"Customer says {_lowered(shifted)}"
    return capitalised(re.sub(r"^their ", "", shifted, flags=re.IGNORECASE))


def report_agent(text: str) -> str:
    """What the operator said or did, told by somebody else."""
    text = _AGENT_LEADS.sub("", text) or text
    text = _tidy(_HEDGES.sub("", text)) or text
    if match := re.match(
        r"(?:i|we)(?:'ve| have|'m| am|'re| are) (?:also |now |already "
        r"|just )*(?=[a-z]+(?:ed|ing"
        r"|t|n|ne|d|de|nt|id|et|ut)\b)(?!not\b|sent to\b)(?P<rest>.+)",
        text,
        re.IGNORECASE,
    ):
        return capitalised(agents_words(match["rest"]))
    if match := re.match(
        r"(?:i|we) (?P<rest>(?:[a-z]+ed|sent|made|put|set|took|found|gave|did) .+)", text, re.I
    ):
        return capitalised(agents_words(match["rest"]))
    shifted = agents_words(text)
    shifted = re.sub(
        r"\b(agent) (need|want|see|think|believe|hope|understand|apologi[sz]e)\b",
        r"\1 \2s",
        shifted,
    )
    return capitalised(re.sub(r"^customer's ", "", shifted))


def customers_words(text: str) -> str:
    """The customer's words with the persons as somebody else names them."""
    return _shift(text, _CUSTOMER_WORDS, customer=True)


def agents_words(text: str) -> str:
    """The operator's words with the persons as somebody else names them."""
    return _shift(_tidy(_HEDGES.sub("", text)), _AGENT_WORDS, customer=False)


def _wish(told: str) -> str:
    """ "Customer would like to" and "is calling to" as "Customer wants to"."""
    told = re.sub(
        r"^Customer (?:would|'d) (?:like|love|prefer) (?=to\b|an?\b|the\b|some\b)"
        r"|^Customer wishes"
        r" (?=to)|^Customer (?:is|was) (?:calling|ringing|phoning|hoping|looking|trying"
        r"|wondering)"
        r" (?=to\b)",
        "Customer wants ",
        told,
    )
    told = re.sub(
        r"^Customer (?:is|was) (?:calling|ringing|phoning|getting in touch)(?: in| up| today"
        r"|, again,| again)? (?=about|regarding|with|on behalf)",
        "Customer calls ",
        told,
    )
    return re.sub(r"^Customer (?:was|is) wondering (?=if|whether|why)", "Customer asks ", told)


def _tidy(text: str) -> str:
    text = re.sub(r"\s+", " ", re.sub(r"\s+([,.?!])", r"\1", text))
    return re.sub(r"^[, ]+|[, ]+$", "", re.sub(r",(?: ?,)+", ",", text))


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
