"""Polite and humble Japanese verbs as plain ones.

「お届けいたします」 is 「届ける」, 「伺いました」 is 「伺った」, 「届いておりません」 is
「届いていない」. Rules over the kana before ます: whether a stem in the i-row is ichidan is
known for the few verbs where it is.
"""

from __future__ import annotations

import re

__all__ = ["dictionary_form", "plain_verbs"]

_ICHIDAN_I = re.compile(
    r"(?:でき|出来|(?<=[てで])い|(?:^|[にがはも])い|居|(?<=て)み|見|起き|足り|借り|降り|下り"
    r"|過ぎ|すぎ|落ち|生き|閉じ|感じ|信じ|応じ|生じ|通じ|存じ|用い|率い|浴び|伸び|延び|着"
    r"|似|試み|尽き|満ち|懲り|錆び|滅び|老い|悔い"
    r"|[今人者方名員達客誰中内側家店前席]い|(?:なら|から|では|なので)い)$"
)
_U_ROW = dict(zip("いきぎしじちにびみり", "うくぐすずつぬぶむる", strict=True))
_TA = {
    "い": "った",
    "き": "いた",
    "ぎ": "いだ",
    "し": "した",
    "ち": "った",
    "に": "んだ",
    "び": "んだ",
    "み": "んだ",
    "り": "った",
}
_NAI = dict(zip("いきぎしちにびみり", "わかがさたなばまら", strict=True))
_SHORT = "見着居似来出寝"
_E_ROW = "えけげせぜてでねべめれ"
_NOUN = r"[一-龥々ァ-ヶーA-Za-z0-9]"
_HUMBLE = [
    (r"(?:させて|して)?(?:いただい|頂い)ております", "しています"),
    (rf"(?<={_NOUN})(?:させて)(?:いただ|頂)(?:きました|いた)", "しました"),
    (rf"(?<={_NOUN})(?:させて)(?:いただ|頂)きます", "します"),
    (r"(?<=[えけげせてでねべめれ見])させて(?:いただ|頂)き(?=ま)", ""),
    *[
        (rf"{a}せて(?:いただ|頂)き(?=ま)", i)
        for a, i in zip("かがたなばまらわ", "きぎちにびみりい", strict=True)
    ],
    (r"させて(?:いただ|頂)きます", "します"),
    (r"させて(?:いただ|頂)きました", "しました"),
    (r"させて(?:いただ|頂)きたい(?:と(?:思|存じ)います)?", "したい"),
    (r"(?<=[分わ]かり)かねます", "ません"),
    (r"(?:(?:いた|致)し|でき|出来)?かねます", "できません"),
    (r"(?:(?:いた|致)し|でき|出来)?かねまして", "できず"),
    (r"(?:(?:いた|致)し|でき|出来)?かねる", "できない"),
    (rf"(?<={_NOUN})(?:いただ|頂)け(?=ま|る|な)", "でき"),
    (rf"(?<={_NOUN})(?:いただ|頂)い(?=て|た)", "し"),
    (rf"(?<={_NOUN})(?<!一切)(?<!全[部額])(?:いただ|頂)き(?=ま)", "し"),
    (r"申し上げられ(?=[まなる])", "言え"),
    (r"を?(?:申し上げ|差し上げ|さしあげ)る", "する"),
    (r"を?(?:申し上げ|差し上げ|さしあげ)(?=ま)", "し"),
    (r"(?:いた|致)し(?=ま|て)", "し"),
    (r"ており(?=ま)", "てい"),
    (r"でおり(?=ま)", "でい"),
    (r"ておらず", "ておらず"),
    (r"でございま(?:す|した)", "です"),
    (r"(?<!とう)(?<!めでとう)ございました", "ありました"),
    (r"(?<!とう)(?<!めでとう)ございます", "あります"),
    (r"ございません", "ありません"),
    (r"(?<!とう)ござい(?=ま)", "あり"),
    (r"いらっしゃい(?=ま)", "い"),
    (r"おっしゃい(?=ま)|仰い(?=ま)", "言い"),
    (r"申し伝え", "伝え"),
    (r"申しつけ|申し付け", "伝え"),
    (r"頂戴し", "受領し"),
    (r"(?:と|かと)存じます", "と思います"),
    (r"(?:いただ|頂)けます(?:と(?:幸い|助かり).*)?$", "もらえます"),
    (r"(?:いただ|頂)き(?=ま)", "もらい"),
    (r"(?:いただ|頂)(?:い|き)て", "もらって"),
    (r"(?:いただ|頂)い(?=た)", "もらっ"),
    (r"(?:いただ|頂)く", "もらう"),
    (r"参り(?=ま)", "行き"),
    (r"(?:でし|でっし)たら", "なら"),
    (r"お願いし(?=て|た(?!い))", "依頼し"),
    (r"お?持ちになって", "持って"),
    (r"お?伺いする", "伺う"),
    (r"ことになって(?:います|おります|いる)$", "予定"),
    (r"ことになります$", "予定"),
]
_PART_OF_WORD = (
    "客|金|茶|酒|湯|店|米|菓子|風呂|昼|盆|正月|子|母|父|兄|姉|前|互い|土産|世話|祝い|宅|弁当|守り|寺|墓|腹"
    "|願|詫び|隣"
)
"""Before these お is no politeness, or the word reads oddly without it."""
_HONORIFIC = re.compile(
    r"お(?=電話|届け(?!は|が|先|日|予定)|支払|送り|伺い|見積|時間|手続|名前|部屋|荷物|渡し"
    r"|返事|振り?込|調べ|持ち|手元)"
    r"|ご(?=[一-龥]{2})(?!飯|馳走|機嫌|無沙汰)"
    rf"|(?:(?<![一-龥ぁ-ん])|(?<=[をにはがもで、。のと]))お(?=[一-龥])(?!{_PART_OF_WORD})"
)
_HUMBLE_STEM = re.compile(
    r"(?:お(?P<stem>(?!願)(?:[一-龥]{1,3}[ぁ-ん]?|[一-龥][ぁ-ん][一-龥][ぁ-ん]?|つな|たず"
    r"|か|まか)"
    r"[いきぎしじちびみりえけげせぜてねべめれ])"
    r"|お?(?P<known>伺い|願い|持ち|渡し|返し|戻し|届け|送り|支払い|知らせ|伝え|待ち|預かり"
    r"|受け|調べ"
    r"|振り込み|引き取り|差し引き|取り替え|切り替え|見積もり|立て替え"
    r"|引き落とし))し(?:(?=ま)|(?P<te>[てた]))(?P<tai>(?<=た)い)?"
)
_HUMBLE_SURU = re.compile(
    r"お(?P<stem>[一-龥]{1,2}[ぁ-ん]?[いきぎしちにびみりえけげせてねべめれ])する"
)
_FAVOUR = re.compile(
    r"お(?P<stem>[一-龥]{1,2}[ぁ-ん]{0,2}?[いきぎしちにびみりえけげせてねべめれ])(?:いただ|頂)"
    r"(?:(?P<how>[いけき])(?=[てたまるな]))"
)
_ABLE = re.compile(
    r"お(?P<stem>[一-龥]{1,2}[ぁ-ん]{0,2}?[いきぎしちにびみりえけげせてねべめれ])(?:でき"
    r"|出来)(?=[まるな])"
)
_MASU = re.compile(
    r"(?P<stem>[一-龥々ぁ-んァ-ヶーA-Za-z]{0,6}?[いきぎしじちにびみりえけげせぜてでねべめれ見着居似来出寝])"
    r"(?P<ending>ませんでした|ましたら|ました|ません|ましょうか|ましょう|まして|ますので"
    r"|ますが|ます)(?!よう)"
)


