"""What each reader of moods costs, and how near they are to each other.

    OMP_NUM_THREADS=1 python -m benchmarks.readers                   # a minute, on one core
    python -m benchmarks.readers --device cuda:0                     # torch on a GPU
    python -m benchmarks.readers --classifier FOLDER --label anger   # and another model

Utterances are those of the packaged sample calls, joined and cut to thirty tokens of the
encoder; all heads are read. The first two readers are the same encoder, on CTranslate2 in 8
bits and on torch: over whole turns of both languages it is told how far they are apart.
"""

from __future__ import annotations

import argparse
import itertools
import json
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

from copilot.backends import build_reader
from copilot.config import Config
from sentiment.e5 import read_e5
from sentiment.reading import Reader

SAMPLES = Path(str(files("copilot") / "samples"))
TOKENS = 30
BATCHES = (1, 32)
SECONDS = 4.0
"""Of measuring for each figure."""
WARM_UP = 3


def turns() -> dict[str, list[str]]:
    """Words of the sample calls by language."""
    found = {}
    for language in ("en", "ja"):
        told = json.loads((SAMPLES / language / "call.json").read_text(encoding="utf-8"))
        found[language] = [turn["text"] for turn in told["turns"]]
    return found


def utterances(count: int, length: Callable[[str], int]) -> list[str]:
    """Texts of ``TOKENS`` tokens, different from each other, English and Japanese in turn."""
    made = []
    for start, (language, said) in zip(range(count), itertools.cycle(turns().items())):
        at = start // 2 % len(said)
        text = (" " if language == "en" else "").join([*said[at:], *said[:at]])
        least, most = 1, len(text)
        while least < most:  # the longest beginning that fits
            middle = (least + most + 1) // 2
            fits = length(text[:middle]) <= TOKENS
            least, most = (middle, most) if fits else (least, middle - 1)
        made.append(text[:least])
    return made


def measured(reader: Reader, texts: Sequence[str], batch: int) -> list[float]:
    """Milliseconds for an utterance in each of several batches."""
    batches = itertools.cycle(
        [texts[start : start + batch] for start in range(0, len(texts), batch)]
    )
    for _ in range(WARM_UP):
        reader.read(next(batches))
    found: list[float] = []
    until_s = time.perf_counter() + SECONDS
    while time.perf_counter() < until_s or len(found) < WARM_UP:
        began_s = time.perf_counter()
        reader.read(next(batches))
        found.append(1000 * (time.perf_counter() - began_s) / batch)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--device", default="cpu", help="of torch")
    parser.add_argument("--classifier", default="", help="a model or a folder")
    parser.add_argument("--data-dir", type=Path, default=Path("data"))
    parser.add_argument("--label", default="", help="the label of it that means anger")
    options = parser.parse_args()

    torch = {"data_dir": options.data_dir, "reader_device": options.device}
    settings: list[dict[str, object]] = [torch, {**torch, "reader": "transformers"}]
    if options.classifier:
        told = {
            "reader_model": options.classifier,
            "reader_labels": {options.label: {"frustration": 1.0}},
        }
        settings.append({**torch, **told, "reader": "classifier"})
    readers = [build_reader(Config(**one)) for one in settings]  # type: ignore[arg-type]

    tokenizer = read_e5(None).pieces.tokenizer(10 * TOKENS)
    texts = utterances(64, lambda text: len(tokenizer.encode(f"query: {text}").ids))
    print(
        f"{platform.processor() or platform.machine()}: ms for an utterance of {TOKENS} tokens"
    )
    for reader in readers:
        print(f"\n{reader.name}")
        for batch in BATCHES:
            found = measured(reader, texts, batch)
            p95 = statistics.quantiles(found, n=20)[-1]
            print(
                f"  batch {batch:2}   median {statistics.median(found):6.2f}   p95 {p95:6.2f}"
            )

    said = [text for language in turns().values() for text in language]
    pairs = zip(readers[0].read(said), readers[1].read(said), strict=True)
    gap = max(abs(one.frustration - other.frustration) for one, other in pairs)
    print(f"\n{len(said)} turns: frustration of the first two apart by {gap:.3f} at most")


if __name__ == "__main__":
    main()
