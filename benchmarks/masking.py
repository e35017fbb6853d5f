"""Masking on labelled calls and spoken forms: recall and precision per kind and language.

``python -m benchmarks.masking [--list]``. Turns go through ``copilot.masking.Masker`` as a
live call's would, with later mends applied. A secret is found when nothing of it can be read
any more; a mask is right when it hides part of a secret, or says one again that is labelled
elsewhere in the call. ``kept`` are texts that must stay as they are. What a number leaves
behind of the words that only name it, "sort code", "account", tells nothing and is no miss.
``--list`` names every fault of the sets that may be read; those of ``final`` are counted
only.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from copilot.events import Transcript
from copilot.masking import Masker, redact
from copilot.masking.digits import digit_runs

ROOT = Path(__file__).parent.parent
FORMS = [
    ROOT / "tests" / "masking" / f"{name}_forms.jsonl"
    for name in ("spoken", "dialogue", "unseen", "final", "sealed", "last")
]
DIALOGUES = ROOT / "tests" / "dialogues"
CALLS = ROOT.parent / "shared" / "data" / "calls"

_TAG = re.compile(r"\[[a-z_]+\]")
_READABLE = re.compile(r"[^\W_]")
_NAMING = re.compile(r"\b(?:sort code|account)\b|普通|当座|口座|番号|支店", re.I)
"""Words of a labelled number that say what it is and nothing of it."""
_IDLE = frozenset("第号のでですは、。,")
"""What a secret may leave behind: it tells nothing."""
_KIND = {
    "card_number": "card", "date_of_birth": "birth_date", "postal_address": "address",
    "driving_licence": "identity", "pension": "identity", "health_insurance": "identity",
    "passport": "identity", "national_id": "identity",
}  # fmt: skip
"""Kinds as the sets name them, or as we do, in the words of the spoken forms."""


@dataclass
class Tally:
    """Counts of one set, kind and language."""

    found: int = 0
    secrets: int = 0
    right: int = 0
    masks: int = 0
    kept: int = 0
    keeps: int = 0
    faults: list[str] = field(default_factory=list)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--list", action="store_true", help="name what was missed")
    listed = arguments.parse_args().list
    tallies: dict[tuple[str, str, str], Tally] = {}
    spent_ms: list[float] = []
    for name, form in _forms():
        spent_ms += score(name, form, tallies)
    print(f"{'set':<20}{'lang':<6}{'kind':<14}{'recall':>15}{'precision':>15}{'kept':>14}")
    for name in dict.fromkeys(key[0] for key in tallies):
        for language in ("ja", "en"):
            chosen = {
                k: t for (n, one, k), t in tallies.items() if (n, one) == (name, language)
            }
            for kind, tally in sorted(chosen.items()):
                _print(name, language, kind, [tally])
            _print(name, language, "all", list(chosen.values()))
        _print(name, "both", "all", [t for (n, _, _), t in tallies.items() if n == name])
    spent_ms.sort()
    print(f"{len(spent_ms)} turns, p95 {spent_ms[int(len(spent_ms) * 0.95)]:.2f} ms")
    if listed:
        for (name, _, _), tally in tallies.items():
            if "final" not in name:
                print(*tally.faults, sep="\n", end="\n" if tally.faults else "")


def _forms() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every set in the form of the spoken forms."""
    yield from spoken_forms()
    sources = [("dialogues", sorted(DIALOGUES.glob("*.json")))]
    sources.append(("calls", sorted(CALLS.glob("*/call.json"))))
    for name, files in sources:
        for file in files:
            call = json.loads(file.read_text(encoding="utf-8"))
            secrets = [
                {"turn": p["turn"], "kind": p["kind"], "text": p["text"]} for p in call["pii"]
            ]
            yield name, {"id": call["id"], "lang": call["lang"], "turns": call["turns"],
                         "secrets": secrets, "keep": []}  # fmt: skip
            if any("reading" in turn for turn in call["turns"]):
                yield f"{name} as read", _as_read(call)


