"""One leg as it sounds now: its recent samples, and whether somebody speaks on it.

Whether somebody speaks is judged by level alone, as cheaply as can be: against the line's
noise, against this speaker's own level, and against the other leg, whose echo comes back
weaker. Steady noise and tones become the line's noise within some seconds. Music is told from
speech by its lack of pauses (low-energy frames: J. Saunders, 1996), after ``HOLD_S``. A song
with pauses, a ringing tone in its first seconds and a cough pass for speech: what needs words
must wait for words.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from copilot.signals import SAMPLE_RATE_HZ, Samples
from sentiment.prosody import syllables

__all__ = ["TICKS_PER_S", "TICK_SAMPLES", "Leg", "Ring", "Tick"]

RING_S = 45
"""Samples that are kept for ``Ring.cut``. When it is full, the oldest are overwritten: an
utterance lasts 20 s at most, the rest is for its words to be heard, understood and read."""
TICK_SAMPLES = 1_600
TICKS_PER_S = SAMPLE_RATE_HZ // TICK_SAMPLES
FRAMES_PER_TICK = 5
FRAME_S = 1 / (TICKS_PER_S * FRAMES_PER_TICK)

SILENT_DB = -70.0
LEAST_DB = -55.0
"""Nobody who is quieter than this is understood."""
ABOVE_FLOOR_DB = 10.0
FLOOR_RISES_DB = 0.3
"""In a tick, 3 dB a second: slower than people pause, so speech never becomes noise."""
BELOW_OWN_DB = 28.0
"""Speech varies by so much; what is further below a speaker's peaks is somebody else's."""
OWN_FALLS_DB = 0.1
"""In a tick: nobody stays unheard who was once loud, or who comes after music."""
BELOW_OTHER_DB = 22.0
"""An echo is weaker than the voice on the other leg by more than this,"""
ECHO_TICKS = 4
"""and comes back within a third of a second."""
SPEAKING_FRAMES = 6
"""Of two ticks, that must be loud: a click is shorter."""
PAUSE_TICKS = 7
"""A shorter pause does not end what somebody is saying."""

HISTORY_FRAMES = 400
HOLD_S = HISTORY_FRAMES * FRAME_S
"""Of so much, speech rate and hold are judged."""
HOLD_DB = -50.0
"""What is quieter is the line's noise."""
PAUSE_DEPTH_DB = 15.0
PAUSES = 0.04
"""Share of frames that lie so far below the loud ones: 0.5 and more in speech with its pauses,
0.2 in speech on a bad line, nearly none in music."""
SONG_PAUSES = 0.15
"""While music sounds, so much may be softer."""
SHORTEST_S = 1.0
"""Of speech, to tell how fast or loud it is."""
SOFT_DB = 20.0
"""How far softer syllables lie below the level of speech."""
NOW_FRAMES = 150
"""Three seconds of speech, whose loudness is that of now,"""
FIRST_FRAMES = 750
"""and the first fifteen, which are what is usual."""

Tick = tuple[float, ...]
"""Levels in dB of five frames of 20 ms."""


class Ring:
    """The newest ``RING_S`` seconds of a leg as 16-bit samples, addressed by position.

    Written by one thread, read by others.
    """

    def __init__(self) -> None:
        self._samples = np.zeros(RING_S * SAMPLE_RATE_HZ, np.int16)
        self._lock = threading.Lock()
        self._begin = 0
        self.end = 0
        """Position after the last sample."""

    def append(self, samples: Samples) -> None:
        size = len(self._samples)
        newest = samples[-size:]
        values = np.clip(newest * 32767, -32767, 32767).astype(np.int16)
        with self._lock:
            self.end += len(samples)
            place = (self.end - len(values)) % size
            room = min(len(values), size - place)
            self._samples[place : place + room] = values[:room]
            self._samples[: len(values) - room] = values[room:]

    def skip(self, end: int) -> None:
        """What lies before ``end`` was not heard."""
        with self._lock:
            self._begin = self.end = end

    def cut(self, begin: int, end: int) -> Samples:
        """A copy of samples ``[begin, end)``, as far as they are still here."""
        size = len(self._samples)
        with self._lock:
            begin = max(begin, self._begin, self.end - size)
            end = min(end, self.end)
            if begin >= end:
                return np.zeros(0, np.float32)
            places = np.arange(begin, end) % size
            return np.asarray(self._samples[places] / np.float32(32767), np.float32)


