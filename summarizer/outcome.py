"""How a call ended: who does what until when, and the one word for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from copilot.events import Due, FollowUp, HelpOffers, Resolution
from summarizer import english, japanese
from summarizer.dates import find_due
from summarizer.lexicon import Lexicon
from summarizer.statements import Statement

__all__ = [
    "Commitment",
    "accepted",
    "find_commitments",
    "find_resolution",
    "help_offers",
    "is_choice",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """A follow-up and the statements it rests on."""

    follow_up: FollowUp
    statements: tuple[Statement, ...]
    note: str
    """The whole promise in reported speech, its deadline included."""


_ARRIVES = re.compile(
    r"\b(?:it|that|they|this|one)(?:'ll| will| should)\b.*\b(?:reach|arrive|be with"
    r"|come|get to|be delivered|be there)\b"
    r"|(?:届き|到着し|着き)ま(?:す|した)",
    re.IGNORECASE,
)
_THIRD_PARTY = re.compile(
    r"^(?:(?:the|our|my|a|an) )?(?!i\b|we\b|you\b|it\b|that\b|this\b|they\b"
    r"|there\b)(?P<who>[a-z][\w' ]*?(?:, [A-Z][\w ]+,)?)(?:'ll| will| is going to)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:team|department|manager|supervisor|colleagues?|specialists?|engineers?|courier"
    r"|technicians?|office|warehouse|partner)\b",
    re.IGNORECASE,
)
_THIRD_PARTY_JA = re.compile(
    r"(?:担当(?:者)?|責任者|支配人|店長|上席|上司|部長|課長|部署|チーム|スタッフ"
    r"|技術者|業者|センター|[一-龥]{2,}部"
    r"|[一-龥]{2,}課)(?:の[一-龥々ァ-ヶー]{1,6})?(?:から|より|が)"
)
_CUSTOMER_ACTS = re.compile(
    r"^(?:i'll|i will|i'm going to|i can) (?!wait|hold|think|take|go with|have|be"
    r"|never|not|see)",
    re.IGNORECASE,
)
_CUSTOMER_ACTS_JA = re.compile(
    r"(?:送り|連絡し|持って行き|電話し|返送し|用意し|確認し|試し|支払い"
    r"|振り込み)(?:てみ|ておき)?ます$"
)
_ASKED_JA = re.compile(r"(?:ください(?:ませ)?|お願い(?:いた|致)?します)$")
_ASKED = re.compile(
    r"^(?:please |you(?:'ll| will)? (?:need|have) to |you should (?!have)"
    r"|if you could (?:please )?|can you please |could you please )(?!hold|wait|bear"
    r"|stay|tell|give|confirm|spell|repeat)",
    re.IGNORECASE,
)
_NOT_A_TASK = re.compile(
    r"少々|お待ち|お控え|ご了承|お聞かせ|お知らせ|教え|お申し付け|お名前|番号|ご安心"
    r"|本人確認|アドレス|おっしゃ"
)
_SOON = re.compile(r"\b(?:right now|now|straight away|immediately)\b", re.IGNORECASE)
_DOING = re.compile(
    r"^(?:and )?(?:i'm|i am|we're|we are)? ?(?:also )?[a-z]+ing\b", re.IGNORECASE
)


_CHOICE = re.compile(
    r"\b(?:which|what|or)\b|どちら|どの|どれ|何色|か、.+か$|それとも|もしくは", re.IGNORECASE
)


_ASKED_TOLD = re.compile(
    r"^(?:please |(?:the )?customer (?:(?:will )?(?:need|have) to |should )"
    r"|if (?:the )?customer could (?:please )?|(?:can|could) (?:the )?customer please )",
    re.IGNORECASE,
)


def find_commitments(
    statements: Sequence[Statement], lexicon: Lexicon, today: date
) -> list[Commitment]:
    """What is still to be done after the call, in order, each once."""
    found: list[Commitment] = []
    for position, one in enumerate(statements):
        for clause in _clauses(one.text, lexicon.language):
            owner = _owner(one, clause, lexicon, statements[:position])
            due = find_due(clause, lexicon.language, today)
            if owner is None or (one.does("offer") and due is None):
                if not (one.role == "agent" and due and _in_progress(one, clause)):
                    continue
                owner = "agent"
            if _ARRIVES.search(clause) and (
                source := _source(statements[:position], clause, lexicon)
            ):
                commitment = _arrival(source, one, clause, due[0] if due else None, lexicon)
            else:
                commitment = _commitment(one, clause, owner, due, lexicon)
            if (
                len(commitment.follow_up.what) < 8
                and lexicon.language == "ja"
                and found
                and due
            ):
                found[-1] = _with_due(found[-1], due[0], one)
            elif commitment.follow_up not in (other.follow_up for other in found):
                found.append(commitment)
    return found


def find_resolution(
    statements: Sequence[Statement], commitments: Sequence[Commitment]
) -> tuple[Resolution, tuple[Statement, ...]]:
    """The first that holds of resolved, escalated, callback promised, unresolved; and the
    statements that say so. See DESIGN section 6."""
    agent = [one for one in statements if one.role == "agent"]
    customer = [one for one in statements if one.role != "agent" and not one.does("identify")]
    handed = [one for one in agent if one.does("handover") and not one.asks]
    called_back = [
        one
        for one in agent
        if one.does("callback")
        and one.does("promise")
        and not one.does("confirming")
        and not one.asks
    ]
    solved = [
        one
        for one in agent
        if (one.does("action") or one.does("offer") and accepted(statements, one))
        and not one.does("hold", "greeting", "apology")
        or one.does("promise")
        and not one.does("empty_promise", "callback", "hold")
    ]
    solved += [one for one in customer if one.does("fixed") and not one.asks]
    last = customer[-4:]
    content = any(one.does("satisfied", "thanks", "accept") for one in last)
    upset = any(
        (one.does("unsatisfied") or (one.does("churn") and not one.does("request")))
        and not one.does("satisfied")
        for one in last[-2:]
    )
    if solved and content and not upset and not handed and not called_back:
        return "resolved", (*solved[-1:], *last[-1:])
    if handed:
        return "escalated", tuple(handed[-1:])
    if called_back:
        return "callback_promised", tuple(called_back[-1:])
    others = [one for one in commitments if one.follow_up.owner == "other"]
    if others and not solved:
        return "escalated", others[-1].statements
    return "unresolved", tuple(customer[-1:] or agent[-1:])


def help_offers(statements: Sequence[Statement]) -> HelpOffers:
    """Offers of help that the operator made, and those the customer took."""
    made = [
        one
        for one in statements
        if one.role == "agent"
        and one.does("offer")
        and not is_choice(one)
        and not one.does("refusal")
        and not one.does("identify", "closing", "greeting")
    ]
    taken = [one for one in made if accepted(statements, one)]
    return HelpOffers(made=len(made), accepted=len(taken))


def is_choice(one: Statement) -> bool:
    """Whether the operator asked which of several things it shall be."""
    return one.does("offer", "question") and bool(_CHOICE.search(one.text))


def accepted(statements: Sequence[Statement], offer: Statement) -> bool:
    """Whether the customer's next words take the offer."""
    replies: list[Statement] = []
    for one in statements:
        if one.index > offer.index and one.role != offer.role:
            replies.append(one)
        elif replies:
            break
    replies = replies[:2]
    return any(one.does("accept") for one in replies) and not any(
        one.does("decline") for one in replies[:1]
    )


