"""Alert rules as data: read, checked, and compiled. ``rules/mood.toml`` explains them.

Rules stand in one TOML file or in all ``*.toml`` of a folder. Every fault of all of them is
found in one go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

from copilot.errors import ConfigError
from copilot.event_values import Audience, HarassmentType
from copilot.events import AlertKind, Severity, Speaker
from sentiment.conditions import Condition, NeverSaid, Said, leaves
from sentiment.moment import MEASURES
from sentiment.phrases import Phrases
from sentiment.rule_grammar import read_condition
from sentiment.rule_phrases import Words, read_phrases, read_words
from sentiment.rule_source import Fault, Table, guess, parsed

__all__ = [
    "DEFAULT",
    "KINDS",
    "Rule",
    "Rules",
    "load_rules",
    "parse_rules",
    "read_sources",
    "rules_files",
]

DEFAULT = Path(__file__).parent / "rules"
KINDS: tuple[AlertKind, ...] = tuple(
    kind for kind in get_args(AlertKind) if kind != "help_sign"
)
"""What a rule can tell. ``help_sign`` is raised by a person."""

_PLACE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    id: str
    kind: AlertKind
    harassment_type: HarassmentType | None
    speakers: tuple[Speaker, ...]
    languages: frozenset[str]
    """Of calls that it is asked about; empty: all."""
    when: Condition
    phrases: Phrases
    cool_down_s: float
    cap_per_call: int
    severity: Severity
    audience: tuple[Audience, ...]
    message: Mapping[str, str]
    """By language; ``en`` is always there."""
    suggested_step: Mapping[str, str]

    def message_in(self, language: str, measures: Mapping[str, float]) -> str:
        return _filled(self.message.get(language, self.message["en"]), measures)

    def step_in(self, language: str, measures: Mapping[str, float]) -> str | None:
        step = self.suggested_step.get(language, self.suggested_step.get("en"))
        return _filled(step, measures) if step else None


Rules = tuple[Rule, ...]


def load_rules(path: Path | None = None) -> Rules:
    """Rules of a file or folder, or those shipped.

    Raises ``ConfigError`` with one line per fault, each with file and line number.
    """
    rules, faults = parse_rules(read_sources(path or DEFAULT))
    if faults:
        raise ConfigError(*map(str, faults))
    return rules


def rules_files(path: Path) -> list[Path]:
    """The file itself, or the rules files of a folder."""
    return sorted(path.glob("*.toml")) if path.is_dir() else [path]


def read_sources(path: Path) -> dict[str, str]:
    """Texts of the rules files by name. Raises ``ConfigError``."""
    sources, faults = {}, []
    for file in rules_files(path):
        try:
            sources[str(file)] = file.read_text(encoding="utf-8-sig")
        except OSError as error:
            faults.append(f"{file}: {error.strerror}")
        except UnicodeDecodeError as error:
            faults.append(f"{file}: is not UTF-8: {error.reason}")
    if faults:
        raise ConfigError(*faults)
    if not sources:
        raise ConfigError(f"{path}: no *.toml in it")
    return sources


def parse_rules(sources: Mapping[str, str]) -> tuple[Rules, tuple[Fault, ...]]:
    """Rules of texts, by the names of their files, and all faults by file and line. Rules
    with faults in them are not for use."""
    faults: list[Fault] = []
    documents = [parsed(file, text, faults) for file, text in sources.items()]
    words = read_words(document.table("words") for document in documents)
    rows = [row for document in documents for row in document.tables("rule")]
    for document in documents:
        document.end()
    if not rows and not faults:
        faults.append(Fault(next(iter(sources)), 1, "no [[rule]] in it"))
    seen: dict[str, Table] = {}
    rules = [rule for row in rows if (rule := _rule(row, words, seen)) is not None]
    order = {file: position for position, file in enumerate(sources)}
    faults.sort(key=lambda fault: (order[fault.file], fault.line))
    return tuple(rules), tuple(dict.fromkeys(faults))


def _rule(row: Table, words: Words, seen: dict[str, Table]) -> Rule | None:
    id = row.need(row.text("id"), "id")
    if id is not None and id in seen:
        row.fault(f"id {id!r} is used twice", "id")
    elif id is not None:
        seen[id] = row
    kind = row.need(row.text("kind", one_of=KINDS), "kind")
    harassment_type = row.text("harassment_type", one_of=get_args(HarassmentType))
    if kind == "harassment" and "harassment_type" not in row:
        row.fault("harassment_type is missing")
    if kind not in (None, "harassment") and "harassment_type" in row:
        row.fault("harassment_type belongs to kind = 'harassment'", "harassment_type")
    speakers = row.need(row.texts("speaker", one_of=get_args(Speaker)), "speaker")
    languages = row.texts("languages", one_of=("en", "ja"))
    phrases = read_phrases(row, words)
    when = row.table("when")
    if "when" in row:
        condition = read_condition(when)
        _check_phrases(row, condition, phrases)
    else:
        row.fault("when is missing")
    cool_down_s = row.number("cool_down_s", least=0)
    cap_per_call = row.count("cap_per_call")
    severity = row.need(row.text("severity", one_of=get_args(Severity)), "severity")
    audience = row.texts("audience", one_of=get_args(Audience))
    message = _wording(row, "message")
    if "message" not in row:
        row.fault("message is missing")
    suggested_step = _wording(row, "suggested_step")
    row.end()
    if not (id and kind and speakers and severity and "when" in row and "en" in message):
        return None
    return Rule(
        id=id,
        kind=cast(AlertKind, kind),
        harassment_type=cast(HarassmentType | None, harassment_type),
        speakers=cast(tuple[Speaker, ...], speakers),
        languages=frozenset(languages),
        when=condition,
        phrases=phrases,
        cool_down_s=cool_down_s or 0,
        cap_per_call=cap_per_call or 1,
        severity=cast(Severity, severity),
        audience=cast(tuple[Audience, ...], audience or ("supervisor",)),
        message=message,
        suggested_step=suggested_step,
    )


def _check_phrases(row: Table, condition: Condition, phrases: Phrases) -> None:
    """Phrases that nothing asks for, and conditions without the phrases they ask for."""
    asks = any(isinstance(part, Said | NeverSaid) for part in leaves(condition))
    if asks and "phrases" not in row:
        row.fault("phrases are missing: the condition asks for what is said", "when")
    if not asks and "phrases" in row:
        row.fault("nothing in the condition asks for the phrases: said = true", "phrases")


def _wording(row: Table, key: str) -> dict[str, str]:
    """A text by language; its places in braces are measures."""
    table = row.table(key)
    found = {}
    for language in table.values:
        text = table.text(language)
        if text is None:
            continue
        found[language] = text
        for place in _PLACE.findall(text):
            if place not in MEASURES:
                table.fault(f"{{{place}}} is no measure{guess(place, MEASURES)}", language)
    if key in row and "en" not in table:
        row.fault(f"{key} has no English text, the one for other languages", key)
    return found


def _filled(text: str, measures: Mapping[str, float]) -> str:
    """The text with figures in its places: seconds as whole numbers."""

    def figure(place: re.Match[str]) -> str:
        name = place.group(1)
        value = measures.get(name)
        if value is None:
            return "–"
        return f"{value:.0f}" if name.endswith("_s") else f"{round(value, 2):g}"

    return _PLACE.sub(figure, text)
