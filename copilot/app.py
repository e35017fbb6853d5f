"""Composition root: starts all parts of a server, in order, with the backends configured."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from copilot.backends import build_recognisers, build_understanding
from copilot.config import Config, prepare_data_dir
from copilot.events import CallStarted, Event
from copilot.ports import Recogniser
from copilot.target_backends import build_signals, build_target

if TYPE_CHECKING:
    from copilot.web.services import Services


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
    from copilot.policy_file import PolicyBook
    from copilot.recognition import RecognitionWorker
    from copilot.recording import Recorder
    from copilot.rule_reload import follow_rules
    from copilot.rule_trial import RuleTrial
    from copilot.session import Session
    from copilot.summary_running import RunningSummaries
    from copilot.valkey import EmbeddedValkey
    from copilot.web.services import Services

    vocabulary = load_vocabulary(config.vocabulary)
    policy = PolicyBook(config.policy_file)
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
        thread: Executor = ThreadPoolExecutor(
            1 + understanding.waits, thread_name_prefix="understanding"
        )
        stack.callback(thread.shutdown)
        spare: Executor = ThreadPoolExecutor(1, thread_name_prefix="running summaries")
        stack.callback(spare.shutdown, cancel_futures=True)
        running_summaries = RunningSummaries(understanding.running_summariser, spare)
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
                running=running_summaries,
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
            bus.redis,
            [build_target(target, config) for target in config.delivery_targets],
            journal,
        )
        background = await stack.enter_async_context(asyncio.TaskGroup())
        running = [
            background.create_task(part.run(), name=name)
            for name, part in (("journal", journal), ("hub", hub), ("deliveries", deliveries))
        ]
        running.append(background.create_task(follow_rules(understanding.rules), name="rules"))
        if webhook := config.account_owner_webhook:
            post = SignedPost(
                webhook.url, secret=webhook.signing_secret(), headers=webhook.headers
            )
            owner = AccountOwner(bus.redis, journal, post)
            journal.on_archived.append(owner.queue)
            running.append(background.create_task(owner.run(), name="account owner"))
        if config.voice_call_signals:
            signals = build_signals(config.voice_call_signals, journal)
            journal.on_archived.append(signals.queue)
            running.append(background.create_task(signals.run(), name="voice call signals"))
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
            running_summariser=understanding.running_summariser,
            rules=understanding.rules,
            rule_trial=RuleTrial(understanding.reader, thread),
            policy=policy,
            dispositions=understanding.dispositions,
            ready=lambda: [task.get_name() for task in running if task.done()],
        )
