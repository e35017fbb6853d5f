import numpy as np
import pytest

from audio.files import Recording
from benchmarks.peers import Leg, Told, measure
from copilot.events import Transcript
from copilot.score import Turn


def transcript(text: str, start_s: float, end_s: float, final: bool = False) -> Transcript:
    return Transcript(
        call_id="leg", at_s=end_s, utterance_id=text, speaker="customer", revision=0,
        start_s=start_s, end_s=end_s, text=text, final=final,
    )  # fmt: skip


def test_lag_is_of_the_newest_words_of_a_message_and_only_when_they_are_new() -> None:
    told = Told(
        arrivals=[
            (1.5, transcript("My", 0.0, 1.0)),
            (2.0, transcript("My", 0.0, 1.0)),
            (3.0, transcript("My bag.", 0.0, 1.8, final=True)),
            (3.0, transcript("It was", 1.8, 2.6)),
            (4.0, transcript("It was black.", 1.8, 4.2)),
        ]
    )
    assert told.lags_s() == [pytest.approx(0.5), pytest.approx(0.4), 0.0]


class Scripted:
    """Hears every leg alike, but for the one that it turns away."""

    def __init__(self) -> None:
        self.heard = 0

    async def hear(self, leg: Leg, number: int) -> Told:
        self.heard += 1
        if number == 1:
            return Told(refused="WAIT")
        return Told(arrivals=[(4.5, transcript("My bag is lost.", 1.0, 4.0, final=True))])

    def cpu_s(self) -> float:
        return 2.5 * self.heard


async def test_a_step_counts_what_every_leg_was_told() -> None:
    recording = Recording(samples=np.zeros((1, 80_000), np.float32), speakers=("customer",))
    turn = Turn(speaker="customer", text="My bag is lost.", start_s=1.0, end_s=4.0)
    leg = Leg(language="en", recording=recording, turns=(turn,))
    step = await measure(Scripted(), [leg, leg, leg])
    assert (step.legs, step.turns, step.without, step.untold, step.refused) == (3, 3, 1, 1, 1)
    assert step.final_s.p50 == step.lag_s.p95 == pytest.approx(0.5)
    assert step.cpu_per_s == pytest.approx(3 * 2.5 / (3 * 5.0))  # the warm-up is not counted
    assert not step.held
