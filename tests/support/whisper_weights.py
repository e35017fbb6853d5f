"""The packaged CTranslate2 weights as a transformers folder: the same tensors, other names.

Format of ``model.bin``: version, specification, revision, then per variable its name, shape,
type and bytes (CTranslate2 ``model_spec.py``, ``_serialize``).
"""

from __future__ import annotations

import json
import os
import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import torch
from transformers import (
    GenerationConfig,
    PreTrainedTokenizerFast,
    WhisperConfig,
    WhisperFeatureExtractor,
    WhisperForConditionalGeneration,
    WhisperProcessor,
    WhisperTokenizerFast,
)

from copilot.models import whisper_folder

TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}


def read_variables(model_bin: Path) -> Iterator[tuple[str, np.ndarray]]:
    data = model_bin.read_bytes()
    at = 0

    def number(form: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from("<" + form, data, at)
        at += struct.calcsize(form)
        return value

    def text() -> str:
        nonlocal at
        size = number("H")
        at += size
        return data[at - size : at - 1].decode()

    number("I"), text(), number("I")
    for _ in range(number("I")):
        name = text()
        shape = [number("I") for _ in range(number("B"))]
        kind = TYPES[number("B")]
        size = number("I")
        yield (
            name,
            np.frombuffer(data, kind, size // np.dtype(kind).itemsize, at).reshape(shape),
        )
        at += size


def renamed(name: str, value: np.ndarray) -> dict[str, np.ndarray]:
    """Parameters of transformers that one variable holds; none for settings."""
    if value.ndim == 0 or name.endswith("alignment_heads"):
        return {}
    name = name.replace("/layer_norm/gamma", "/layer_norm/weight")
    name = name.replace("/layer_norm/beta", "/layer_norm/bias")
    name = name.replace("position_encodings/encodings", "embed_positions/weight")
    name = name.replace("decoder/embeddings/", "decoder/embed_tokens/")
    name = re.sub(r"layer_(\d+)/", r"layers/\1/", name)
    name = name.replace("ffn/layer_norm", "final_layer_norm")
    name = name.replace("ffn/linear_0", "fc1").replace("ffn/linear_1", "fc2")
    name = name.replace("self_attention/layer_norm", "self_attn_layer_norm")
    name = name.replace("attention/layer_norm", "encoder_attn_layer_norm")
    fused = {
        "self_attention/linear_0": ("self_attn", ("q_proj", "k_proj", "v_proj")),
        "self_attention/linear_1": ("self_attn", ("out_proj",)),
        "attention/linear_0": ("encoder_attn", ("q_proj",)),
        "attention/linear_1": ("encoder_attn", ("k_proj", "v_proj")),
        "attention/linear_2": ("encoder_attn", ("out_proj",)),
    }
    parts = {name: value}
    for old, (block, projections) in fused.items():
        if f"/{old}/" in name:
            pieces = np.split(value, len(projections))
            parts = {
                name.replace(old, f"{block}/{projection}"): piece
                for projection, piece in zip(projections, pieces, strict=True)
                if not (projection == "k_proj" and name.endswith("bias"))
            }
            break
    return {"model." + key.replace("/", "."): piece for key, piece in parts.items()}


def converted(models_dir: Path) -> Path:
    """The packaged model as a folder that transformers reads, made once."""
    folder = models_dir / "models" / "whisper-base-transformers"
    if not folder.is_dir():
        making = folder.with_suffix(f".{os.getpid()}")
        convert(whisper_folder(models_dir), making)
        with suppress(OSError):  # another run was faster
            making.rename(folder)
    return folder


def convert(packaged: Path, folder: Path) -> None:
    """Writes ``packaged`` (a CTranslate2 folder of whisper base) into ``folder``."""
    told = json.loads((packaged / "config.json").read_text())
    config = WhisperConfig(
        vocab_size=51865,
        d_model=512,
        encoder_layers=6,
        decoder_layers=6,
        encoder_attention_heads=8,
        decoder_attention_heads=8,
        encoder_ffn_dim=2048,
        decoder_ffn_dim=2048,
        decoder_start_token_id=50258,
        bos_token_id=50257,
        eos_token_id=50257,
        pad_token_id=50257,
    )
    model = WhisperForConditionalGeneration(config)
    state = {}
    for name, value in read_variables(packaged / "model.bin"):
        for key, piece in renamed(name, value).items():
            state[key] = torch.from_numpy(piece.astype(np.float32))
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected, unexpected
    assert set(missing) <= {"proj_out.weight"}, missing
    model.tie_weights()
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(packaged / "tokenizer.json"))
    vocabulary = tokenizer.get_vocab()
    model.generation_config = GenerationConfig(
        decoder_start_token_id=50258,
        bos_token_id=50257,
        eos_token_id=50257,
        pad_token_id=50257,
        max_length=448,
        is_multilingual=True,
        no_timestamps_token_id=vocabulary["<|notimestamps|>"],
        suppress_tokens=told["suppress_ids"],
        begin_suppress_tokens=told["suppress_ids_begin"],
        task_to_id={task: vocabulary[f"<|{task}|>"] for task in ("transcribe", "translate")},
        lang_to_id={
            token: number for token, number in vocabulary.items() if number in told["lang_ids"]
        },
    )
    model.save_pretrained(folder)
    WhisperProcessor(
        WhisperFeatureExtractor(),
        WhisperTokenizerFast(tokenizer_file=str(packaged / "tokenizer.json")),
    ).save_pretrained(folder)
