"""Who speaks when, where one channel carries two people.

Windows of a second become voice vectors (``audio.voiceprint``). Two voices are looked for
among them, and a hidden Markov model walks along the recording: people seldom change within
a breath and often after a pause. Its posterior is the confidence of each turn. Where one
voice explains all windows as well as two, nobody is told apart.

For whole recordings only: a voice is known by all that it says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audio.files import Recording
from audio.vad import WINDOW_S, VoiceActivity, VoiceModel
from audio.voiceprint import FRAME_S, VoiceEncoder, voice_frames
from copilot.events import Speaker
from copilot.signals import SAMPLE_RATE_HZ, Samples

__all__ = ["SURE", "Turn", "confidence_within", "parted", "voice_turns"]

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

PIECE_SAMPLES = 10 * SAMPLE_RATE_HZ
"""Heard at once, so that an hour needs no more memory than a minute."""
SPEECH = 0.35
"""Voice activity of speech, as ``audio.segment`` holds it."""
GAP_WINDOWS = 6
"""Windows of 32 ms without speech that part two stretches."""
STRETCH_MIN_S = 0.16
WINDOW_FRAMES = 100
"""A second: shorter says too little of a voice, longer misses short turns."""
STEP_S = 0.25
AT_ONCE = 256
"""Windows in memory: 4 MB, however long the recording is."""
MARGIN_S = 0.1
"""Sound around a stretch that belongs to it: words begin and end softly."""
SHARPNESS = 8.0
"""What a difference of 1 in cosine says for a voice, in nats. Neighbouring windows overlap
by three quarters, so that each says less than it would alone. Set, like ``CHANGE`` and
``ONE_VOICE``, on the project's own scripted calls, mixed to one channel."""
CHANGE = 0.1
"""Probability that the speaker changes within a stretch, from one step to the next,"""
CHANGE_PAUSED = 0.5
"""and after a pause."""
ROUNDS = 12
ONE_VOICE = 0.97
"""Cosine of the two voices found from which on they are one: halves of one person's speech
reach 0.98 to 1.0, of two similar persons 0.95."""
SURE = 0.7
"""Confidence below which nobody should be named."""
SNAP_S = 0.3
"""How far around a change its pause is looked for."""
FADE_S = 0.01
TURN_MARGIN_S = 0.35
"""Sound around a turn that goes with it, half of the pause at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Speech without a change of voice."""

    start_s: float
    end_s: float
    voice: int
    """0 or 1, in the order in which they are first heard."""
    confidence: float
    """0.5 to 1: that it is this one of the two voices."""


@dataclass(frozen=True, slots=True)
class _Step:
    """The middle of one window, and the stretch of speech it belongs to."""

    start_s: float
    end_s: float
    stretch: tuple[float, float]


def voice_turns(samples: Samples, vad: VoiceModel, encoder: VoiceEncoder) -> list[Turn]:
    """Turns of a whole recording, (n,) float32 at 16 kHz, in order and without overlap.

    Empty where no two voices are found. Where both speak at once, the turn is the louder's.
    """
    voice = VoiceActivity(vad)
    pieces = (samples[at : at + PIECE_SAMPLES] for at in range(0, len(samples), PIECE_SAMPLES))
    activity = np.array([one for piece in pieces for one in voice.feed(piece)])
    steps = list(_steps(_stretches(activity)))
    if len(steps) < 2:
        return []
    frames = voice_frames(samples, encoder)
    vectors = [
        encoder.encode(np.stack([_window(frames, step) for step in steps[at : at + AT_ONCE]]))
        for at in range(0, len(steps), AT_ONCE)
    ]
    found = _two_voices(np.concatenate(vectors).astype(np.float64), steps)
    return [] if found is None else _turns(steps, found, activity)


def confidence_within(turns: Sequence[Turn], start_s: float, end_s: float) -> float:
    """How sure the voice between two times is: the mean of its turns by their length."""
    shares = [
        (min(turn.end_s, end_s) - max(turn.start_s, start_s), turn.confidence) for turn in turns
    ]
    heard = [(share_s, confidence) for share_s, confidence in shares if share_s > 0.0]
    if not heard:
        return 0.5
    total_s = sum(share_s for share_s, _ in heard)
    return sum(share_s * confidence for share_s, confidence in heard) / total_s


def parted(
    recording: Recording, turns: Sequence[Turn], speakers: Mapping[int, Speaker]
) -> Recording:
    """One leg for each speaker, silent while somebody else speaks, as a stereo recording is.

    Turns that are less than ``SURE`` go to the leg ``unknown``.
    """
    mono = recording.samples[0]
    names = [speakers[turn.voice] if turn.confidence >= SURE else "unknown" for turn in turns]
    order: tuple[Speaker, ...] = ("customer", "agent", "unknown")
    heard = tuple(name for name in order if name in names or name in speakers.values())
    legs = np.zeros((len(heard), len(mono)), np.float32)
    for at, (turn, name) in enumerate(zip(turns, names, strict=True)):
        before_s = turns[at - 1].end_s if at else 0.0
        after_s = turns[at + 1].start_s if at + 1 < len(turns) else recording.duration_s
        begin_s = max(turn.start_s - TURN_MARGIN_S, (before_s + turn.start_s) / 2)
        end_s = min(turn.end_s + TURN_MARGIN_S, (turn.end_s + after_s) / 2)
        begin, end = round(begin_s * SAMPLE_RATE_HZ), round(end_s * SAMPLE_RATE_HZ)
        legs[heard.index(name), begin:end] = _faded(mono[begin:end])
    return Recording(samples=legs, speakers=heard)


