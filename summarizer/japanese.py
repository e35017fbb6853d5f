"""Japanese statements in the plain style of a contact record (常体・体言止め).

Polite and humble endings become plain ones: 「お届けいたします」 is 「届ける」,
「切れるんです」 is 「切れる」. Content words stay as they were said.
"""

from __future__ import annotations

import re

from summarizer.japanese_verbs import dictionary_form, plain_verbs

__all__ = ["noun_style", "offered", "plain", "report_agent", "report_customer"]

# Endings that only carry politeness or softness, longest first where they overlap.
_SOFT = re.compile(
    r"(?:な)?(?:んですけれども|んですけど|んですが|んですね|んですよ|んですわ|のですけど"
    r"|のですが|んだけど|んですよね(?:え|ぇ)?|んですもん|んでしょう?|んだよね|んだよ"
    r"|んだぞ|んだわ|んです|のです|んだ)$"
    r"|(?:でした(?:っけ)?|ですけれども|ですけど|ですが|ですよね|ですね|ですよ|ですわ"
    r"|ですし|だけど"
    r"|です|だよね|だよ|だぞ|だな|だね|っす)$"
    r"|(?:けれども|けど|からな|からね|からよ|よな|よね|ぞ|よ|ね|わ|っけ|ねえ|なあ|かしら)$"
)
# Words after which a speaker broke off; the clause before stands for itself.
_BROKEN_OFF = re.compile(
    r"(?:なの|な|ます|です)?(?:ので|んで|のに|もので|もんで|ものですから|ですから)$"
    r"|(?<=[いたるうくすつぬむぐぶ])(?:し|から|が|けど)$"
)
_STATES = [
    (r"(?:て|と)(?:おりまして|いまして|まして)$", "ている"),
    (r"で(?:おりまして|いまして)$", "でいる"),
    (r"てて$", "ている"),
    (r"くて$", "い"),
    (r"なくって?$", "ない"),
    (r"まして$", "ます"),
    (r"(?:なん|の)?でして$", ""),
    (r"がいて$", "がいる"),
    (r"(?<=[にくと]な)って$", "った"),
    (r"(?<![とつに])(?<=[一-龥しまか])って$", "った"),
    (r"(?<=[えけげせぜてでねべめれしい])て$", "た"),
    (r"(?<=[」かよ])って$", "と"),
    (r"(?:(?<=ない)|(?<=ません))で$", ""),
    (r"(?<=[たいるん])の(?:よ|ね|ー)*$", ""),
    (r"(?<=[たいる])ん$", ""),
]
_SPOKEN = [
    (r"にを(?=[一-龥])", "に"),
    (r"ですと、", "なら、"),
    (r"ですので、|なんで、|なので、", "なので、"),
    (r"な?(?:んです|のです)(?:よね|ね|よ|けど)?(?=、)", ""),
    (r"^お?気を(?:お)?つけください、?", ""),
    (r"な?(?:んですけれども|んですけど|んですが|のですが|んだけど|んですけれど)、", "が、"),
    (r"(?:ですけど|ですけれども|ですが|ですけれど)、", "だが、"),
    (r"ちゃって", "てしまって"),
    (r"ちゃった", "てしまった"),
    (r"じゃって", "でしまって"),
    (r"じゃった", "でしまった"),
    (r"(?<=[っいんえけげせてべめれしきりみちに])てる(?=[。、が]|$)", "ている"),
    (r"(?<=[っいんえけげせべめれしきりみち])てた(?=[。、が]|$)", "ていた"),
    (r"って(?=言|聞|思|書|伺|説明|案内|答)", "と"),
    (r"とのこと(?:です|でし)(?:た)?", "とのこと"),
    (r"ですよね|ですね(?=、)", ""),
    (r"^(?:私|わたし|わたくし|僕|俺|自分|うち|手前ども)(?:は|も|が)、?", ""),
    (r"(?:私|わたし|わたくし)ども", "当社"),
    (r"弊社|手前ども", "当社"),
    (
        r"(?:お前|おまえ|あんた|てめえ|てめぇ|貴様|きさま|あなた)(?:ら"
        r"|たち)?(?:のとこ(?:ろ)?)?",
        "担当者",
    ),
    (r"(?:お宅|おたく)(?:さん|様)?|そちら(?:さん|様)|御社", "当社"),
    (
        r"(?:、|^)(?:まあ|なんか|とりあえず|一応|やっぱり|ちょっと|すごく|めっちゃ|本当に"
        r"|正直)、?",
        "",
    ),
]
_WISHES = [
    (r"(?<=に)して(?:よ|ね)?$", "してほしい"),
    (
        r"(?<=[をにも])((?:[一-龥]{0,3}(?:出し|やめ|止め|返し|替え|代え|直し|送っ|呼ん|教え"
        r"|見せ|調べ|言っ|取り消し|入れ|外し|来))[てで])(?:よ|ね|や)?$",
        r"\1ほしい",
    ),
    (
        r"(?<=[でずも])お願い(?:し|いたし)(?:ます|たい(?:ん|の)?(?:です)?(?:けど|が)?)$",
        "お願いしたい",
    ),
    (
        r"(?:を|の)?お願い(?:した|でき|いたし|し)(?:たい(?:と思いまして|と思って"
        r"|ん)?(?:です)?(?:けど|が)?"
        r"|ますか?|ますでしょうか|ないでしょうか|ませんか|いです|ない(?:です)?か)?$",
        "を希望",
    ),
    (
        r"([てで])(?:いただけ|頂け|もらえ|くれ|くださら|いただき)(?:ます|ません|ない|る"
        r"|たい)?(?:ん|の)?(?:でしょう|です)?(?:か|かな|かしら|ですか|が|けど)*$",
        r"\1ほしい",
    ),
    (
        r"([てで])(?:ください|下さい|くれ|ちょうだい|頂戴|もらいたい)(?:ませ|よ|ね)?$",
        r"\1ほしい",
    ),
    (
        r"([てで])(?:ほしい|欲しい)(?:んです|のです|です|んだ|ん)?(?:けど|が|よ|ね)*$",
        r"\1ほしい",
    ),
    (
        r"(?:たい)(?:と思い?(?:まして|って|ます|っています)|なと思(?:いまして|って))(?:が"
        r"|、)?$",
        "たい",
    ),
    (r"たい(?:ん|の)?(?:です|だ)?(?:けど|けれども|が|よ|ね|な|わ)*$", "たい"),
    (r"(?:ん|の)?(?:でしょう|です)か(?:ね|な)?$", "か"),
    (
        r"((?:に|の)?(?:つい|関し)て|の件|のこと)(?:なん|な)?(?:で(?:す(?:が|けど)?|ご相談"
        r"|お電話した)?)$",
        r"\1",
    ),
]
_ASK = (
    r"(?:くださいませ|ください|下さい|(?:いただけ|頂け|もらえ)(?:ます|ません"
    r"|れば)?(?:でしょう)?"
    r"(?:か|と)?(?:幸いです|助かります|存じます|思います)?|(?:いただ|頂)き(?:たく"
    r"|たい)(?:存じます|と思います)?"
    r"|(?:いただ|頂)く(?:ことになります|必要がございます|必要があります|形になります)"
    r"|願います|願えますか)$"
)
_ASKS_NOUN = re.compile(r"(?:お|ご)(?P<stem>(?!願)[一-龥]{1,4}[ぁ-ん]{0,3}?)(?:を)?" + _ASK)
_ASKS_VERB = re.compile(r"(?P<te>[てで])(?:おいて)?" + _ASK)
_ASKS_FAVOUR = re.compile(
    r"(?:を)?(?:の)?お願い(?:いた|致)?(?:し(?:ます|たく(?:存じます)?|ております"
    r"|たいの?です(?:が)?)|できますか"
    r"|できますでしょうか)(?:ね|が)?$"
)
_HOW = re.compile(
    r"(?:が|は|で|、)?(?:いかがでしょうか|いかがですか|よろしいでしょうか|よろしいですか)$"
)
_TEINEI_ONLY = re.compile(
    r"^(?:大変)?(?:失礼|申し訳|恐れ入|お手数|ご迷惑|ご心配|ご不便|お待たせ)"
)


