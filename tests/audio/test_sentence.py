from __future__ import annotations

import pytest

from audio.sentence import sounds_complete


@pytest.mark.parametrize(
    "text",
    [
        "Anything else today?",
        "That would be great.",
        "わかりました。",
        "お名前をお願いいたします",
        "他にご不明な点はございませんか",
        "大丈夫ですよ",
    ],
)
def test_ends_of_what_people_want_to_say(text):
    assert sounds_complete(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sure, it's",
        "My card number is 4111.",  # the next group of digits follows
        "I'd like to",
        "I was wondering, um.",
        "Well...",
        "Yes, and the.",
        "電話番号は",
        "インターネットの件で、",
        "090の1234",
        "ちょっと緊張してたんですけど。",
        "前回も言われたので。",
    ],
)
def test_in_doubt_there_is_more_to_come(text):
    assert not sounds_complete(text)
