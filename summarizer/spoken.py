"""Words of an utterance as sentences, whatever marks the recogniser set between them."""

from __future__ import annotations

import re

__all__ = ["joined_codes", "sentences", "spoken_codes", "with_apostrophes"]

_ENGLISH_END = re.compile(
    r"(?<=[.?!…])(?<!\b[Mm]r\.)(?<!\b[DdMmSs][rst]\.)(?<!\b[Mm]rs\.)(?<![ap]\.m\.)\s+"
)
_JAPANESE_END = re.compile(
    r"(?<=[。！？!?…])\s*|(?<=[ぁ-ん一-龥ァ-ヶー])[ 　]+(?=[ぁ-ん一-龥ァ-ヶー])"
)
# A pause after a particle ends nothing.
_JAPANESE_PAUSE = re.compile(r"(?<=[にをがので])[ 　]+(?=[ぁ-ん一-龥ァ-ヶー])")
# A recogniser may leave out the full stop; the ending still tells.
_JAPANESE_GOES_ON = (
    r"(?!ので|のよう|のは|こと|はず|から|けど|けれど|もの|ところ|時|際|場合|前|後|分|方|通り)"
)
_JAPANESE_STARTS = (
    rf"(?={_JAPANESE_GOES_ON}(?:[一-龥ァ-ヶA-Z0-9０-９]|はい|いえ|いや|いい|いつ|え[ーっえ]|おめ|お(?!り)|ご"
    r"|じゃ|では|でも|でそ|で[、一-龥]|それ|その|そん|そう|そこ|あの|あと|あー|あ[一-龥]|あり|この|これ|これ|こっ|こち|まず|また"
    r"|まだ|もし|もう|ただ|だか|だい|なの?で|なら|ほな|ほん|した|たぶん|たしか|ちょっと|どう|よろ))"
)
_JAPANESE_SOFT_END = re.compile(
    rf"(?:です|ます|だす|ました|ません|でした|っす|んす){_JAPANESE_STARTS}"
    r"|(?:です|ます|だす|ました|ません|でした|でしょう?|ましょう|ください|ちょうだい|たっけ|っす|んす)"
    rf"(?:か|よ|ね|な|わ|の|もん|し|けど|けれど|が|かな|ねえ|なあ|よお)+(?<!が)(?!(?<=の)で){_JAPANESE_STARTS}"
    rf"|(?:でしょう|ください|ちょうだい|ましょう|んですが|ますが){_JAPANESE_STARTS}"
    rf"|(?<=[うくすつぬむたるだんい])(?:わ|よ|ぞ|よね|わね|わな|だよ|だわ|だね|だな|んね|のよ){_JAPANESE_STARTS}"
)
_LONG_SENTENCE = 14
_ENGLISH_LONG = 12
_STARTS = (
    r"(?:i|i'm|i've|i'll|i'd|we|we're|we've|we'll|you|you've|you're|you'll|it's|it was|that's"
    r"|there's|they|they're|he|she|he's|she's|the thing|what i can|can you|could you|have you"
    r"|are you|is there|do i|will you|when would|keep|please|don't|just|if)"
)
_GOES_ON = """
that and but so if what because when think why where say sure hope the is was know once after
before until how as or see to then who though says said mean everything thing one like yeah okay
right oh well no yes uh um just which also actually with of
"""
_NO_END = "".join(rf"(?<!\b{word})" for word in _GOES_ON.split())
"""Words after which a sentence goes on."""
_ENGLISH_SOFT_END = re.compile(
    rf"\s+(?=(?:and|but|so|because|cause|then|okay|yeah|right|oh|well) {_STARTS}\b)"
    rf"|{_NO_END}\s+(?=(?:it's|that's|there's|i'm|i've|i'll|i'd|we've|we'll|you've|you'll"
    rf"|can you"
    r"|could you|have you|when would|do i|don't|what i can do)\b)"
)

