"""Words that are none become the words they were; real ones stay."""

from __future__ import annotations

import json
from os.path import commonprefix
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from audio.homophones import real_words, settled_words
from audio.vocabulary import Correction, Vocabulary

MEANT = [
    ("測立で送ります", "速達で送ります"),
    ("商名書と冷臓庫の補証書", "証明書と冷蔵庫の保証書"),
    ("解役金はかかりません", "解約金はかかりません"),
    ("暗唱番号をお忘れですか", "暗証番号をお忘れですか"),
    ("有効機限切れです", "有効期限切れです"),
    ("明日多くりします", "明日お送りします"),
    ("技師が浮かがいます", "技師が伺います"),
    ("5契約の内容です", "ご契約の内容です"),
    ("生地しました", "承知しました"),
    ("最発行の手数量です", "再発行の手数料です"),
]


@pytest.mark.parametrize(("heard", "meant"), MEANT)
def test_a_word_of_its_sound_is_written(heard: str, meant: str) -> None:
    assert real_words(heard) == meant
    assert real_words(meant) == meant


@pytest.mark.parametrize(
    "text",
    [
        "家の周りの長さを測る",  # the sounds of 修理 and 調査
        "生地の色を変える",
        "料金は15契約分、第5希望です",
        "大量生産の保健消費者",  # 了承 and 保険証 across the ends of other words
        "多く利用される店",
        "最初から工場で待った",
        "大金を持った各人の天窓",
        "Please confirm 5 items.",
        "",
    ],
)
def test_other_words_stay(text: str) -> None:
    assert real_words(text) == text


def test_what_people_write_stays(scripts: list[str]) -> None:
    assert [text for text in scripts if real_words(text) != text] == []


@pytest.fixture
def scripts() -> list[str]:
    """Every Japanese turn of the labelled dialogues that may be read."""
    folder = Path(__file__).parents[1] / "dialogues"
    files = [*folder.glob("ja-*.json"), *folder.glob("second/ja-*.json")]
    calls = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return [turn["text"] for call in calls for turn in call["turns"]]


def test_a_centres_own_words_stay() -> None:
    centre = Vocabulary(
        hotwords=("測立サービス",),
        corrections=(Correction(heard="みらい", written="書正", language="ja"),),
    )
    assert centre.written("測立とみらいは住民表です", "ja") == "測立と書正は住民票です"
    assert Vocabulary().written("住民表", "en") == "住民表"


@given(st.lists(st.sampled_from([heard for heard, _ in MEANT]), max_size=3).map("".join))
def test_settled_words_stay_whatever_follows(text: str) -> None:
    whole = real_words(text)
    for size in range(len(text)):
        settled = real_words(text[: settled_words(text[:size])])
        assert commonprefix([settled, whole]) == settled
