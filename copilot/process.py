"""Recordings through the whole pipeline, as fast as the machine can.

Several are in flight at once, because a call waits for its own words: while one does, the
recogniser hears another, and what waits together is decoded together.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console

from audio.files import Recording, duration_of, mixed, read_recording
from audio.transcriber import Transcriber
from audio.vad import VoiceModel, load_vad
from audio.vocabulary import Vocabulary, load_vocabulary
from copilot.backends import build_meetings, build_recognisers, build_understanding
from copilot.config import Config
from copilot.conversation import Conversation
from copilot.errors import InputError, StoreUnavailableError
from copilot.events import CallStarted, Event
from copilot.export import to_json
from copilot.ledger import Ledger, call_from_file, instant
from copilot.mono import Speakers, with_speakers
from copilot.printing import Printer
from copilot.process_progress import Progress, shown_progress
from copilot.process_state import Results, call_ids, settings_of
from copilot.recognition import RecognitionWorker
from copilot.record import CallRecord
from copilot.session import Session
from copilot.signals import SAMPLE_RATE_HZ, AudioChunk

__all__ = ["Options", "process_recordings"]

log = logging.getLogger(__name__)

_Out = TypeVar("_Out")

RECORDINGS = {".wav", ".flac", ".mp3", ".m4a", ".ogg", ".opus", ".webm", ".aac"}
PER_RECOGNISER = 2
"""Recordings in flight for each of the recogniser's threads; see docs/measurements.md."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command was asked."""

    language: str
    started_at: datetime | None = None
    hotwords: Sequence[str] = ()
    meeting: bool = False
    """Decisions and next actions of a meeting, instead of a call's mood and outcome."""
    results: Path | None = None
    """Folder for one JSON file a recording; what stands there already is not done again."""
    as_json: bool = False
    save: bool = False


async def process_recordings(
    config: Config, path: Path, options: Options, *, out: Console, err: Console
) -> int:
    """Every recording through the whole pipeline. Returns how many failed; each is named.

    Raises ``InputError`` when there is nothing to process or the results cannot be kept.
    """
    files = _recordings(path)
    results = None
    if options.results is not None:
        asked = (options.language, options.started_at, list(options.hotwords), options.meeting)
        results = Results(options.results, path, settings_of(config, *asked))
    named = results.call_ids(files) if results else call_ids(files, {})
    left = [file for file in files if results is None or not results.holds(file)]
    if len(left) < len(files):
        err.print(f"{len(files) - len(left)} of {len(files)} recordings were done before")
    if not left:
        return 0
    vocabulary = load_vocabulary(config.vocabulary).with_hotwords(options.hotwords)
    conversation = (
        build_meetings(config) if options.meeting else build_understanding(config).conversation
    )
    recognisers = build_recognisers(config)
    at_once = min(len(left), PER_RECOGNISER * len(recognisers))
    async with RecognitionWorker(recognisers) as recognition:
        durations_s = {file: duration_of(file) for file in left}
        with (
            ThreadPoolExecutor(at_once) as threads,
            shown_progress(err, durations_s) as progress,
        ):
            batch = _Batch(
                config=config,
                options=options,
                vocabulary=vocabulary,
                conversation=conversation,
                recognition=recognition,
                threads=threads,
                progress=progress,
                results=results,
                shown=Printer(out, as_json=options.as_json).show,
                complain=lambda line: err.print(
                    f"copilot: {line}", markup=False, soft_wrap=True
                ),
                live=len(files) == 1,
            )
            waiting = iter(left)
            async with asyncio.TaskGroup() as workers:
                for _ in range(at_once):
                    workers.create_task(batch.work(waiting, named))
    if batch.failed and len(files) > 1:
        err.print(f"{batch.failed} of {len(left)} recordings failed: each is named above")
    if batch.unshown is not None and not isinstance(batch.unshown, BrokenPipeError):
        raise InputError(f"standard output: {batch.unshown.strerror}")
    return batch.failed


