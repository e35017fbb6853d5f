"""Vocabulary of a language: cues of speech acts and of speech itself, from TOML data."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Lexicon", "load_lexicon"]

LANGUAGES = ("en", "ja")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Compiled patterns. ``cues`` say what a sentence does, ``roles`` who says it."""

    language: str
    cues: Mapping[str, re.Pattern[str]]
    roles: Mapping[str, re.Pattern[str]]
    fillers: re.Pattern[str]
    openers: re.Pattern[str]
    tails: re.Pattern[str]
    repairs: re.Pattern[str]
    names: re.Pattern[str]
    not_names: frozenset[str]
    not_products: frozenset[str]
    kana: Mapping[str, re.Pattern[str]]
    """Spellings of a record, with what a recogniser may write instead."""

    def spelled(self, text: str) -> str:
        """``text`` with words in kana as a record writes them."""
        for spelling, heard in self.kana.items():
            text = heard.sub(spelling, text)
        return text

    def acts(self, sentence: str) -> frozenset[str]:
        """Names of the cues found in ``sentence``."""
        folded = sentence.lower().strip(" .,!、。！")
        return frozenset(name for name, cue in self.cues.items() if cue.search(folded))


@cache
def load_lexicon(language: str) -> Lexicon:
    """The lexicon of ``language``; English where there is none."""
    known = language if language in LANGUAGES else "en"
    text = files("summarizer").joinpath("lexicon", f"{known}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    speech = data["speech"]
    return Lexicon(
        language=known,
        cues={name: _any(patterns) for name, patterns in data["cues"].items()},
        roles={name: _any(patterns) for name, patterns in data["roles"].items()},
        fillers=_any(speech["fillers"]),
        openers=re.compile(rf"^(?:{'|'.join(speech['openers'])})\s*", re.IGNORECASE),
        tails=_any(speech["tails"]),
        repairs=_any(speech["repairs"]),
        names=re.compile("|".join(_numbered(speech["names"]))),
        not_names=frozenset(speech["not_names"]),
        not_products=frozenset(speech["not_products"]),
        kana={spelling: _kana(heard) for heard, spelling in data.get("kana", {}).items()},
    )


def _kana(heard: str) -> re.Pattern[str]:
    """``heard`` in hiragana or katakana."""
    katakana = re.sub(r"[ぁ-ゖ]", lambda one: chr(ord(one[0]) + 0x60), heard)
    return re.compile(f"{heard}|{katakana}")


def _any(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def _numbered(patterns: list[str]) -> list[str]:
    """A group name may stand once in an expression: ``name`` becomes ``name0`` ..."""
    return [
        pattern.replace("(?P<name>", f"(?P<name{index}>")
        for index, pattern in enumerate(patterns)
    ]
