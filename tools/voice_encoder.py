"""Makes ``audio/voices/encoder.npz`` from the wheel that carries the trained voice encoder.

    pip download --no-deps Resemblyzer==0.1.4
    python tools/voice_encoder.py Resemblyzer-0.1.4-py3-none-any.whl

Needs the extra ``transformers`` for torch, which alone reads the wheel's checkpoint.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import numpy as np

ENCODER = Path(__file__).parent.parent / "audio" / "voices" / "encoder.npz"
MEL_BANDS = 40
SPECTRUM_SAMPLES = 400


def main(wheel: str) -> None:
    import torch
    from faster_whisper.feature_extractor import FeatureExtractor

    with zipfile.ZipFile(wheel) as archive, archive.open("resemblyzer/pretrained.pt") as file:
        trained = torch.load(file, map_location="cpu", weights_only=True)["model_state"]
    weights = {
        "linear": trained["linear.weight"].T,
        "linear_bias": trained["linear.bias"],
        "mel": FeatureExtractor.get_mel_filters(16_000, SPECTRUM_SAMPLES, n_mels=MEL_BANDS).T,
    }
    for layer in range(3):
        weights[f"input_{layer}"] = trained[f"lstm.weight_ih_l{layer}"].T
        weights[f"hidden_{layer}"] = trained[f"lstm.weight_hh_l{layer}"].T
        weights[f"bias_{layer}"] = (
            trained[f"lstm.bias_ih_l{layer}"] + trained[f"lstm.bias_hh_l{layer}"]
        )
    stored = {name: np.asarray(value, np.float16) for name, value in weights.items()}
    np.savez_compressed(ENCODER, **stored)
    print(f"{ENCODER}: {ENCODER.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
