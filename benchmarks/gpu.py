"""The torch recogniser on one NVIDIA GPU: batches, and how many calls it holds.

    python -m benchmarks.gpu                                # about 5 minutes on a GPU
    python -m benchmarks.gpu --calls 100,200,300 --threads 2
    python -m benchmarks.gpu --model large-v3-turbo         # real weights, where they are

Without ``--model`` the weights are random, in the shape of large-v3-turbo, and every
utterance is decoded to as many tokens as its words would have: what a model of this size
costs, not what it hears. Only with real weights are doubtful utterances heard again.

Calls are those of the packaged samples, both legs, over and over, begun at random times: a
partial for each 0.7 s of a turn (rarer as the scheduler asks for), and its words asked for
0.2 s after its end, as the segmenter does. The real scheduler and its threads run; sockets,
voice activity and the rest of a server do not.

heard   a turn's end to the answer that has its last word
final   the same, but not before the endpoint of a finished sentence: what a viewer sees
held    final p95 within 0.8 s and no final unanswered
"""

from __future__ import annotations

import argparse
import asyncio
import heapq
import itertools
import json
import platform
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from operator import itemgetter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from transformers import (
    GenerationConfig,
    WhisperConfig,
    WhisperFeatureExtractor,
    WhisperForConditionalGeneration,
)

from audio.segment import ENDPOINT_SENTENCE_S, PAUSE_S, SPEECH_MAX_S, UPDATE_S
from audio.transformers_whisper import PRECISIONS, TransformersRecogniser
from copilot.recognition import RecognitionWorker
from copilot.signals import (
    SAMPLE_RATE_HZ,
    Hypothesis,
    RecognitionRequest,
    Samples,
    SpeechSegment,
)

SAMPLES = Path(str(files("copilot") / "samples"))
FINAL_P95_S = 0.8
TOKENS_PER_S = 4.2
"""Of speech, in Whisper's tokens: 4.1 in the English sample call, 4.3 in the Japanese."""
BATCHES = 10
FINAL_S, PARTIAL_S = 3.7, 2.0
"""Mean length of a turn of the samples, and of what a partial of one holds."""
SHAPES = {
    # mel bands, width, encoder layers, decoder layers, heads
    "large-v3-turbo": (128, 1280, 32, 4, 20),
    "smallest": (80, 32, 1, 1, 2),
}
END, START, ENGLISH, TRANSCRIBE, NO_TIMESTAMPS = 50257, 50258, 50259, 50360, 50364
VOCABULARY = 51866


# Weights ------------------------------------------------------------------------------


class ForcedRecogniser(TransformersRecogniser):
    """Random weights never end a sentence by themselves: each takes the tokens of its time."""

    def __init__(self, model: Any, processor: Any, *, name: str) -> None:
        super().__init__(model, processor, name=name)
        self._forbidden[self._end] = -torch.inf

    def _limit(self, request: RecognitionRequest) -> int:
        duration_s = request.segment.end_s - request.segment.start_s
        return max(3, round(TOKENS_PER_S * duration_s))


class _Numbers:
    """A tokenizer without words."""

    def encode(self, text: str, add_special_tokens: bool) -> list[int]:
        return [1] * len(text.split())

    def decode(self, tokens: Sequence[int]) -> str:
        return " ".join(map(str, tokens))


def random_weights(shape: str, device: str, precision: str) -> TransformersRecogniser:
    bands, width, encoder, decoder, heads = SHAPES[shape]
    config = WhisperConfig(
        vocab_size=VOCABULARY,
        decoder_start_token_id=START,
        num_mel_bins=bands,
        d_model=width,
        encoder_layers=encoder,
        decoder_layers=decoder,
        encoder_attention_heads=heads,
        decoder_attention_heads=heads,
        encoder_ffn_dim=4 * width,
        decoder_ffn_dim=4 * width,
    )
    config._attn_implementation = "sdpa"
    torch.manual_seed(1)
    with torch.device(device):
        model = WhisperForConditionalGeneration(config).to(PRECISIONS[precision])
    model.generation_config = GenerationConfig(
        decoder_start_token_id=START,
        eos_token_id=END,
        pad_token_id=END,
        no_timestamps_token_id=NO_TIMESTAMPS,
        lang_to_id={"<|en|>": ENGLISH, "<|ja|>": ENGLISH + 7},
        task_to_id={"transcribe": TRANSCRIBE},
    )
    processor = SimpleNamespace(
        feature_extractor=WhisperFeatureExtractor(feature_size=config.num_mel_bins),
        tokenizer=_Numbers(),
    )
    return ForcedRecogniser(model, processor, name=f"random {shape}")


# Load ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, eq=False)
class Turn:
    start_s: float
    end_s: float
    language: str
    samples: Samples


