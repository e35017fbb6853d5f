"""The concrete backends: readers, recognisers and summarisers by name; ``target_backends`` has
the delivery targets.

With ``copilot.app`` the composition root: no other module names them. Everything heavy
(CTranslate2, onnxruntime, torch) is imported inside the function that builds it, so importing
this module is cheap and works without the optional extras.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from copilot.config import Config
from copilot.conversation import Conversation, Unfollowed
from copilot.disposition_file import DispositionList, load_dispositions
from copilot.errors import ConfigError
from copilot.events import CallStarted
from copilot.masking_policy import MaskingPolicy
from copilot.ports import AnalyserFactory, Recogniser, Summariser, TextEncoder

if TYPE_CHECKING:
    from audio.devices import Hardware
    from sentiment.reading import Reader
    from sentiment.rule_book import RuleBook
    from summarizer.chat import ChatModel
    from summarizer.reader import StatementReader

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What turns words into readings, alerts and summaries; shared by all calls."""

    reader: Reader
    analyser: AnalyserFactory
    summariser: Summariser
    running_summariser: Summariser
    """Tells of calls that go on: quick, on this machine, whoever writes the draft."""
    rules: RuleBook
    """Each call keeps the rules that were in force when it started."""
    dispositions: DispositionList
    masking: MaskingPolicy = MaskingPolicy()
    waits: int = 0
    """Threads that may wait for somebody else's answer: so many more are needed."""

    def conversation(self, started: CallStarted) -> Conversation:
        return Conversation(
            started,
            analyser=self.analyser(started),
            summariser=self.summariser,
            masker=self.masking.masker(),
        )


def build_understanding(config: Config) -> Understanding:
    """Loads reader and rules. Raises ``ConfigError`` on a bad rules file, and what
    ``build_reader`` raises."""
    from sentiment.analyser import CallAnalyser
    from sentiment.rule_book import RuleBook

    rules = RuleBook(config.rules)
    dispositions = load_dispositions(config.dispositions)
    reader = build_reader(config)

    def analyser(started: CallStarted) -> CallAnalyser:
        return CallAnalyser(started, reader=reader, rules=rules.rules)

    return Understanding(
        reader=reader,
        analyser=analyser,
        summariser=build_summariser(config, dispositions),
        running_summariser=_extractive_summariser(config),
        rules=rules,
        dispositions=dispositions,
        masking=config.masking_policy,
        waits=_opinions_at_once(config) + _summaries_at_once(config),
    )


def build_meetings(config: Config) -> Callable[[CallStarted], Conversation]:
    """What turns the words of a meeting into its note. There is no customer and no agent:
    nobody's mood is followed and nothing alerts."""
    from summarizer.meeting import MeetingSummariser

    summariser = MeetingSummariser(time_zone=config.time_zone)
    return lambda started: Conversation(
        started,
        analyser=Unfollowed(),
        summariser=summariser,
        masker=config.masking_policy.masker(),
    )


def build_summariser(config: Config, dispositions: DispositionList) -> Summariser:
    """What writes summaries. Raises ``ModelMissingError`` and ``ConfigError``."""
    summariser = SUMMARISERS[config.summariser](config)
    if not dispositions.examples:
        return summariser
    from summarizer.dispositions import CodedSummariser, Dispositions

    encoder = build_topic_encoder(config.data_dir / "models")
    return CodedSummariser(summariser, Dispositions(dispositions.examples, encoder))


def _extractive_summariser(config: Config) -> Summariser:
    from summarizer.extractive import ExtractiveSummariser

    reader = build_statement_reader(config.data_dir / "models")
    return ExtractiveSummariser(time_zone=config.time_zone, reader=reader)


@cache
def build_statement_reader(models: Path) -> StatementReader:
    """What tells acts of statements, on the encoder that moods are read with: the same for all
    calls, as it remembers what those that go on have said. Raises ``ModelMissingError``."""
    from summarizer.reader import StatementReader, load_statement_heads

    return StatementReader(build_mood_encoder(models), load_statement_heads())