def plain_verbs(text: str) -> str:
    """Every verb in ます form, honorifics and humble forms in plain style."""
    text = _FAVOUR.sub(_favour, text)
    for pattern, replacement in _HUMBLE:
        text = re.sub(pattern, replacement, text)
    text = _ABLE.sub(_able, text)
    text = _HUMBLE_STEM.sub(_humble, text)
    text = _HUMBLE_SURU.sub(lambda match: dictionary_form(match["stem"]), text)
    text = _HONORIFIC.sub("", text)
    return _MASU.sub(_plain_form, text)


def _humble(match: re.Match[str]) -> str:
    """「お送りします」 is 「送ります」, 「お送りしておく」 is 「送っておく」."""
    stem = str(match["stem"] or match["known"])
    if not match["te"]:
        return stem
    if match["tai"]:
        return f"{stem}たい"
    te = _te(stem)
    return te if match["te"] == "て" else te[:-1] + ("だ" if te.endswith("で") else "た")


def _favour(match: re.Match[str]) -> str:
    """「お持ちいただいた」 is 「持ってもらった」."""
    return _te(match["stem"]) + {"い": "もらっ", "き": "もらい", "け": "もらえ"}[match["how"]]


def _able(match: re.Match[str]) -> str:
    """「お渡しできません」 is 「渡せません」."""
    stem = match["stem"]
    rows = dict(zip("いきぎしちにびみり", "えけげせてねべめれ", strict=True))
    return stem[:-1] + rows[stem[-1]] if stem[-1] in rows else f"{stem}られ"