_OPENS = re.compile(
    r"^(?:(?:恐れ入り|すみ|お忙しいところ[^、]{0,8}すみ)ま(?:す|せん)(?:が|けど)?|あっ|えっ|おっ|うわ)、"
)


def offered(text: str, *, accepted: bool) -> str:
    """What the operator offered, and whether the customer took it."""
    text = re.sub(r"(?:が|か|、)+$", "", text)
    text = re.sub(r"(?:しよう|させよう)$", "する", text)
    return f"{text}と提案（了承）" if accepted else f"{text}と提案"


def report_customer(text: str) -> str:
    """What the customer said, in plain style."""
    text = _OPENS.sub("", text.strip("、。 "))
    for pattern, replacement in _WISHES:
        shorter = re.sub(pattern, replacement, text)
        if shorter != text:
            return _inside(shorter)
    return plain(text)


def report_agent(text: str) -> str:
    """What the operator said, in plain style."""
    text = re.sub(r"^[一-龥々ァ-ヶー]{1,8}様、", "", _OPENS.sub("", text.strip("、。 ")))
    text = re.sub(r"お(やめ)(?:ください|下さい)$", r"\1てください", text)
    if match := _ASKS_NOUN.search(text):
        stem = match["stem"]
        stem = {"越し": "来", "掛け": "掛け", "戻し": "戻し"}.get(stem, stem)
        verb = stem + "する" if re.fullmatch(r"[一-龥]{2,}", stem) else dictionary_form(stem)
        return f"{_inside(text[: match.start()])}{verb}よう案内"
    if match := _ASKS_VERB.search(text):
        return f"{_told_to(_inside(text[: match.end('te')]))}よう案内"
    if match := _ASKS_FAVOUR.search(text):
        asked = _inside(text[: match.start()])
        return f"{asked}依頼" if asked.endswith(("に", "で")) else f"{asked}を依頼"
    return plain(_HOW.sub("", text))