def _endpoint_summariser(config: Config) -> Summariser:
    if not config.summary_url:
        raise ConfigError(
            "summary_url: summariser = endpoint needs it; for instance http://127.0.0.1:8000/v1"
        )
    _need_summary_model(config, "the name of a model that the server has")
    from summarizer.chat_endpoint import ChatEndpoint

    model = ChatEndpoint(
        config.summary_url,
        model=config.summary_model,
        key=config.summary_key.get_secret_value(),
        window_tokens=config.summary_window_tokens,
    )
    return _llm_summariser(config, model)


def _transformers_summariser(config: Config) -> Summariser:
    _need_summary_model(config, "a model of Hugging Face's, a folder, or a .gguf file")
    _need_transformers("summariser", config.summariser, "llguidance")
    device = _torch_device(config.summary_device, setting="summary_device", of="summariser")
    from summarizer.local_model import LocalModel

    model = LocalModel.load(
        config.summary_model, device=device, window_tokens=config.summary_window_tokens
    )
    return _llm_summariser(config, model)


def _need_summary_model(config: Config, kind: str) -> None:
    if not config.summary_model:
        raise ConfigError(f"summary_model: summariser = {config.summariser} needs it: {kind}")


def _llm_summariser(config: Config, model: ChatModel) -> Summariser:
    from copilot.masking import mask
    from summarizer.grounding import Grounding
    from summarizer.llm import LlmSummariser

    return LlmSummariser(
        model,
        rules=_extractive_summariser(config),
        grounding=Grounding(build_topic_encoder(config.data_dir / "models")),
        limit_s=config.summary_timeout_s,
        # Words are masked as they come; what a call was stored with may be older than a rule.
        hide=lambda text: mask(text, "")[0],
    )


SUMMARISERS: dict[str, Callable[[Config], Summariser]] = {
    "extractive": _extractive_summariser,
    "endpoint": _endpoint_summariser,
    "transformers": _transformers_summariser,
}


def build_reader(config: Config) -> Reader:
    """Loads what reads words, and who is asked in doubt. Raises ``ModelMissingError`` and
    ``ConfigError``."""
    reader = READERS[config.reader](config)
    if not config.opinion_url:
        return reader
    if not config.opinion_model:
        raise ConfigError("opinion_model: opinion_url needs the name of a model it serves")
    from copilot.masking import mask
    from sentiment.chat import ChatEndpoint
    from sentiment.opinion import OpinionReader

    endpoint = ChatEndpoint(
        config.opinion_url,
        model=config.opinion_model,
        key=config.opinion_key.get_secret_value(),
        limit_s=config.opinion_timeout_s,
    )
    return OpinionReader(
        reader,
        endpoint,
        limit_s=config.opinion_timeout_s,
        # Turns are masked as they come; joined, two of them may show what neither did.
        hide=lambda text: mask(text, "")[0],
    )


def _opinions_at_once(config: Config) -> int:
    if not config.opinion_url:
        return 0
    from sentiment.opinion import AT_ONCE

    return AT_ONCE


def _summaries_at_once(config: Config) -> int:
    if config.summariser == "extractive":
        return 0
    from summarizer.llm import PLACES

    return PLACES


def _heads_reader(config: Config) -> Reader:
    from sentiment.heads import load_reader

    return load_reader(build_mood_encoder(config.data_dir / "models"))


@cache
def build_mood_encoder(models: Path) -> TextEncoder:
    """The encoder with our changes, for what people feel and do: loaded once. Raises
    ``ModelMissingError``."""
    from sentiment.encoder import E5Encoder, encoder_folder

    return E5Encoder(encoder_folder(models))


@cache
def build_topic_encoder(models: Path) -> TextEncoder:
    """The published encoder, for what texts are about: loaded once. Raises
    ``ModelMissingError``."""
    from sentiment.encoder import E5Encoder, encoder_folder

    return E5Encoder(encoder_folder(models, adapter=None))


def _transformers_reader(config: Config) -> Reader:
    device = _reader_device(config)
    from sentiment.e5 import read_e5
    from sentiment.heads import load_reader
    from sentiment.transformers_encoder import TransformersEncoder

    return load_reader(TransformersEncoder(read_e5(), device=device))


