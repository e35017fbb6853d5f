"""Japanese statements in the plain style of a contact record (常体・体言止め).

Polite and humble endings become plain ones: 「お届けいたします」 is 「届ける」,
「切れるんです」 is 「切れる」. Content words stay as they were said.
"""

from __future__ import annotations

import re

__all__ = ["offered", "plain", "report_agent", "report_customer"]

# Stems before ます whose verb is ichidan although they end in an i-row kana.
_ICHIDAN_I = re.compile(
    r"(?:でき|出来|い|見|み|起き|足り|借り|降り|過ぎ|すぎ|落ち|生き|閉じ|感じ|信じ"
    r"|用い|浴び|伸び|着)$"
)
_U_ROW = dict(zip("いきぎしじちにびみり", "うくぐすずつぬぶむる", strict=True))
_TA = {
    "い": "った",
    "き": "いた",
    "ぎ": "いだ",
    "ち": "った",
    "に": "んだ",
    "び": "んだ",
    "み": "んだ",
    "り": "った",
}
_NAI = dict(zip("いきぎしちにびみり", "わかがさたなばまら", strict=True))
_E_ROW = "えけげせぜてでねべめれ"

# Endings that only carry politeness or softness, longest first where they overlap.
_SOFT = re.compile(
    r"(?:な)?(?:んですけれども|んですけど|んですが|んですね|んですよ|のですけど"
    r"|のですが|んだけど|んだよね|んだよ|んだぞ|んです|のです|んだ)$"
    r"|(?:でした|ですけれども|ですけど|ですが|ですよね|ですね|ですよ|だけど|です|だよ"
    r"|だぞ|だな)$"
    r"|(?:けれども|けど|からな|よな|よね|ぞ|よ|ね)$"
)
_PHRASES = [
    (
        r"(?<=[でずも])お願い(?:し|いたし)(?:ます|たい(?:ん|の)?(?:です)?(?:けど|が)?)$",
        "お願いしたい",
    ),
    (
        r"(?:を|の)?お願い(?:した|でき|いたし|し)(?:たいん?(?:です)?(?:けど|が)?"
        r"|ますか?|ますでしょうか|ないでしょうか|ませんか|いです)?$",
        "を希望",
    ),
    (
        r"(し?て)(?:いただけ|もらえ|くれ)(?:ます|ません|ない"
        r"|る)?(?:でしょう)?(?:か|かな|ですか)?$",
        r"\1ほしい",
    ),
    (r"(し?て)ください$", r"\1ほしい"),
    (r"(し?て)(?:ほしい|欲しい)(?:んです|のです|です)?(?:けど|が)?$", r"\1ほしい"),
    (r"たい(?:ん|の)?(?:です|だ)?(?:けど|けれども|が|よ)?$", "たい"),
    (r"(?:ん|の)?(?:でしょう|です)か$", "か"),
    (r"てい(?:ただ)?ただけますか$", "てほしい"),
]
_HUMBLE = [
    (r"(?:さ)?せていただいております", "ている"),
    (r"(?<=[一-龥])いただいており(?=ま)", "してい"),
    (r"(?:さ)?せていただきました", "した"),
    (r"させていただきます", "する"),
    (r"(?:いた|致)しかねます", "できない"),
    (r"かねます", "できない"),
    (r"(?:いた|致)しました", "しました"),
    (r"(?:いた|致)します", "します"),
    (r"(?:いた|致)しており", "してい"),
    (r"ており(?=ま)", "てい"),
    (r"でおり(?=ま)", "でい"),
    (r"でございます", "です"),
    (r"(?<!とう)ございます", "あります"),
    (r"ございません", "ありません"),
    (r"申し伝え", "伝え"),
    (r"いただ(?:い|き)て", "て"),
    (
        r"(?:お|ご)(?=(?:電話|連絡|用意|案内|返金|手配|説明|報告|対応|確認|相談|返信"
        r"|返却|返送|訪問|郵送|送付|提案|登録|変更|予約|注文|契約|利用|希望|要望|請求"
        r"|料金|部屋|名前|住所))",
        "",
    ),
    (r"お([一-龥]{1,2}[いきぎしちにびみりけげせてねべめれえ])し(?=ま)", r"\1"),
]


