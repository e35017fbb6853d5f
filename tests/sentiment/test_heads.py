from pathlib import Path

import numpy as np
import pytest

from copilot.errors import ModelMissingError
from sentiment.heads import FOLDER, features_of, load_heads

# From calm to furious; the middle is polite in words and clear in meaning.
SCALES = [
    (
        "Could you tell me when the shop opens?",
        "The parcel is a little late, I think.",
        "I've called five times about this and nobody ever rings me back.",
        "How dare you, this is an absolute disgrace!",
    ),
    (
        "営業時間を教えてください。",
        "まだ届かないみたいなんですけど。",
        "何度お電話しても折り返しがなく、到底納得できません。",
        "ふざけんな、いいかげんにしろ!",
    ),
]


@pytest.mark.parametrize("scale", SCALES, ids=["en", "ja"])
def test_readings_grow_with_frustration(encoder, heads, scale) -> None:
    read = [reading.frustration for reading in heads.read(features_of(scale, encoder))]
    assert read == sorted(read)
    assert read[0] < 1 / 6
    assert read[2] >= 0.5
    assert read[3] >= 0.7


def test_feelings_have_a_sign(encoder, heads) -> None:
    texts = [
        "Wonderful, thank you so much!",
        "助かりました、ありがとうございます。",
        FURIOUS,
        "最低ですね。",
    ]
    signs = [np.sign(round(r.valence, 1)) for r in heads.read(features_of(texts, encoder))]
    assert signs == [1, 1, -1, -1]


FURIOUS = "I'm disgusted, this is the worst service ever."


def test_all_shares_stay_between_0_and_1(encoder, heads) -> None:
    for reading in heads.read(features_of(["", "?" * 900, "[card] [phone]", "ｶﾞｶﾞ"], encoder)):
        for share in (reading.frustration, reading.anger, reading.churn, reading.escalation):
            assert 0 <= share <= 1
        assert -1 <= reading.valence <= 1


def test_missing_heads_name_the_cure(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="python -m sentiment.train"):
        load_heads(tmp_path)


def test_heads_are_small_and_have_a_card() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.npz")) < 4_000_000
    assert "Licence" in (FOLDER / "CARD.md").read_text(encoding="utf-8")
