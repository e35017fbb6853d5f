"""Whether a sentence gives an act to somebody else than what was said does: to the other
party, to the other of two names, or to the day of another event."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from copilot.events import Speaker
from summarizer.polarity import stem
from summarizer.quantities import digits_of_words, folded, quantities

__all__ = ["misattributed"]

_OTHER: dict[Speaker, Speaker] = {"customer": "agent", "agent": "customer"}
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ]")
_PIECES = re.compile(r"(?<=[.?!。？！])\s*|\n+")

Doer = tuple[Speaker | None, bool]
"""Who does something, where that is told; and whether it is only asked of them."""

_SUBJECT = re.compile(
    r"^(?:the )?(?P<who>customer|caller|agent|operator)\b(?P<rest>[^.;]{1,200})", re.IGNORECASE
)
_OWES = re.compile(r" (?:to|must|should|needs? to|has to|is to|can)\b")
"""What an operator asks of a customer, a note tells as theirs to do."""
_AUXILIARIES_WORDS = """
has have had will would is was be been also then already just now again did does do not to
going must can could should still never immediately later personally 's 'll
"""
_AUXILIARIES = frozenset(_AUXILIARIES_WORDS.split())
_SAYS = re.compile(
    r"(?:ask|say|said|state|tell|told|want|wish|like|hope|need|demand|request|complain|report"
    r"|explain|inform|confirm|mention|promise|offer|apologi|thank|agree|accept|decline|refuse"
    r"|expect|suggest|advise|describe|note|claim|call|contact|speak|spoke|prefer|threaten|worr"
    r"|understand|know|enquire|inquire|insist|greet|clarif|provid|gave|give|check)",
)
_PRONOUN = re.compile(r"\b(?P<who>i|we|you|he|she|they|it|who|that|which)\b", re.IGNORECASE)
_NEW_CLAUSE = re.compile(r"[,;] ?(?:so|then|now)?\b")
_ASKS = re.compile(
    r"\b(?:want|wants|need|like|demand|expect|ask|asking|please|can|could|would|will|should|must"
    r"|insist) (?:that )?(?:you|your)\b|\bplease\b"
    r"|\byou (?:people |guys |lot )?(?:must|have to|need to|should|ought to|had better)\b",
    re.IGNORECASE,
)
_OF_YOU = re.compile(
    r"(?:^|[,.?!;] ?|\b(?:and|that|if|when|so|as|because|once|since|have|are|were|said|what"
    r"|where|i see|whether|did|do) )you\b|\byou(?:'ve|'re|'ll|'d)\b|\byour\b",
    re.IGNORECASE,
)
_OF_THEM = re.compile(
    r"\b(?:you|they|he|she|someone|somebody|one of you|colleague|agent|representative|lady|man"
    r"|guy|company|team)(?: guys)?(?:'ve|'d|'ll)?"
    r" (?:(?!want|need)\w+ )?"
    r"(?:\w+ed|said|told|sent|gave|made|did|had|have|took|put|were|was)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)

_SUBJECT_JA = re.compile(
    r"(?P<who>お客様|お客さま|顧客|オペレーター|オペレータ)(?:側)?(?:は|が)(?P<rest>[^。]{1,200})"
)
_SAYS_JA = re.compile(
    r"求|希望|要望|要求|尋|訊|聞|問|述|話|訴|依頼|伝|案内|説明|謝|約束|確認|了承|承諾|知|困|望|申告"
    r"|主張|感謝|報告|納得|不満|怒|心配|質問|相談|連絡|提案|同意|承知|理解|回答|答|言|電話|促"
)
_WISHED_JA = re.compile(r"(?:ほしい|欲しい|たい|もらいたい)(?:と|。|$)")
_CORE = re.compile(r"[一-龥々]+|[ァ-ヶー]{2,}")
_ASKED_JA = re.compile(
    r"[ぁ-ん一-龥]{0,8}?(?:くださ|下さ|ほし|欲し|もらえ|もらい|いただけ|いただきた|頂け|くれ|お願い|べき)"
)
_OF_YOU_JA = re.compile(r"[ぁ-ん]{0,5}?(?:いただき|いただい|頂き|頂い|になり|になっ|なさ|され)")
_OWN_JA = re.compile(
    r"[ぁ-ん]{0,5}?(?:いたし|致し|させて|ておき|しま[すし]|します|しました|った|りま|きま|えま|みま)"
)

_NAME = r"(?:[A-Z][a-z]+)"
_TWO_NAMES = re.compile(
    rf"\b(?P<one>{_NAME})\b(?P<does>[^.;,A-Z]{{2,40}}?)"
    rf"(?:(?:M[rs]s?|Dr|Prof)\.? )?(?P<other>{_NAME})\b"
)
_PASSIVE = re.compile(r"\b(?:by|was|were|been|from)\b")
_NAME_JA = (
    r"(?P<name>[一-龥々]{1,4}|[ァ-ヶー]{2,8})"
    r"(?:さん|様|氏|部長|課長|店長|社長|主任|先生|医師|教授|先輩|くん|君)"
)
_DOES_JA = re.compile(rf"{_NAME_JA}(?:が|は|から|より)")
_DONE_TO_JA = re.compile(rf"{_NAME_JA}(?:に|へ|を|宛)")

_CLAUSE = re.compile(
    r"[,;、。.!?！？]\s*|\b(?:and|but|while|whereas|then)\b|(?<=[ぁ-ん])[てで、](?=[一-龥ァ-ヶ])"
)
_DAY = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\btomorrow|\btoday"
    r"|\bnext week|[月火水木金土日]曜"
    r"|今日|本日|明日|明後日|来週|今週|来月|今月",
    re.IGNORECASE,
)
_RIVAL = 2
"""English words that a clause shares with the one whose day another has taken; of Japanese,
one pair of signs is a word."""
_COMMON_WORDS = """
the and will for with has have had was were are you your our his her their its can that this
from not agent customer
"""
_COMMON = frozenset(_COMMON_WORDS.split())


def misattributed(sentence: str, cited: Sequence[str], speakers: Sequence[Speaker]) -> bool:
    """Whether somebody or some day of ``sentence`` stands for another one of the ``cited``
    texts, each said by the speaker beside it."""
    told, said = folded(sentence), [folded(one) for one in cited]
    if _JAPANESE.search(told):
        other = _other_doer_ja(told, said, speakers) or _swapped_ja(told, "\n".join(said))
    else:
        other = _other_doer(told, said, speakers) or _swapped(told, "\n".join(said))
    return other or _other_event(told, said)


def _other_doer(told: str, said: Sequence[str], speakers: Sequence[Speaker]) -> bool:
    subject = _SUBJECT.match(told)
    if subject is None:
        return False
    who: Speaker = "customer" if subject["who"].lower() in ("customer", "caller") else "agent"
    words = [one for one in _WORD.findall(subject["rest"].lower()) if one not in _AUXILIARIES]
    if not words or subject["rest"].startswith("'"):
        return False
    if not _SAYS.match(words[0]):
        doers = [
            one for line in zip(said, speakers, strict=True) for one in _doers(words[0], *line)
        ]
        if doers:
            owes = who == "customer" and _OWES.match(subject["rest"])
            return _contrary(who, doers, answered=bool(owes) or who in speakers)
    if who in speakers:
        return False
    of_them = _OF_THEM if who == "agent" else _OF_YOU
    return not any(of_them.search(line) for line in said)


def _doers(verb: str, line: str, speaker: Speaker) -> Iterator[Doer]:
    wanted = stem(verb)
    for piece in _PIECES.split(line):
        asks = bool(_ASKS.search(piece)) or piece.endswith("?")
        for match in _WORD.finditer(piece):
            if stem(match.group().lower()) != wanted:
                continue
            before = _NEW_CLAUSE.split(piece[max(0, match.start() - 60) : match.start()])[-1]
            pronouns = [one["who"].lower() for one in _PRONOUN.finditer(before)]
            if not pronouns:
                orders = not before.strip() or before.lower().rstrip(" ,").endswith("please")
                yield (_OTHER.get(speaker), True) if orders else (None, False)
            elif pronouns[-1] in ("i", "we"):
                yield speaker, False
            elif pronouns[-1] == "you":
                yield _OTHER.get(speaker), asks
            else:
                yield None, False


def _contrary(who: Speaker, doers: Sequence[Doer], *, answered: bool) -> bool:
    """Whether all that is told of an act gives it to another, or only asks it of them."""
    return not any(doer in (who, None) and (not asked or answered) for doer, asked in doers)


def _other_doer_ja(told: str, said: Sequence[str], speakers: Sequence[Speaker]) -> bool:
    subject = _SUBJECT_JA.search(told)
    if subject is None:
        return False
    who: Speaker = "agent" if subject["who"].startswith("オペ") else "customer"
    cores = _CORE.findall(subject["rest"])
    if not cores:
        return False
    if _SAYS_JA.search(cores[-1]) or _WISHED_JA.search(subject["rest"]):
        return who not in speakers and not _SAYS_JA.search("".join(said))
    doers = [
        _doer_ja(line[match.end() : match.end() + 20], speaker)
        for line, speaker in zip(said, speakers, strict=True)
        for match in re.finditer(re.escape(cores[-1]), line)
    ]
    return bool(doers) and _contrary(who, doers, answered=who in speakers)


def _doer_ja(after: str, speaker: Speaker) -> Doer:
    if _ASKED_JA.match(after):
        return _OTHER.get(speaker), True
    if _OF_YOU_JA.match(after):
        return None, False
    if _OWN_JA.match(after):
        return speaker, False
    return None, False


def _swapped(told: str, said: str) -> bool:
    for match in _TWO_NAMES.finditer(told):
        acts = {stem(word) for word in _WORD.findall(match["does"]) if len(word) > 2}
        for other in _TWO_NAMES.finditer(said):
            if (other["one"], other["other"]) != (match["other"], match["one"]):
                continue
            same = acts & {stem(word) for word in _WORD.findall(other["does"])}
            turned = bool(_PASSIVE.search(match["does"])) != bool(
                _PASSIVE.search(other["does"])
            )
            if same - {"will"} and not turned:
                return True
    return False


def _swapped_ja(told: str, said: str) -> bool:
    does, done_to = _names_ja(_DOES_JA, told), _names_ja(_DONE_TO_JA, told)
    did, had_done = _names_ja(_DOES_JA, said), _names_ja(_DONE_TO_JA, said)
    return bool(does & had_done - did) and bool(done_to & did - had_done)


def _names_ja(pattern: re.Pattern[str], text: str) -> set[str]:
    return {match["name"] for match in pattern.finditer(text)}


def _other_event(told: str, said: Sequence[str]) -> bool:
    """Whether a day, time or amount of a clause belongs to another clause, which has one of
    its own and tells nothing of this one."""
    least = 1 if _JAPANESE.search(told) else _RIVAL
    clauses = [clause for line in said for clause in _CLAUSE.split(line)]
    known = [(_facts(clause), _content(clause)) for clause in clauses]
    for clause in _CLAUSE.split(told):
        facts, content = _facts(clause), _content(clause)
        if len(facts) != 1:
            continue
        ((kind, _),) = fact = tuple(facts)
        own = [len(content & words) for found, words in known if fact[0] in found]
        rival = [
            len(content & words)
            for found, words in known
            if fact[0] not in found and any(one == kind for one, _ in found)
        ]
        if own and not max(own) and rival and max(rival) >= least:
            return True
    return False


def _facts(clause: str) -> set[tuple[str, str]]:
    days = {("day", match.group().lower()) for match in _DAY.finditer(clause)}
    return days | {
        (f"{one.kind} {one.unit if one.kind == 'number' else ''}", one.value)
        for one in quantities(clause)
    }


def _content(clause: str) -> set[str]:
    """Words that tell what it is about, beside the facts."""
    plain = _DAY.sub(" ", digits_of_words(clause)).lower()
    words = {stem(one) for one in _WORD.findall(plain) if len(one) > 2 and one not in _COMMON}
    runs = [run for run in _CORE.findall(plain) if len(run) > 1]
    return words | {run[at : at + 2] for run in runs for at in range(len(run) - 1)}
