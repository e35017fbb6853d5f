"""What a statement is worth to a note."""

from __future__ import annotations

import pytest

from copilot.events import Speaker, Transcript
from summarizer.lexicon import load_lexicon
from summarizer.statements import read_statements
from summarizer.worth import worth

Turns = list[tuple[Speaker, str]]


def worths(turns: Turns, language: str, *, alerted: bool = False) -> list[float]:
    finals = [
        Transcript(
            call_id="c",
            at_s=float(place),
            utterance_id=f"u{place}",
            speaker=speaker,
            revision=1,
            start_s=float(place),
            end_s=place + 0.9,
            text=text,
            language=language,
            final=True,
        )
        for place, (speaker, text) in enumerate(turns)
    ]
    read = read_statements(finals, load_lexicon(language))
    by_index = {one.index: one for one in read}
    return [worth(one, by_index, alerted=alerted) for one in read]


CALLS: list[tuple[str, Turns]] = [
    (
        "en",
        [
            ("agent", "Good morning, Larch Boilers, how can I help?"),
            ("customer", "The boiler you fitted in March leaks onto the Hendersons' carpet."),
            ("agent", "Oh dear, I see."),
            ("customer", "They want four hundred pounds from me for the damage."),
            ("agent", "Right, bear with me."),
        ],
    ),
    (
        "ja",
        [
            ("agent", "お電話ありがとうございます。から松設備です。"),
            ("customer", "三月に付けてもらった給湯器から水が漏れて、床が傷みました。"),
            ("agent", "さようでございますか。"),
            ("customer", "修理代の4万円を請求されています。"),
            ("agent", "少々お待ちください。"),
        ],
    ),
]


@pytest.mark.parametrize(("language", "turns"), CALLS)
def test_what_tells_something_is_worth_more(language: str, turns: Turns) -> None:
    found = worths(turns, language)
    assert all(0.0 <= one <= 1.0 for one in found)
    greeting, leak, claim, wait = found[0], found[-4], found[-2], found[-1]
    assert min(leak, claim) > 0.4
    assert max(greeting, wait) == 0.0


def test_an_alert_and_a_threat_are_worth_more() -> None:
    said: Turns = [
        ("agent", "Larch Boilers, hello."),
        ("customer", "It is cold here."),
        ("agent", "I see."),
        ("customer", "Then I will go somewhere else."),
    ]
    calm, alerted = worths(said, "en"), worths(said, "en", alerted=True)
    assert alerted[-1] > calm[-1] > 0.3
