"""How well a voice alone tells anger, with the words left out: acted German emotions.

    python -m benchmarks.voice [--folder ../shared/data/emotion_audio_de]

Every file goes over a telephone line to 16 kHz, is measured, and compared with its speaker's
neutral files (never with itself) by the fixed formula of ``sentiment.voice``. Nothing is
trained, so every figure is for speakers the formula has not seen. One row fits the weights to
all other speakers instead (leave one speaker out), to show how much is left on the table.
``cost`` is the time of one thread for a second of a leg: while it sounds, in pieces of 20 ms,
and once when an utterance is over.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soxr

from audio.decode import ALAW, MULAW, AudioFormat, Decoder, Encoding
from audio.files import read_recording
from benchmarks.server import ROOT, machine
from copilot.events import CallStarted
from copilot.signals import SAMPLE_RATE_HZ, AudioChunk, Samples
from sentiment.prosody import Prosody, measure_prosody
from sentiment.voice import FEATURES, Baseline, VoiceMeter

FOLDER = ROOT.parent / "shared" / "data" / "emotion_audio_de"
RATE_HZ = 8_000
EMOTIONS = {
    "W": "anger",
    "L": "boredom",
    "E": "disgust",
    "A": "fear",
    "F": "joy",
    "T": "sadness",
    "N": "neutral",
}
CALM = ("neutral", "boredom", "sadness")


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    speaker: str
    emotion: str
    prosody: Prosody | None


Line = Callable[[Samples], Samples]
"""What a line does to a voice at 16 kHz."""


def telephone(
    encoding: Encoding = "mulaw",
    *,
    gain_db: float = 0.0,
    noise_db: float | None = None,
    band: bool = False,
) -> Line:
    """8 kHz and G.711, with a gain, with white noise so far below the speech, or in the narrow
    band of an analogue line."""

    def through(samples: Samples) -> Samples:
        narrow = soxr.resample(samples, SAMPLE_RATE_HZ, RATE_HZ)
        if band:
            narrow = within(narrow, 300.0, 3400.0)
        if noise_db is not None:
            level = np.sqrt(np.mean(np.square(narrow))) * 10 ** (-noise_db / 20)
            narrow = narrow + np.random.default_rng(len(narrow)).normal(0, level, len(narrow))
        sent = encoded(narrow * 10 ** (gain_db / 20), encoding)
        decoder = Decoder(AudioFormat(encoding, RATE_HZ, ("customer",)))
        return np.concatenate([one.samples for one in decoder.feed(sent) + decoder.flush()])

    return through


def within(samples: Samples, low_hz: float, high_hz: float) -> Samples:
    spectrum = np.fft.rfft(samples)
    at_hz = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    spectrum[(at_hz < low_hz) | (at_hz > high_hz)] = 0
    return np.fft.irfft(spectrum, len(samples)).astype(np.float32)


def encoded(samples: npt.NDArray[np.floating], encoding: Encoding) -> bytes:
    """ITU-T G.711: the code whose value is nearest to each sample."""
    table = MULAW if encoding == "mulaw" else ALAW
    order = np.argsort(table, kind="stable")
    nearest = np.searchsorted((table[order][1:] + table[order][:-1]) / 2, samples)
    return bytes(order[nearest].astype(np.uint8))


# Readings -----------------------------------------------------------------------------


def utterances(folder: Path, line: Line) -> Iterator[Utterance]:
    for path in sorted(folder.glob("[0-9][0-9]????*.wav")):
        samples = read_recording(path).samples[0]
        yield Utterance(
            speaker=path.name[:2],
            emotion=EMOTIONS[path.name[5]],
            prosody=measure_prosody(line(samples)),
        )


def baseline_of(all_of_them: Sequence[Utterance], one: Utterance, most: int) -> Baseline:
    """From the speaker's other neutral files."""
    baseline = Baseline()
    neutral = [
        other.prosody
        for other in all_of_them
        if other is not one
        and other.speaker == one.speaker
        and other.emotion == "neutral"
        and other.prosody is not None
    ]
    for prosody in neutral[:most]:
        baseline.add(prosody)
    return baseline


def angers(all_of_them: Sequence[Utterance], most: int = 99) -> npt.NDArray[np.float64]:
    """(n,) anger of each; 0 where there is too little voice to tell."""
    return np.array(
        [
            0.0
            if one.prosody is None
            else baseline_of(all_of_them, one, most).compare(one.prosody).anger
            for one in all_of_them
        ]
    )


