"""Postal addresses and codes: Japanese, British, American, written and as spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copilot.events import Span
from copilot.masking.context import nearest_kind

__all__ = ["find_addresses"]

# Japanese -----------------------------------------------------------------------------

_KANA_NUMBER = (
    r"(?:いち|に[ーい]?|さん|よん|しー?|ご[ーお]?|ろく|なな|しち|はち|きゅう|く"
    r"|じゅう|ひゃく|びゃく|ぜろ|まる|れい)"
)
_NUMBER = rf"(?:[\d０-９一二三四五六七八九十百〇]{{1,5}}|{_KANA_NUMBER}{{1,5}})"
_POSTAL_JA = re.compile(
    r"〒\s*[\d０-９]{3}[-‐－−ーの]?[\d０-９]{4}"
    r"|(?<![\d)）‐－−ー-])(?<![\d)）‐－−ー-]\s)[\d０-９]{3}[-‐－−][\d０-９]{4}(?![\d‐－−ー-])(?!番)"
)
_UNIT = (
    r"(?:丁目の?|条[東西南北]?|ちょうめ|番地の?|番(?!目|号札)の?|ばんち|号(?!室)"
    r"|[-‐－−ーのノ](?=[\d０-９一二三四五六七八九十〇いにさよごろなはきじ]))"
)
_SUFFIXED = (
    r"[一-龥ァ-ヶーぁ-んA-Za-z々第]{1,14}(?:ビル|マンション|アパート|ハイツ"
    r"|コーポ|荘|ハウス|レジデンス|タワー"
    r"|メゾン|棟|館|パレス|ヒルズ|プラザ|住宅|団地|寮|ハイム)[一-龥ァ-ヶーA-Za-z々]{0,8}"
)
_PREFIXED = (
    r"(?:コーポ|ハイツ|メゾン|グラン|サン|パーク|ヴィラ|シャトー|レジデンス"
    r"|マンション|アパート|ビル)"
    r"[一-龥ァ-ヶーぁ-んA-Za-z々]{1,12}?(?=\s?[\d０-９]|[\s、。]|です|$)"
)
_ROOM = (
    rf"(?:[A-ZＡ-Ｚ]棟|{_NUMBER}棟|{_NUMBER}(?:号室|階|F)"
    r"|[\d０-９]{3,4}(?:号室|号)?(?![\d０-９時円月日年個本台]))"
)
_HOUSE = (
    rf"(?:[\s、,　の]{{0,2}}(?:{_SUFFIXED}|{_PREFIXED})"
    rf"|[\s、,　]{{1,2}}[ァ-ヶーA-Za-z一-龥々]{{2,15}}(?=[\s　]?(?:{_ROOM}|[A-ZＡ-Ｚ]棟)))"
)
_NAMED_ROOM = (
    r"(?:[\s、,　の]{0,2}[一-龥ァ-ヶーぁ-んA-Za-z々]{2,14}?の?"
    r"(?:[\d０-９]{3,4}|[一二三四五六七八九〇]{3,4})(?:号室?)?(?=です|で|に|、|。"
    r"|$|が|の|まで|宛|あて))"
)
_BLOCKS = re.compile(
    rf"(?:{_NUMBER}{_UNIT}){{1,4}}(?:{_NUMBER}(?:番地|番|号(?!室))?)?(?:{_HOUSE}"
    rf"|{_NAMED_ROOM})?"
    rf"(?:[\s、,　のー-]{{0,2}}{_ROOM}){{0,2}}"
)
_LONGEST_PLACE = 34
_PREFECTURE = (
    r"(?:東京都|北海道|(?:京都|大阪)府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木"
    r"|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井"
    r"|山梨|長野|岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島"
    r"|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎"
    r"|熊本|大分|宮崎|鹿児島|沖縄)県)"
)
_KANA_CITY = (
    r"(?:さいたま|いわき|つくば|つくばみらい|ひたちなか|かすみがうら|さくら"
    r"|みどり|みよし|あま|いなべ|たつの|かほく|あわら"
    r"|さぬき|にかほ|つがる|むつ|うるま|えびの|うきは|みやま|いちき串木野"
    r"|南あわじ|東かがわ|ふじみ野|いすみ)市"
)
_PLACE = re.compile(
    rf"(?:(?:{_PREFECTURE}|{_KANA_CITY})[一-龥々ぁ-んァ-ヶー]{{0,24}}"
    r"|[一-龥々ァ-ヶー][一-龥々ぁ-んァ-ヶー]{0,9}?[市区町村郡]"
    r"[一-龥々ぁ-んァ-ヶー]{0,14})[\s、,　]{0,2}$"
)
_ABOUT = re.compile(r"の?(?:あたり|辺り|付近|周辺|近く|駅|お?店)")
"""What makes an address an area, a station or a shop."""
_PARTICLES = re.compile(
    r"[市区町村郡][^市区町村郡]*(?:[のは]お?店|では|です|から|まで|には|ので)"
)
_PLACE_ENDING = re.compile(r"[都道府県市区町村郡]")
_LEAD = re.compile(
    r"^.*(?:住所は|届け先は|実家が|自宅は|場所は|先は|は、|が、|、|。"
    r"|は(?=[一-龥]{1,4}[都道府県市区郡])|が(?=[一-龥]{1,4}[都道府県市区郡])"
    r"|で(?=[一-龥]{1,4}[都道府県市区郡]))"
)
_ASKED_PLACE = re.compile(
    rf"{_PREFECTURE}(?:[一-龥々ァ-ヶー]{{1,10}}[市区町村郡])+[一-龥々ァ-ヶー]{{0,10}}"
    r"|[一-龥々]{1,5}市[一-龥々]{1,5}区[一-龥々ァ-ヶー]{0,10}"
)
_CHOME = re.compile(
    rf"[一-龥々ァ-ヶー]{{1,10}}(?={_NUMBER}(?:丁目|番地"
    rf"|の{_NUMBER}))[^。、]{{2,20}}?(?=です|で、|。|$)"
)

_ASKED_BLOCKS = re.compile(
    rf"(?:[一-龥々ァ-ヶー]{{1,8}}が)?[一-龥々ァ-ヶー]{{1,10}}{_BLOCKS.pattern}"
    r"|[一-龥々ァ-ヶー]{1,10}[市区町村郡][^。、\s]{0,16}?[\d〇一二三四五六七八九十弐壱参]{1,5}(?=です|で|。|、|$)"
)
_HESITATION = r"(?:[\s、,　の]|あの|えっと|えーと|えー|その|うーん)"
_BREATH = re.compile(rf"{_HESITATION}{{0,4}}")
_TOWN_BEFORE = re.compile(
    rf"(?:{_PREFECTURE})?(?:[一-龥々ァ-ヶ]{{1,6}}[市区町村郡]){{1,3}}{_HESITATION}{{1,5}}$"
)
_ANNOUNCED = re.compile(
    r"(?:住所|送り先|届け先|配送先|発送先|送付先|転居先|引っ?越し先|現場|実家|自宅)"
    r"(?:[はがも、]|って|だと|の方が)[\s、]*"
)
_OPENING = re.compile(
    r"(?:(?:はい|ええ|えっと|えーと|えー|あの|それでは|では|あ|そうですね)[\s、。]*)*"
)
_LONGEST_SAID = 30
_NO_PLACE = re.compile(r"電話|携帯|メール|番号|円|時|月|[。！？!?]|です|ます|ので|けど|から")
_TOWN_ALONE = re.compile(
    rf"(?:{_OPENING.pattern})(?P<town>[一-龥々ァ-ヶー]{{1,8}}[都道府県市区郡町村])(?:です|の|、|。)*"
)
_ASKED_TOWN = re.compile(
    r"[一-龥々ァ-ヶー]{1,8}[都道府県市区郡][一-龥々ァ-ヶー]{2,12}(?=です|で[、。]|。|、|の方|$)"
)
_CHOME_ALONE = re.compile(
    r"[一-龥々ヶ]{2,8}[一二三四五六七八九十]{1,3}の[一二三四五六七八九十]{1,3}"
    r"(?:の[一二三四五六七八九十]{1,3})?(?=です|まで|に|へ|。|、|で|$)|"
    rf"[東西南北]?{_NUMBER}条[東西南北]?{_NUMBER}丁目"
    rf"|[一-龥々]{{1,8}}{_NUMBER}番(?:地|{_NUMBER}号)"
    rf"|[一-龥々ァ-ヶー]{{1,8}}{_NUMBER}(?:丁目|ちょうめ)の?{_NUMBER}(?:(?:番地?の?"
    rf"|[-の]){_NUMBER}号?|番地?)?"
)
_BLOCKS_ALONE = re.compile(
    rf"{_NUMBER}(?:丁目|番地|番(?!目))(?:の?{_NUMBER}(?:番地|番|号"
    rf"|[-のー](?={_NUMBER}))?){{0,3}}"
)
_HOUSE_ALONE = re.compile(
    r"[一-龥ァ-ヶーぁ-んA-Za-z々]{2,14}[\d０-９]{2,4}号室?"
    r"|[\d０-９]{2,4}号室"
)
# English ------------------------------------------------------------------------------

_STREET = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Place|Pl|Square"
    r"|Sq|Terrace|Way|Close|Crescent|Cres|Gardens?|Row|Hill|Parkway|Pkwy|Highway|Hwy|Parade"
    r"|Mews|Walk|Grove|Green|Wharf|Quay|Circle|Cir|Trail|Loop|Plaza|Alley|Rise|Vale|View|Pike"
    r"|Turnpike|Embankment|Common|Drove|Path|Broadway|Yard|Croft|Mount|Ridge|Bend"
    r"|Esplanade|Bank|Fields?|Meadows?|Brow|Gate|Cottages|Villas|Reach|Chase)"
)
_DOT = r"(?:(?<=\b[SRDLCP][tdrnl])\.|(?<=\bSq)\.|(?<=\bAve)\.|(?<=\bBlvd)\.)?"
_ONES = r"one|two|three|four|five|six|seven|eight|nine"
_SPOKEN_NUMBER = (
    rf"(?i:(?:{_ONES}|ten|eleven|twelve|[a-z]+teen|oh|hundred|double|triple|and"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[ -]?){1,7}"
)
_HOUSE_NUMBER = rf"(?:\d{{1,5}}(?:[A-Za-z]|[-/]\d{{1,4}})?|{_SPOKEN_NUMBER}(?: [A-D](?= ))?)"
_FLAT = (
    r"(?:(?:(?i:apartment|apt|suite|unit|flat|floor|lot)|Suite|Unit|Flat|Floor|Room"
    r"|Block|Lot|Penthouse|House|(?i:building|tower|room|number)|No)\.? "
    rf"?#?(?:{_SPOKEN_NUMBER}|\w{{1,5}})(?: ?[A-D]\b)?|#\s?\d{{1,5}}[A-Za-z]?"
    r"|(?:(?i:ground|first|second|third|fourth|fifth|top|\d+(?:st|nd|rd|th))) (?i:floor))"
)
_NOT_TOWN = (
    r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May |June|July"
    r"|August|September|October|November|December|I\b|It\b|And\b|Thanks|Thank|Please|Is\b|We\b"
    r"|The\b(?! [A-Z])|Then\b|But\b|My\b|Yes\b|No\b|So\b|Can\b|That\b|Okay|OK|Top|Reception)"
)
_NAME = rf"{_NOT_TOWN}(?:St\. )?[A-Z](?:c[A-Z])?[a-z'’]+(?:-[A-Z][a-z]+)?"
_STATE_NAMES = (
    r"(?:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida"
    r"|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland"
    r"|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada"
    r"|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma"
    r"|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah"
    r"|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming)"
)
_STATE_CODES = (
    r"(?:A[LKZR]|C[AOT]|DE|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]"
    r"|T[NX]|UT|V[TA]|W[AVIY]|DC)"
)
_DIGIT = rf"(?:zero|oh|{_ONES}|double (?:zero|oh|{_ONES})|triple (?:zero|oh|{_ONES}))"
_SPOKEN_ZIP = rf"(?:{_DIGIT}[ ,-]+){{2,4}}{_DIGIT}"
_ZIP = rf"(?:\d{{5}}(?:-\d{{4}})?|{_SPOKEN_ZIP})\b"
_POSTCODE = r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
_SPOKEN_LETTER = r"(?:[A-Z](?:,? as in \w+| for [A-Z]\w+)?)"
_SPOKEN_POSTCODE = (
    rf"\b{_SPOKEN_LETTER}[ ,]+(?:{_SPOKEN_LETTER}[ ,]+)?(?:{_DIGIT}[ ,]+)?(?:{_DIGIT}"
    rf"|[a-z]+teen|ten"
    rf"|eleven|twelve"
    rf"|twenty(?:[ -](?:{_ONES}))?|\d{{1,2}})[ ,]+(?:[A-Z][ ,]+)?(?:{_DIGIT}|\d)[ ,]+"
    rf"{_SPOKEN_LETTER}[ ,]+{_SPOKEN_LETTER}(?![a-z])"
)
_TAIL = (
    rf"(?:,? {_FLAT})?"
    rf"(?:,? (?:in )?{_NAME}(?:[ -]{_NAME}){{0,2}}){{0,3}}"
    rf"(?:,? (?:{_STATE_NAMES}|{_STATE_CODES})\b)?"
    rf"(?:,? (?:zip (?:code )?(?:is )?|postcode (?:is )?)?(?:{_ZIP}|{_POSTCODE}"
    rf"|{_SPOKEN_POSTCODE}))?"
)
_STREETS = re.compile(
    rf"(?:{_FLAT},? ){{0,3}}(?:(?:{_NAME} ){{1,3}}(?:House|Building|Court|Tower|Lodge"
    rf"|Mansions|Cottage|Farm|Villa|Barn|Manor|Hall|Mill),? )?\b(?:(?i:number"
    rf"|no\.?) )?{_HOUSE_NUMBER},? "
    rf"(?:(?:North|South|East|West|N|S|E|W)\.? )?"
    rf"(?:{_NAME} |\d{{1,3}}(?:st|nd|rd|th) |(?:First|Second|Third|Fourth"
    rf"|Fifth) ){{1,4}}{_STREET}\b{_DOT}"
    rf"(?: (?:North|South|East|West|NE|NW|SE|SW)\b)?{_TAIL}"
)
_NO_STREET = (
    r"(?:of|in|an?|the|people|minutes?|hours?|days?|weeks?|months?|years?|more|or|and|to|at|on"
    r"|by|from|boxes|items|pieces|miles|different|other|please|thanks?|is|it|i|we|you|but|that"
    r"|for|if|because|so|with|when|my|your|our|before|after|around)\b"
)
_STREETS_LOWER = re.compile(
    rf"\b(?:{_HOUSE_NUMBER}) (?:(?!{_NO_STREET})[a-z]+ ){{1,3}}(?i:{_STREET})\b"
    rf"(?:,? (?i:apartment"
    rf"|apt|flat|unit|suite) \w+)?",
)
_TOWN_LOWER = re.compile(rf"(?:,? (?!{_NO_STREET})[a-z]+){{1,3}}(?:,? (?:{_ZIP}|\d{{4}}\b))?")
_LIVES = re.compile(
    r"\baddress\b|\b(?:live|living|lives|stay(?:ing)?|based|located) (?:at|on)\b"
    r"|\b(?:i['’]?m|we['’]?re)"
    r" (?:at|on)\b|\b(?:mov(?:e|ed|ing)|ship(?:ping|ped)?|deliver(?:ing|ed|y)?|send|sent"
    r"|mail|post"
    r"|come|going)\b[^.?!]{0,20} to\b",
    re.I,
)
_HOUSE_ALONE_EN = re.compile(rf"\b{_HOUSE_NUMBER} {_NAME}(?: {_NAME}){{0,3}}{_TAIL}")
_FLATS_ASKED = re.compile(rf"\b(?!\w+ floor|no )(?:{_FLAT},? )*{_FLAT}", re.I)
_NUMBERED = re.compile(rf"\d|\b{_SPOKEN_NUMBER}(?!\w)")
_STREET_ASKED = re.compile(
    rf"(?:(?:The )?{_NAME}(?: {_NAME}){{0,2}}, )?(?:{_NAME} ){{1,3}}{_STREET}\b{_TAIL}"
)
_TOWN_ASKED = re.compile(
    rf"^\W*(?:(?:(?i:it['’]?s|that['’]?s|in|yes|yeah|and|um|uh)),? )*"
    rf"{_NAME}(?: {_NAME}){{0,2}}(?:,? {_NAME}(?: {_NAME}){{0,2}}){{0,2}},? "
    rf"(?:{_ZIP}|\d{{4}}\b|{_POSTCODE}|(?:{_STATE_NAMES}|{_STATE_CODES})\b(?:,? {_ZIP})?)"
)
_NUMBER_LAST = re.compile(
    rf"\b(?:{_NAME} ){{1,3}}{_STREET},? (?:number|no\.?|house) {_HOUSE_NUMBER}{_TAIL}"
)
_POSTCODE_SPELT = re.compile(_SPOKEN_POSTCODE, re.I)
_BOXES = re.compile(
    rf"\b(?:Rural Route \w+,? (?:Box \w+)?|(?:P\.?\s?O\.? Box|Post Office Box) {_HOUSE_NUMBER})"
    rf"{_TAIL}"
)
_FLATS = re.compile(
    rf"(?:{_FLAT}, ){{1,2}}(?:(?:{_NAME} ){{1,3}}(?:House|Building|Court|Tower|Lodge"
    rf"|Mansions|Cottage|Farm|Villa|Barn|Manor|Hall|Mill))\b{_TAIL}"
)
_STATE_ZIP = re.compile(
    rf"\b{_NAME}(?: {_NAME})?,? (?:{_STATE_NAMES},? {_ZIP}"
    rf"|{_STATE_CODES},? \d{{5}}(?:-\d{{4}})?\b)"
)
_POSTCODES = re.compile(
    rf"(?:{_NAME}(?: {_NAME}){{0,3}},? ){{0,4}}(?:{_POSTCODE}|{_SPOKEN_POSTCODE})"
)


def find_addresses(text: str, asked: bool) -> Iterator[Span]:
    """Addresses and postal codes of ``text``. ``asked``: one was just asked for."""
    found: list[Span] = []
    if re.search(r"[ぁ-んァ-ヶ一-龥]", text):
        found += (_with_town(text, span) for span in _japanese(text, asked))
    if re.search(r"[A-Za-z]{2}", text):
        found += _english(text, asked)
    found.sort(key=lambda span: span.start)
    done: Span | None = None
    for span in found:
        if done is not None and (
            span.start <= done.end or _BREATH.fullmatch(text, done.end, span.start)
        ):
            done = Span(start=done.start, end=max(done.end, span.end), kind="address")
            continue
        if done is not None:
            yield done
        done = span
    if done is not None:
        yield done


def _with_town(text: str, span: Span) -> Span:
    """With the town that was told a breath before: 広島市安佐南区の、あの、若草台..."""
    town = _TOWN_BEFORE.search(text, max(0, span.start - _LONGEST_PLACE), span.start)
    return Span(start=town.start(), end=span.end, kind="address") if town else span


def _japanese(text: str, asked: bool) -> Iterator[Span]:
    # Read outwards from the block number: a name of a place may begin anywhere.
    done = 0
    for blocks in _BLOCKS.finditer(text):
        if blocks.start() < done:
            continue
        window = text[max(done, blocks.start() - _LONGEST_PLACE) : blocks.start()]
        place = _PLACE.search(window) if _PLACE_ENDING.search(window) else None
        if place is None or _PARTICLES.search(place[0]) or _ABOUT.match(text, blocks.end()):
            continue
        start = place.start()
        if lead := _LEAD.match(place[0]):
            start += lead.end() if _PLACE_ENDING.search(place[0][lead.end() :]) else 0
        before = blocks.start() - len(window) + start
        if code := re.search(
            r"〒?\s*[\d０-９]{3}[-‐－−ー][\d０-９]{4}[\s、,　]{1,2}$", text[:before][-14:]
        ):
            before -= len(code[0])
        done = blocks.end()
        yield Span(start=before, end=done, kind="address")
    for match in _POSTAL_JA.finditer(text):
        words = text[: match.start()]
        if match[0][0] != "〒" and (
            nearest_kind(words) == "work" or re.search(r"\d\W{1,2}$", words)
        ):
            continue
        yield Span(start=match.start(), end=match.end(), kind="address")
    for match in _CHOME_ALONE.finditer(text):
        yield Span(start=match.start(), end=match.end(), kind="address")
    if asked:
        opening = _OPENING.match(text)
        yield from _said(text, opening.end() if opening else 0)
        for match in _BLOCKS.finditer(text):
            if not _ABOUT.match(text, match.end()):
                yield Span(start=match.start(), end=match.end(), kind="address")
        if town := _TOWN_ALONE.fullmatch(text):
            yield Span(start=town.start("town"), end=town.end("town"), kind="address")
        for match in _ASKED_TOWN.finditer(text):
            yield Span(start=match.start(), end=match.end(), kind="address")
    for match in _ANNOUNCED.finditer(text):
        yield from _said(text, match.end())
    if asked or "住所" in text:
        for form in (_ASKED_BLOCKS, _ASKED_PLACE, _CHOME, _BLOCKS_ALONE, _HOUSE_ALONE):
            for match in form.finditer(text):
                yield Span(start=match.start(), end=match.end(), kind="address")


def _said(text: str, start: int) -> Iterator[Span]:
    """What is told from ``start`` up to a block number, however its places are written:
    東京とすぎなみく..."""
    blocks = _BLOCKS.search(text, start, start + 2 * _LONGEST_SAID)
    if blocks is None or blocks.start() - start > _LONGEST_SAID:
        return
    if not _NO_PLACE.search(text, start, blocks.start()):
        yield Span(start=start, end=blocks.end(), kind="address")


def _english(text: str, asked: bool) -> Iterator[Span]:
    forms = [_STREETS, _BOXES, _FLATS, _NUMBER_LAST, _STATE_ZIP, _POSTCODES]
    if asked or re.search(r"post ?code", text, re.I):
        forms.append(_POSTCODE_SPELT)
    if asked:
        forms += [_TOWN_ASKED, _STREET_ASKED]
        for match in _FLATS_ASKED.finditer(text):
            if _NUMBERED.search(match[0]):
                yield Span(start=match.start(), end=match.end(), kind="address")
    lives = _LIVES.search(text)
    if asked or lives:
        for match in _STREETS_LOWER.finditer(text):
            town = _TOWN_LOWER.match(text, match.end()) if text.islower() else None
            end = town.end() if town else match.end()
            yield Span(start=match.start(), end=end, kind="address")
    if asked or lives:
        for match in _HOUSE_ALONE_EN.finditer(text, lives.end() if lives and not asked else 0):
            if lives is None or asked or match.start() - lives.end() <= 12:
                yield Span(start=match.start(), end=match.end(), kind="address")
    for form in forms:
        for match in form.finditer(text):
            yield Span(start=match.start(), end=match.end(), kind="address")
