"""The torch recogniser on a tiny random Whisper: its parts against those of transformers."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from transformers import (
    GenerationConfig,
    WhisperConfig,
    WhisperFeatureExtractor,
    WhisperForConditionalGeneration,
)

from audio.transformers_whisper import TransformersRecogniser, encode
from audio.windows import window
from copilot.errors import ConfigError, ModelMissingError, RecogniserError
from scripted import tone

END, START, ENGLISH, JAPANESE, TRANSLATE, TRANSCRIBE, LM, PREVIOUS, NO_SPEECH, NO_TIMES = range(
    90, 100
)


class Letters:
    """Ninety words, each a number; control tokens as Whisper's tokenizer spells them."""

    def encode(self, text, add_special_tokens):
        assert not add_special_tokens
        return [START if part == "<start>" else int(part) for part in text.split()]

    def decode(self, tokens):
        return " ".join(map(str, tokens))


def tiny(*, multilingual=True):
    torch.manual_seed(7)
    model = WhisperForConditionalGeneration(
        WhisperConfig(
            vocab_size=120,  # with time stamps
            num_mel_bins=80,
            d_model=32,
            encoder_layers=2,
            decoder_layers=2,
            encoder_attention_heads=2,
            decoder_attention_heads=2,
            encoder_ffn_dim=64,
            decoder_ffn_dim=64,
            max_target_positions=64,
            decoder_start_token_id=START,
            bos_token_id=END,
            eos_token_id=END,
            pad_token_id=END,
            suppress_tokens=None,
            begin_suppress_tokens=None,
            init_std=0.3,
        )
    )
    languages = {
        "lang_to_id": {"<|en|>": ENGLISH, "<|ja|>": JAPANESE},
        "task_to_id": {"translate": TRANSLATE, "transcribe": TRANSCRIBE},
    }
    model.generation_config = GenerationConfig(
        decoder_start_token_id=START,
        eos_token_id=END,
        pad_token_id=END,
        no_timestamps_token_id=NO_TIMES,
        suppress_tokens=[3, 4],
        begin_suppress_tokens=[5, END],
        **(languages if multilingual else {}),
    )
    processor = SimpleNamespace(
        feature_extractor=WhisperFeatureExtractor(feature_size=80), tokenizer=Letters()
    )
    return TransformersRecogniser(model, processor, name="tiny")


@pytest.fixture(scope="module")
def whisper():
    return tiny()


@pytest.fixture(scope="module")
def voices():
    random = np.random.default_rng(5)
    return [
        (
            tone(seconds) * random.uniform(0.2, 1.0)
            + random.normal(0, 0.05, len(tone(seconds)))
        ).astype(np.float32)
        for seconds in (0.7, 1.3, 3.0, 5.0)
    ]


@pytest.mark.parametrize("frames", [400, 3000])
@torch.inference_mode()
def test_features_are_those_of_the_extractor(whisper, voices, frames):
    made = whisper._features(voices[:2], frames)
    expected = whisper._extractor(
        [window(voice, frames) for voice in voices[:2]],
        sampling_rate=16_000,
        max_length=frames * 160,
        return_tensors="pt",
    ).input_features
    assert made.shape == (2, 80, frames)
    torch.testing.assert_close(made, expected, atol=1e-4, rtol=1e-4)


@torch.inference_mode()
def test_the_full_window_is_encoded_as_transformers_does(whisper, voices):
    encoder = whisper._model.model.encoder
    features = whisper._features(voices, 3000)
    torch.testing.assert_close(encode(encoder, features), encoder(features).last_hidden_state)


@torch.inference_mode()
def test_a_short_window_keeps_its_place(whisper, voices):
    encoder = whisper._model.model.encoder
    made = encode(encoder, whisper._features(voices, 800))
    assert made.shape == (4, 400, 32)


@torch.inference_mode()
def test_decoding_takes_the_tokens_that_transformers_takes(whisper, voices):
    encoded = encode(whisper._model.model.encoder, whisper._features(voices, 3000))
    prompt = [START, JAPANESE, TRANSCRIBE, NO_TIMES]
    ours = whisper._generate(encoded, [prompt] * 4, [20] * 4)
    ids = torch.tensor([prompt] * 4)
    for (tokens, score, _), row in zip(ours, encoded, strict=True):
        logits = whisper._model(
            encoder_outputs=(row[None],),
            decoder_input_ids=torch.tensor([[*prompt, *tokens]]),
        ).logits[0, ids.shape[1] - 1 :]
        logits[0, [5, END]] = -torch.inf
        logits[:, [3, 4, *range(END + 1, 120)]] = -torch.inf
        taken = [*tokens, END][:20]
        assert logits.argmax(-1).tolist()[: len(taken)] == taken
        chances = logits.log_softmax(-1)[torch.arange(len(taken)), taken]
        assert score == pytest.approx(float(chances.sum()), abs=1e-3)


