"""Disposition codes from a few examples of the centre: right, sure, and honest.

    python -m benchmarks.dispositions [../shared/data/text_en/banking77/train.csv]

Eight times: twelve of banking77's intents are the centre's codes, a few lines of each its
examples; 30 other lines of each and 100 lines of no code at all are the calls. English only:
there is no public Japanese set of this kind that may be used here.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

from copilot.backends import build_topic_encoder
from sentiment.calibration import calibration_error
from summarizer.dispositions import Dispositions

FILE = Path(__file__).parents[2] / "shared" / "data" / "text_en" / "banking77" / "train.csv"
MODELS = Path(__file__).parents[1] / "data" / "models"
TRIALS, CODES, CALLS, STRANGERS = 8, 12, 30, 100
EXAMPLES = (3, 5, 10)


def main(arguments: list[str]) -> None:
    file = Path(arguments[0]) if arguments else FILE
    if not file.exists():
        sys.exit("banking77 was not found; give its train.csv")
    by_code: dict[str, list[str]] = {}
    with file.open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            by_code.setdefault(row["category"], []).append(row["text"])
    encoder = build_topic_encoder(MODELS)
    print("examples   right    sure  sure, right  strangers sure    ECE")
    for count in EXAMPLES:
        rights, confidences, strangers = [], [], []
        for trial in range(TRIALS):
            generator = np.random.default_rng(trial)
            codes = [
                str(code) for code in generator.choice(sorted(by_code), CODES, replace=False)
            ]
            lines = {code: list(generator.permutation(by_code[code])) for code in codes}
            trained = Dispositions({code: lines[code][:count] for code in codes}, encoder)
            for code in codes:
                for line in lines[code][count : count + CALLS]:
                    found = trained.of([str(line)])
                    rights.append(bool(found) and found[0].code == code)
                    confidences.append(found[0].confidence if found else 0.0)
            others = [
                line for code in sorted(set(by_code) - set(codes)) for line in by_code[code]
            ]
            for line in generator.choice(others, STRANGERS, replace=False):
                found = trained.of([str(line)])
                strangers.append(found[0].confidence if found else 0.0)
        right, confidence, strange = (np.array(one) for one in (rights, confidences, strangers))
        sure = confidence >= 0.5
        together = np.concatenate([confidence, strange])
        truth = np.concatenate([right, np.zeros(len(strange), dtype=bool)])
        print(
            f"{count:>8} {right.mean():>7.1%} {sure.mean():>7.1%} {right[sure].mean():>12.1%}"
            f" {(strange >= 0.5).mean():>15.1%} {calibration_error(together, truth):>6.3f}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
