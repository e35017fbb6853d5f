"""How much of what Japanese customers ask for stands in the note: asdc's requirement lines.

    python -m benchmarks.requirements [../shared/data/text_ja/asdc/json]

166 dialogues of an accommodation desk; the operator wrote down at the end what was asked for
("人数は子どもを含む2名"). A line counts by the share of its content words (runs of kanji,
katakana and figures) that stand in the note; words that nobody said in the dialogue are not
asked of a summary. The middle columns tell what a note of the same length would hold if it were
the customer's first words.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.summary import events_of, fold, summariser_of, whole

DIALOGUES = Path(__file__).parents[2] / "shared" / "data" / "text_ja" / "asdc" / "json"
TOPICS = ("時期", "泊数", "人数", "場所", "宿", "部屋", "食事", "予算")
_WORD = re.compile(r"[一-龥々]+|[ァ-ヶー]{2,}|\d+|[a-z]{2,}")


def main(arguments: list[str]) -> None:
    files = sorted(Path(arguments[0] if arguments else DIALOGUES).glob("*.json"))
    if not files:
        sys.exit("no dialogues found; give asdc's folder json")
    summariser = summariser_of()
    found: dict[str, list[list[int]]] = defaultdict(list)
    for file in files:
        dialogue = json.loads(file.read_text(encoding="utf-8"))
        call = call_of(dialogue)
        summary = summariser.summarise(events_of(call))
        said = fold("\n".join(turn["text"] for turn in call["turns"]))
        customer = "".join(t["text"] for t in call["turns"] if t["speaker"] == "customer")
        lead, text = fold(customer[: len(summary.text)]), fold(summary.text)
        notes = (said, lead, text, whole(summary))
        for line in dialogue["meta"]["conditions"]:
            words = set(_WORD.findall(fold(line.partition("は")[2])))
            said_words = [word for word in words if word in said]
            if said_words:
                counts = [sum(word in one for word in said_words) for one in notes]
                found[topic_of(line)].append(counts)
    print("requirement  lines  words said    lead    note  + fields")
    for topic in (*TOPICS, "他"):
        if topic in found:
            print_row(topic, found[topic])
    print_row("全体", [row for rows in found.values() for row in rows])


def call_of(dialogue: dict[str, Any]) -> dict[str, Any]:
    """The dialogue in the form of a labelled call."""
    turns = [
        {
            "i": number,
            "speaker": "customer" if one["name"].startswith("customer") else "agent",
            "text": one["text"].replace("\n", ""),
            "start_s": float(number),
            "end_s": number + 0.9,
        }
        for number, one in enumerate(dialogue["utterances"])
    ]
    return {"id": dialogue["meta"]["id"]["id"], "lang": "ja", "turns": turns}


def topic_of(line: str) -> str:
    return next((topic for topic in TOPICS if line.startswith(topic)), "他")


def print_row(topic: str, rows: list[list[int]]) -> None:
    words, lead, text, everything = (sum(column) for column in zip(*rows, strict=True))
    shares = f"{lead / words:>8.1%}{text / words:>8.1%}{everything / words:>10.1%}"
    print(f"{topic:<11}{len(rows):>7}{words:>12}{shares}")


if __name__ == "__main__":
    main(sys.argv[1:])
