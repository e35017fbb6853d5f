"""Ways to say who will do what in English, each rewritten to the one that tasks know."""

from __future__ import annotations

import re

__all__ = ["TAKES", "answered", "as_promise", "plainly", "time_offered", "to_come"]

_VERBS = (
    "send email text post mail ship deliver refund credit pay call ring phone book order"
    " arrange replace reserve transfer collect drop bring forward message reimburse schedule"
    " issue return upload fill sign pop print scan complete reply keep pick take leave put"
    " fetch hand submit provide give check chase speak talk come visit ask get look let"
    " flag reprint redo rush fit fix lay load process make pass swing confirm register"
    " file raise"
    " log swap move attend contact meet sort knock unload investigate inspect assess drive"
    " reach review handle dig start begin"
)
"""What people do for each other after a call."""
_DOUBLED = {"fit", "log", "swap", "drop", "pop", "scan", "put", "get", "ship", "let"}
_IRREGULAR = {
    "send": "sent",
    "pay": "paid",
    "ring": "rang",
    "bring": "brought",
    "keep": "kept",
    "take": "took",
    "leave": "left",
    "put": "put",
    "give": "gave",
    "get": "got",
    "come": "came",
    "lay": "laid",
    "make": "made",
    "redo": "redid",
    "reply": "replied",
}


def _with_ending(verb: str, ending: str) -> str:
    if verb.endswith("e"):
        return verb[:-1] + ending
    return verb + (verb[-1] if verb in _DOUBLED else "") + ending


_BASES = {
    form: verb
    for verb in _VERBS.split()
    for form in (
        verb,
        _with_ending(verb, "ing"),
        _IRREGULAR.get(verb, _with_ending(verb, "ed")),
    )
}
_GERUND = rf"(?P<form>{'|'.join(_with_ending(verb, 'ing') for verb in _VERBS.split())})"
_CONSTRUCTIONS: tuple[tuple[str, str], ...] = (
    # What the customer is asked, however politely.
    (rf"\b(?:(?:would|do) you |if you (?:don't|wouldn't) )?mind {_GERUND}\b", "could you {}"),
    (
        r"\b(?:i|we)(?:'d| would) (?:be (?:very |so |really )?(?:grateful|glad)|appreciate it)"
        r" if you(?:'d| would| could| can)\b",
        "could you",
    ),
    (
        r"\b(?:it would|it'd|that would|that'd) (?:really |greatly )?(?:help|be (?:great"
        r"|helpful|good|lovely|a (?:great |big )?help)) if you(?:'d| would| could| can)\b",
        "could you",
    ),
    (r"\b(?:can|could|may|might) (?:i|we) (?:ask|trouble|get) you to\b", "could you"),
    (r"\b(?:i|we)(?:'d| would) (?:like|want) you to\b", "could you"),
    (r"\bit's (?:down|up|over) to you to\b", "you need to"),
    (
        r"\blet (?P<who>me|us) have"
        r" (?=(?:the|your|an?|that|those|copies|some)\b(?! (?:quick |little )?(?:word"
        r"|look|think"
        r"|chat|check|go|moment|minute|rummage|dig|play|read)\b))",
        "send {who} ",
    ),
    (
        r"^(?:if you(?:'d| would| could| can)|kindly)(?: please| just| kindly)* (?=[a-z]+ )"
        r"(?!.*, (?:i|we|it|that|you|they|he|she)(?:'| ))",
        "could you ",
    ),
    # What somebody takes on.
    (
        r"\b(?P<who>he|she|they)(?:'s| is|'re| are)(?: obliged| due| bound| meant| supposed"
        r"| about)? to (?=[a-z]+)(?!blame)",
        "{who} will ",
    ),
    (r"\b(?P<who>i|we)(?:'m| am|'re| are) gonna\b", "{who}'ll"),
    (
        r"\blet me (?=(?:get|have|ask) (?:someone|somebody|one|the|our|my|an?)\b.*\b(?:call"
        r"|ring"
        r"|phone|contact|e-?mail|text|visit|come)\b)",
        "I'll ",
    ),
    (
        r"\b(?P<who>i|we)(?:'m| am|'re| are)? (?:plan|intend|aim|promise|undertake"
        r"|planning|committed) to\b",
        "{who}'ll",
    ),
    (rf"\b(?P<who>i|we|they|he|she)(?:'ll| will) be {_GERUND}\b", "{who}'ll {}"),
    (r"\byou(?:'d| would) get (?=an? )", "you'll get "),
    (r"\byou(?:'re| are|'ll be) getting (?=an? )", "you'll get "),
)
"""A construction and the words that say the same; ``{}`` is the verb behind its form."""
_TABLE = tuple((re.compile(said, re.IGNORECASE), plain) for said, plain in _CONSTRUCTIONS)