def _classifier_reader(config: Config) -> Reader:
    if not config.reader_model:
        raise ConfigError(
            "reader_model: reader = classifier needs a model of Hugging Face's, or a folder"
        )
    device = _reader_device(config)
    from sentiment.classifier import ClassifierReader

    return ClassifierReader.load(
        config.reader_model,
        labels=config.reader_labels,
        beside=_heads_reader(config),
        device=device,
    )


def _reader_device(config: Config) -> str:
    _need_transformers("reader", config.reader)
    return _torch_device(config.reader_device, setting="reader_device", of="reader")


def _torch_device(asked: str, *, setting: str, of: str) -> str:
    """The device for torch; the log tells why this. Raises ``ConfigError``."""
    from audio.devices import chosen, seen_by_torch

    choice = chosen(asked, seen_by_torch(), setting=setting)
    (device,) = choice.devices
    facts = {"setting": asked, "device": device, "reason": choice.reason}
    log.info(f"{of}'s device", extra=facts)
    return device


READERS: dict[str, Callable[[Config], Reader]] = {
    "heads": _heads_reader,
    "transformers": _transformers_reader,
    "classifier": _classifier_reader,
}


def _need_transformers(setting: str, value: str, *more: str) -> None:
    if any(find_spec(name) is None for name in ("torch", "transformers", *more)):
        raise ConfigError(
            f"{setting}: {value} needs what is not installed; "
            "pip install 'contact-center-copilot[transformers]'"
        )


def build_recognisers(config: Config) -> Sequence[Recogniser]:
    """Loads the recogniser's model, once for each device: one for each thread that shall run
    it, which may be the same. Raises ``ModelMissingError`` and ``ConfigError``."""
    return RECOGNISERS[config.recogniser](config)


def _faster_whisper(config: Config) -> Sequence[Recogniser]:
    from audio.devices import proved, seen_by_ctranslate2
    from audio.whisper import FasterWhisperRecogniser
    from copilot.models import whisper_folder

    devices = _devices(config, seen_by_ctranslate2())
    folder = whisper_folder(config.data_dir, config.model)
    recognisers: list[Recogniser] = []
    for device in devices:
        whisper = FasterWhisperRecogniser(
            folder, device=device, compute_type=config.compute_type, threads=config.threads
        )
        recognisers += [proved(whisper, device)] * config.threads
    return recognisers


def _transformers(config: Config) -> Sequence[Recogniser]:
    _need_transformers("recogniser", config.recogniser)
    from audio.devices import proved, seen_by_torch
    from audio.transformers_whisper import TransformersRecogniser

    recognisers: list[Recogniser] = []
    for device in _devices(config, seen_by_torch()):
        whisper = TransformersRecogniser.load(
            config.model, device=device, compute_type=config.compute_type
        )
        recognisers += [proved(whisper, device)] * (config.threads if device == "cpu" else 1)
    return recognisers


def _endpoint(config: Config) -> Sequence[Recogniser]:
    from audio.endpoint import UPLOADS, EndpointRecogniser

    if not config.endpoint_url:
        raise ConfigError(
            "endpoint_url: recogniser = endpoint needs it; for instance http://127.0.0.1:8000/v1"
        )
    endpoint = EndpointRecogniser(
        config.endpoint_url,
        model=config.model,
        key=config.endpoint_key.get_secret_value(),
        partials=config.endpoint_partials,
    )
    return [endpoint] * UPLOADS


def _devices(config: Config, hardware: Hardware) -> Sequence[str]:
    """The devices to use; the log tells why these. Raises ``ConfigError``."""
    from audio.devices import chosen

    choice = chosen(config.device, hardware)
    facts = {
        "setting": config.device,
        "devices": ", ".join(choice.devices),
        "reason": choice.reason,
    }
    if choice.cure:
        log.warning("recogniser's device", extra={**facts, "cure": choice.cure})
    else:
        log.info("recogniser's device", extra=facts)
    return choice.devices


RECOGNISERS: dict[str, Callable[[Config], Sequence[Recogniser]]] = {
    "faster-whisper": _faster_whisper,
    "transformers": _transformers,
    "endpoint": _endpoint,
}
