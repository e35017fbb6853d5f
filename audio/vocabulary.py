"""The words of a trade: what the recogniser should know, and how things are written.

A centre names them in a file (``load_vocabulary``), a call adds its own (``with_hotwords``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from os.path import commonprefix
from pathlib import Path
from typing import Any

from audio.homophones import real_words, settled_words
from audio.normalise import settled_chars, written_figures
from copilot.errors import ConfigError

__all__ = ["Correction", "Vocabulary", "load_vocabulary", "only_prompt"]

LANGUAGES = ("en", "ja")
CHARACTERS = 64
"""Of a hotword or a correction; whoever needs more has written a sentence."""
PROMPT_WORDS = 24
PROMPT_CHARACTERS = 300
"""Hotwords in one prompt; the first ones count. More cost time and help none of them."""
PROMPT_JA = (
    "お電話ありがとうございます。本日は{}についてお話をうかがいます。"
    "はい、よろしくお願いいたします。"
)
"""Over hold music a bare list is read out by Whisper, and so is a shorter sentence: what it
goes on from has to be talk."""
PROMPT_SHARE = 0.8
_UNIT = re.compile(r"[a-z0-9]+|[^\W_]")
_LATIN = re.compile(r"[\x20-\x7e\u00a0-\u024f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """``heard`` is always written as ``written`` in this language."""

    heard: str
    written: str
    language: str


@dataclass(frozen=True)
class Vocabulary:
    """Domain words of a centre, or of a centre and one call."""

    hotwords: tuple[str, ...] = ()
    """Names, products and codes that may be said, spelt as they are written."""
    corrections: tuple[Correction, ...] = ()

    def with_hotwords(self, words: Iterable[str]) -> Vocabulary:
        """With a call's own words, which come first."""
        return replace(self, hotwords=tuple(dict.fromkeys((*words, *self.hotwords))))

    def prompt(self, language: str | None) -> str:
        """The hotwords of this language in a sentence that might have been said before;
        empty without a language. Words in other letters than English ones only help
        Japanese."""
        known: list[str] = []
        room = PROMPT_CHARACTERS
        for word in self.hotwords:
            if language != "ja" and not (language == "en" and _LATIN.fullmatch(word)):
                continue
            # Whisper's tokenizer takes <|...|> for a command.
            known.append(re.sub(r"[<|>]", " ", word).strip())
            room -= len(word)
            if room <= 0 or len(known) == PROMPT_WORDS:
                break
        if not known:
            return ""
        if language == "ja":
            return PROMPT_JA.format("、".join(known))
        return f"This call is about {', '.join(known)}."

    def written(self, text: str, language: str) -> str:
        """``text`` with its corrections, then with the words of service calls where what
        stands there is none, and with its figures as one writes them."""
        corrected = self.corrected(text, language)
        if language == "ja":
            corrected = real_words(corrected, self._own_words)
        return written_figures(corrected, language)

    def written_so_far(self, text: str, stable_chars: int, language: str) -> tuple[str, int]:
        """A growing text as written, and how many of its first characters stay if the first
        ``stable_chars`` of ``text`` do. A number at its end is left as heard."""
        settled = self._settled_chars(text, language)
        shown = self.written(text[:settled], language) + text[settled:]
        stable = text[: self._settled_chars(text[:stable_chars], language)]
        return shown, len(commonprefix([shown, self.written(stable, language)]))

    def corrected(self, text: str, language: str) -> str:
        """``text`` with its corrections only: the longest first, in English whole words."""
        if language not in self._table:
            return text
        pattern, written = self._table[language]
        return pattern.sub(lambda match: written[_folded(match[0])], text)

    def _settled_chars(self, text: str, language: str) -> int:
        """Characters before what more words may turn into a correction or another number."""
        begun = self._begun.get(language, frozenset())
        longest = min(len(text), CHARACTERS)
        open_chars = next(
            (size for size in range(longest, 0, -1) if _folded(text[-size:]) in begun), 0
        )
        settled = min(len(text) - open_chars, settled_chars(text, language))
        return settled_words(text[:settled]) if language == "ja" else settled

    @cached_property
    def _own_words(self) -> frozenset[str]:
        return frozenset((*self.hotwords, *(one.written for one in self.corrections)))

    @cached_property
    def _begun(self) -> Mapping[str, frozenset[str]]:
        """By language: all beginnings of what is corrected."""
        return {
            language: frozenset(
                heard[:size] for heard in table for size in range(1, len(heard))
            )
            for language, (_, table) in self._table.items()
        }

    @cached_property
    def _table(self) -> Mapping[str, tuple[re.Pattern[str], Mapping[str, str]]]:
        """By language: what to look for, the longest first, and what to write for it."""
        found = {}
        for language in LANGUAGES:
            table = {
                _folded(one.heard): one.written
                for one in self.corrections
                if one.language == language
            }
            if table:
                choices = "|".join(
                    re.escape(heard).replace(r"\ ", r"\s+")
                    for heard in sorted(table, key=len, reverse=True)
                )
                whole = rf"(?<!\w)(?:{choices})(?!\w)" if language == "en" else choices
                found[language] = re.compile(whole, re.IGNORECASE), table
        return found