_DIGIT_WORDS = {
    word: str(value)
    for value, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    )
} | {"oh": "0", "o": "0", "nought": "0"}
_PIECE = (
    rf"(?:[A-Za-z]|\d+|dash|hyphen|{'|'.join(_DIGIT_WORDS)}|(?:double|triple) (?:\d"
    rf"|{'|'.join(_DIGIT_WORDS)}))"
)
_CODE = re.compile(
    rf"(?<![\w'$€£.-])(?P<code>{_PIECE}(?:(?:, |,? ?- ?| ){_PIECE}){{2,}})(?![\w'-]|[.:]\d)",
    re.IGNORECASE,
)
_CODE_JA = re.compile(r"(?<![A-Za-z])([A-Za-zＡ-Ｚ]{1,4}) ?の ?(\d{3,})")
_SHORT_FORM = re.compile(
    r"\b(?:(?P<who>(?:i(?=m\b|ve\b)|(?:you|they)(?=re\b|ve\b|ll\b)|we(?=ve\b)"
    r"|(?:it|that|there)(?=ll\b)|(?:he|she|that|there|what|who|here)(?=s\b)"
    r"|i(?=d (?:like|love|rather|prefer)\b)|it(?=s (?:a|an|the|my|your|our|been|about|in|on|at"
    r"|for|not|just|still|to|what|gone|all|going|fine|only|now|with|it|i|you|we)\b)"
    r"|(?<!\b(?:is|be|am) )(?<!\bwas )(?<!\b(?:been|feel|fell|fall|were|very) )"
    r"(?<!\bmentally )i(?=ll \w)))(?P<short>m|re|ve|ll|s|d)"
    r"|(?P<not>(?:do|does|did|is|are|was|were|has|have|had|would|could|should|ca|wo)n)t)\b",
    re.IGNORECASE,
)


def sentences(text: str, language: str) -> list[str]:
    if language == "ja":
        return _japanese(text)
    parts = [part for part in _ENGLISH_END.split(text.strip()) if part and part.strip()]
    if len(parts) == 1 and not re.search(r"[.?!,]", text) or len(text.split()) > 60:
        found = []
        for part in parts:
            if len(part.split()) > _ENGLISH_LONG and "," not in part:
                found += [piece for piece in _ENGLISH_SOFT_END.split(part) if piece]
            else:
                found.append(part)
        return found
    return parts


def with_apostrophes(text: str) -> str:
    """English ``text`` with "ill", "thats" and "dont" as short forms, where its recogniser
    sets no apostrophes."""
    if "'" in text or "’" in text:
        return text
    return _SHORT_FORM.sub(
        lambda match: (
            f"{match['not']}'t" if match["not"] else f"{match['who']}'{match['short']}"
        ),
        text,
    )


def _japanese(text: str) -> list[str]:
    found = []
    for part in _JAPANESE_END.split(_JAPANESE_PAUSE.sub("", text.strip())):
        if not part or not part.strip():
            continue
        pieces = [part]
        if len(part) > _LONG_SENTENCE and part.count("、") * 25 < len(part):
            pieces = _JAPANESE_SOFT_END.sub(r"\g<0>\n", part).split("\n")
        found += [piece for piece in pieces if piece and piece.strip()]
    return found


def joined_codes(text: str, language: str) -> str:
    """ "B H 6 6 2 1" and "S W nine oh four" as one word: BH6621, SW904."""
    if language == "ja":
        return _CODE_JA.sub(r"\1\2", text)
    return _CODE.sub(_joined, text)


def spoken_codes(text: str, language: str) -> dict[str, str]:
    """Numbers as ``joined_codes`` writes them, with how they were said."""
    pattern = _CODE_JA if language == "ja" else _CODE
    return {joined_codes(one.group(), language): one.group() for one in pattern.finditer(text)}


def _joined(match: re.Match[str]) -> str:
    said = match["code"]
    pieces = re.findall(r"[A-Za-z]+|\d+", said)
    while pieces and pieces[0].lower() in ("a", "i"):
        # "a one two" - the article, unless letters go on.
        if len(pieces) > 1 and len(pieces[1]) == 1 and pieces[1].isalpha():
            break
        return said
    code, times = "", 1
    for piece in pieces:
        lowered = piece.lower()
        if lowered in ("double", "triple"):
            times = 2 if lowered == "double" else 3
            continue
        if lowered in ("dash", "hyphen"):
            code += "-"
            continue
        value = piece if piece.isdigit() else _DIGIT_WORDS.get(lowered, piece.upper())
        if lowered == "o" and not re.search(r"\d", code):
            value = "O"
        code += value * times
        times = 1
    digits = len(re.findall(r"\d", code))
    letters = re.match(r"[A-Z]{0,4}-?(?=\d)", code)
    enough = digits >= 3 if letters else False
    return code if enough and len(code) >= 4 else said
