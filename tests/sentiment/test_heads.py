from pathlib import Path

import numpy as np
import pytest

from copilot.errors import ModelMissingError
from sentiment.heads import FOLDER, UNITS, Heads, load_heads
from sentiment.reading import ACTS, HARASSMENT

# From calm to furious; the third is polite in words and clear in meaning.
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
SAID = [
    ("I'd like to speak to your manager, please.", "escalation"),
    ("責任者の方に代わっていただけますか。", "escalation"),
    ("I'm going to close my account and move to another bank.", "churn"),
    ("もう解約して他社に乗り換えます。", "churn"),
    ("Thank you so much, that really helped me.", "gratitude"),
    ("本当に助かりました、ありがとうございます。", "gratitude"),
]


@pytest.mark.parametrize("scale", SCALES, ids=["en", "ja"])
def test_readings_grow_with_frustration(reader, scale) -> None:
    read = [reading.frustration for reading in reader.read(scale)]
    assert read == sorted(read)
    assert read[0] < 1 / 6
    assert read[2] >= 0.4
    assert read[3] >= 0.7


@pytest.mark.parametrize(("text", "question"), SAID)
def test_what_is_said_plainly_is_read(reader, text: str, question: str) -> None:
    (reading,) = reader.read([text])
    shares = {name: getattr(reading, name) for name in ("escalation", "churn", "gratitude")}
    assert shares.pop(question) > 0.8
    assert max(shares.values()) < 0.5


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I know where you live.", "threat"),
        ("土下座して謝れ。", "excessive_demand"),
        ("You stupid little woman, you worthless idiot.", "abuse"),
        ("おまえの名前をネットに晒してやるからな。", "online_defamation"),
    ],
)
def test_harassment_has_its_type(reader, text: str, kind: str) -> None:
    (reading,) = reader.read([text])
    assert max(reading.harassment, key=reading.harassment.__getitem__) == kind
    assert reading.harassment[kind] > 0.4


@pytest.mark.parametrize(
    "text",
    [
        "This is the worst service I have ever had, I'm furious!",
        "Your stupid app has crashed again.",
        "責任者を出してください。納得できません。",
    ],
)
def test_anger_about_the_matter_is_no_harassment(reader, text: str) -> None:
    (reading,) = reader.read([text])
    assert max(reading.harassment.values()) < 0.5


def test_feelings_have_a_sign(reader) -> None:
    texts = [
        "Wonderful, thank you so much!",
        "助かりました。",
        "I'm disgusted.",
        "最低ですね。",
    ]
    assert [np.sign(round(one.valence, 1)) for one in reader.read(texts)] == [1, 1, -1, -1]


def test_a_lower_level_is_never_less_probable() -> None:
    bias = np.zeros(len(UNITS) + len(ACTS), dtype=np.float32)
    bias[2] = 4.0  # angry, and yet not frustrated, says the layer
    heads = Heads(weights=np.zeros((len(bias), 4), dtype=np.float32), bias=bias)
    (reading,) = heads.read(np.zeros((1, 4), dtype=np.float32))
    assert reading.levels[0] == reading.levels[1] == reading.levels[2] > 0.9
    assert reading.harassment.keys() == set(HARASSMENT)


def test_missing_and_outdated_heads_name_the_cure(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="python -m sentiment.train"):
        load_heads(tmp_path)
    empty = np.zeros(3, dtype=np.float32)
    np.savez(tmp_path / "heads.npz", weights=empty, bias=empty, names=np.array(["mood"]))
    with pytest.raises(ModelMissingError, match="outdated"):
        load_heads(tmp_path)


def test_what_was_learnt_is_small_and_has_a_card() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.npz")) < 4_000_000
    assert "Licence" in (FOLDER / "CARD.md").read_text(encoding="utf-8")