_ASK = r"(?:ください(?:ませ)?|いただけますか|いただけますでしょうか)$"
_ASKS_NOUN = re.compile(r"(?:お|ご)(?P<stem>[一-龥]{1,4}[ぁ-ん]{0,2})" + _ASK)
_ASKS_VERB = re.compile(r"(?P<te>[てで])" + _ASK)


def offered(text: str, *, accepted: bool) -> str:
    """What the operator offered, and whether the customer took it."""
    text = re.sub(r"(?:が|、)+$", "", text)
    return f"{text}と提案（了承）" if accepted else f"{text}と提案"


def report_customer(text: str) -> str:
    """What the customer said, in plain style."""
    for pattern, replacement in _PHRASES:
        shorter = re.sub(pattern, replacement, text)
        if shorter != text:
            return _plain_inside(shorter)
    return plain(text)


def report_agent(text: str) -> str:
    """What the operator said, in plain style."""
    if match := _ASKS_NOUN.search(text):
        verb = (
            match["stem"] + "する"
            if re.fullmatch(r"[一-龥]{2,}", match["stem"])
            else _dictionary(match["stem"])
        )
        return f"{_plain_inside(text[: match.start()])}{verb}よう案内"
    if match := _ASKS_VERB.search(text):
        return f"{_plain_inside(text[: match.end('te')])}もらうよう案内"
    if re.search(r"(?:が|、)?(?:いかがでしょうか|いかがですか)$", text):
        text = re.sub(r"(?:が|、)*(?:いかがでしょうか|いかがですか)$", "", text)
    return plain(text)


def plain(text: str) -> str:
    """The sentence with a plain ending."""
    text = _plain_inside(text.strip("、。 "))
    for _ in range(3):
        shorter = _SOFT.sub("", text)
        if shorter == text or len(shorter) < 2:
            break
        text = shorter
    return text.strip("、。 ")


def _plain_inside(text: str) -> str:
    text = re.sub(
        r"な?(?:んですけれども|んですけど|んですが|のですが|んだけど)、|ですけど、",
        "が、",
        text,
    )
    text = re.sub(r"くて$", "い", text)
    for pattern, replacement in _HUMBLE:
        text = re.sub(pattern, replacement, text)
    return _masu(text)


def _masu(text: str) -> str:
    """Every verb in ます form as its plain form."""

    def plain_form(match: re.Match[str]) -> str:
        stem, ending = match["stem"], match["ending"]
        last = stem[-1]
        if ending == "ます":
            if stem.endswith("あり"):
                return stem[:-1] + "る"
            return _dictionary(stem)
        if ending == "ました":
            if last in _E_ROW or _ICHIDAN_I.search(stem):
                return stem + "た"
            if last == "し":
                return stem + "た"
            return stem[:-1] + _TA.get(last, last + "た")
        negative = "ない" if ending == "ません" else "なかった"
        if stem.endswith("あり"):
            return stem[:-2] + negative
        if last in _E_ROW or _ICHIDAN_I.search(stem) or (last == "し" and _suru(stem)):
            return stem + negative
        return stem[:-1] + _NAI.get(last, last) + negative

    return re.sub(
        r"(?P<stem>[一-龥ぁ-んァ-ヶーA-Za-z]{0,6}?[いきぎしじちにびみりえけげせぜてでねべめれ見])(?P<ending>ませんでした|ました|ません|ます)(?!よう)",
        plain_form,
        text,
    )


def _dictionary(stem: str) -> str:
    last = stem[-1]
    if last in _E_ROW or last == "見" or _ICHIDAN_I.search(stem):
        return stem + "る"
    if last == "し" and _suru(stem):
        return stem[:-1] + "する"
    return stem[:-1] + _U_ROW.get(last, last + "る")


def _suru(stem: str) -> bool:
    """Whether し belongs to する: after two kanji, katakana, を or nothing; 直し is 直す."""
    before = stem[:-1]
    return not before or bool(re.search(r"(?:[一-龥]{2}|[ァ-ヶー]|[をりくにもとが])$", before))