def only_prompt(text: str, prompt: str) -> bool:
    """Whether ``text`` has hardly a word (Japanese: character) that is not in ``prompt``:
    over music or noise, Whisper reads the prompt out. People may say such words as well, so
    what decides is whether anything is heard without the prompt."""
    said = _UNIT.findall(text.casefold())
    known = frozenset(_UNIT.findall(prompt.casefold()))
    return bool(said) and sum(unit in known for unit in said) >= PROMPT_SHARE * len(said)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def load_vocabulary(path: Path | None) -> Vocabulary:
    """Reads a vocabulary file; ``None`` gives the empty vocabulary.

    Raises ``ConfigError`` with one line per fault, each with file and line number.
    """
    if path is None:
        return Vocabulary()
    try:
        source = path.read_text(encoding="utf-8")
        tables = tomllib.loads(source)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from None
    faults = [
        f"{path}:{_line(source, section, text)}: {fault}"
        for section, text, fault in _faults(tables)
    ]
    if faults:
        raise ConfigError(*faults)
    return Vocabulary(
        hotwords=tuple(dict.fromkeys(word.strip() for word in tables.get("hotwords", ()))),
        corrections=tuple(_corrections(tables.get("corrections", {}))),
    )


def _corrections(tables: Mapping[str, Mapping[str, str]]) -> Iterator[Correction]:
    for language, table in tables.items():
        for heard, written in table.items():
            yield Correction(heard=heard, written=written, language=language)


# Faults -------------------------------------------------------------------------------

Fault = tuple[str, str, str]
"""Section and text where it stands, and what is wrong."""


def _faults(tables: Mapping[str, Any]) -> Iterator[Fault]:
    for name in tables.keys() - {"hotwords", "corrections"}:
        yield "", name, f"unknown {name!r}; known: hotwords, [corrections.en], [corrections.ja]"
    words = tables.get("hotwords", [])
    if isinstance(words, list):
        for word in words:
            if fault := _text_fault(word):
                yield "hotwords", str(word), f"hotword {word!r} {fault}"
    else:
        yield "", "hotwords", "hotwords is a list of texts"
    corrections = tables.get("corrections", {})
    if not isinstance(corrections, dict):
        yield "", "corrections", "corrections are tables: [corrections.en], [corrections.ja]"
        return
    for language, table in corrections.items():
        section = f"[corrections.{language}]"
        if language not in LANGUAGES:
            yield "", section, f"{section}: known languages are {', '.join(LANGUAGES)}"
        elif not isinstance(table, dict):
            yield "", "corrections", f'{section} is a table of "heard" = "written"'
        else:
            for heard, fault in _correction_faults(language, table):
                yield section, heard, f"{heard!r}: {fault}"


def _correction_faults(language: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    sound: dict[str, str] = {}
    seen: set[str] = set()
    for heard, written in table.items():
        fault = _text_fault(heard) or _text_fault(written)
        if fault:
            yield heard, f"what is heard or written {fault}"
        elif _folded(heard) in seen:
            yield heard, "is corrected twice; upper and lower case count as the same"
        else:
            sound[heard] = written
        seen.add(_folded(heard))
    vocabulary = Vocabulary(corrections=tuple(_corrections({language: sound})))
    for heard, written in sound.items():
        if vocabulary.corrected(written, language) != written:
            yield heard, f"{written!r} would be corrected again; write what shall stand"


def _text_fault(text: object) -> str | None:
    if not isinstance(text, str):
        return "is no text"
    if not re.search(r"\w", text) or not text.isprintable():
        return "needs letters or figures, and nothing that cannot be printed"
    if len(text) > CHARACTERS:
        return f"is longer than {CHARACTERS} characters"
    return None


def _line(source: str, section: str, text: str) -> int:
    """The first line after ``section`` that holds ``text``, from 1."""
    lines = source.splitlines()
    start = next((number for number, line in enumerate(lines) if section in line), 0)
    for number in range(start, len(lines)):
        if text in lines[number]:
            return number + 1
    return start + 1
