"""When, as Japanese speakers say it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from summarizer.moments import Moment, after, day_of_month, in_calendar, month_end, weekday
from summarizer.numbers import NUMBER_JA, number_ja

__all__ = ["moments"]

_HOUR = (
    rf"(?:(?:(?:午前|午後|朝|夜|夕方|昼)の?)?{NUMBER_JA}時(?:半|{NUMBER_JA}分)?(?:頃|ごろ)?"
    rf"|午前中?|午後"
    r"|夕方|正午|お昼(?:過ぎ|前)?|夜間|朝一番?|夜|朝(?![刊食])|昼(?:過ぎ|前)?|営業時間内)"
)
_SPAN = rf"(?:(?:から|〜|～|ー|-)(?={NUMBER_JA}時|午|夕|夜){_HOUR}(?:の?(?:間|あいだ))?)?"
_WEEKDAY = "[月火水木金土日]曜(?:日)?"
_DAY = (
    rf"(?:(?P<era>令和)(?P<era_year>{NUMBER_JA}|元)年の?|(?P<year>20\d\d)年の?)?"
    rf"(?:(?:(?:今年|本年|来年)の?)?(?P<month>{NUMBER_JA})月の?(?P<date>{NUMBER_JA})日"
    rf"|(?P<which>今月|来月|翌月|再来月)の?(?P<which_date>{NUMBER_JA})日)"
    rf"(?:[（(、の]?{_WEEKDAY}[）)]?)?"
    r"|(?<![年月\d])(?P<slash_month>\d{1,2})/(?P<slash_date>\d{1,2})(?!\d)"
    r"|(?:本日|今日|明日|次|翌日)の便|本日中?|今日中?|明日(?:中)?|あした|あす(?!か)|明後日"
    r"|あさって|しあさって|翌日|翌々日"
    r"|翌営業日|今晩|今夜|明晩|明朝|今夕"
    rf"|(?:今週|来週|再来週|翌週|次|今度)の?{_WEEKDAY}"
    r"|(?:今週|来週|再来週|今月|来月|翌月|再来月|年|今年|来年)(?:中(?!旬)|末|初め|はじめ"
    r"|明け|中旬|上旬|下旬|頭)"
    rf"|{NUMBER_JA}月(?:末|初め|はじめ|上旬|中旬|下旬|中)"
    rf"|(?:連休|休み|お盆|年|正月|週)明け(?:の{_WEEKDAY})?"
    r"|前日|前の日|当日|次の(?:打ち?合わせ|会議|面談|予約|訪問|配達|点検|診察|授業)"
    r"|週明け(?:の月曜日?)?|今週末|週末|月末|来月末|年末|一両日中|数日中|数日(?:以内|後)"
    r"|(?:来週|再来週|来月|翌月)(?=に|まで|の(?:午|朝|夕|請求|お|ご)|[行来伺見聞持送取届払]|から|、|以降|頃|ごろ)"
    rf"|(?<![\d{{の]){_WEEKDAY}(?!日)"
    rf"|(?<![\d〇一二三四五六七八九十月年]){NUMBER_JA}日(?=の?(?:午前|午後|朝|夕方|夜|昼"
    rf"|正午|\d+時|{_WEEKDAY})"
    r"|まで|に|中|は|で|、|から)"
)
_PATTERN = re.compile(
    rf"(?:約|あと)?(?P<count>{NUMBER_JA})(?:(?:[、,~〜～ー-]|から"
    rf"|ないし){{1,2}}(?P<upper>{NUMBER_JA}))?"
    r"(?P<unit>営業日|日|週間|時間|分|[かヶケカ]月|年)(?P<half>半)?"
    r"(?:以内|後|中|ほど|程度|くらい|ぐらい|前後|もあれば|いただ|かか|お待ち|をめど|を目途"
    r"|で(?=お?届|着|伺|仕上|お?[返戻渡]|直[しりせ]))+(?:に|で)?"
    r"|(?:次回|次|来月|翌月)の?(?:ご)?(?P<event>請求|お支払い?|引き落とし|検針|訪問|配送"
    r"|点検|更新|来店)(?:分|時|の際)?"
    rf"|(?:(?P<day>{_DAY})(?:の|、|は)?(?:{_HOUR}{_SPAN})?|{_HOUR}{_SPAN})"
    r"(?P<until>中|までの?間?|頃|ごろ|以降|過ぎ|の?うち|以内|いっぱい)*(?:に|には|で)?",
)
_NOT_WHEN = ("前", "を過ぎ", "間", "の基本", "分の", "ぶりの", "付け", "以上", "も待", "使")
_OF_A_DAY = re.compile(
    r"(?:今日|本日|明日)の(?!午|夕|朝|昼|夜|正午|深夜|早朝|閉店|営業|終業|終了|発送|出荷|配[達送]|訪問|対応|手配|作業|受付|最終)"
    r"[一-龥ァ-ヶ]{2}"
)
"""「今日の料理」: whose day it is, not when something is done."""
_ENDING = re.compile(r"(?:に|には|(?<!ま)で|は|、)$")


def moments(text: str, today: date) -> Iterator[Moment]:
    for match in _PATTERN.finditer(text):
        rest = text[match.end() :]
        said = match.group().strip(" 、,")
        if rest.startswith(_NOT_WHEN) or _OF_A_DAY.match(said + rest):
            continue
        if match["count"] and re.search(r"(?:いただ|かか|お待ち|をめど|を目途|もあれば)", said):
            said = re.sub(r"(?:いただ|かか|お待ち|をめど|を目途|もあれば).*", "", said)
        said = _ENDING.sub("", _ENDING.sub("", said)).removesuffix("の")
        if re.fullmatch(r"(?:夜|朝|昼|午前|午後)", said):
            continue
        day = _day(match, today)
        weight = 2
        if re.search(r"まで|以内|中$|うち|末", said):
            weight = 4
        elif re.search(r"(?:に|には|で|頃|ごろ|後)$", match.group()) or match["count"]:
            weight = 3
        if re.match(
            r"(?:分|号|付|づけ|現在|に?(?:注文|購入|買|申し込|契約|届い|お願いした"
            r"|お電話した))",
            rest,
        ):
            weight = 0
        if day and day < today:
            weight = min(weight, 4 if weight == 4 else 1)
        if re.search(r"(?:から)$", match.group()) or rest.startswith("から"):
            weight = min(weight, 2)
        yield Moment(
            said=said,
            start=match.start(),
            end=match.end(),
            day=day,
            dated=bool(match["day"]),
            weight=weight,
        )


def _day(match: re.Match[str], today: date) -> date | None:
    if match["count"]:
        count = number_ja(match["upper"] or match["count"]) or 0
        units = {"営業日": "working day", "日": "day", "週間": "week", "時間": "hour"}
        units |= {"分": "minute", "年": "year"}
        return after(today, count, units.get(match["unit"], "month"))
    if match["event"]:
        return None
    said = match["day"]
    if not said:
        return today
    if match["month"] or match["slash_month"]:
        year = _year(match)
        month = number_ja(match["month"] or match["slash_month"]) or 0
        return in_calendar(
            today, month, number_ja(match["date"] or match["slash_date"]) or 0, year
        )
    if match["which_date"]:
        ahead = {"今月": 0, "来月": 1, "翌月": 1, "再来月": 2}[match["which"]]
        first = after(today.replace(day=1), ahead, "month")
        return in_calendar(first, first.month, number_ja(match["which_date"]) or 0, first.year)
    if found := re.search(r"([月火水木金土日])曜", said):
        weeks = 2 if "再来週" in said else 1 if re.match(r"来週|翌週|週明け", said) else 0
        return weekday(today, "月火水木金土日".index(found[1]), weeks=weeks)
    if bare := re.fullmatch(rf"({NUMBER_JA})日", said):
        if re.search(rf"{said}で(?=お?[返届戻渡]|着|直[しりせ]|仕上)", match.string):
            return after(today, number_ja(bare[1]) or 0, "day")
        return day_of_month(today, number_ja(bare[1]) or 0)
    return _relative(said, today)


_DAYS_AHEAD = {
    "本日": 0,
    "今日": 0,
    "今晩": 0,
    "今夜": 0,
    "今夕": 0,
    "明日": 1,
    "あした": 1,
    "あす": 1,
    "明晩": 1,
    "明朝": 1,
    "翌日": 1,
    "明後日": 2,
    "あさって": 2,
    "翌々日": 2,
    "一両日中": 2,
    "しあさって": 3,
}


def _relative(said: str, today: date) -> date | None:
    plain = said.removesuffix("中") if said not in _DAYS_AHEAD else said
    if plain in _DAYS_AHEAD:
        return today + timedelta(days=_DAYS_AHEAD[plain])
    if re.match(r"次の|前日|前の日|当日|次の便|連休明け$|休み明け$|お盆明け$|正月明け$", said):
        return None
    if said.endswith("の便"):
        return today + timedelta(days=said[0] in "明翌")
    if month := re.match(rf"({NUMBER_JA})月", said):
        return _in_month(today, number_ja(month[1]) or 0, said)
    if said == "翌営業日":
        return after(today, 1, "working day")
    if said.startswith("数日"):
        return None
    if said.startswith("週明け"):
        return weekday(today, 0, weeks=1)
    if "年" in said:
        return date(today.year + ("来年" in said), 12, 31) if re.search("末|中", said) else None
    weeks = 2 if "再来週" in said else 1 if re.match("来週|翌週", said) else 0
    if "週" in said:
        if re.search(r"初め|はじめ|明け|頭", said):
            return weekday(today, 0, weeks=max(weeks, 1))
        if said in ("週末", "今週末"):
            return weekday(today, 4, same_day=True)
        return weekday(today, 4, weeks=weeks, same_day=True)
    months = 2 if "再来月" in said else 1 if re.match("来月|翌月", said) else 0
    if re.search(r"初め|はじめ|頭|上旬", said):
        return after(today.replace(day=1), months, "month").replace(day=10)
    if "中旬" in said:
        return after(today.replace(day=1), months, "month").replace(day=20)
    return month_end(today, months)


def _in_month(today: date, month: int, said: str) -> date | None:
    first = in_calendar(today, month, 1)
    if first is None:
        return None
    if re.search(r"初め|はじめ|上旬", said):
        return first.replace(day=10)
    return first.replace(day=20) if "中旬" in said else month_end(first)


def _year(match: re.Match[str]) -> int | None:
    if match["era_year"]:
        return 2018 + (1 if match["era_year"] == "元" else number_ja(match["era_year"]) or 0)
    return int(match["year"]) if match["year"] else None