def spoken_forms() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each labelled form with the name of its half."""
    for file in FORMS:
        for line in file.read_text(encoding="utf-8").splitlines():
            form = json.loads(line)
            yield f"spoken {form['split']}", form


def _as_read(call: dict[str, Any]) -> dict[str, Any]:
    """The call digit by digit, as the voices said it."""
    turns = [{**turn, "text": turn.get("reading") or turn["text"]} for turn in call["turns"]]
    secrets = [
        {"turn": p["turn"], "kind": p["kind"], "text": said}
        for p in call["pii"]
        if (said := p.get("reading") or p["text"]) in turns[p["turn"]]["text"]
    ]
    return {**call, "turns": turns, "secrets": secrets, "keep": []}


def score(
    name: str, form: dict[str, Any], tallies: dict[tuple[str, str, str], Tally]
) -> list[float]:
    """Adds one form; milliseconds that each turn took."""
    language = form["lang"]

    def tally(kind: str) -> Tally:
        return tallies.setdefault((name, language, _KIND.get(kind, kind)), Tally())

    hidden, spent_ms = hidden_in(form)
    texts = [turn["text"] for turn in form["turns"]]
    told = "".join(
        run.digits for s in form["secrets"] for run in digit_runs(s["text"], least_kana=1)
    )
    places = [(s, texts[s["turn"]].find(s["text"])) for s in form["secrets"]]
    for secret, at in places:
        counts = tally(secret["kind"])
        left = "".join(
            character
            for place, character in enumerate(secret["text"], at)
            if not any(start <= place < end for start, end, _ in hidden[secret["turn"]])
        )
        if secret["kind"] not in ("address", "email"):
            left = _NAMING.sub("", left)
        gone = not _READABLE.search("".join(set(left) - _IDLE))
        counts.secrets += 1
        counts.found += gone
        if not gone:
            counts.faults.append(f"MISSED {form['id']} {secret} left {left!r}")
    for turn, spans in enumerate(hidden):
        for start, end, kind in spans:
            said = texts[turn][start:end]
            right = any(
                s["turn"] == turn and start < at + len(s["text"]) and at < end
                for s, at in places
            )
            digits = "".join(run.digits for run in digit_runs(said, least_kana=1))
            right = right or (len(digits) >= 3 and digits in told)
            counts = tally(kind)
            counts.masks += 1
            counts.right += right
            if not right:
                counts.faults.append(f"WRONG {form['id']} [{kind}] {said!r}")
    for keep in form["keep"]:
        at = texts[keep["turn"]].find(keep["text"])
        stays = not any(
            start < at + len(keep["text"]) and at < end
            for start, end, _ in hidden[keep["turn"]]
        )
        counts = tally("keep")
        counts.keeps += 1
        counts.kept += stays
        if not stays:
            counts.faults.append(f"NOT KEPT {form['id']} {keep['text']!r}")
    return spent_ms


def hidden_in(form: dict[str, Any]) -> tuple[list[list[tuple[int, int, str]]], list[float]]:
    """For each turn, which characters of it are hidden at last, and under which kind."""
    masker = Masker()
    shown: list[str] = []
    spent_ms = []
    for number, turn in enumerate(form["turns"]):
        final = Transcript(
            call_id="c", at_s=float(number), utterance_id=str(number), speaker=turn["speaker"],
            revision=1, start_s=float(number), end_s=number + 0.9, text=turn["text"],
            language=form["lang"], final=True,
        )  # fmt: skip
        began = time.perf_counter()
        masked, redactions = masker.hear(final)
        spent_ms.append((time.perf_counter() - began) * 1000)
        shown.append(masked.text)
        for one in redactions:
            shown[int(one.utterance_id)] = redact(shown[int(one.utterance_id)], one.spans)
    return [_hidden(t["text"], s) for t, s in zip(form["turns"], shown, strict=True)], spent_ms


def _hidden(text: str, masked: str) -> list[tuple[int, int, str]]:
    """Where the tags of ``masked`` stand in ``text``."""
    pattern, kinds, done = "", [], 0
    for tag in _TAG.finditer(masked):
        pattern += re.escape(masked[done : tag.start()]) + "(.+?)"
        kinds.append(tag[0][1:-1])
        done = tag.end()
    match = re.fullmatch(pattern + re.escape(masked[done:]), text, re.DOTALL)
    if match is None:
        raise ValueError("a mask that changed more than it hid")
    return [(*match.span(index), kind) for index, kind in enumerate(kinds, 1)]


def _print(name: str, language: str, kind: str, tallies: list[Tally]) -> None:
    def share(part: str, whole: str) -> str:
        right = sum(getattr(tally, part) for tally in tallies)
        of = sum(getattr(tally, whole) for tally in tallies)
        return f"{right}/{of} {right / of:.3f}" if of else "-"

    shares = share("found", "secrets"), share("right", "masks"), share("kept", "keeps")
    columns = "".join(
        f"{one:>{width}}" for one, width in zip(shares, (15, 15, 14), strict=True)
    )
    print(f"{name:<20}{language:<6}{kind:<14}{columns}")


if __name__ == "__main__":
    main()