def _owner(
    one: Statement, clause: str, lexicon: Lexicon, before: Sequence[Statement]
) -> str | None:
    japanese_call = lexicon.language == "ja"
    folded = clause.lower()
    if one.role == "customer":
        acts = _CUSTOMER_ACTS_JA if japanese_call else _CUSTOMER_ACTS
        return (
            "customer"
            if acts.search(clause) and not one.asks and not one.does("churn", "demand")
            else None
        )
    if one.does("hold", "greeting", "closing", "identify", "empty_promise") and not (
        one.does("callback") or find_due(clause, lexicon.language, date(2000, 1, 1))
    ):
        return None
    asked = _ASKED_JA if japanese_call else _ASKED
    if asked.search(clause) and not one.does("refusal") and not _NOT_A_TASK.search(clause):
        return None if one.asks and not japanese_call else "customer"
    if one.asks and not one.does("callback"):
        return None
    if not lexicon.cues["promise"].search(folded) or lexicon.cues["empty_promise"].search(
        folded.rstrip("。")
    ):
        return None
    if re.match(r"they(?:'ll| will)\b", clause, re.IGNORECASE) and any(
        _OTHERS.search(other.text) for other in before[-2:]
    ):
        return "other"
    if (_THIRD_PARTY_JA if japanese_call else _THIRD_PARTY).search(clause):
        return "other"
    return "agent"


def _in_progress(one: Statement, clause: str) -> bool:
    return bool(_DOING.search(clause)) and one.does("action") and not _SOON.search(clause)


