import json
from collections import Counter
from typing import Any

import pytest

from sentiment.datasets import CORPUS, LANGUAGES, corpus
from sentiment.reading import ACTS, HARASSMENT, LEVELS

FLAGS = frozenset({"churn", "escalation", "gratitude", "positive", "negative"})
REGISTERS = frozenset(
    [
        "plain",
        "polite_fury",
        "sarcasm",
        "narrative",
        "blunt",
        "neutral_angry_words",
        "recogniser",
        "quoting_agent",
        "dialect",
        "code_switching",
        "third_party",
        "review",
        "chat",
        "keigo",
    ]
)
KEYS = FLAGS | {"text", "level", "act", "speaker", "industry", "register", "harassment"}


def rows(language: str) -> list[dict[str, Any]]:
    lines = (CORPUS / f"{language}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_keeps_to_the_schema(language: str) -> None:
    for row in rows(language):
        text = row["text"]
        assert text == text.strip() and text, row
        assert row.keys() <= KEYS, text
        assert all(row[flag] is True for flag in FLAGS & row.keys()), text
        assert row["act"] in ACTS, text
        assert row.get("register", "plain") in REGISTERS, text
        assert row.get("harassment", "abuse") in HARASSMENT, text
        assert not ("positive" in row and "negative" in row), text
        if row.get("speaker") == "agent":
            assert row["level"] is None, text
            assert not row.keys() & {"churn", "escalation", "harassment"}, text
        else:
            assert "speaker" not in row, text
            assert row["level"] in range(LEVELS + 1), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_rows_differ_by_case_only(language: str) -> None:
    counted = Counter(row["text"].casefold() for row in rows(language))
    assert not [text for text, times in counted.items() if times > 1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_corpus_is_large_balanced_and_without_doubles(language: str) -> None:
    examples = corpus(language)
    texts = [example.text for example in examples]
    assert len(texts) >= 5000
    assert len(set(texts)) == len(texts)
    reached = [sum((example.level or 0) > k for example in examples) for k in range(3)]
    assert reached[0] > reached[1] > reached[2] >= 200
    assert sum(bool(example.answers.get("churn")) for example in examples) >= 30
    assert sum(bool(example.answers.get("escalation")) for example in examples) >= 30
    assert len({row.get("industry") for row in rows(language)}) >= 20


def test_no_line_of_the_labelled_calls_is_in_the_corpus(shared_data) -> None:
    """The calls are measured on: a line learnt from them would flatter every figure."""
    calls = (json.loads(p.read_text()) for p in (shared_data / "calls").glob("*/call.json"))
    heard = {turn["text"].strip(" .!?。") for call in calls for turn in call["turns"]}
    ours = {e.text.strip(" .!?。") for language in LANGUAGES for e in corpus(language)}
    assert not {text for text in heard & ours if len(text) > 20}
