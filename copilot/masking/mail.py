"""Mail addresses, written, spelt and spoken.

An address is read outwards from its "at": whoever starts at the front looks at every word
of the text as if it could become one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from copilot.events import Span

__all__ = ["domain_at_start", "find_mails", "local_at_end"]

_NAMED = re.compile(r"メール|アドレス|\be-?mail|\baddress is", re.I)
_NAMED_BEFORE = 60
_AT = re.compile(r"@|＠|アット\s?マーク|あっと\s?まーく|アット|あっと|\bat(?: sign)?\b", re.I)
_LONGEST_LOCAL = 90
_LOCAL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+\s?$")
_DOMAIN = re.compile(r"\s?[A-Za-z0-9-]{1,63}(?:\s?\.\s?[A-Za-z0-9-]{1,63})+")

# English ------------------------------------------------------------------------------

_WORD = r"[A-Za-z0-9]++(?:[._-][A-Za-z0-9]++)*+"
_MARK_EN = r"(?:dot|underscore|dash|hyphen|point|minus|plus|period|full stop)"
_JOIN = rf"[\s,]*\b{_MARK_EN}\b[\s,]*"
_TOP_LEVEL = (
    r"(?:com|net|org|edu|gov|info|io|co|jp|uk|us|ca|de|fr|me|dev|biz|au|nz|ie|test|example"
    r"|invalid|tv|app|mail)"
)
_LETTER_NAMES = (
    r"(?:ay|bee|cee|see|sea|dee|ee|eff|gee|aitch|haitch|eye|jay|kay|el|ell|em|en"
    r"|oh|pee|cue|queue"
    r"|are|ar|ess|tee|tea|you|vee|double you|ex|why|zee|zed)"
)
_DIGIT_WORD = (
    r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|\w+teen|\w+ty|double)"
)
_SPELT_ONE = (
    rf"(?:[A-Za-z0-9](?:,?\s+(?:as in|for|like)\s+\w+)?|capital|lower ?case"
    rf"|{_LETTER_NAMES}|{_DIGIT_WORD}|{_MARK_EN})"
)
_SPELT_LOCAL = re.compile(
    rf"(?<![A-Za-z0-9'’])(?:{_SPELT_ONE}[\s,.-]+){{1,30}}(?:{_WORD}[\s,]*)?$", re.I
)
_SPOKEN_LOCAL = re.compile(
    rf"(?<![A-Za-z0-9'’]){_WORD}(?:{_JOIN}{_WORD})*(?:[\s,]+\d+)?[\s,–—-]*$", re.I
)
_SPOKEN_DOMAIN = re.compile(
    rf"[\s,]*(?:(?:[a-z][\s,-]+){{2,20}}|{_WORD}(?:{_JOIN}{_WORD}){{0,4}}){_JOIN}{_TOP_LEVEL}\b"
    rf"(?:{_JOIN}{_TOP_LEVEL}\b)?"
    rf"|[\s,]*[A-Za-z0-9-]{{1,63}}(?:\.[A-Za-z0-9-]{{1,63}}){{0,4}}\.{_TOP_LEVEL}\b",
    re.I,
)
_ANY_DOMAIN = re.compile(rf"[\s,]*{_WORD}(?:(?:{_JOIN}|\s?\.\s?){_WORD}){{1,4}}", re.I)
_SPELT = re.compile(rf"[\d._]|\b{_MARK_EN}\b|^(?:\w[\s,-]+)+$", re.I)
_NO_LOCAL = frozenset(
    {"is", "it", "email", "address", "mail", "the", "my", "a", "an", "look", "are", "was", "be",
     "me", "us", "you", "them", "out", "up", "email's", "that", "this", "s"}
)  # fmt: skip

_THEN = re.compile(r"[\s,]+(?:and|then|and then)\s*$", re.I)
_VERB = re.compile(
    r"^(?:looked|seen?|saw|sign|signed|log|logged|order|ordered|buy|bought|find|found|check"
    r"|checked|arrive|arrived|available|shop|stay|work|works|worked|read|start|started|\w+ing"
    r"|online|here|there|anyone|someone|people|everyone|one|account|team|page|site|store)$",
    re.I,
)
# Japanese -----------------------------------------------------------------------------

_MARK_JA = (
    r"(?:ドット|どっと|てん|テン|点|アンダーバー|アンダースコア|あんだーばー"
    r"|ハイフン|はいふん|マイナス|プラス|ピリオド|\.)"
)
_KANA_LOCAL = re.compile(
    r"(?<![ァ-ヶーA-Za-z0-9])[ァ-ヶーA-Za-z0-9](?:[ァ-ヶーA-Za-z0-9\s、,・._-]"
    r"|てん|どっと|あんだーばー"
    r"|(?:数字|小文字|大文字|半角|英語)の|えーっと|えーと|えっと|ええと|あの|それから"
    r"|はいふん|いち|に[いー]?|さん|よん|ごー?|ろく|なな|はち|きゅう|ぜろ"
    r"|[〇一二三四五六七八九])*$"
)
_HIRAGANA_LOCAL = re.compile(r"[ぁ-んーA-Za-z0-9、\s]{1,40}$")
_KANA_JOIN = rf"[\s、,・]*{_MARK_JA}[\s、,・]*"
_TOP_JA = (
    r"(?:コム|こむ|困む|ジェーピー|ジェイピー|じぇーぴー|シーオー|エヌイー|ネット"
    r"|ねっと|オーアール|エーシー|ジーオー"
    r"|オルグ|おーあーるじー|インフォ|テスト|イグザンプル|エグザンプル"
    r"|(?:com|net|jp|co|ne|org|or|info|ac|go|example|test)(?![A-Za-z]))"
)
_KANA_DOMAIN = re.compile(
    rf"[\s、,・]*[ァ-ヶーぁ-ん一-龥A-Za-z0-9、, ・_-]{{1,40}}?"
    rf"(?:{_KANA_JOIN}[A-Za-z0-9-]{{1,30}})??"
    rf"(?:{_KANA_JOIN}{_TOP_JA})+"
)
_KANA_ANY_DOMAIN = re.compile(
    rf"[\s、,・]*[ァ-ヶーA-Za-z0-9、, ・_-]{{1,40}}?{_KANA_JOIN}"
    rf"(?:[ァ-ヶーA-Za-z0-9]|{_KANA_JOIN})+"
)
_LETTERS_JA = (
    r"(?:エー|ビー|シー|ディー|デー|イー|エフ|ジー|エイチ|エッチ|アイ|ジェー"
    r"|ジェイ|ケー|ケイ|エル|エム|エヌ|オー|ピー|キュー|アール"
    r"|エス|ティー|テー|ユー|ブイ|ヴィー|ダブリュー|ダブル|エックス|ワイ|ゼット"
    r"|ゼッド|ゼロ|イチ|ニ[ーイ]?|サン|ヨン|ゴー?|ロク|ナナ|ハチ|キュウ)"
)
_SPELT_JA = re.compile(
    rf"(?:(?:{_LETTERS_JA}|{_MARK_JA}|[A-Za-z0-9]+)[\s、,・]*){{3,30}}", re.I
)
_SURE_MARK = r"(?:ドット|ハイフン|アンダーバー|アンダースコア|ピリオド)"
_SPELT_LOCAL_JA = re.compile(
    rf"(?:(?:{_LETTERS_JA}|{_MARK_JA})[\s、,・]*){{3,30}}$|"
    rf"(?=[^。]*?{_SURE_MARK})[A-Za-zァ-ヶー0-9]++(?:[\s、,・._-]+[A-Za-zァ-ヶー0-9]++)++$",
    re.I,
)
_JOINED_JA = re.compile(
    r"(?<![A-Za-zァ-ヶー0-9])[A-Za-zァ-ヶー0-9]++(?:[\s、,・._-]+[A-Za-zァ-ヶー0-9]++)++"
)
_HALF_LOCAL = re.compile(
    rf"(?<![A-Za-z0-9])(?P<half>(?:{_WORD}{_JOIN})*{_WORD},? at)[\s,.]*$", re.I
)
_HALF_DOMAIN = re.compile(
    rf"(?<![A-Za-z0-9ァ-ヶー])(?P<half>{_WORD}(?:{_JOIN}{_WORD})*{_JOIN}{_TOP_LEVEL}\b"
    rf"|[ァ-ヶーA-Za-z0-9]+(?:{_KANA_JOIN}{_TOP_JA})+)",
    re.I,
)
_SPELT_EN = re.compile(
    rf"(?<![A-Za-z0-9'’])(?:{_SPELT_ONE}[\s,.-]+){{2,30}}(?:{_SPELT_ONE}"
    rf"|{_WORD})(?![A-Za-z'’])",
    re.I,
)


_SENTENCE_END = re.compile(r"\.\s+(?=[A-Z][a-z])")
_ANNOUNCED = re.compile(r"(?:メール(?:アドレス)?|アドレス|メアド|宛先)(?:は|が|、|:|：|\s)+")
_LEAD = re.compile(
    r"^.*\b(?:(?:e-?mail|gmail|address|it|that|here)(?:['’]s| is|:)|is|under"
    r"|on file as)[,:]?\s+"
    r"(?:(?:um|uh|so|yeah|okay)[,\s]+)*",
    re.I | re.S,
)
_SENTENCE = re.compile(r"(?P<said>[^。！？!?\n]*)$")
_TOPIC = re.compile(r"(?:[ぁ-んァ-ヶー一-龥](?:は|が|も)、?\s?|って、?|で、)")
_LONGEST_SAID = 60
_OPENING = re.compile(
    r"(?:(?:はい|えーと|えっと|ええと|えー|それでは|では|じゃあ|そうですね|yes"
    r"|yeah|sure|okay|ok|so|um|uh|it['’]?s|it is|that['’]?s"
    r"|my email is|the email is|email is|アドレスは|メールは|メールアドレスは)[\s、。,.:]*)*",
    re.I,
)


_WORDY_DOMAIN = re.compile(rf"[\s,]*(?:[A-Za-z]+ ){{1,3}}[A-Za-z]+{_JOIN}{_TOP_LEVEL}\b", re.I)
_DOMAIN_TAIL = re.compile(
    rf"(?:{_JOIN}{_WORD}|[\s、,・]*(?:ドット|どっと"
    rf"|ハイフン)[\s、,・]*[A-Za-z0-9ァ-ヶー]+)+",
    re.I,
)


def find_mails(text: str, asked: bool) -> Iterator[Span]:
    """Mail addresses of ``text``. ``asked``: one was just asked for, so half of one may come
    alone."""
    done = 0
    for at in _AT.finditer(text):
        if at.start() < done:
            continue
        window = text[max(done, at.start() - _LONGEST_LOCAL) : at.start()]
        named = asked or bool(
            _NAMED.search(text, max(0, at.start() - _NAMED_BEFORE), at.start())
        )
        end = _domain(text, at, named)
        if end is None:
            continue
        start = _answered(window) if asked else _local(window, at, named)
        if start is None:
            start = _local(window, at, named)
        if start is not None:
            start = _with_joined(window, start)
        if start is None:
            if not (asked and not window.strip(" 、,")):
                continue
            start = len(window)
        done = end
        yield Span(start=at.start() - len(window) + start, end=end, kind="email")
    if announced := _announced(text):
        start = announced.end()
        for at in _AT.finditer(text, start):
            end = _domain(text, at, True)
            if end is not None and at.start() - start <= 60 and at.start() > start:
                yield Span(start=start, end=end, kind="email")
                break
    if asked and not done:
        yield from _half(text)


def local_at_end(text: str) -> Span | None:
    """The first half of an address, which a turn may end in: "lucia hyphen fernwell,"."""
    said = text.rstrip(" \t\n　,.、。…")
    window = said[-_LONGEST_LOCAL:]
    for form in (_JOINED_LOCAL, _SPELT_LOCAL, _SPELT_LOCAL_JA):
        if match := form.search(window if form is not _SPELT_LOCAL else window + " "):
            start = len(said) - len(window) + match.start()
            return Span(start=start, end=len(said), kind="email")
    return None


def domain_at_start(text: str) -> Span | None:
    """The second half, from its "at" on: アットマークのあとが example.com"""
    opening = _OPENING.match(text)
    at = _AT.match(text, opening.end() if opening else 0)
    if at is None:
        return None
    after = _AFTER_AT.match(text, at.end())
    place = at if after is None else after
    for form in (_DOMAIN, _SPOKEN_DOMAIN, _KANA_DOMAIN):
        if found := form.match(text, place.end()):
            return Span(start=at.start(), end=found.end(), kind="email")
    return None


_AFTER_AT = re.compile(r"の?(?:あと|後ろ|後|次)?[がは、,\s]*")
_JOINED_LOCAL = re.compile(
    rf"(?<![A-Za-z0-9'’._-])(?:{_WORD}(?:{_JOIN}{_WORD})+"
    rf"|(?=[A-Za-z0-9_.-]*[0-9_.])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9]++(?:[._-]+[A-Za-z0-9]++)*+)"
    rf"(?:,?\s+{_DIGIT_WORD}|\s\d+)*$",
    re.I,
)


def _with_joined(window: str, start: int) -> int:
    """With the word before a mark that the rest begins with: "hoskins | hyphen seventy"."""
    if _BEGINS_MARKED.match(window, start) and (
        before := _WORD_BEFORE.search(window, 0, start)
    ):
        return before.start()
    return start


_BEGINS_MARKED = re.compile(rf"[\s,]*(?:{_MARK_EN}\b|{_MARK_JA})", re.I)
_WORD_BEFORE = re.compile(r"[A-Za-z0-9]{1,30}[\s,]*$")


def _announced(text: str) -> re.Match[str] | None:
    return _ANNOUNCED.search(text) if re.search("[ぁ-ん]", text) else None


def _domain(text: str, at: re.Match[str], named: bool) -> int | None:
    """Where what follows an "at" ends, if it is a domain."""
    forms = [_DOMAIN, _KANA_DOMAIN]
    if at[0].lower().startswith("at"):
        forms = [_SPOKEN_DOMAIN, _KANA_DOMAIN, _WORDY_DOMAIN]
    if named:
        forms += [_ANY_DOMAIN, _KANA_ANY_DOMAIN]
    for form in forms:
        if found := form.match(text, at.end()):
            end = found.end() - len(found[0]) + len(found[0].rstrip(" 、,・"))
            if sentence := _SENTENCE_END.search(text, found.start(), end):
                end = sentence.start()
            tail = _DOMAIN_TAIL.match(text, end)
            return tail.end() if tail else end
    return None


def _answered(window: str) -> int | None:
    """Where the answer to the question for an address begins; ``None`` for a long one, which
    says more."""
    start = _OPENING.match(window).end()  # type: ignore[union-attr]
    words = len(re.findall(r"[A-Za-z]{3,}", window[start:]))
    return start if start < len(window) and words <= 6 and len(window) - start <= 60 else None


def _local(window: str, at: re.Match[str], named: bool) -> int | None:
    """Where what stands before an "at" begins, if it names a mail box."""
    if at[0].lower().startswith("at"):
        window = _THEN.sub("", window)
        spelt, spoken = _SPELT_LOCAL.search(window), _SPOKEN_LOCAL.search(window)
        if (named or spelt) and (lead := _LEAD.search(window)) is not None:
            read_out = window[lead.end() :]
            if (
                1 < len(read_out) <= _LONGEST_SAID
                and len(re.findall(r"[A-Za-z]{5,}", read_out)) <= 4
            ):
                return lead.end()
        if spelt and not (spoken and spoken.start() < spelt.start()):
            return _without_words(spelt)
        if spoken is None or spoken[0].strip(" ,").lower() in _NO_LOCAL:
            return None
        if named or _SPELT.search(window[spoken.start() :].strip() + " "):
            return spoken.start()
        return None if _VERB.search(spoken[0].strip(" ,")) else spoken.start()
    said = None if at[0] in "@＠" else _said_local(window)
    if said is not None:
        announced = [
            one for one in _ANNOUNCED.finditer(window) if "。" not in window[one.end() :]
        ]
        return announced[-1].end() if announced else said
    if found := _LOCAL.search(window):
        return found.start()
    if found := _KANA_LOCAL.search(window):
        return found.start()
    if named and (found := _HIRAGANA_LOCAL.search(window)):
        return (
            found.start()
            + len(found[0])
            - len(re.sub(r"^.*?[はがで、]", "", found[0]) or found[0])
        )
    return None


def _said_local(window: str) -> int | None:
    """Where the sentence begins to spell, for an "at" that is said in Japanese: what stands
    before it is read out."""
    sentence = _SENTENCE.search(window)
    if sentence is None:
        return None
    start = sentence.start("said")
    for topic in _TOPIC.finditer(window, start):
        if topic.end() < len(window.rstrip()):
            start = topic.end()
    opening = _OPENING.match(window, start)
    start = opening.end() if opening else start
    return start if 1 < len(window) - start <= _LONGEST_SAID else None


def _without_words(spelt: re.Match[str]) -> int:
    """Where the letters begin after words that only look spelt: "so I, it is a b at"."""
    words = re.match(r"(?:(?:a|i|so|oh|are|you|see|why)[\s,]+(?=\w{2,}))+", spelt[0], re.I)
    return spelt.start() + (words.end() if words and words.end() < len(spelt[0]) else 0)


def _half(text: str) -> Iterator[Span]:
    """Spelt letters and marks, where an address was asked for and comes in two turns."""
    for form in (_HALF_LOCAL, _HALF_DOMAIN):
        if match := form.search(text):
            yield Span(start=match.start("half"), end=match.end("half"), kind="email")
            return
    for match in _JOINED_JA.finditer(text):
        if re.search(_SURE_MARK, match[0]):
            yield Span(start=match.start(), end=match.end(), kind="email")
            return
    for form in (_SPELT_EN, _SPELT_JA):
        for match in form.finditer(text):
            said = match[0].rstrip(" 、,・.-")
            letters = len(re.findall(r"[^\s、,・]+", said))
            if letters >= 3 or re.search(rf"\b{_MARK_EN}\b|{_MARK_JA}", said):
                yield Span(start=match.start(), end=match.start() + len(said), kind="email")
        if (
            form is _SPELT_EN
            and re.search(r"[A-Za-z]{2}", text)
            and not re.search(r"[ァ-ヶ]", text)
        ):
            return
