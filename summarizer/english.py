"""English statements in reported speech, as an operator writes a note.

"I sent you a photo twice" becomes "Customer sent us a photo twice", "I've reopened your case"
becomes "Reopened customer's case". Persons shift and empty words go, nothing else: every
content word stands in what was said.
"""

from __future__ import annotations

import re

from summarizer.english_persons import (
    agents_words,
    customers_words,
    third_person,
    without_hedges,
)

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
    "with_thing",
]

_ADVERBS = (
    r"(?:just|really|also|only|already|still|actually|simply|have to|always"
    r"|never|now|honestly|specifically|probably|definitely|even)"
)
# "Just want to check a charge": the recogniser lost the subject, or it was never said.
_SUBJECTLESS = re.compile(
    rf"(?:{_ADVERBS} )*(?:want|need|wanna|would like|got|had|have|sent|called|rang|paid|tried"
    rf"|ordered|bought|waited|asked|booked|don't|didn't|can't|never)\b"
    r"(?! (?:you|we|i|they|he|she|a|the|somebody|someone)\b)",
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
    r"|i (?:can )?see(?: here)?(?: that(?= \w+'| the| there| your| you)|(?= (?:the|your"
    r"|you|there|an?|two"
    r"|three|four|five|several|it's|it was|here)\b))|i(?:'m| am) (?:sorry|showing"
    r"|seeing)(?: that| but)?"
    r"|as i (?:said|mentioned)|unfortunately|actually|what i can do is|the (?:good|bad) news is"
    r"(?: that)?|just to (?:confirm|recap|let you know)|to (?:confirm|recap|summari[sz]e)"
    r"|that means(?: that)?|it (?:looks|seems) (?:like|as (?:if|though))|it appears(?: that)?"
    r"|which means(?: that)?|let me tell you|i (?:can|do) confirm(?: that)?)\b[,:]? ?)+",
    re.IGNORECASE,
)


_FEW_WORDS = 3


def report_customer(text: str, *, standing_alone: bool = False) -> str:
    """What the customer said, told by somebody else. ``standing_alone`` names the customer
    also where the fact alone would do in a note about them."""
    text = _CUSTOMER_LEADS.sub("", text) or text
    introduced = _INTRODUCES.sub("", text)
    text = introduced if len(introduced.split()) > _FEW_WORDS else text
    text = without_hedges(text) or text
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
        inflected = verb if short else third_person(verb.lower())
        return _wish(f"Customer{short}{match['adverbs']} {inflected}{told[len(verb) :]}")
    if match := re.match(r"(?:please )?let me (.+)", text, re.IGNORECASE):
        return "Customer asks to " + customers_words(match[1])
    if match := re.match(
        r"(?:so )?(?:can|could|would|will|may)(?:n't|'t)? (you|we|I)(?: please)? (.+)",
        text,
        re.I,
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
    if match := _TAKES_OVER.fullmatch(text):
        return f"Handed over to {match['who']}"
    text = _AGENT_LEADS.sub("", text) or text
    text = without_hedges(text) or text
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
    return capitalised(re.sub(r"^customer's ", "", shifted))


_TAKES_OVER = re.compile(
    r"(?:(?:Mr|Mrs|Ms|Miss|Dr)\.? [A-Z][\w'-]+, )(?:(?:this is|it's|I'm) )?"
    r"(?P<who>[A-Z][\w'-]+ [A-Z][\w'-]+, [\w ]*"
    r"(?:manager|supervisor|director|leader|lead|head|chief)\b[\w ]*)"
)
""" "Ms Hale, Ana Diaz, service manager": who speaks from here on."""
_INTRODUCES = re.compile(
    r"^(?:it's|this is|it is|i'm|my name is|my name's|name's) [A-Z][\w'-]+(?: [A-Z][\w'-]+)*"
    r"(?: (?:here|speaking|(?:from|at|with|of) [A-Z]\w+(?: (?:and "
    r"|[A-Z])\w+)*))?(?:[,.] ?(?:and )?|$)"
)


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
    return _lowered(customers_words(bare))


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
is are was do does did can could would will happened you i kind sort about this that
wrong up going else time
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


def with_thing(question: str, before: str) -> str:
    """ "Can you tell me where it is" after "My bag did not arrive", with what "it" is."""
    thing = _SUBJECT.match(before)
    asks = re.match(r"(?:can|could|would|will) you|do you know|where|when|why", question, re.I)
    if not thing or not asks:
        return question
    return re.sub(r"\bit\b(?!')", f"the {thing['thing']}", question, count=1)


_SUBJECT = re.compile(
    r"(?:my|our|the|this) (?P<thing>[a-z-]+(?: [a-z-]+)?) (?:did|does|has|have|is|was|were|are"
    r"|will|won't|didn't|doesn't|hasn't|haven't|isn't|wasn't|keeps?|never|still|stopped|broke|came)\b",
    re.IGNORECASE,
)


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lowered(text: str) -> str:
    first = text.split(" ", 1)[0]
    proper = first[:1].isupper() and (first.isupper() or first[1:].lower() != first[1:])
    common = first.lower().strip(",.") in _COMMON or not first[:1].isalpha()
    return text if proper or not common else text[:1].lower() + text[1:]


_COMMON_WORDS = """
the a an it this that there they their my our we no nobody somebody someone everything
nothing every each when if because after before since both all some one what which who why
how is are was were do does did not never always then now today yesterday tomorrow only on
in at for from with by to so but and or as it's that's there's customer he he's
she she's they're we've we're we'll you're closed third second fourth
last next hold which
"""
_COMMON = frozenset(_COMMON_WORDS.split())
