"""Cues of meetings, from TOML data, and how Japanese requests are written down."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["MeetingCues", "from_te_form", "load_meeting_cues"]


@dataclass(frozen=True, slots=True)
class MeetingCues:
    """Patterns over one cleaned sentence without its final mark."""

    patterns: Mapping[str, tuple[re.Pattern[str], ...]]
    nobody: frozenset[str]
    """Words that stand where a name could."""

    def find(self, cue: str, text: str) -> re.Match[str] | None:
        """What the first of the cue's patterns finds; ``None`` too where it has none."""
        found = (pattern.search(text) for pattern in self.patterns.get(cue, ()))
        return next((match for match in found if match), None)

    def names(self, text: str) -> list[str]:
        """Persons who are spoken to, or say who they are."""
        return [
            match["name"]
            for pattern in self.patterns["person"]
            for match in pattern.finditer(text)
            if self.is_name(match["name"])
        ]

    def is_name(self, name: str) -> bool:
        return bool(name) and name.split()[0] not in self.nobody


@cache
def load_meeting_cues(language: str) -> MeetingCues:
    """English where the language is not Japanese."""
    known = "ja" if language == "ja" else "en"
    path = files("summarizer").joinpath("lexicon", f"meeting.{known}.toml")
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    named, words = data.pop("names"), data.pop("words")
    patterns = {
        cue: tuple(re.compile(one, re.IGNORECASE) for one in some) for cue, some in data.items()
    } | {cue: tuple(re.compile(one) for one in some) for cue, some in named.items()}
    return MeetingCues(patterns=patterns, nobody=frozenset(words["nobody"].split()))


_ENDINGS = (("いて", "く"), ("いで", "ぐ"), ("んで", "む"), ("って", "る"))
_ON_U = re.compile(r"(?P<u>[使買言払習伺会笑洗もらま])って$|[待持打立勝]って$")


def from_te_form(text: str) -> str:
    """A request's verb as one writes it down: 送って is 送る, 更新して is 更新する."""
    if match := _ON_U.search(text):
        return text[:-2] + ("う" if match["u"] else "つ")
    if text.endswith("行って"):
        return text[:-2] + "く"
    if text.endswith("呼んで"):
        return text[:-2] + "ぶ"
    if match := re.search(r"(?P<noun>[一-龥々ァ-ヶー]{2,})?して$", text):
        return text[:-2] + ("する" if match["noun"] else "す")
    for ending, dictionary in _ENDINGS:
        if text.endswith(ending):
            return text[: -len(ending)] + dictionary
    return text[:-1] + "る" if text.endswith("て") else text