def plainly(text: str) -> str:
    """``text`` with every construction of the table said the plain way."""
    for said, plain in _TABLE:

        def put(match: re.Match[str], plain: str = plain) -> str:
            found = match.groupdict()
            verb = _BASES.get((found.get("form") or "").lower(), "")
            return plain.format(verb, who=found.get("who"))

        text = said.sub(put, text)
    return text


_THIRD = {
    re.sub(r"([sxz]|ch|sh)$", r"\1e", re.sub(r"(?<![aeiou])y$", "ie", verb)) + "s": verb
    for verb in _VERBS.split()
}
_SOMEBODY = (
    r"(?P<who>\b(?:he|she|it|they|an?|the|our|their|his|her|my|one of (?:our|the))(?:"
    r" [\w-]+){0,4}?"
    r"|(?-i:\b[A-Z][\w-]+(?: [A-Z][\w-]+)?))"
)
_DOES_THEN = re.compile(
    rf"(?P<lead>^|, |; |\band |\bso |\bthen |\bbut ){_SOMEBODY} (?P<form>{'|'.join(_THIRD)})\b",
    re.IGNORECASE,
)
_DEED = "|".join(_VERBS.split())
_THEY_DO = re.compile(
    rf"(?P<who>(?:^|(?<=, )|(?<=; )|(?<=\band )|(?<=\bso )|(?<=\bbut ))they) (?=(?:{_DEED})\b)",
    re.IGNORECASE,
)
_WITH_YOU = re.compile(
    r"(?P<who>\b[\w-]+)(?:'s| is| are|'re) (?=(?:in|with) (?:you|on)\b|coming\b|round\b"
    r"|out to you\b)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    rf"(?P<who>\b(?:i|we|they|he|she)|[\w'-]*\w)(?:'m| am|'re| are|'s| is)(?: just| now| also)*"
    rf" (?!look|check|ask|talk|speak|let|giv|tak){_GERUND}\b",
    re.IGNORECASE,
)


def to_come(text: str) -> str:
    """ "I'm phoning you on Thursday", "The fitter comes at two" as what they are where they
    are no reports: promises."""
    text = _GOES_ON.sub(
        lambda match: f"{match['who']} will {_BASES[match['form'].lower()]}", text
    )
    text = _DOES_THEN.sub(
        lambda match: f"{match['lead']}{match['who']} will {_THIRD[match['form'].lower()]}",
        text,
    )
    text = _THEY_DO.sub(r"\g<who> will ", text)
    return _WITH_YOU.sub(r"\g<who> will be ", text)


_ASKED_WHETHER = re.compile(
    r"\b(?:will|would|can|could|is|are) (?:he|she|they|you|someone|somebody|it|(?:the"
    r"|your) \w+)"
    r"(?: going to)?(?: please| also| just)* (?P<act>(?!not\b)[a-z]+\b.*)$",
    re.IGNORECASE,
)
_ELLIPSIS = re.compile(
    r"^(?:(?:yes|yeah|yep|sure|of course|oh),? )*(?P<who>i|we|he|she|they|it)(?:'ll| will| can)"
    r"(?: do)?(?=,|$| (?:by|before|on|at|in|within|as|today|tonight|tomorrow|first|this|next"
    r"|once|when|after)\b)(?P<rest>.*)$",
    re.IGNORECASE,
)
_ASKERS_WORDS = {"me": "you", "my": "your", "i": "you", "us": "you", "our": "your"}


def answered(text: str, question: str) -> str | None:
    """ "He will, tonight" after "Will he ring me" as what it is at length."""
    answer, asked = _ELLIPSIS.match(text), _ASKED_WHETHER.search(question)
    if answer is None or asked is None:
        return None
    act = re.sub(
        r"\b(?:me|my|i|us|our)\b",
        lambda word: _ASKERS_WORDS[word[0].lower()],
        asked["act"],
        flags=re.IGNORECASE,
    )
    return f"{answer['who']} will {act}{answer['rest']}"


TAKES = re.compile(
    r"^(?:(?:oh|well|yeah|yes|ok|okay|right),? )*(?:go on|go for it|why not|that works"
    r"|that'll do"
    r"|fine by me|do (?:that|it)|by all means|if you (?:could|would|can|don't mind)"
    r"|i(?:'d| would) (?:like|love) that|might as well|sounds? (?:good|fine|great))\b",
    re.IGNORECASE,
)
"""How an offer is taken beside the words of agreement."""
_LATER = (
    r"(?:e-?mail|send|text|post|mail|ship|deliver|refund|credit|pay|call(?! \w+ (?-i:[A-Z]))"
    r"|ring|phone|book"
    r"|order|arrange|replace|reserve|transfer|collect|drop|bring|forward|message|reimburse"
    r"|schedule|issue|(?:get|have|ask) (?:someone|somebody"
    r"|(?:one|the|our|my|an?)\b(?! look))"
    r"|put (?:you|him|her|them|your \w+) (?:first |down )?(?:on|in|for))"
)
"""What is done after the call, not while both wait."""
_OFFER = re.compile(
    r"(?:\b(?:shall|should|could|can|may|might) (?:i|we)|\bwould you like (?:me|us) to"
    r"|\b(?:do you )?want (?:me|us) to"
    r"|\b(?P<past>(?:would (?:it|that) help|would you like it|what|how about) if (?:i|we))"
    r"|\bwhat (?:i|we) (?:can|could) do is"
    r"|\b(?:i|we)(?: can| could|(?:'d| would) be (?:happy|glad) to)"
    r"|\bare you (?:happy|okay|ok) for (?:me|us) to)"
    r"(?: also| just| perhaps| always| maybe)* (?P<verb>[a-z]+)\b(?P<rest>.*)$",
    re.IGNORECASE,
)


def as_promise(text: str) -> str | None:
    """ "Shall I email you the form" as what it is once the customer says yes."""
    match = _OFFER.search(text)
    if match is None:
        return None
    verb = match["verb"].lower()
    act = f"{_BASES.get(verb, verb) if match['past'] else verb}{match['rest']}"
    act = re.sub(r",? (?:would|does|will|is) (?:that|this|it)\b.{0,20}$", "", act)
    act = re.sub(r",? (?:if (?:you like|you want|that helps|that's okay)|instead)$", "", act)
    return f"I'll {act}" if re.match(rf"{_LATER}\b", act, re.IGNORECASE) else None


_TIME_OFFERED = re.compile(
    r"^(?P<who>(?!(?:I|You|We|It|That|This|What|When|Who|How|If|There|Nobody|Anybody)\b)"
    r"(?:(?:[Tt]he|[Oo]ur|[Aa]n?|[Mm]y) [\w' -]+?|[A-Z][\w'-]+(?: [A-Z][\w'-]+)?|[Tt]hey|[Hh]e"
    r"|[Ss]he|[Ss]omeone|[Ss]omebody)) (?:can|could) (?P<act>(?:be (?:with|at|there|out|round)"
    r"|come|visit|call|ring|phone|attend|get (?:to|there|out)|deliver|collect|fit|make it|drop"
    r"|pick|bring|do)\b.*)$"
)


_OWN_TIME = re.compile(
    r"^(?:i|we) can (?P<act>(?:(?:have|get) (?:it|that|this|the|your|an?)\b.*\b(?:with|to|for)"
    r" you|send|email|post|ship|deliver)\b.*\b(?:by|before|within) .*)$",
    re.IGNORECASE,
)


def time_offered(text: str) -> str | None:
    """ "Sam can be with you at six" as what it is unless the customer declines."""
    if match := _OWN_TIME.match(text):
        return f"I'll {match['act']}"
    match = _TIME_OFFERED.match(text)
    if match is None or re.search(r"\bor\b", match["act"]):
        return None
    return f"{match['who']} will {match['act']}"