def plain(text: str) -> str:
    """The sentence with a plain ending."""
    text = text.strip("、。 ")
    for pattern, replacement in _STATES:
        text = re.sub(pattern, replacement, text)
    text = _inside(text)
    for _ in range(3):
        shorter = _BROKEN_OFF.sub("", _SOFT.sub("", text)).rstrip("、")
        if shorter == text or len(shorter) < 2:
            break
        text = shorter
    return re.sub(r"(?<=[たいるう])ん$", "", text.strip("、。 "))


def noun_style(text: str) -> str:
    """体言止め: 「15時までに電話する」 ends in 「電話」."""
    text = re.sub(r"(?<=[一-龥々ァ-ヶー]{2})(?:を)?する(?=（|$)", "", text)
    return re.sub(r"(?:する|の)?予定(?:だ)?$", "予定", text)


_TE_VERBS = """
送る 取る 作る 撮る 切る 入る 貼る 測る 折る 乗る 張る 塗る 絞る 握る 座る 待つ 持つ 打つ 立つ
買う 払う 使う 洗う 伺う 行く 言う 拾う 吸う 読む 飲む 包む 頼む 積む 休む 編む 選ぶ 運ぶ 呼ぶ
"""
_TE_FORMS = {verb[0]: verb for verb in _TE_VERBS.split()}
"""Verbs by their first letter, whose て-form does not tell how they end."""


def _told_to(text: str) -> str:
    """「切って」 as what one is told to do: 「切る」."""
    if (match := re.search(r"([一-龥])(?:って|んで)$", text)) and match[1] in _TE_FORMS:
        return text[: match.start()] + _TE_FORMS[match[1]]
    if text.endswith("して"):
        return dictionary_form(text[:-1])
    for ending, verb in (
        (r"ないで$", "ない"),
        (r"([えけげせぜてでねべめれ見])て$", r"\1る"),
        (r"って$", "ってもらう"),
        (r"いて$", "く"),
        (r"いで$", "ぐ"),
        (r"んで$", "んでもらう"),
    ):
        told = re.sub(ending, verb, text)
        if told != text:
            return told
    return text + "もらう"


def _inside(text: str) -> str:
    for pattern, replacement in _SPOKEN:
        text = re.sub(pattern, replacement, text)
    return plain_verbs(text)