@torch.inference_mode()
def test_a_batch_is_decoded_as_each_alone(whisper, voices):
    """Languages, prompts and limits of every row are its own."""
    encoded = encode(whisper._model.model.encoder, whisper._features(voices, 800))
    prompts = [
        [START, ENGLISH, TRANSCRIBE, NO_TIMES],
        [PREVIOUS, *range(30), START, JAPANESE, TRANSCRIBE, NO_TIMES],
        [PREVIOUS, 11, START, ENGLISH, TRANSCRIBE, NO_TIMES],
        [START, JAPANESE, TRANSCRIBE, NO_TIMES],
    ]
    limits = [12, 25, 3, 25]
    together = whisper._generate(encoded, prompts, limits)
    for at, (tokens, score, no_speech) in enumerate(together):
        ((alone, alone_score, alone_no_speech),) = whisper._generate(
            encoded[at : at + 1], [prompts[at]], [limits[at]]
        )
        assert tokens == alone
        assert 0 < len(tokens) <= limits[at]
        assert score == pytest.approx(alone_score, abs=1e-3)
        assert no_speech == pytest.approx(alone_no_speech, abs=1e-5)
    assert len({tuple(tokens) for tokens, _, _ in together}) == 4


def test_what_was_said_before_stands_before_the_start(whisper):
    assert whisper._previous("") == []
    assert whisper._previous(" 1 2 3") == [PREVIOUS, 1, 2, 3]
    assert whisper._previous("1 <start> 2") == [PREVIOUS, 1, 2]


def test_a_prompt_leaves_room_for_words(whisper, voices, make_request):
    """The last tokens of a long one, and fewer words than the model's positions allow."""
    request = replace(make_request(samples=voices[2], final=True), prompt="7 " * 500)
    assert len(whisper._previous(request.prompt)) <= 33
    assert len(whisper.recognise([request])) == 1


def test_the_languages_of_a_batch_are_found_at_once(whisper, voices, make_request):
    requests = [
        make_request(samples=voice, language=language)
        for voice, language in zip(voices, ("ja", None, "en", "tlh"), strict=True)
    ]
    with torch.inference_mode():
        encoded = encode(whisper._model.model.encoder, whisper._features(voices, 800))
        logits = whisper._model(
            encoder_outputs=(encoded,), decoder_input_ids=torch.full((4, 1), START)
        ).logits[:, 0]
        likelier = ["ja" if row[JAPANESE] >= row[ENGLISH] else "en" for row in logits]
        spoken = whisper._spoken(requests, encoded)
    assert spoken == ["ja", likelier[1], "en", likelier[3]]


def test_a_model_of_english_alone_needs_no_language(voices, make_request):
    whisper = tiny(multilingual=False)
    assert whisper._beginning("en") == [START, NO_TIMES]
    requests = [make_request(samples=voice, language="ja", final=True) for voice in voices]
    assert {one.language for one in whisper.recognise(requests)} == {"en"}


def test_a_precision_it_lacks_is_a_fault_of_the_configuration():
    with pytest.raises(ConfigError, match="compute_type: int8 is none of the transformers"):
        TransformersRecogniser.load("anything", compute_type="int8")


def test_a_model_that_does_not_name_its_control_tokens_is_refused(tmp_path):
    whisper = tiny()
    whisper._model.generation_config = GenerationConfig(decoder_start_token_id=START)
    whisper._model.save_pretrained(tmp_path)
    whisper._extractor.save_pretrained(tmp_path)
    words = {"<|endoftext|>": 0, "a": 1}
    (tmp_path / "vocab.json").write_text(json.dumps(words))
    (tmp_path / "merges.txt").write_text("#version: 0.2\n")
    with pytest.raises(ModelMissingError, match=f"{tmp_path}.*generation_config.json"):
        TransformersRecogniser.load(str(tmp_path))


def test_what_torch_refuses_is_an_error_in_one_line(voices, make_request, monkeypatch):
    whisper = tiny()

    def full(*args, **kwargs):
        raise torch.OutOfMemoryError("CUDA out of memory.\nOf the allocated memory ...")

    monkeypatch.setattr(whisper._model.model.decoder, "forward", full)
    with pytest.raises(RecogniserError, match="^Whisper failed: CUDA out of memory.$"):
        whisper.recognise([make_request(samples=voices[0], final=True)])
