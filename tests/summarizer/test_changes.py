"""What a call leaves behind."""

from __future__ import annotations

import pytest

from copilot.events import Speaker
from summarizer.changes import without_left_behind


@pytest.mark.parametrize(
    ("language", "said", "left"),
    [
        (
            "en",
            [
                ("agent", "I've Monday at ten or Friday after three"),
                ("customer", "Friday, three"),
            ],
            "I've Friday after three",
        ),
        (
            "en",
            [("agent", "Monday at ten or Friday after three"), ("customer", "Let me think")],
            "Monday at ten or Friday after three",
        ),
        (
            "en",
            [("agent", "A table at eight, four people"), ("customer", "Make it five, sorry")],
            "A table at eight",
        ),
        (
            "en",
            [("customer", "I have six cats"), ("customer", "The bill went up to fifty")],
            "I have six cats",
        ),
        (
            "en",
            [
                ("agent", "I'll ring you by noon with the price"),
                ("agent", "Would two be better"),
                ("customer", "Two's good"),
            ],
            "I'll ring you with the price",
        ),
        (
            "en",
            [
                ("agent", "I can get someone out on Friday"),
                ("customer", "Friday's good"),
                ("agent", "I spoke too soon"),
                ("agent", "it'll be Monday"),
            ],
            "",
        ),
        (
            "en",
            [("agent", "You came in on Friday"), ("agent", "I spoke too soon about the part")],
            "You came in on Friday",
        ),
        (
            "ja",
            [
                ("agent", "三日の午前か五日の午後で伺えます"),
                ("customer", "三日は留守だ"),
                ("customer", "五日でお願いします"),
            ],
            "五日の午後で伺えます",
        ),
        (
            "ja",
            [("customer", "机を3台頼みました"), ("agent", "二台に変更しました")],
            "机を頼みました",
        ),
        (
            "ja",
            [("agent", "佐々木様、四名様ですね"), ("customer", "五人になりました")],
            "佐々木様",
        ),
        (
            "ja",
            [("agent", "お一人様千円です"), ("customer", "五人になりました")],
            "お一人様千円です",
        ),
    ],
)
def test_left_behind(language: str, said: list[tuple[Speaker, str]], left: str) -> None:
    assert without_left_behind(said, language)[0] == left


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (  # turned down and replaced
            [
                ("agent", "では三日の午後に伺います"),
                ("customer", "三日は出張でおりません"),
                ("agent", "五日の午後ならいかがでしょう"),
                ("customer", "はい、お願いします"),
            ],
            ["では伺います", "", "五日の午後で", "はい、お願いします"],
        ),
        (  # named, not turned down
            [("agent", "三日の午後に伺います"), ("agent", "三日は金曜です")],
            ["三日の午後に伺います", "三日は金曜です"],
        ),
        (  # put right by the other side
            [("customer", "九日は月曜ですよね"), ("agent", "九日は火曜でございます")],
            ["", "九日は火曜でございます"],
        ),
        (  # agreed to
            [("agent", "お届けは十時で大丈夫でしょうか"), ("customer", "ええ、助かります")],
            ["お届けは十時で", "ええ、助かります"],
        ),
        (  # asked and not agreed to
            [("agent", "お届けは十時で大丈夫でしょうか"), ("customer", "いや、朝は無理です")],
            ["お届けは十時で大丈夫でしょうか", "いや、朝は無理です"],
        ),
        (  # another mind
            [("customer", "大皿を四枚ください"), ("customer", "やっぱり六枚にします")],
            ["大皿をください", "やっぱり六枚にします"],
        ),
    ],
)
def test_what_holds_in_japanese(said: list[tuple[Speaker, str]], left: list[str]) -> None:
    assert without_left_behind(said, "ja") == left
