"""Ways to say who will do what in Japanese, each rewritten to the one that tasks know."""

from __future__ import annotations

import re

__all__ = ["TAKES", "as_promise", "plainly", "time_offered"]

_CONSTRUCTIONS: tuple[tuple[str, str], ...] = (
    # Speech of the regions and of every day, as the common language has it.
    (r"(?<=[一-龥ァ-ヶ])ば(?=[一-龥]{1,2}[ぁ-ん])", "を"),
    (r"(?:けん|さかい|で(?<=るで)|から|んで|もんで)(?:ね|な|よ)*$", "から"),
    (
        r"(?<=[えけげせてねべめれかがさたなばまらわ])んど(?:って|いて)(?=ください|ほし)",
        "ないで",
    ),
    (r"(?:ちょうだい|頂戴|(?<=[てで])(?:けれ|くれ|や|んか|くれん(?:かね?)?))$", "ください"),
    (r"(?<=[いっしえけげせてでねべめれき])とり(?=ます)", "ており"),
    (
        r"(?<=[いっしえけげせてねべめれきりみ])と(?P<end>く|き|い)(?=ます|(?:わ|よ|ね|な|から|っす|で)*$)",
        "てお{end}",
    ),
    (r"(?<=ん)ど(?P<end>く|き)(?=ます|(?:わ|よ|ね|な|から|っす|で)*$)", "でお{end}"),
    (
        r"(?P<stem>[一-龥ァ-ヶ](?:電話|連絡)?|お?電話|ご?連絡)する(?:わ|よ|で|から|す|っす|す?な|ばい|ね)+$",
        "{stem}します",
    ),
    (
        r"(?P<stem>[一-龥])(?P<row>[くすつむぐぶう])(?:わ|よ|で|から|っす|ばい)(?:ね|な)?$",
        "{stem}{polite}ます",
    ),
    # What the customer is asked, however politely.
    (
        r"(?:いただけ|頂け|もらえ)(?:ます|る)と、?(?:大変|とても|非常に)?"
        r"(?:助かり|ありがた|有難|幸い|うれし|嬉し)[^、。]*$",
        "ください",
    ),
    (r"(?<=[てで])(?:ほしい|欲しい)(?:ん|の)?です(?:が|けど|けれど)?$", "ください"),
    (
        r"(?<=お)(?P<act>[一-龥]{1,2}[ぁ-ん]?)願え(?:ます(?:でしょう)?か|ればと[^、。]*)$",
        "{act}ください",
    ),
    # What somebody takes on.
    (
        r"(?<=[うくすつぬむるぐぶ])(?:段取り|手筈|手はず|運び)(?:です|でございます"
        r"|になって(?:い|おり)ます)",
        "予定です",
    ),
    (r"(?<=[てで])おく(?:ね|よ|わ|な|から|っす)*$", "おきます"),
    (r"(?<=[てで])(?:くる|来る)(?:ね|よ|わ|な|から|っす)*$", "きます"),
    (r"(?<=[てで])(?:いく|行く)(?:ね|よ|わ|な|から|っす)*$", "いきます"),
    (
        r"(?<=[うくすつぬむるぐぶ])(?:という(?:こと|形)|形|かたち|流れ|段取り|運び)(?:で|に|と)"
        r"(?:お時間|よろし|いかが|な|さ|し|進|対応|い|ええ|大丈夫)[^。]*$",
        "予定です",
    ),
)
"""A construction and the words that say the same."""
_TABLE = tuple((re.compile(said), plain) for said, plain in _CONSTRUCTIONS)


_POLITE = dict(zip("くすつむるぐぶう", "きしちみりぎびい", strict=True))


def plainly(text: str) -> str:
    """``text`` with every construction of the table said the plain way."""
    for said, plain in _TABLE:
        if match := said.search(text):
            parts = match.groupdict()
            put = plain.format(**parts, polite=_POLITE.get(parts.get("row") or "", ""))
            text = text[: match.start()] + put + text[match.end() :]
    return text


TAKES = re.compile(
    r"^(?:(?:はい|ええ|じゃあ|では|ああ)、?)*(?:それで|ぜひ|頼|そうして|構いません|もらえれば)"
)
"""How an offer is taken beside the words of agreement."""
_LATER = (
    r"(?:送|届け|発送|郵送|返金|手配|連絡|電話|折り?返し|予約|取り寄せ|交換|訪問|伺|お?知らせ"
    r"|振り?込|返品|回収|引き取|用意|準備|控え|再発行|発行|立て替え)"
)
"""What is done after the call, not while both wait."""
_OFFER = re.compile(
    rf"^(?P<what>.*{_LATER}[^、。]{{0,6}}?)(?:"
    r"(?:する)?こと(?:も|が|は)?(?:でき|可能)[^。]*"
    r"|(?P<polite>し|いたし|き|り|ち|み|い|け|せ|げ)(?:ましょうか|ますか)"
    r"|でき(?:ます|る)(?:が|けど|けれども?|ので)?、?(?:いかが|どう|よろし)[^。]*"
    r"|(?:さ)?せて(?:いただ|頂)(?:いて(?:も)?|けれ?ば|く形で)[^。]*)$"
)


def as_promise(text: str) -> str | None:
    """「一覧をお送りしましょうか」 as what it is once the customer says yes."""
    match = _OFFER.match(text)
    if match is None:
        return None
    what = match["what"]
    return f"{what}{match['polite'] or ('' if what.endswith('し') else 'し')}ます"


_BY_THEN = re.compile(
    r"^(?P<what>.*まで(?:に|には)、?[^、。]*(?:出し|届け|送り|返し|渡し|仕上げ|連絡|回答|返信|送付|発送))でき(?:ます|る)"
    r"(?:が|ので|けど)?$"
)


def time_offered(text: str) -> str | None:
    """「明日までにお出しできます」 as what it is unless the customer declines."""
    match = _BY_THEN.match(text)
    return f"{match['what']}します" if match else None