@dataclass(frozen=True, kw_only=True, eq=False)
class Script:
    """One dual-leg call, to be repeated."""

    duration_s: float
    turns: Sequence[Turn]


def scripts(*, spoken: bool) -> list[Script]:
    """The packaged calls: with their sound, or with noise in its place."""
    noise = np.random.default_rng(1).normal(0, 0.1, round(SPEECH_MAX_S * SAMPLE_RATE_HZ))
    found = []
    for folder in sorted(path.parent for path in SAMPLES.glob("*/call.json")):
        told = json.loads((folder / "call.json").read_text(encoding="utf-8"))
        legs: dict[str, Samples] = {}
        if spoken:
            from audio.files import read_recording

            recording = read_recording(folder / "call.flac")
            legs = dict(zip(recording.speakers, recording.samples, strict=True))
        turns = []
        for turn in told["turns"]:
            start_s = turn["start_s"]
            end_s = min(turn["end_s"], start_s + SPEECH_MAX_S)
            leg = legs.get(turn["speaker"])
            first, last = round(start_s * SAMPLE_RATE_HZ), round(end_s * SAMPLE_RATE_HZ)
            sound = noise[: last - first] if leg is None else leg[first:last]
            turns.append(
                Turn(
                    start_s=start_s,
                    end_s=end_s,
                    language=told["lang"],
                    samples=sound.astype(np.float32),
                )
            )
        found.append(Script(duration_s=told["turns"][-1]["end_s"] + 1.0, turns=turns))
    return found


def request_of(turn: Turn, call_id: str, number: int, until_s: float) -> RecognitionRequest:
    """The turn's words so far, or all of them."""
    final = until_s >= turn.end_s
    count = round((min(until_s, turn.end_s) - turn.start_s) * SAMPLE_RATE_HZ)
    return RecognitionRequest(
        call_id=call_id,
        segment=SpeechSegment(
            utterance_id=f"turn-{number}",
            speaker="customer",
            start_s=turn.start_s,
            end_s=min(until_s, turn.end_s),
            samples=turn.samples[:count],
            closed=final,
        ),
        final=final,
        language=turn.language,
    )


def requests_of(
    script: Script, call_id: str, begin_s: float, until_s: float
) -> Iterator[tuple[float, RecognitionRequest]]:
    """When each request of a call is made, in order of time; the call repeats itself."""
    for again in itertools.count():
        offset_s = begin_s + again * script.duration_s
        made = []
        for place, turn in enumerate(script.turns):
            number = again * len(script.turns) + place
            so_far_s = turn.start_s + UPDATE_S
            while so_far_s < turn.end_s:
                made.append((offset_s + so_far_s, request_of(turn, call_id, number, so_far_s)))
                so_far_s += UPDATE_S
            asked_s = offset_s + turn.end_s + PAUSE_S
            made.append((asked_s, request_of(turn, call_id, number, turn.end_s)))
        for due_s, request in sorted(made, key=itemgetter(0)):
            if due_s > until_s:
                return
            yield due_s, request


@dataclass(kw_only=True)
class Held:
    """What came of so many calls at once."""

    calls: int
    heard_s: list[float] = field(default_factory=list)
    partial_s: list[float] = field(default_factory=list)
    unanswered: int = 0
    partials_left_out: int = 0
    level: int = 0

    @property
    def final_s(self) -> list[float]:
        return [max(ENDPOINT_SENTENCE_S, one) for one in self.heard_s]

    @property
    def held(self) -> bool:
        return not self.unanswered and percentile(self.final_s, 95) <= FINAL_P95_S


async def load(
    recogniser: TransformersRecogniser,
    played: Sequence[Script],
    *,
    calls: int,
    seconds: float,
    threads: int,
) -> Held:
    """So many calls for so long; what began in the first fifth is not counted."""
    chance = random.Random(calls)
    streams = []
    for number in range(calls):
        script = played[number % len(played)]
        # Begun before the measurement: everybody is in the middle of a call.
        begin_s = -chance.uniform(0, script.duration_s)
        made = requests_of(script, f"call-{number}", begin_s, seconds)
        streams.append(item for item in made if item[0] >= 0)
    result = Held(calls=calls)
    last_partial_s: dict[tuple[str, str], float] = {}
    async with RecognitionWorker([recogniser] * threads) as worker:
        loop = asyncio.get_running_loop()
        start_s = loop.time()
        waiting = 0
        answered = asyncio.Event()  # all of them

        def submit(request: RecognitionRequest, due_s: float) -> None:
            nonlocal waiting
            waiting += 1
            answered.clear()

            def deliver(asked: RecognitionRequest, heard: Hypothesis | None) -> None:
                nonlocal waiting
                waiting -= 1
                if not waiting:
                    answered.set()
                if due_s < seconds / 5:
                    return
                age_s = loop.time() - start_s - due_s
                if asked.final:
                    result.unanswered += heard is None
                    result.heard_s.append(PAUSE_S + age_s)
                elif heard is None:
                    result.partials_left_out += 1
                else:
                    result.partial_s.append(age_s)

            worker.submit(request, deliver)

        for due_s, request in heapq.merge(*streams, key=itemgetter(0)):
            await asyncio.sleep(max(0.0, due_s - (loop.time() - start_s)))
            utterance = (request.call_id, request.segment.utterance_id)
            result.level = max(result.level, int(worker.load.level))
            if not request.final:
                since_s = due_s - last_partial_s.get(utterance, -1e9)
                if since_s < worker.load.pace_s:
                    result.partials_left_out += due_s >= seconds / 5
                    continue
                last_partial_s[utterance] = due_s
            submit(request, due_s)
        if waiting:
            await answered.wait()
    return result