@dataclass(kw_only=True)
class _Batch:
    """What the recordings of one command share. Several workers take them in turn."""

    config: Config
    options: Options
    vocabulary: Vocabulary
    conversation: Callable[[CallStarted], Conversation]
    recognition: RecognitionWorker
    threads: ThreadPoolExecutor
    progress: Progress
    results: Results | None
    shown: Callable[[Event], None]
    complain: Callable[[str], None]
    live: bool
    """Whether events are shown as they come: with several in flight, each call is shown as a
    whole when it is done."""
    vad: VoiceModel = field(default_factory=load_vad)
    saving: asyncio.Lock = field(default_factory=asyncio.Lock)
    failed: int = 0
    unshown: OSError | None = None
    """Why events cannot be shown any more: nobody reads them, or there is no room."""

    @property
    def language(self) -> str | None:
        """``None``: found from what is said."""
        return None if self.options.language == "auto" else self.options.language

    async def work(self, waiting: Iterator[Path], named: Mapping[Path, str]) -> None:
        """Takes recordings until none waits. One that fails is named, the others go on;
        none is begun that could not be shown."""
        for file in waiting:
            if self.unshown is not None:
                return
            try:
                await self._process(file, named[file])
            except InputError as error:
                self._fail(str(error))
            except StoreUnavailableError:
                raise
            except Exception:
                log.exception("a recording failed", extra={"call_id": named[file]})
                self._fail(f"{file}: failed; the log says why")
            self.progress.finish(file)

    def _show(self, event: Event) -> None:
        if self.unshown is not None:
            return
        try:
            self.shown(event)
        except OSError as error:
            self.unshown = error
        except SystemExit:  # how a console says that its pipe is closed
            self.unshown = BrokenPipeError()

    def _fail(self, line: str) -> None:
        self.failed += 1
        self.complain(line)

    async def _process(self, file: Path, call_id: str) -> None:
        recording = await self._apart(read_recording, file)
        if self.options.meeting:
            recording, speakers = mixed(recording), Speakers(told_by="nothing")
        else:
            recording, speakers = await with_speakers(
                recording,
                call_id,
                self.language,
                vad=self.vad,
                recognition=self.recognition,
                apart=self._apart,
            )
        started = replace(
            call_from_file(
                file,
                language=self.options.language,
                began=self._began(file),
                speakers=recording.speakers,
            ),
            call_id=call_id,
        )
        ledger = Ledger(self._show if self.live else lambda event: None)
        session = Session(
            started,
            ear=Transcriber(
                call_id,
                started.channels,
                self.language,
                vad=self.vad,
                partials=False,
                vocabulary=self.vocabulary,
            ),
            conversation=self.conversation(started),
            recognition=self.recognition,
            append=lambda event: ledger.append(speakers.tell(event)),
            thread=self.threads,
        )
        async with asyncio.TaskGroup() as call:
            call.create_task(session.run(), name="session")
            call.create_task(session.play(self._heard(file, recording)), name="recording")
        try:
            await self._keep(session, ledger, file, recording.duration_s, speakers)
        finally:
            if not self.live:  # what is shown as done has its result
                for event in ledger.events:
                    self._show(event)

    async def _keep(
        self,
        session: Session,
        ledger: Ledger,
        file: Path,
        duration_s: float,
        speakers: Speakers,
    ) -> None:
        if self.options.save:
            async with self.saving:
                await ledger.save(self.config)
        if session.lost_utterances:
            raise InputError(
                f"{file}: {len(session.lost_utterances)} utterances were not recognised; "
                "run the same command again"
            )
        if self.results is not None:
            document = _document(ledger.events, file, duration_s, speakers)
            await self._apart(self.results.write, file, session.call_id, document)

    def _began(self, file: Path) -> datetime:
        """When the call was: as told, else when its recording was last written, because
        "tomorrow" in a recording of last week was last week."""
        if self.options.started_at is None:
            return datetime.fromtimestamp(file.stat().st_mtime, UTC)
        return instant(self.options.started_at, self.config.time_zone)

    def _heard(self, file: Path, recording: Recording) -> Iterator[Sequence[AudioChunk]]:
        for chunks in recording.chunks():
            yield chunks
            self.progress.hear(file, len(chunks[0].samples) / SAMPLE_RATE_HZ)

    async def _apart(self, work: Callable[..., _Out], *values: Any) -> _Out:
        return await asyncio.get_running_loop().run_in_executor(self.threads, work, *values)


def _document(
    events: Sequence[Event], file: Path, duration_s: float, speakers: Speakers
) -> str:
    """The record of the call, as it is exported, and how its recording was heard."""
    heard = {
        "file": os.fsencode(file.name).decode(errors="replace"),
        "duration_s": round(duration_s, 2),
        "speakers": {
            "told_by": speakers.told_by,
            "confidence": speakers.confidence,
            "agent_confidence": speakers.agent_confidence,
            "unknown_s": speakers.unknown_s,
        },
    }
    record = json.loads(to_json(CallRecord.of(events)))
    return json.dumps({**record, "recording": heard}, ensure_ascii=False, indent=2) + "\n"


def _recordings(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise InputError(f"{path}: no such file or folder")
    found = sorted(
        file
        for file in path.rglob("*")
        if file.suffix.lower() in RECORDINGS and file.is_file() and not _hidden(file, path)
    )
    if not found:
        raise InputError(f"{path}: holds no recording ({', '.join(sorted(RECORDINGS))})")
    return found


def _hidden(file: Path, folder: Path) -> bool:
    """What a system keeps for itself: copies of attributes, a bin of deleted files."""
    return any(part.startswith(".") for part in file.relative_to(folder).parts)
