"""Figures as one writes them; words that only look like figures stay."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from audio.normalise import settled_chars, written_figures

ENGLISH = [
    ("that's a hundred and eighty nine dollars, from", "that's $189, from"),
    ("refunding the hundred and eighty nine dollars", "refunding the $189"),
    ("forty nine dollars and ninety nine cents", "$49.99"),
    ("fifteen hundred dollars or two million dollars", "$1,500 or $2 million"),
    ("40 dollars", "$40"),
    ("five per cent, a hundred percent", "5%, 100%"),
    ("three point five percent", "3.5%"),
    ("four one one one, one one one one, one one one one", "4111 1111 1111"),
    ("oh two oh, seven nine four six, double oh one eight", "020 7946 0018"),
    ("eight hundred five five five one two one two", "8005551212"),
    ("job four one two, no wait, four two one.", "job 412, no wait, 421."),
    ("C, seven seven one two", "C7712"),
    ("C as in Charlie, seven seven one two", "C as in Charlie, 7712"),
    ("A B one two three", "AB123"),
    ("order A B dash one two three", "order AB-123"),
    ("7-7-1-2 or 4, 1, 1, 1", "7712 or 4111"),
    ("my pin is twenty two forty one", "my pin is 2241"),
    ("March third, nineteen eighty", "March 3rd, 1980"),
    ("the third of March, May first", "the 3rd of March, May 1st"),
    ("twenty twenty six, in twenty twenty", "2026, in 2020"),
    ("two thousand six and two thousand and twenty six", "2006 and 2026"),
    ("at three thirty or nine oh five a.m.", "at 3:30 or 9:05 a.m."),
    ("three o'clock, two p.m.", "3 o'clock, 2 p.m."),
    ("one thousand two hundred and fifty", "1250"),
    ("twelve thousand five hundred", "12,500"),
    ("twenty-five minutes, by ten", "25 minutes, by 10"),
    ("the twenty first, the fifteenth", "the 21st, the 15th"),
    ("twenty four seven", "24/7"),
]
JAPANESE = [
    ("三千円です", "3,000円です"),
    ("一万二千八百円、3000円、1万2000円", "12,800円、3,000円、12,000円"),
    ("三万円、三百万円、一億二千万円", "3万円、300万円、1億2,000万円"),
    ("もう三回目なんですが", "もう3回目なんですが"),
    ("五時十分に、三時半に、午後一時に", "5時10分に、3時半に、午後1時に"),
    ("二〇二六年三月五日", "2026年3月5日"),
    ("昭和五十五年四月三日生まれ", "昭和55年4月3日生まれ"),
    ("二十分ほど、十分ほど", "20分ほど、10分ほど"),
    ("五十パーセント引き、20パーセント", "50%引き、20%"),
    ("二十四点五センチ", "24.5センチ"),
    ("二丁目三番五号", "2丁目3番5号"),
    ("三名様で一泊", "3名様で1泊"),
    ("ゼロサンの", "03の"),
    ("ゼロサンのイチニーサンヨンのゴーロクナナハチです", "03-1234-5678です"),
    ("ゼロキュウゼロ、ゼロゼロゼロゼロ、イチニイサンヨンです", "090-0000-1234です"),
    ("下四桁は、ゴー、ロク、ナナ、ハチね", "下4桁は、5678ね"),
    ("〇三の一二三四の五六七八", "03-1234-5678"),
    ("03の1234の5678", "03-1234-5678"),
    ("四一一一、一一一一、一一一一", "4111-1111-1111"),
    ("下4桁は5、6、7、8ね", "下4桁は5678ね"),
    ("エービーいちにさんです", "AB123です"),
    ("エーの、ニーゼロヨンゴーハチです", "A20458です"),
    ("エービーの20458", "AB20458"),
    ("１２００円、１００％", "1,200円、100%"),
]
WORDS = {
    "en": [
        "one of them, no one, this one, one or two, which one am I",
        "three thirty, twenty thirty minutes, fifty fifty",
        "a hundred times, a couple hundred dollars, a few thousand",
        "press one, two, or three",
        "Oh, two things, oh one more thing",
        "between nine and twelve, nine to five, within five working days",
        "first, second and third, a twenty second hold",
        "May I ask, double four",
        "1-800-555-0143, 3:30, $40, 1,299.50",
        "I have one, two three times",
        "Ready? One, two, three, four. Oh oh oh one, oh, oh, oh",
        "five pounds and six euros",
    ],
    "ja": [
        "一人で一つ、一緒に、一度、一応、十分です、一番いい、一時停止",
        "二、三日、二三日、数十名、何百回、三分の一",
        "六本木の三井さんと八百屋、八王子の千代田さん、千歳市、四日市",
        "統一回線、唯一の、万年筆、同一人物",
        "イチゴ、サンゴの海、ニク、お兄さんに聞いて、ティー150円、コーヒー2杯",
        "それにしても、ご連絡がなかったのでしょうか",
        "三千です、エーと、ビーです",
        "12,800円、3万円、2、3日、10、20、30",
        "1、2、3、4と数える、きゅうり、五月雨、千日前",
    ],
}


@pytest.mark.parametrize(("said", "written"), ENGLISH)
def test_english(said: str, written: str) -> None:
    assert written_figures(said, "en") == written


@pytest.mark.parametrize(("said", "written"), JAPANESE)
def test_japanese(said: str, written: str) -> None:
    assert written_figures(said, "ja") == written


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language in WORDS for text in WORDS[language]]
)
def test_words_stay(language: str, text: str) -> None:
    assert written_figures(text, language) == text


def test_other_languages_stay() -> None:
    assert written_figures("vierzig Euro, forty dollars", "de") == "vierzig Euro, forty dollars"


ENGLISH_WORDS = (
    "zero one two three five nine ten twelve nineteen twenty thirty eighty hundred thousand "
    "million and point double triple oh a the at by in order number March May third first "
    "second dollars cents percent per p.m. o'clock A B I O dash 1 4 12 2026 $40 3:30 more of"
)
JAPANESE_PARTS = (
    "一 二 三 五 九 十 百 千 万 億 〇 点 円 年 月 日 時 分 回 人 番 度 号 の 、 数 第 ゼロ イチ ニ "
    "サン さん に よん ゴー ロク キュウ エー ビー A 1 03 12 2026 3000 , . ー です は パーセント - 4111"
)

english = st.lists(
    st.tuples(
        st.sampled_from(ENGLISH_WORDS.split()), st.sampled_from([" ", " ", ", ", "-", ". "])
    ),
    max_size=9,
).map(lambda words: "".join(word + gap for word, gap in words))
japanese = st.lists(st.sampled_from(JAPANESE_PARTS.split()), max_size=12).map("".join)


@given(english)
def test_written_english_stays(text: str) -> None:
    written = written_figures(text, "en")
    assert written_figures(written, "en") == written


@given(japanese)
def test_written_japanese_stays(text: str) -> None:
    written = written_figures(text, "ja")
    assert written_figures(written, "ja") == written


@given(st.text(max_size=60), st.sampled_from(["en", "ja"]))
def test_any_text(text: str, language: str) -> None:
    written_figures(text, language)
    assert 0 <= settled_chars(text, language) <= len(text)
