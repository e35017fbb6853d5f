"""What speakers take back, and codes said letter by letter."""

from __future__ import annotations

import pytest

from summarizer.repairs import without_repairs
from summarizer.spoken import joined_codes, sentences, spoken_codes, with_apostrophes


@pytest.mark.parametrize(
    ("said", "language", "meant"),
    [
        ("Let's say Tuesday. No, actually, make it Wednesday", "en", "Let's say Wednesday"),
        ("It's sixty dollars. No, seventy", "en", "It's seventy"),
        ("At half past two, sorry, I mean half past three", "en", "At half past three"),
        ("Flat 12, hang on, no, flat 21", "en", "Flat 21"),
        ("It's ten thirty, no, make that eleven fifteen", "en", "It's eleven fifteen"),
        ("On the ninth or the tenth, no, the tenth", "en", "On the tenth"),
        ("Extension 12, oh wait that's the old one, it's 21", "en", "Extension 21"),
        ("Six pounds, well, five eighty with the card", "en", "five eighty with the card"),
        ("It left from Leeds, I tell a lie, from York", "en", "It left from York"),
        ("I'm on the Silver plan, sorry Gold plan", "en", "I'm on the Gold plan"),
        ("Monday, early evening, no, she said before six", "en", "Monday, before six"),
        (
            "I'm free Thursday morning, no, sorry, afternoon",
            "en",
            "I'm free Thursday afternoon",
        ),
        ("It's a grey, or a, no, green one", "en", "It's a green one"),
        ("3日に、いや違う、4日です", "ja", "4日です"),
        ("5番、じゃなくて、6番", "ja", "6番"),
        ("1,200円ですね。あ、すみません、1,500円です", "ja", "1,500円です"),
        ("8,800円ですね。すみません、もう一度見ます。9,100円です", "ja", "9,100円です"),
        ("会議室は青い方…いや、白い方です", "ja", "白い方です"),
    ],
)
def test_the_last_value_stands(said: str, language: str, meant: str) -> None:
    assert without_repairs(said, language)[0] == meant


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("I can't do Monday, sorry, but Tuesday works", "en"),
        ("I paid 50 dollars in May and 60 in June", "en"),
        ("We open at nine. No problem, five people can come", "en"),
        ("I asked for red, no, you never sent it", "en"),
        ("I want the blue one or the green one", "en"),
        ("In the morning, no later than eleven", "en"),
        ("Good morning, no, it broke at nine", "en"),
        ("In the afternoon, it's at five", "en"),
        ("3月に2回、4月に1回電話しました", "ja"),
        ("電池を2本ください。すみません、あと4本ください", "ja"),
        ("それは困ります…いや、結構です", "ja"),
    ],
)
def test_two_values_both_stand(said: str, language: str) -> None:
    assert without_repairs(said, language)[0] == said


@pytest.mark.parametrize(
    ("said", "language", "written"),
    [
        ("it's R T 4 4 7 1", "en", "it's RT4471"),
        ("K L dash nine oh double two", "en", "KL-9022"),
        ("one or two of them", "en", "one or two of them"),
        ("番号はBの 20931です", "ja", "番号はB20931です"),
    ],
)
def test_codes(said: str, language: str, written: str) -> None:
    assert joined_codes(said, language) == written


def test_a_code_keeps_how_it_was_said() -> None:
    assert spoken_codes("it's R T 4 4 7 1", "en") == {"RT4471": "R T 4 4 7 1"}


def test_speech_without_marks_has_sentences() -> None:
    said = "my kettle leaks at the bottom and i've had it for a week can you send another"
    assert len(sentences(said, "en")) == 3
    assert sentences("蓋が閉まりません交換してもらえますか色は白です", "ja") == [
        "蓋が閉まりません",
        "交換してもらえますか",
        "色は白です",
    ]
    assert sentences(
        "机は明日届きますよ椅子は在庫がないんですけどまたご連絡しますね", "ja"
    ) == [
        "机は明日届きますよ",
        "椅子は在庫がないんですけど",
        "またご連絡しますね",
    ]
    assert sentences("品切れですので別の色でもよろしければお送りします", "ja") == [
        "品切れですので別の色でもよろしければお送りします"
    ]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("長いほうを、いや、短いほうをください", "短いほうをください"),
        ("二階の…失礼しました、三階の窓です", "三階の窓です"),
        ("皿を四枚にしたい、いや、二人増えるから八枚だ", "皿を八枚だ"),
        ("五十分、いや、一時間十五分です", "一時間十五分です"),
        ("黒、じゃなくて白でお願いします", "白でお願いします"),
        ("棚が届いたんですけど、いや、先に聞きたいんですけど", None),
    ],
)
def test_japanese_phrases_taken_back(said: str, meant: str | None) -> None:
    assert without_repairs(said, "ja")[0] == (meant or said)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("ill ring you and thats a promise", "i'll ring you and that's a promise"),
        ("theyve gone and it wont start", "they've gone and it won't start"),
        ("its about its engine", "it's about its engine"),
        ("my son is ill today", "my son is ill today"),
        ("that's an ill wind", "that's an ill wind"),
    ],
)
def test_short_forms_get_their_apostrophes(said: str, written: str) -> None:
    assert with_apostrophes(said) == written
