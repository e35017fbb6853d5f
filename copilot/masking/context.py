"""What the words beside a number, and the question before it, say it is."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, get_args

__all__ = [
    "IDENTITY",
    "KINDS",
    "WORK",
    "Kind",
    "asked_by",
    "following_kind",
    "goes_on",
    "is_question",
    "kinds_named",
    "names_payment",
    "nearest_kind",
]

Kind = Literal[
    "card",
    "my_number",
    "bank_account",
    "birth_date",
    "phone",
    "email",
    "address",
    "driving_licence",
    "pension",
    "health_insurance",
    "passport",
    "national_id",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
IDENTITY = frozenset(
    {"driving_licence", "pension", "health_insurance", "passport", "national_id"}
)

_NAMED: dict[str, re.Pattern[str]] = {
    "card": re.compile(
        r"\bcard\b|\bvisa\b|\bmaster ?card|\bamex\b|\bdiners\b|american express|カード"
        r"|アメックス|ダイナース|マスターカード|\bc\.?v\.?[cv]2?\b|security code"
        r"|(?<!social )security number"
        r"|セキュリティ(?:ー)?コード|\bexpir(?:y|ation|es)\b|有効期限|暗証番号|\bpin\b"
        r"|\bdebit\b|(?:digits|code|number) on the back|裏面?[のに]|(?:three|last|digits) on "
        r"the back|signature strip|署名欄|(?:3|３|三)桁の",
        re.I,
    ),
    "my_number": re.compile(
        r"マイ・?ナンバー|個人番号(?!札)|\bmy ?number (?:card|is the twelve)|individual number"
        r"|\bmy number\b(?! is|['’]s| one)|通知カードの",
        re.I,
    ),
    "bank_account": re.compile(
        r"口座|支店|店番|信金|信組|信用金庫|信用組合|農協|普通預金|普通の|当座|振込先"
        r"|振り込み先|ゆうちょ|記号番号|通帳|銀行|振込|振り込|入金|振替|受取先|受け取り先"
        r"|返金先|お?支払い先|給付金|還付|送金|引き落とし|引落|名義"
        r"|(?<!証の)(?<!険の)記号が?は?[^。保]{1,20}番号|信用金庫|\bbank(?:ing)?\b|sort(?: "
        r"?code)?\b|routing|\bi-?b-?a-?n\b|\bswift\b|\b[ab]ba\b|\bchecking\b|\bsavings\b"
        r"|(?:which|what) account\b|account to (?:refund|pay)|(?:pay ?out|deposit|payroll"
        r"|salary|wages|paid|pay(?:ment)?)[^.?!]{0,24}account|account[^.?!]{0,24}(?:pay ?out"
        r"|deposit|paid into|pay into)|refund account|account (?:number )?for (?:the |your "
        r")?refund|\bbsb\b|roll number|giro|branch (?:code|number)|transit number|institution"
        r"|\bifsc\b|\bpay\b[^.?!]{0,24} (?:back )?(?:in)?to\W*\?|giro|send (?:you )?the "
        r"(?:money|payment|refund)|pay (?:it|that|you) (?:in)?to|refund (?:to|go)|direct debit"
        r"|credit union|account (?:ending|holder)|building society",
        re.I,
    ),
    "birth_date": re.compile(
        r"年月日|誕生日|生まれ|バースデー|date of birth|birth ?(?:date|day)|\bborn\b"
        r"|\bd\.? ?o\.? ?b\b|年齢確認",
        re.I,
    ),
    "phone": re.compile(
        r"電話番号|お?電話(?:は|も|、|が|で|だと|の番号)|電話$|携帯|連絡先|ケータイ"
        r"|スマホの番号|折り返し|かけ直す|自宅の番号|つなが(?:る|りやすい)番号|フリーダイヤル"
        r"|ファックス|ＦＡＸ|\bfax\b|\bphone\b|\bmobile\b|\bcell\b|\blandline\b|\bdirect "
        r"line\b|(?:call|reach|ring|text|try)(?: me| you| us| her| him| them)?(?: back)? (?:at"
        r"|on)\b|contact number|telephone|call ?back number|\b(?:have|take|get|leave|is there"
        r"|got) (?:a|your|another) number\b|(?:best|good|better|daytime|evening|home|cell) "
        r"number|wh(?:at|ich) number (?:can|could|should|do|would|are|shall)|\bmy number(?: is"
        r"|['’]s)\b|area code|\bnumber to (?:call|reach)|\bdial\b|whats ?app",
        re.I,
    ),
    "email": re.compile(
        r"メール|メアド|\be-?mails?\b|アドレス|宛先|アットマーク|ドメイン"
        r"|at sign|(?:after|before) the at\b|アットの(?:後|あと|前)",
        re.I,
    ),
    "address": re.compile(
        r"住所|お届け先|届け先|配送先|送り先|郵便番号|お住まい|〒|番地|部屋番号|マンション名"
        r"|建物名|first line|house number|\baddress\b|post ?code|\bzip\b|deliver(?:ing|ed)? to"
        r"|\blive at\b|living at|ship(?:ping|ped)? to|moving to|where (?:should|shall|do|can"
        r"|are|is) (?:we|i|you|it|they|that)\b[^.?!]{0,12} (?:send|ship|deliver|com(?:e|ing)"
        r"|liv(?:e|ing)|based|located|moving|going)|(?:what|which) street|発送先|送付先|転居先"
        r"|引っ?越し先|訪問先|現場はどち|どちらに(?:お送り|お届け)",
        re.I,
    ),
    "driving_licence": re.compile(
        r"免許|driv(?:er|ing)(?:['’]?s)?['’]? licen[cs]e|\blicen[cs]e (?:number|is|to hand)"
        r"|\byour licen[cs]e\b",
        re.I,
    ),
    "pension": re.compile(r"年金|pension", re.I),
    "health_insurance": re.compile(
        r"保険証|健康保険|被保険者|保険者番号|健保|資格確認書|health (?:insurance|plan|card)"
        r"|insurance (?:id|card)|\bnhs\b|medicare|medicaid|\bmember id on the card",
        re.I,
    ),
    "passport": re.compile(r"パスポート|旅券|passport", re.I),
    "national_id": re.compile(
        r"在留カード|social security|\bssn\b|\bsocial(?:['’]s| is| number|\b)(?! media| team)"
        r"|national (?:insurance|id)|\btax file|\btfn\b|\bp\.?p\.?s\.?n?\b|\bSIN\b|social "
        r"insurance|aadhaar|\bpan card|\bmedical card|resident card|residence (?:card|permit)"
        r"|\bnino\b|\bn\.?i\.?(?: number| is\b|:)|tax ?payer id|\bitin\b",
        re.I,
    ),
}
# Numbers that a centre works with; they stay.
WORK = re.compile(
    r"\border\b|orders?\b|reference|\bref\b|booking|reservation|confirmation|\btickets?\b"
    r"|\bcase\b|invoice|\bpolicy|contract|tracking|\bparcel|waybill|\bmember|membership"
    r"|\bmodel|serial|\bmeter\b|\bjob\b|customer (?:number|id)|account number|\bclaim\b"
    r"|\bquote\b|\bflight\b|\bextension\b|\bpart number|\bsku\b|\bproduct|\berror\b"
    r"|\bversion\b|\bseat\b|\bloyalty|\bcoupon|voucher|promo|employer id|\bein\b|\bunit\b"
    r"|\bstore\b|\blot\b|\bbatch\b|\bconsignment|\bshipment|\bpurchase|\brequest\b|\brma\b"
    r"|\bwork ?order|\btransaction|\bgift card|\bstarting at|\bpin ?code|注文|オーダー|予約"
    r"|受付|受注|問い?合わ?せ|契約|会員|お客様番号|顧客番号|お客さま番号|伝票|追跡|管理番号"
    r"|製造|品番|型番|型式|商品番号|シリアル|請求書|整理番号|申込|便名|内線|見積|エラー|機種"
    r"|クーポン|ポイント|送り状|荷物|照会番号|証券番号|案件|依頼番号|取引番号"
    r"|(?-i:\b(?!TEL|FAX)[A-Z]{2,5})(?:-| dash| hyphen)\b|検針|メーター|ロット|認証番号"
    r"|確認番号|バージョン|号機|部品|書類番号"
    # A label of its own right before the number: PO 4500, SN 8C21, R-90417, client ID 774.
    r"|(?-i:(?<![A-Za-z])(?:\d[A-Z]{1,2}|(?!TEL|FAX)[A-Z]{1,4}-|(?:PO|SN|RN|WO|SO|SKU) ?)$)"
    r"|\b(?:client|user|caller|employee|device|account|site|project) id\b",
    re.I,
)
_LAST_FOUR = re.compile(r"下(?:4|４|四)桁|末尾|\b(?:last|final) (?:four|4)\b", re.I)
_POSTAL = re.compile(r"郵便番号|post ?code|\bzip\b", re.I)
_ACCOUNT_NUMBER = re.compile(r"\baccount number", re.I)
"""With a bank or with the centre: the digits tell."""
_WORK_NUMBER = re.compile(
    r"(?:order|reference|booking|reservation|confirmation|ticket|case|invoice|policy|contract"
    r"|tracking|customer|member(?:ship)?|claim)(?: or account)? (?:number|id|code|reference)"
    r"|(?:注文|予約|受付|契約|会員|お客様|顧客|伝票|証券|管理"
    r"|お問い?合わ?せ)(?:の|者様の)?(?:番号|ID|ＩＤ)",
    re.I,
)
_ANY_NUMBER = re.compile(
    r"\b(?!(?:the|your|my|that|this|full|whole|work|home|office|other|another|best|better"
    r"|right|correct|new|old|same|which|what|long|any|contact|last|first|good|alternative"
    r"|second|different|evening|daytime|id|or|of|no|in|is|us|uk|ni|hi|tax)\b)"
    r"[a-z]{2,} (?:number|code|id)\b"
    r"|[一-龥ァ-ヶ々](?:番号|コード|ＩＤ|ID)",
    re.I,
)
_DENIED = re.compile(r"[一-龥ァ-ヶー]{2,8}(?:では|じゃ)なく|\bnot (?:the|your) \w+(?: \w+)?")
_CODE = re.compile(r"code|\bc\.?v\.?[cv]|digits|back|front|コード|[三3３四4]桁|裏", re.I)
_QUESTION = re.compile(
    r"[?？]|\bplease\b|\bcould\b|can i|may i|\bwhat\b|go ahead|whenever you|when you[' a]+re "
    r"ready|\bspell\b|read (?:me|out|it)|need (?:your|the)|give me|\btell me\b|お願い|いただけ"
    r"|教えて|ください|下さい|でしょうか|伺|どうぞ|頂け|頂戴|ちょうだい|を。?$|ますか",
)
_CONTEXT_CHARACTERS = 60
_AFTER_CHARACTERS = 30
_PAYMENT = re.compile(
    r"\bbank\b|sort ?code|routing|\bdeposit|pay ?out|direct debit|transfer|wages|salary"
    r"|checking|\bsavings\b|refund|reimburse|\bpay(?:ing)? (?:you|it|that)",
    re.I,
)
_GOES_ON = re.compile(
    r"はい|続|つづ|どうぞ|ありがとう|それから|次|残り|後半|ええ|うん|\bgo on\b"
    r"|\bnext\b|\brest\b|\bthen\b"
    r"|okay|continue|thank|\byes\b|\byep\b|\blast\b|mm|uh-huh|got|right|sure|and\?",
    re.I,
)
_SHORT_QUESTION = 24
"""Characters of a turn that is only a noun: "Card number." asks."""
_GOING_ON = 16


def goes_on(text: str) -> bool:
    """Whether a turn of the operator only asks for more of the same."""
    return len(text) <= _GOING_ON or bool(_GOES_ON.search(text)) and not WORK.search(text)


def names_payment(text: str) -> bool:
    """Whether a turn speaks of a bank, or of money that goes to an account."""
    return bool(_PAYMENT.search(text))


def kinds_named(text: str) -> frozenset[str]:
    """Kinds of secrets that the words of ``text`` name: what a question may ask for."""
    named = [
        (match.start(), match.end(), kind)
        for kind, words in _NAMED.items()
        for match in words.finditer(text)
    ]
    # A card of residence is no card, nor is the health card.
    return frozenset(
        kind
        for start, end, kind in named
        if not any(
            one != kind and first <= start and end <= last and last - first > end - start
            for first, last, one in named
        )
    )


def is_question(text: str) -> bool:
    return len(text) <= _SHORT_QUESTION or bool(_QUESTION.search(text.lower()))


def asked_by(text: str) -> frozenset[str]:
    """What a turn of the operator asks for: kinds of secrets; ``work`` for a number that
    stays and nothing else, with ``account`` where it may be one with a bank; ``postal`` for a
    number of the kind ``address``; ``either`` beside kinds where it would be a right answer
    too."""
    if not is_question(text):
        return frozenset()
    for sentence in reversed(re.split(r"(?<=[。.!?？])\s*", text)):
        # What was asked last is what is answered.
        if asked := _asked_in(sentence):
            return asked
    return frozenset()


def _asked_in(text: str) -> frozenset[str]:
    kinds = kinds_named(_DENIED.sub("", text))
    if "card" in kinds and _CODE.search(text):
        kinds |= {"code"}
    if _LAST_FOUR.search(text):
        kinds -= {"phone"}  # four digits of it check who calls, and tell no number
    if _POSTAL.search(text):
        kinds |= {"postal"}
    if not kinds:
        if WORK.search(_ACCOUNT_NUMBER.sub("", text)):
            return frozenset({"work"})
        if _ACCOUNT_NUMBER.search(text):
            return frozenset({"work", "account"})
        # A number of which nobody says that it is a secret is one that a centre works with.
        return frozenset({"work"} if _ANY_NUMBER.search(text) else ())
    return kinds | {"either"} if _WORK_NUMBER.search(text) else kinds


def nearest_kind(before: str) -> str | None:
    """Kind named last before a number; ``work`` for numbers that stay."""
    return _nearest(before[-_CONTEXT_CHARACTERS:])


@lru_cache(maxsize=16)  # one number is looked at from many sides
def _nearest(before: str) -> str | None:
    best: tuple[int, int, str] | None = None
    for kind, words in (*_NAMED.items(), ("work", WORK)):
        for match in words.finditer(before):
            # The longer name is the closer one: 在留カード is no カード.
            if best is None or (match.end(), -match.start()) > best[:2]:
                best = (match.end(), -match.start(), kind)
    return best[2] if best else None


def following_kind(after: str) -> str | None:
    """Kind named first after a number, in the same sentence: "is my card number"."""
    after = re.split(
        r"[。.!?]|,? and (?:my|the|his|her|our)\b", after[:_AFTER_CHARACTERS], maxsplit=1
    )[0]
    best: tuple[int, str] | None = None
    for kind, words in (*_NAMED.items(), ("work", WORK)):
        match = words.search(after)
        if match and (best is None or match.start() < best[0]):
            best = (match.start(), kind)
    return best[1] if best else None
