"""Recordings through the whole pipeline, as fast as the machine can."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from audio.files import Recording, read_recording
from audio.transcriber import Transcriber
from audio.vad import load_vad
from audio.vocabulary import load_vocabulary
from copilot.backends import build_recognisers, build_understanding
from copilot.config import Config
from copilot.errors import InputError
from copilot.ledger import Ledger, call_from_file, instant
from copilot.printing import Printer
from copilot.recognition import RecognitionWorker
from copilot.session import Session

RECORDINGS = {".wav", ".flac", ".mp3", ".m4a", ".ogg", ".opus", ".webm", ".aac"}


async def process_recordings(
    config: Config,
    path: Path,
    *,
    language: str,
    started_at: datetime | None,
    hotwords: Sequence[str] = (),
    as_json: bool,
    save: bool,
    out: Console,
    err: Console,
) -> int:
    """Every recording through the whole pipeline. Returns how many failed; each is named.

    Raises ``InputError`` when there is nothing to process.
    """
    files = _recordings(path)
    began = instant(started_at, config.time_zone)
    vocabulary = load_vocabulary(config.vocabulary).with_hotwords(hotwords)
    understanding = build_understanding(config)
    vad = load_vad()
    taken: Counter[str] = Counter()
    failed = 0
    async with RecognitionWorker(build_recognisers(config)) as recognition:
        with ThreadPoolExecutor(1) as thread, _progress(err, len(files)) as step:
            for file in files:
                step(file.name)
                try:
                    recording = read_recording(file)
                except InputError as error:
                    failed += 1
                    err.print(f"copilot: {error}", markup=False, soft_wrap=True)
                    continue
                started = call_from_file(
                    file, language=language, began=began, speakers=recording.speakers
                )
                taken[started.call_id] += 1
                if (times := taken[started.call_id]) > 1:  # two files of one name
                    started = replace(started, call_id=f"{started.call_id}-{times}")
                ledger = Ledger(Printer(out, as_json=as_json).show)
                ear = Transcriber(
                    started.call_id,
                    started.channels,
                    None if language == "auto" else language,
                    vad=vad,
                    partials=False,
                    vocabulary=vocabulary,
                )
                session = Session(
                    started,
                    ear=ear,
                    conversation=understanding.conversation(started),
                    recognition=recognition,
                    append=ledger.append,
                    thread=thread,
                )
                await _played(session, recording)
                if save:
                    await ledger.save(config)
    return failed


async def _played(session: Session, recording: Recording) -> None:
    async with asyncio.TaskGroup() as call:
        call.create_task(session.run(), name="session")
        call.create_task(session.play(recording.chunks()), name="recording")


def _recordings(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise InputError(f"{path}: no such file or folder")
    found = sorted(file for file in path.rglob("*") if file.suffix.lower() in RECORDINGS)
    if not found:
        raise InputError(f"{path}: holds no recording ({', '.join(sorted(RECORDINGS))})")
    return found


@contextmanager
def _progress(err: Console, files: int) -> Iterator[Callable[[str], None]]:
    """A bar on stderr when there is more than one file."""
    if files == 1:
        yield lambda name: None
        return
    with Progress(console=err) as progress:
        task = progress.add_task("", total=files)
        done = iter(range(files))

        def step(name: str) -> None:
            progress.update(task, completed=next(done), description=name)

        yield step
        progress.update(task, completed=files)
