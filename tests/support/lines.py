"""What sounds on a telephone line while nobody speaks: synthesised, the same every time.

Each sound is a function of a random generator and seconds; levels, speeds, pitches and
rhythms come from the generator, so that thirty minutes of one kind are thirty different ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from audio.decode import MULAW

RATE_HZ = 8_000
Sound = npt.NDArray[np.float64]
"""(n,) at 8 kHz."""
Maker = Callable[[np.random.Generator, float], Sound]

BAND_HZ = (200.0, 3_600.0)
LEVELS_DB = (-34.0, -14.0)
"""Of the loudest tenth of a second, as root mean square against full scale."""
FLOOR_DB = -66.0
"""Noise of the line itself."""


def minutes(
    name: str, count: int, seconds: float = 60.0, level_db: float | None = None
) -> Iterator[bytes]:
    """``count`` pieces of a kind of line, as G.711 mu-law bytes at 8 kHz."""
    for number in range(count):
        random = np.random.default_rng([sum(name.encode()), number])
        sound = LINES[name](random, seconds)
        wanted_db = random.uniform(*QUIETER.get(name, LEVELS_DB))
        yield on_the_line(sound, random, wanted_db if level_db is None else level_db)


def on_the_line(sound: Sound, random: np.random.Generator, level_db: float) -> bytes:
    """The sound in the telephone's band at a level, over a line with some noise, mu-law."""
    banded = within(sound, *BAND_HZ)
    step = RATE_HZ // 10
    tenths = banded[: len(banded) // step * step].reshape(-1, step)
    loudest = np.sqrt(np.mean(tenths**2, axis=1)).max()
    noise = random.normal(0, 10 ** (FLOOR_DB / 20), len(sound))
    return mulaw(banded / loudest * 10 ** (level_db / 20) + noise)


def mulaw(samples: npt.NDArray[np.floating]) -> bytes:
    """ITU-T G.711: the code whose value is nearest to each sample."""
    order = np.argsort(MULAW, kind="stable")
    values = MULAW[order].astype(np.float64)
    nearest = np.searchsorted((values[1:] + values[:-1]) / 2, samples)
    return bytes(order[nearest].astype(np.uint8))


# Parts --------------------------------------------------------------------------------


def times(seconds: float) -> Sound:
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def within(sound: Sound, low_hz: float, high_hz: float) -> Sound:
    """What the sound holds between two frequencies."""
    spectrum = np.fft.rfft(sound)
    at_hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    spectrum[(at_hz < low_hz) | (at_hz > high_hz)] = 0
    return np.fft.irfft(spectrum, len(sound))


def shaped(random: np.random.Generator, seconds: float, slope: float) -> Sound:
    """Noise whose power falls with frequency to the power of ``slope``: 0 white, 1 pink."""
    count = round(seconds * RATE_HZ)
    spectrum = np.fft.rfft(random.normal(size=count))
    at_hz = np.maximum(np.fft.rfftfreq(count, 1 / RATE_HZ), 20.0)
    return np.fft.irfft(spectrum / at_hz ** (slope / 2), count)


def bumps(random: np.random.Generator, seconds: float, peaks: Sequence[float]) -> Sound:
    """Noise with resonances, as a mouth or a box gives it."""
    count = round(seconds * RATE_HZ)
    spectrum = np.fft.rfft(random.normal(size=count))
    at_hz = np.fft.rfftfreq(count, 1 / RATE_HZ)
    gain = sum(np.exp(-(((at_hz - peak) / (0.12 * peak + 60)) ** 2)) for peak in peaks)
    return np.fft.irfft(spectrum * (0.03 + gain), count)


def cadence(seconds: float, pattern: Sequence[float]) -> Sound:
    """1 and 0 in turn, for the seconds of the pattern, again and again."""
    position = times(seconds) % sum(pattern)
    edges = np.cumsum(pattern)
    return (np.searchsorted(edges, position, side="right") % 2 == 0).astype(float)


def sines(seconds: float, *tones_hz: float) -> Sound:
    at_s = times(seconds)
    return sum((np.sin(2 * np.pi * hz * at_s) for hz in tones_hz), np.zeros(len(at_s)))


def scattered(
    random: np.random.Generator,
    seconds: float,
    gap_s: tuple[float, float],
    event: Callable[[], Sound],
) -> Sound:
    """Events one after the other with gaps between their beginnings."""
    sound = np.zeros(round(seconds * RATE_HZ))
    at_s = random.uniform(0, gap_s[1])
    while (begin := round(at_s * RATE_HZ)) < len(sound):
        one = event()[: len(sound) - begin]
        sound[begin : begin + len(one)] += one
        at_s += random.uniform(*gap_s)
    return sound


def swell(sound: Sound, attack_s: float, decay_s: float) -> Sound:
    """The sound with a soft beginning and an exponential end."""
    at_s = np.arange(len(sound)) / RATE_HZ
    return sound * np.minimum(1, at_s / attack_s) * np.exp(-at_s / decay_s)


# Tones --------------------------------------------------------------------------------


def tones(tones_hz: Sequence[float], pattern: Sequence[float]) -> Maker:
    """Tones of the network, off their frequency by up to 1 %."""

    def make(random: np.random.Generator, seconds: float) -> Sound:
        off = 1 + random.uniform(-0.01, 0.01)
        return sines(seconds, *(hz * off for hz in tones_hz)) * cadence(seconds, pattern)

    return make


def ringback_jp(random: np.random.Generator, seconds: float) -> Sound:
    """NTT: 400 Hz, modulated by 16 Hz, 1 s on, 2 s off."""
    depth = 1 + 0.85 * sines(seconds, random.uniform(15, 20))
    return sines(seconds, 400.0) * depth * cadence(seconds, (1.0, 2.0))


def dtmf(random: np.random.Generator, seconds: float) -> Sound:
    def key() -> Sound:
        low, high = random.choice([697, 770, 852, 941]), random.choice([1209, 1336, 1477])
        return sines(random.uniform(0.05, 0.4), low, high) * 10 ** random.uniform(-1, 0)

    return scattered(random, seconds, (0.12, 1.2), key)


def dtmf_speech_rhythm(random: np.random.Generator, seconds: float) -> Sound:
    """Keys pressed in groups of four, as a card number is."""

    def group() -> Sound:
        keys = [dtmf(random, 0.15)[: RATE_HZ // 8] for _ in range(4)]
        return np.concatenate(keys)

    return scattered(random, seconds, (1.0, 3.0), group) + dtmf(random, seconds)


def information(random: np.random.Generator, seconds: float) -> Sound:
    """Three rising tones: no such number."""

    def tune() -> Sound:
        return np.concatenate([sines(0.33, hz) for hz in (950, 1400, 1800)])

    return scattered(random, seconds, (2.0, 4.0), tune)


def modem(random: np.random.Generator, seconds: float) -> Sound:
    """V.21 frequency shift keying at 300 baud after an answer tone of 2100 Hz."""
    count = round(seconds * RATE_HZ)
    bits = np.repeat(random.integers(0, 2, count // 26 + 1), 27)[:count]
    keyed = np.sin(np.cumsum(2 * np.pi * np.where(bits, 1650, 1850) / RATE_HZ))
    fast = within(random.normal(size=count), 600, 3000)
    answering = sines(seconds, 2100.0)
    part = (times(seconds) // 10).astype(int) % 3
    return np.choose(part, [answering, keyed, fast / np.abs(fast).max()])


# Noise --------------------------------------------------------------------------------


def noise(slope: float) -> Maker:
    return lambda random, seconds: shaped(random, seconds, slope)


def hum(mains_hz: float) -> Maker:
    def make(random: np.random.Generator, seconds: float) -> Sound:
        at_s = times(seconds)
        parts = [
            random.uniform(0.2, 1) / number * np.sin(2 * np.pi * number * mains_hz * at_s)
            for number in range(1, 16)
        ]
        return np.sum(parts, axis=0)

    return make


def crackle(random: np.random.Generator, seconds: float) -> Sound:
    count = round(seconds * RATE_HZ)
    hits = random.random(count) < random.choice([0.0005, 0.004, 0.02])
    strengths = random.standard_cauchy(count).clip(-20, 20) * hits
    return np.convolve(strengths, np.exp(-np.arange(24) / 5), mode="same")


def gsm_buzz(random: np.random.Generator, seconds: float) -> Sound:
    """A mobile phone beside the microphone: bursts of 577 us at 217 Hz, in groups."""
    pulses = ((times(seconds) * 216.68) % 1 < 0.125).astype(float)
    groups = cadence(seconds, (random.uniform(0.1, 1.5), random.uniform(0.05, 0.6)))
    return pulses * groups


def comfort(random: np.random.Generator, seconds: float) -> Sound:
    """RFC 3389: shaped noise whose level and colour change every few seconds."""
    pieces = [
        shaped(random, 3.0, random.uniform(0, 2)) * 10 ** random.uniform(-0.3, 0)
        for _ in range(round(seconds / 3) + 1)
    ]
    scaled = [piece / piece.std() for piece in pieces]
    return np.concatenate(scaled)[: round(seconds * RATE_HZ)]


# People who say nothing ---------------------------------------------------------------


def breath(random: np.random.Generator, seconds: float) -> Sound:
    """In and out, close to the microphone."""

    def one() -> Sound:
        lasts_s = random.uniform(0.5, 1.8)
        air = bumps(random, lasts_s, (random.uniform(300, 700), random.uniform(1200, 2600)))
        return air * np.sin(np.pi * np.arange(len(air)) / len(air)) ** 2

    return scattered(random, seconds, (1.2, 3.0), one)


def cough(random: np.random.Generator, seconds: float) -> Sound:
    def one() -> Sound:
        bursts = [
            np.concatenate(
                [
                    swell(
                        bumps(random, 0.3, (random.uniform(400, 900), 1500, 2600)),
                        0.004,
                        random.uniform(0.04, 0.1),
                    ),
                    np.zeros(round(random.uniform(0.02, 0.15) * RATE_HZ)),
                ]
            )
            for _ in range(random.integers(1, 4))
        ]
        return np.concatenate(bursts)

    return scattered(random, seconds, (1.5, 5.0), one)


def keyboard(random: np.random.Generator, seconds: float) -> Sound:
    def key() -> Sound:
        click = swell(bumps(random, 0.06, (random.uniform(900, 3000), 350)), 0.001, 0.008)
        return click * random.uniform(0.2, 1)

    return scattered(random, seconds, (0.05, 0.3), key)


# Music --------------------------------------------------------------------------------

SCALE = np.array([0, 2, 4, 5, 7, 9, 11, 12])


def note_hz(random: np.random.Generator, low_hz: float = 196.0) -> float:
    return float(low_hz * 2 ** ((random.choice(SCALE) + 12 * random.integers(0, 2)) / 12))


def plucked(random: np.random.Generator, hz: float, lasts_s: float) -> Sound:
    partials = [
        sines(lasts_s, number * hz) * np.exp(-times(lasts_s) * number * 2) / number
        for number in range(1, 7)
    ]
    return swell(np.sum(partials, axis=0), 0.005, lasts_s / 2)


def sung(
    random: np.random.Generator, hz: float, lasts_s: float, vowel: Sequence[float]
) -> Sound:
    """A voice-like note: harmonics under the resonances of a vowel, with vibrato."""
    at_s = times(lasts_s)
    bend = 0.012 * np.sin(2 * np.pi * random.uniform(4.5, 6.5) * at_s)
    phase = 2 * np.pi * np.cumsum(hz * (1 + bend)) / RATE_HZ
    sound = np.zeros(len(at_s))
    for number in range(1, int(3_600 / hz)):
        gain = sum(np.exp(-(((number * hz - peak) / 150) ** 2)) for peak in vowel)
        sound += (0.02 + gain) / number**0.5 * np.sin(number * phase)
    return swell(sound, 0.06, 2 * lasts_s)


def melody(random: np.random.Generator, seconds: float) -> Sound:
    """One voice, like a music box."""
    lasts_s = random.choice([0.3, 0.45, 0.6])
    return scattered(
        random, seconds, (lasts_s, lasts_s), lambda: plucked(random, note_hz(random, 392), 0.8)
    )


def chords(random: np.random.Generator, seconds: float) -> Sound:
    def chord() -> Sound:
        root = note_hz(random, 130.8)
        return sum(
            (plucked(random, root * 2 ** (up / 12), 2.0) for up in (0, 4, 7, 12)),
            np.zeros(2 * RATE_HZ),
        )

    return scattered(random, seconds, (0.9, 1.8), chord)


def drums(random: np.random.Generator, seconds: float) -> Sound:
    beat_s = random.uniform(0.2, 0.35)

    def hit() -> Sound:
        kick = swell(sines(0.3, 70, 110), 0.002, 0.08) * random.integers(0, 2)
        brush = swell(within(random.normal(size=round(0.3 * RATE_HZ)), 800, 3600), 0.001, 0.05)
        return 2 * kick + brush * random.uniform(0, 1)

    return scattered(random, seconds, (beat_s, beat_s), hit)


def band(random: np.random.Generator, seconds: float) -> Sound:
    """Everybody at once."""
    parts = (melody, chords, drums, choir)
    return np.sum([within(part(random, seconds), *BAND_HZ) for part in parts], axis=0)


def strings(random: np.random.Generator, seconds: float) -> Sound:
    """Held notes with vibrato and no vowel."""

    def held() -> Sound:
        root = note_hz(random, 196.0)
        return sum(
            (sung(random, root * 2 ** (up / 12), 3.0, (500, 1000, 2000)) for up in (0, 4, 7)),
            np.zeros(3 * RATE_HZ),
        )

    return scattered(random, seconds, (1.5, 2.5), held)


VOWELS = ((730, 1090, 2440), (300, 870, 2240), (270, 2290, 3010), (570, 840, 2410))


def choir(random: np.random.Generator, seconds: float) -> Sound:
    """Vowels without words: the hardest music to tell from speech."""

    def held() -> Sound:
        vowel = VOWELS[random.integers(len(VOWELS))]
        return sung(random, note_hz(random, 147.0), random.uniform(0.3, 1.5), vowel)

    return scattered(random, seconds, (0.3, 1.2), held)


LINES: dict[str, Maker] = {
    "ringback jp": ringback_jp,
    "ringback us": tones((440, 480), (2.0, 4.0)),
    "ringback uk": tones((400, 450), (0.4, 0.2, 0.4, 2.0)),
    "busy jp": tones((400,), (0.5, 0.5)),
    "busy us": tones((480, 620), (0.5, 0.5)),
    "busy uk": tones((400,), (0.375, 0.375)),
    "dial tone": tones((350, 440), (30.0, 0.0)),
    "information": information,
    "dtmf": dtmf,
    "dtmf groups": dtmf_speech_rhythm,
    "fax calling": tones((1100,), (0.5, 3.0)),
    "modem": modem,
    "white noise": noise(0),
    "pink noise": noise(1),
    "brown noise": noise(2),
    "hum 50 Hz": hum(50),
    "hum 60 Hz": hum(60),
    "crackle": crackle,
    "gsm buzz": gsm_buzz,
    "comfort noise": comfort,
    "breath": breath,
    "cough": cough,
    "keyboard": keyboard,
    "melody": melody,
    "chords": chords,
    "drums": drums,
    "strings": strings,
    "choir": choir,
    "band": band,
}
"""Every kind of line by name."""
QUIETER = {"comfort noise": (-62.0, -45.0), "white noise": (-60.0, -25.0)}
"""Levels of kinds that are mostly softer."""
