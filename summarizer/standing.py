"""Whether a sentence tells as a fact what was only asked, wished or made to depend."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from summarizer.polarity import stem
from summarizer.quantities import folded

__all__ = ["overstated"]

_JAPANESE = re.compile(r"[ぁ-んァ-ヶ]")
_PIECES = re.compile(r"(?<=[.?!。？！])\s*|\n+")
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)

_OPEN_WORDS = (
    r"\b(?:if|whether|unless|in case|provided|as long as|once|when|ask(?:s|ed|ing)?"
    r"|want(?:s|ed)?|wonder(?:s|ed|ing)?|request(?:s|ed)?|wish(?:es|ed)?|hop(?:e|es|ed|ing)|demand(?:s|ed)?"
    r"|would|might|(?-i:may)|could|should|possibl[ey]|perhaps|maybe|need(?:s|ed)?|expect(?:s|ed)?"
    r"|depend(?:s|ing)?|until|after|suggest(?:s|ed)?|like to|not|n't|inquire[sd]?|enquire[sd]?"
    r"|try|tries|tried|check(?:s|ed|ing)?|unclear|unsure|subject to|probably|likely)\b|n't\b|\?"
)
_HEDGED = re.compile(_OPEN_WORDS, re.IGNORECASE)
_OPENS = re.compile(
    r"\b(?:whether|if|unless|hope|hoping|wish|want|would like|might|(?-i:may)|wonder(?:ing)?"
    r"|maybe|perhaps|in case|once|provided|as long as|not sure|until)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|unless|provided(?: that)?|in case|as long as|once|only when|subject to)\b"
    r"(?! (?:you (?:like|want|need|don't mind|wish|could|would|have any)|possible"
    r"|i may|that's (?:ok|all)))",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:was|were|is|are|been|has|have|had|got|gets|will|'ll|be|can)\b"
    r"(?: (?:be|been|already|now|also))*"
    r" (?P<verb>[a-z]{3,})"
    r"|^(?:the )?(?:agent|customer)(?: (?:has|have|had|will))? (?P<act>[a-z]{3,}ed)\b",
    re.IGNORECASE,
)

_CORE = re.compile(r"[一-龥々]{2,}|[一-龥々]|[ァ-ヶー]{2,}")
_OPEN_JA = (
    r"(?:か(?=$|[。、?？をどはもの教確知聞尋伺分わおご])|かどうか|場合|たら|れば|なら|際は|次第|ほし|欲し|たい|もらえ|いただけ"
    r"|ください|下さい|お願い|かも|恐れ|可能性|予定|見込|はず|でしょうか)"
)
_OPENS_JA = re.compile(rf"[ぁ-ん]{{0,8}}?{_OPEN_JA}")
_DONE_JA = re.compile(
    r"(?:が|を|は|も)?(?:さ|し|し?て(?:い|くれ))?(?:れた|れて|された|した|していた|れる|済|済み|ました|される|する)?"
    r"(?P<end>され(?:た|る|ている)|し(?:た|ている)|する|済み?|った|れた|いた|いだ|けた|えた|める|[うくぐすつぬぶむる]|た)(?=[。、]|$)"
)
_CONDITION_JA = re.compile(
    r"(?:れば|たら|なら(?!な)|場合(?:は|に|のみ)|次第|限り|ば)(?=[、,]|[^い。]{1,40}[。]?$)"
)
_HEDGED_JA = re.compile(
    r"場合|たら|れば|なら|次第|限り|かどうか|か(?:確認|尋|問|聞|知|質|ど)|希望|要望|依頼|求|尋|質問|問い"
    r"|たい|ほし|可能性|かも|予定|見込|恐れ|条件|際|ときは|時は|後|ば"
)


def overstated(sentence: str, cited: Sequence[str]) -> bool:
    """Whether all that the ``cited`` texts tell of what ``sentence`` says happened or will is a
    question, a wish or a condition. What somebody answers to a question counts as told."""
    told, said = folded(sentence), [folded(one) for one in cited]
    if _JAPANESE.search(told):
        return not _HEDGED_JA.search(told) and _open_ja(told, said)
    return not _HEDGED.search(told) and _open(told, said)


def _open(told: str, said: Sequence[str]) -> bool:
    wanted = {stem((one["verb"] or one["act"]).lower()) for one in _DONE.finditer(told)}
    found = [
        one for index, line in enumerate(said) for one in _standings(line, wanted, said, index)
    ]
    return bool(found) and not any(found)


def _standings(line: str, wanted: set[str], said: Sequence[str], index: int) -> Iterator[bool]:
    """For each place where a verb is told, whether it stands as a fact."""
    for piece in _PIECES.split(line):
        asks = piece.endswith("?") and index == len(said) - 1
        depends = bool(_CONDITION.search(piece))
        opening = _OPENS.search(piece)
        for match in _WORD.finditer(piece):
            if stem(match.group().lower()) in wanted:
                behind = opening is not None and opening.start() < match.start()
                yield not (asks or depends or behind)


def _open_ja(told: str, said: Sequence[str]) -> bool:
    cores = _CORE.findall(told)
    if not cores:
        return False
    core, found = cores[-1], []
    if not _DONE_JA.match(told[told.rindex(core) + len(core) :]):
        return False
    for index, line in enumerate(said):
        for piece in _PIECES.split(line):
            depends = bool(_CONDITION_JA.search(piece))
            for match in re.finditer(re.escape(core), piece):
                after = piece[match.end() : match.end() + 24]
                asks = bool(_OPENS_JA.match(after)) and (
                    index == len(said) - 1 or "か" not in after
                )
                found.append(not (asks or depends))
    return bool(found) and not any(found)
