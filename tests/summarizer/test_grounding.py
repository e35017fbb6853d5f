"""A planted number, date or name is found."""

from __future__ import annotations

import pytest

from summarizer.grounding import ungrounded

SAID = ["We refund 40 dollars by Friday, says Ms Rivera."]
SAID_JA = ["森様の修理代4800円を金曜日までに返金いたします。"]


@pytest.mark.parametrize(
    ("sentence", "said", "planted"),
    [
        ("Agent will refund 40 dollars by Friday.", SAID, set()),
        ("Agent will refund 45 dollars by Friday.", SAID, {"45"}),
        ("Agent will refund 40 dollars by Monday.", SAID, {"Monday"}),
        ("Customer spoke to Rivera and Jones.", SAID, {"Jones"}),
        ("森様に4800円を返金する。", SAID_JA, set()),
        ("林様に4800円を返金する。", SAID_JA, {"林"}),
        ("４８００円を返金する。", SAID_JA, set()),
        ("4900円を火曜までに返金する。", SAID_JA, {"4900", "火曜"}),
        ("お客様へ返金する。", SAID_JA, set()),
    ],
)
def test_planted(sentence: str, said: list[str], planted: set[str]) -> None:
    assert ungrounded(sentence, said) == planted