# Tables -------------------------------------------------------------------------------


def percentile(values: Sequence[float], part: float) -> float:
    return float(np.percentile(values, part)) if values else 0.0


def batches(recogniser: TransformersRecogniser, sizes: Sequence[int]) -> Iterator[str]:
    yield "| batch | of | p50 ms | p95 ms | requests a second | speech a second |"
    yield "|---|---|---|---|---|---|"
    noise = np.random.default_rng(1).normal(0, 0.1, round(FINAL_S * SAMPLE_RATE_HZ))
    turn = Turn(start_s=0.0, end_s=FINAL_S, language="en", samples=noise.astype(np.float32))
    final = request_of(turn, "call", 1, FINAL_S)
    partial = request_of(turn, "call", 1, PARTIAL_S)
    for kind, request, duration_s in (
        ("finals", final, FINAL_S),
        ("partials", partial, PARTIAL_S),
    ):
        for size in sizes:
            batch = [replace(request, call_id=f"call-{at}") for at in range(size)]
            recogniser.recognise(batch)
            took_s = []
            for _ in range(BATCHES):
                began_s = time.perf_counter()
                recogniser.recognise(batch)
                took_s.append(time.perf_counter() - began_s)
            p50_s = percentile(took_s, 50)
            yield (
                f"| {size} | {kind} | {p50_s * 1e3:.1f} | {percentile(took_s, 95) * 1e3:.1f} "
                f"| {size / p50_s:.0f} | {size * duration_s / p50_s:.0f} s |"
            )


def row(result: Held) -> str:
    final_s = result.final_s
    asked = len(result.partial_s) + result.partials_left_out
    left_out = result.partials_left_out / asked if asked else 0.0
    return (
        f"| {result.calls} | {len(final_s)} | {percentile(result.heard_s, 50):.2f} "
        f"| {percentile(result.heard_s, 95):.2f} | {percentile(final_s, 50):.2f} "
        f"| {percentile(final_s, 95):.2f} | {percentile(result.partial_s, 95):.2f} "
        f"| {left_out:.0%} | {result.level} | {'yes' if result.held else 'no'} |"
    )


def machine_line(device: str) -> str:
    gpu = torch.cuda.get_device_name(device) if device.startswith("cuda") else "no GPU"
    return (
        f"{gpu}, {platform.machine()}, torch {torch.__version__}, "
        f"{time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    cuda = torch.cuda.is_available()

    def numbers(text: str) -> list[int]:
        return [int(part) for part in text.split(",")]

    parser.add_argument("--model", help="real weights: a folder or a name on the hub")
    parser.add_argument("--shape", choices=SHAPES, default="large-v3-turbo")
    parser.add_argument("--device", default="cuda:0" if cuda else "cpu")
    parser.add_argument(
        "--precision", choices=PRECISIONS, default="float16" if cuda else "float32"
    )
    parser.add_argument("--batches", type=numbers, default=[1, 2, 4, 8, 16, 32, 64])
    parser.add_argument("--calls", type=numbers, default=[25, 50, 100, 200, 300, 400])
    parser.add_argument("--seconds", type=float, default=25.0, help="of each number of calls")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    print(machine_line(options.device), flush=True)
    if options.model:
        recogniser = TransformersRecogniser.load(
            options.model, device=options.device, compute_type=options.precision
        )
    else:
        recogniser = random_weights(options.shape, options.device, options.precision)
    print(f"{recogniser.name}, {options.threads} threads\n", flush=True)
    for line in batches(recogniser, options.batches):
        print(line, flush=True)
    print(
        "\n| calls | finals | heard p50 s | p95 s | final p50 s | p95 s | partial p95 s "
        "| partials left out | level | held |\n|---|---|---|---|---|---|---|---|---|---|"
    )
    played = scripts(spoken=bool(options.model))
    for calls in options.calls:
        window = {"seconds": options.seconds, "threads": options.threads}
        result = asyncio.run(load(recogniser, played, calls=calls, **window))
        print(row(result), flush=True)


if __name__ == "__main__":
    main()