def _te(stem: str) -> str:
    ending = {"い": "って", "ち": "って", "り": "って", "き": "いて", "ぎ": "いで"}
    ending |= {"み": "んで", "び": "んで", "に": "んで"}
    return stem[:-1] + ending[stem[-1]] if stem[-1] in ending else f"{stem}て"


def _plain_form(match: re.Match[str]) -> str:
    stem, ending = match["stem"], match["ending"]
    if ending == "まして" and match.string.startswith("も", match.end()):
        return _te(stem)
    if ending == "まして":
        stem = f"{stem[:-1]}おり" if stem.endswith(("てい", "でい")) else stem
        return stem if match.string[match.end() :].startswith(("、", "。")) else f"{stem}、"
    if ending.startswith("ましょう"):
        return dictionary_form(stem)
    tail = {"ますので": "ので", "ますが": "が"}.get(ending, "")
    if ending.startswith("ます"):
        return dictionary_form(stem) + tail
    last = stem[-1]
    if ending.startswith("ました"):
        return _past(stem) + ending.removeprefix("ました")
    negative = "ない" if ending == "ません" else "なかった"
    if stem.endswith("あり"):
        return stem[:-2] + negative
    if last in _E_ROW + _SHORT or _ICHIDAN_I.search(stem) or (last == "し" and _suru(stem)):
        return stem + negative
    return stem[:-1] + _NAI.get(last, last) + negative


def _past(stem: str) -> str:
    if stem[-1] in _E_ROW + _SHORT or _ICHIDAN_I.search(stem):
        return stem + "た"
    if stem.endswith("行き"):
        return stem[:-1] + "った"
    return stem[:-1] + _TA.get(stem[-1], stem[-1] + "た")


def dictionary_form(stem: str) -> str:
    """The verb whose stem before ます is ``stem``."""
    last = stem[-1]
    if stem.endswith("てき"):
        return stem[:-1] + "くる"
    if last in _E_ROW or last in _SHORT or _ICHIDAN_I.search(stem):
        return stem + "る"
    if last == "し" and _suru(stem):
        return stem[:-1] + "する"
    return stem[:-1] + _U_ROW.get(last, last + "る")


def _suru(stem: str) -> bool:
    """Whether し belongs to する: after two kanji, katakana, を or nothing; 直し is 直す."""
    before = stem[:-1]
    if re.search(
        r"(?:見直|(?<!電)話|申|足|出|渡|直|返|戻|貸|差|外|示|回|起こ|探|消|落と|動か|移)$",
        before,
    ):
        return False
    return not before or bool(
        re.search(
            r"(?:[一-龥々]{2}|[ァ-ヶー]|[A-Za-z]|[をりくにもとがういきけみせれ])$", before
        )
    )