def _stretches(activity: Doubles) -> list[tuple[float, float]]:
    """Speech without a pause, seconds."""
    speech = np.flatnonzero(activity >= SPEECH)
    if not len(speech):
        return []
    parts = np.split(speech, np.flatnonzero(np.diff(speech) > GAP_WINDOWS) + 1)
    ends = [(float(part[0]) * WINDOW_S, float(part[-1] + 1) * WINDOW_S) for part in parts]
    return [(start_s, end_s) for start_s, end_s in ends if end_s - start_s >= STRETCH_MIN_S]


def _steps(stretches: Sequence[tuple[float, float]]) -> Iterator[_Step]:
    for start_s, end_s in stretches:
        count = max(1, round((end_s - start_s) / STEP_S))
        edges = np.linspace(start_s, end_s, count + 1)
        for begin_s, stop_s in zip(edges[:-1], edges[1:], strict=True):
            yield _Step(float(begin_s), float(stop_s), (start_s, end_s))


def _window(frames: Floats, step: _Step) -> Floats:
    """(100, 40) around a step, within its stretch; a short stretch is repeated."""
    start_s, end_s = step.stretch
    first = max(0, round((start_s - MARGIN_S) / FRAME_S))
    last = min(len(frames), round((end_s + MARGIN_S) / FRAME_S))
    if last - first < WINDOW_FRAMES:
        return np.resize(frames[first:last], (WINDOW_FRAMES, frames.shape[1]))
    middle = round((step.start_s + step.end_s) / 2 / FRAME_S)
    begin = min(max(middle - WINDOW_FRAMES // 2, first), last - WINDOW_FRAMES)
    return frames[begin : begin + WINDOW_FRAMES]


def _two_voices(vectors: Doubles, steps: Sequence[_Step]) -> Doubles | None:
    """(n, 2) posterior of each voice; ``None`` where there is only one."""
    centred = vectors - vectors.mean(axis=0)
    main = np.linalg.svd(centred, full_matrices=False)[2][0]
    first = (centred @ main < 0.0).astype(np.float64)
    posterior = np.stack([first, 1.0 - first], axis=1)
    changes = np.array(
        [
            CHANGE if after.stretch == before.stretch else CHANGE_PAUSED
            for before, after in zip(steps[:-1], steps[1:], strict=True)
        ]
    )
    for _ in range(ROUNDS):
        if posterior.sum(axis=0).min() < 1.0:
            return None
        voices = posterior.T @ vectors
        voices /= np.linalg.norm(voices, axis=1, keepdims=True)
        posterior = _smoothed(SHARPNESS * vectors @ voices.T, changes)
    if float(voices[0] @ voices[1]) >= ONE_VOICE or len(set(posterior.argmax(axis=1))) < 2:
        return None
    return posterior


def _smoothed(evidence: Doubles, changes: Doubles) -> Doubles:
    """Forward-backward (Rabiner, 1989) over (n, 2) log-likelihoods; ``changes`` (n - 1,)."""
    likelihood = np.exp(evidence - evidence.max(axis=1, keepdims=True))
    forward = np.empty_like(likelihood)
    forward[0] = likelihood[0] / likelihood[0].sum()
    for at, change in enumerate(changes, 1):
        before = forward[at - 1]
        forward[at] = (before * (1.0 - change) + before[::-1] * change) * likelihood[at]
        forward[at] /= forward[at].sum()
    backward = np.ones_like(likelihood)
    for at in range(len(changes) - 1, -1, -1):
        after = backward[at + 1] * likelihood[at + 1]
        backward[at] = after * (1.0 - changes[at]) + after[::-1] * changes[at]
        backward[at] /= backward[at].sum()
    posterior = forward * backward
    return np.asarray(posterior / posterior.sum(axis=1, keepdims=True))


def _turns(steps: Sequence[_Step], posterior: Doubles, activity: Doubles) -> list[Turn]:
    """Neighbouring steps of one stretch and one voice; a change stands where speech is
    weakest."""
    likeliest = posterior.argmax(axis=1)
    sure = posterior.max(axis=1)
    order = list(dict.fromkeys(int(voice) for voice in likeliest))
    turns: list[Turn] = []
    begin = 0
    start_s = steps[0].start_s
    for at in range(1, len(steps) + 1):
        ended = at == len(steps) or steps[at].stretch != steps[begin].stretch
        if not ended and likeliest[at] == likeliest[begin]:
            continue
        end_s = steps[at - 1].end_s if ended else _weakest_s(activity, steps[at].start_s)
        turns.append(
            Turn(
                start_s=start_s,
                end_s=end_s,
                voice=order.index(int(likeliest[begin])),
                confidence=round(float(sure[begin:at].mean()), 3),
            )
        )
        if at < len(steps):
            begin = at
            start_s = steps[at].start_s if ended else end_s
    return turns


def _weakest_s(activity: Doubles, around_s: float) -> float:
    first = max(0, round((around_s - SNAP_S / 2) / WINDOW_S))
    last = max(first + 1, round((around_s + SNAP_S / 2) / WINDOW_S))
    return (first + int(np.argmin(activity[first:last])) + 0.5) * WINDOW_S


def _faded(samples: Samples) -> Samples:
    """Without the clicks of a cut."""
    length = min(round(FADE_S * SAMPLE_RATE_HZ), len(samples) // 2)
    if not length:
        return samples
    faded = samples.copy()
    ramp = np.linspace(0.0, 1.0, length, dtype=np.float32)
    faded[:length] *= ramp
    faded[-length:] *= ramp[::-1]
    return faded
