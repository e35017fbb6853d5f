"""The words of a trade: told to the recogniser, corrected, checked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from audio.vocabulary import Correction, Vocabulary, load_vocabulary, only_prompt
from copilot.errors import ConfigError

FILE = """
hotwords = ["Quillon", "ミライ光", "PN-1407"]

[corrections.en]
"quill on" = "Quillon"
"quill on pro" = "Quillon Pro"
cloudline = "Cloudline"

[corrections.ja]
"三井光" = "ミライ光"
"三井光プラス" = "ミライ光+"
"""


@pytest.fixture
def vocabulary(tmp_path: Path) -> Vocabulary:
    return load_vocabulary(written(tmp_path, FILE))


def written(folder: Path, text: str) -> Path:
    path = folder / "vocabulary.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("language", "said", "text"),
    [
        ("en", "my Quill  on pro and quill on.", "my Quillon Pro and Quillon."),
        ("en", "a quill online", "a quill online"),
        ("en", "CLOUDLINE has forty dollars", "Cloudline has $40"),
        ("ja", "三井光プラスと三井光で三千円", "ミライ光+とミライ光で3,000円"),
        ("ja", "quill on", "quill on"),
        ("de", "quill on", "quill on"),
    ],
)
def test_corrections(vocabulary: Vocabulary, language: str, said: str, text: str) -> None:
    assert vocabulary.written(said, language) == text
    assert vocabulary.written(text, language) == text


def test_the_words_of_the_call_come_first(vocabulary: Vocabulary) -> None:
    told = vocabulary.with_hotwords(["大谷浩一", "A20458", "Quillon"])
    for word in ("大谷浩一", "A20458", "Quillon", "ミライ光", "PN-1407"):
        assert told.prompt("ja").count(word) == 1
    assert told.prompt("ja").index("大谷浩一") < told.prompt("ja").index("ミライ光")
    assert "ミライ光" not in told.prompt("en") and "A20458" in told.prompt("en")
    assert vocabulary.prompt("en").count("A20458") == 0


@pytest.mark.parametrize("language", ["en", "ja", "de", "", None])
def test_nothing_to_tell(language: str | None) -> None:
    assert Vocabulary().prompt(language) == ""
    if language not in ("en", "ja"):
        assert Vocabulary(hotwords=("Quillon",)).prompt(language) == ""


def test_the_prompt_is_bounded() -> None:
    words = [f"Word{number}" for number in range(500)]
    assert len(Vocabulary().with_hotwords(words).prompt("en")) < 400
    assert len(Vocabulary().with_hotwords(["あ" * 64] * 3 + words).prompt("ja")) < 450


def test_a_hotword_is_no_command_to_whisper() -> None:
    assert "<|" not in Vocabulary(hotwords=("<|endoftext|>", "Quillon")).prompt("en")


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("大谷浩一、岡、岡", True),
        ("大谷浩一、岡一、岡一", True),
        ("本田、川島、大谷浩一、岡、岡。", True),
        ("大谷浩一と申しますが、光回線が切れるんです", False),
        ("", False),
    ],
)
def test_a_prompt_that_is_read_out(text: str, only: bool) -> None:
    prompt = Vocabulary(hotwords=("本田", "川島", "大谷浩一", "岡")).prompt("ja")
    assert only_prompt(text, prompt) is only
    assert not only_prompt(text, "")


def test_no_file_no_words() -> None:
    assert load_vocabulary(None) == Vocabulary()


FAULTS = """
hotwords = [
  "Quillon",
  7,
  "...",
]
colour = 1

[corrections.en]
"quill on" = ""
"Quill On" = "Quillon"
"foo" = "foo bar"

[corrections.fr]
"a" = "b"
"""


def test_every_fault_is_named_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, FAULTS)
    with pytest.raises(ConfigError) as raised:
        load_vocabulary(path)
    lines = [int(line.removeprefix(f"{path}:").split(":")[0]) for line in raised.value.faults]
    assert sorted(lines) == [4, 5, 7, 10, 11, 12, 14]


@pytest.mark.parametrize(
    "text", ["hotwords = [", "hotwords = 1", "corrections = 1", "[corrections]\nen = 1"]
)
def test_files_that_are_none(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"vocabulary\.toml"):
        load_vocabulary(written(tmp_path, text))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml"):
        load_vocabulary(tmp_path / "none.toml")


GROWING = [
    ("en", "It was forty nine dollars and ninety nine cents on the third of March, okay"),
    ("en", "my number is oh two oh, seven nine four six, double oh one eight, thanks"),
    ("en", "at nine oh five a.m. in twenty twenty six I took the quill on pro, one of them"),
    ("en", "C as in Charlie, seven seven one two, that is five per cent of a hundred and ten"),
    ("ja", "電話はゼロキュウゼロ、ゼロゼロゼロゼロ、イチニイサンヨンです、お願いします"),
    ("ja", "一万二千八百円と三千円で、二〇二六年三月五日の五時十分に三井光プラスを二回"),
    ("ja", "注文番号はエーの、ニーゼロヨンゴーハチです、下四桁は5、6、7、8です"),
]


@given(st.sampled_from(GROWING), st.integers(1, 6))
def test_stable_words_stay_written(line: tuple[str, str], unstable: int) -> None:
    language, said = line
    vocabulary = Vocabulary(
        corrections=(
            Correction(heard="quill on pro", written="Quillon Pro", language="en"),
            Correction(heard="三井光プラス", written="ミライ光+", language="ja"),
        )
    )
    words = r"\S+" if language == "en" else r"."
    ends = [match.end() for match in re.finditer(words, said)]
    kept = ""
    for index, end in enumerate(ends):
        stable_chars = ends[index - unstable] if index >= unstable else 0
        text, stable = vocabulary.written_so_far(said[:end], stable_chars, language)
        assert text.startswith(kept)
        kept = text[:stable]
    assert vocabulary.written(said, language).startswith(kept)
    assert unstable > 1 or len(kept) > 10