def _commitment(
    one: Statement,
    clause: str,
    owner: str,
    due: tuple[Due, tuple[int, int]] | None,
    lexicon: Lexicon,
) -> Commitment:
    bare = clause
    if due:
        start, end = due[1]
        bare = clause[:start] + clause[end:]
        bare = (
            re.sub(r"、+", "、", bare).strip(" 、,")
            if lexicon.language == "ja"
            else re.sub(r"\s+", " ", bare).strip(" ,")
        )
    if lexicon.language == "ja":
        bare = re.sub(r"(から|より)、", r"\1", bare)
        if (
            owner == "agent"
            and "を" not in bare
            and not re.search(r"(?:届き|参り|伺い)ます", bare)
        ):
            bare = re.sub(r"^([^はも]{1,12})(?:は|も)、?", r"\1を", bare)
    what = _told(one, bare, lexicon)
    note = _told(one, one.text, lexicon)
    if owner == "customer" and one.role == "agent" and lexicon.language != "ja":
        what, note = (_ASKED_TOLD.sub("Customer to ", told) for told in (what, note))
    if owner == "customer" and lexicon.language == "ja":
        what = re.sub(r"^([^をは]{1,12})は", r"\1を", re.sub(r"よう案内$", "", what))
    return Commitment(
        follow_up=FollowUp(owner=owner, what=what, due=due[0] if due else None),  # type: ignore[arg-type]
        statements=(one,),
        note=note,
    )


def _arrival(
    source: Statement, one: Statement, clause: str, due: Due | None, lexicon: Lexicon
) -> Commitment:
    """ "It will reach you by Friday", told together with what it is."""
    what, arrives = _told(source, source.text, lexicon), _told(one, clause, lexicon)
    if lexicon.language == "ja":
        what = re.sub(r"(?:できる|可能だ?)(?:が)?$", "", what)
        note = f"{what}（{arrives}）"
    else:
        note = f"{what}; {arrives[:1].lower()}{arrives[1:]}"
    return Commitment(
        follow_up=FollowUp(owner="agent", what=what, due=due),
        statements=(source, one),
        note=note,
    )


def _told(one: Statement, text: str, lexicon: Lexicon) -> str:
    if lexicon.language == "ja":
        return (japanese.report_customer if one.role == "customer" else japanese.report_agent)(
            text
        )
    if one.role == "customer":
        return english.report_customer(text)
    return english.report_agent(_named_one(text))


def _named_one(text: str) -> str:
    """ "blocking this card and sending a new one": the one is a card."""
    if match := re.search(
        r"\b(?:this|that|the|your|my|old) (\w+)\b.*\ba (?:new|different|replacement) (one)\b",
        text,
    ):
        return text[: match.start(2)] + match[1] + text[match.end(2) :]
    return text


def _source(before: Sequence[Statement], clause: str, lexicon: Lexicon) -> Statement | None:
    """The operator's statement that says what it is that will arrive."""
    agent = [
        one
        for one in before
        if one.role == "agent"
        and (one.does("offer", "action") or one.does("promise"))
        and not one.does("hold", "greeting", "identify")
    ]
    if lexicon.language == "ja":
        nouns = (
            set(re.findall(r"[一-龥ァ-ヶー]{2,}", clause.split("は")[0]))
            if "は" in clause
            else set()
        )
        return next(
            (one for one in reversed(agent) if any(noun in one.text for noun in nouns)), None
        )
    if not re.match(r"(?:it|that|they|this|one)\b", clause, re.IGNORECASE):
        return None
    nearest = [one for one in before if one.role == "agent"][-1:]
    if nearest and is_choice(nearest[0]):
        return None
    return next(reversed(agent[-2:]), None)


def _with_due(commitment: Commitment, due: Due, one: Statement) -> Commitment:
    old = commitment.follow_up
    said = f"{old.due.said}{due.said}" if old.due and due.said not in old.due.said else due.said
    merged = Due(said=said, date=old.due.date if old.due else due.date)
    return Commitment(
        follow_up=FollowUp(owner=old.owner, what=old.what, due=merged),
        statements=(*commitment.statements, one),
        note=commitment.note,
    )


def _clauses(text: str, language: str) -> list[str]:
    """Parts of a sentence that may each hold a promise with its own deadline."""
    if language == "ja":
        return [
            part
            for part in re.split(r"(?<=ます)[。、]|(?<=ますので)、|(?<=ますが)、", text)
            if part
        ]
    parts = re.split(
        r",? and (?=(?:i'll|we'll|i'm|we're|[a-z]+ing\b|(?:the|our|my) \w+ will))|; ",
        text,
        flags=re.IGNORECASE,
    )
    return [part.strip(" ,") for part in parts if part.strip(" ,")]