def fitted(all_of_them: Sequence[Utterance]) -> npt.NDArray[np.float64]:
    """(n,) anger of each by weights that were fitted to the other speakers, anger against
    calm: logistic regression with a ridge, by Newton's method."""
    steps = np.array(
        [
            [1.0, *baseline_of(all_of_them, one, 99).steps(one.prosody).values()]
            if one.prosody is not None
            else [1.0, *[0.0] * len(FEATURES)]
            for one in all_of_them
        ]
    )
    speakers = np.array([one.speaker for one in all_of_them])
    angry = np.array([one.emotion == "anger" for one in all_of_them])
    judged = angry | np.array([one.emotion in CALM for one in all_of_them])
    scores = np.zeros(len(all_of_them))
    for speaker in np.unique(speakers):
        chosen = judged & (speakers != speaker)
        x, y, weights = steps[chosen], angry[chosen], np.zeros(steps.shape[1])
        for _ in range(20):
            likely = 1 / (1 + np.exp(-x @ weights))
            bend = (x * (likely * (1 - likely))[:, None]).T @ x + np.eye(len(weights))
            weights += np.linalg.solve(bend, x.T @ (y - likely) - weights)
        scores[speakers == speaker] = steps[speakers == speaker] @ weights
    return scores


def auc(positive: npt.NDArray[np.float64], negative: npt.NDArray[np.float64]) -> float:
    above = positive[:, None] - negative[None, :]
    return float(np.mean(above > 0) + 0.5 * np.mean(above == 0))


def row(name: str, all_of_them: Sequence[Utterance], scores: npt.NDArray[np.float64]) -> None:
    emotion = np.array([one.emotion for one in all_of_them])
    angry = scores[emotion == "anger"]
    figures = [
        auc(angry, scores[np.isin(emotion, others)])
        for others in (CALM, ("joy",), tuple(set(EMOTIONS.values()) - {"anger"}))
    ]
    print(f"{name:34}" + "".join(f"{figure:>10.3f}" for figure in figures), flush=True)


LINES: dict[str, Line] = {
    "16 kHz as recorded": lambda samples: samples,
    "mu-law": telephone(),
    "a-law": telephone("alaw"),
    "mu-law, -12 dB": telephone(gain_db=-12),
    "mu-law, +6 dB": telephone(gain_db=6),
    "mu-law, 300-3400 Hz": telephone(band=True),
    "mu-law, noise at -20 dB": telephone(noise_db=20),
    "mu-law, noise at -10 dB": telephone(noise_db=10),
}


def cost(samples: Samples) -> tuple[float, float]:
    """Milliseconds for a second of one leg: to listen, and to measure."""
    meter = VoiceMeter(
        CallStarted(
            call_id="voice",
            at_s=0.0,
            started_at="2026-04-01T00:00:00+00:00",
            agent_id="mori",
            channels=("customer", "agent"),
        )
    )
    seconds = len(samples) / SAMPLE_RATE_HZ
    piece = SAMPLE_RATE_HZ // 50
    chunks = [
        AudioChunk(
            speaker=speaker,
            start_s=begin / SAMPLE_RATE_HZ,
            samples=samples[begin : begin + piece],
        )
        for begin in range(0, len(samples), piece)
        for speaker in ("customer", "agent")
    ]
    began = time.thread_time()
    for chunk in chunks:
        meter.listen(chunk)
    listened = time.thread_time()
    for begin_s in range(0, int(seconds) - 4, 4):
        meter.measure("customer", begin_s, begin_s + 4)
    measured = time.thread_time()
    return 1000 * (listened - began) / seconds / 2, 1000 * (measured - listened) / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    folder = parser.parse_args().folder
    print(machine())
    print(f"{'AUC, anger against':34}{'calm':>10}{'joy':>10}{'all':>10}")
    heard = {}
    for name, line in LINES.items():
        heard[name] = list(utterances(folder, line))
        row(name, heard[name], angers(heard[name]))
    telephoned = heard["mu-law"]
    row("mu-law, three neutral files", telephoned, angers(telephoned, 3))
    row("mu-law, one neutral file", telephoned, angers(telephoned, 1))
    row("mu-law, no baseline", telephoned, angers(telephoned, 0))
    row("mu-law, weights of other speakers", telephoned, fitted(telephoned))
    scores = angers(telephoned)
    print("\nmu-law: share read as angry (0.5 and more), and the mean reading")
    for emotion in EMOTIONS.values():
        these = scores[[one.emotion == emotion for one in telephoned]]
        print(f"{emotion:10}{len(these):>5}{np.mean(these >= 0.5):>8.2f}{these.mean():>8.2f}")
    files = sorted(folder.glob("[0-9][0-9]????*.wav"))[:20]
    whole = np.concatenate([LINES["mu-law"](read_recording(file).samples[0]) for file in files])
    listen_ms, measure_ms = cost(whole[: 40 * SAMPLE_RATE_HZ])
    print(f"\ncost: listen {listen_ms:.2f} ms, measure {measure_ms:.2f} ms")


if __name__ == "__main__":
    main()