class Leg:
    """Follows one leg in ticks of 0.1 s, which are counted from the beginning of the call."""

    def __init__(self) -> None:
        self.ring = Ring()
        self.waiting: deque[Tick] = deque()
        """Ticks that were heard and are judged when the other leg's are there."""
        self._rest: list[Samples] = []
        self._rest_samples = 0
        self._floor_db = 0.0
        self._own_db = SILENT_DB
        self._history: deque[float] = deque(maxlen=HISTORY_FRAMES)
        self._spoken: deque[float] = deque(maxlen=NOW_FRAMES)
        self._first: list[float] = []
        self._recent: deque[float] = deque(maxlen=ECHO_TICKS)
        self._tick_db: Tick = ()
        self._frames_before = 0
        self._overtalk_ticks = 0
        self.began: int | None = None
        """Tick in which the speaker began to say what they are saying now."""
        self.spoke_until = 0
        """Tick after the last speech."""
        self.hold = False
        """Whether music sounds, or something else without the pauses of speech."""
        self.speech_rate = 0.0
        """Syllables in a second of the newest speech."""

    def write(self, samples: Samples) -> None:
        """Takes the next samples."""
        self.ring.append(samples)
        self._rest.append(samples)
        self._rest_samples += len(samples)
        count = self._rest_samples // TICK_SAMPLES
        if not count:
            return
        heard = np.concatenate(self._rest)
        self._rest = [heard[count * TICK_SAMPLES :]]
        self._rest_samples = len(self._rest[0])
        frames = heard[: count * TICK_SAMPLES].reshape(count, FRAMES_PER_TICK, -1)
        self.waiting.extend(map(tuple, _levels_db(frames).tolist()))

    def skip(self, position: int) -> None:
        """What lies before a sample was not heard: nothing is known of it."""
        self.ring.skip(position)
        tick, begun = divmod(position, TICK_SAMPLES)
        self._rest, self._rest_samples = [np.zeros(begun, np.float32)], begun
        self.waiting.clear()
        self._recent.clear()
        self._frames_before = 0
        self.began, self.spoke_until = None, tick

    def sound(self) -> None:
        """Takes the next waiting tick."""
        self._tick_db = self.waiting.popleft()
        self._recent.append(max(self._tick_db))
        self._history.extend(self._tick_db)

    def judge(self, tick: int, others: Sequence[Leg]) -> None:
        """Whether somebody speaks in the tick that just sounded on all legs."""
        self._floor_db = min(self._floor_db + FLOOR_RISES_DB, *self._tick_db)
        least_db = max(
            LEAST_DB,
            self._floor_db + ABOVE_FLOOR_DB,
            self._own_db - BELOW_OWN_DB,
            *(max(other._recent) - BELOW_OTHER_DB for other in others),
        )
        spoken_db = [level_db for level_db in self._tick_db if level_db >= least_db]
        if self.hold:
            spoken_db = []
        self._own_db = max(self._own_db - OWN_FALLS_DB, SILENT_DB)
        if spoken_db and len(spoken_db) + self._frames_before >= SPEAKING_FRAMES:
            if self.began is None:
                self.began = tick - 1
            self.spoke_until = tick + 1
            self._own_db = max(self._own_db, *spoken_db)
            self._spoken.extend(spoken_db)
            self._first += spoken_db[: FIRST_FRAMES - len(self._first)]
        elif self.began is not None and tick - self.spoke_until >= PAUSE_TICKS:
            self.began = None
        self._frames_before = len(spoken_db)

    def compare(self, tick: int, other: Leg) -> None:
        """Whether this speaker goes on over one who began before, in a tick judged on both."""
        if self.began is None or other.began is None or self.began <= other.began:
            return
        if min(self.spoke_until, other.spoke_until) > tick:
            self._overtalk_ticks = max(self._overtalk_ticks, tick + 1 - self.began)

    def overtalk_told_s(self) -> float:
        """For how long the speaker spoke over the other one, the longest since last told."""
        ticks, self._overtalk_ticks = self._overtalk_ticks, 0
        return ticks / TICKS_PER_S

    @property
    def loudness_db(self) -> float:
        """Of the newest speech against the leg's first; 0 while too little was said."""
        if len(self._first) * FRAME_S < SHORTEST_S:
            return 0.0
        return _level_db(self._spoken) - _level_db(self._first)

    def look(self) -> None:
        """Judges the last seconds as a whole: how fast speech is, or music on hold."""
        history_db = np.fromiter(self._history, np.float32)
        if len(self._first) * FRAME_S >= SHORTEST_S:
            least_db = _level_db(self._spoken) - SOFT_DB
            speech_s = np.count_nonzero(history_db >= least_db) * FRAME_S
            if speech_s >= SHORTEST_S:
                self.speech_rate = float(syllables(history_db, FRAME_S, least_db) / speech_s)
        if len(history_db) < HISTORY_FRAMES:
            return
        pauses = SONG_PAUSES if self.hold else PAUSES
        soft_db, loud_db = np.quantile(history_db, (pauses, 0.9))
        self.hold = bool(soft_db >= max(HOLD_DB, loud_db - PAUSE_DEPTH_DB))
        if self.hold and self.began is not None:
            self.spoke_until, self.began = self.began, None  # it was no speech from its start


def _levels_db(frames: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Of frames on the last axis, without direct current."""
    power = np.maximum(frames.var(axis=-1), 1e-12)
    return np.asarray(np.maximum(10 * np.log10(power), SILENT_DB), np.float32)


def _level_db(levels_db: Collection[float]) -> float:
    """The level of frames together."""
    powers = 10 ** (np.fromiter(levels_db, np.float32) / 10)
    return float(10 * np.log10(powers.mean()))
