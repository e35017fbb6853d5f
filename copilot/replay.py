"""Text turns through sentiment, alerts and summary, without audio."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from rich.console import Console

from copilot.backends import build_understanding
from copilot.config import Config
from copilot.conversation import Conversation
from copilot.errors import InputError
from copilot.events import CallEnded, CallStarted, Speaker, Transcript
from copilot.ledger import Ledger, call_from_file, instant
from copilot.printing import Printer


@dataclass(frozen=True, config=ConfigDict(extra="ignore"), kw_only=True)
class Turn:
    """One line of a replayed file."""

    speaker: Speaker
    text: str
    start_s: Annotated[float, Field(ge=0)]
    end_s: Annotated[float, Field(ge=0)]


async def replay_turns(
    config: Config,
    file: Path,
    *,
    language: str,
    started_at: datetime | None,
    as_json: bool,
    save: bool,
    out: Console,
) -> None:
    """Text turns through sentiment, alerts and summary. Raises ``InputError`` with the line."""
    turns = read_turns(file)
    ledger = Ledger(Printer(out, as_json=as_json).show)
    speakers = tuple(dict.fromkeys(turn.speaker for turn in turns))
    started = call_from_file(
        file,
        language=language,
        began=instant(started_at, config.time_zone),
        speakers=speakers,
    )
    replay(build_understanding(config).conversation(started), started, turns, ledger)
    if save:
        await ledger.save(config)


def replay(
    conversation: Conversation, started: CallStarted, turns: list[Turn], ledger: Ledger
) -> None:
    """Replays ``turns`` through all that a live call goes through."""
    ledger.add(started)
    at_s = 0.0
    for final in finals_of(started, turns):
        at_s = final.at_s
        masked, redacted = conversation.hear(final)
        for event in (masked, *redacted, *conversation.understand(masked)):
            ledger.add(event)
    for alert in conversation.close(at_s):
        ledger.add(alert)
    ended = CallEnded(call_id=started.call_id, at_s=at_s, duration_s=at_s, reason="stop")
    ledger.add(ended)
    ledger.add(conversation.summarise(ended))


def finals_of(started: CallStarted, turns: Iterable[Turn]) -> Iterator[Transcript]:
    """``turns`` in order of their ends, as a live call would finish them."""
    at_s = 0.0
    for number, turn in enumerate(sorted(turns, key=lambda turn: turn.end_s)):
        at_s = max(at_s, turn.end_s)
        yield Transcript(
            call_id=started.call_id,
            at_s=at_s,
            utterance_id=f"{turn.speaker}-{number}",
            speaker=turn.speaker,
            revision=1,
            start_s=turn.start_s,
            end_s=turn.end_s,
            text=turn.text,
            language="" if started.language == "auto" else started.language,
            confidence=1.0,
            final=True,
        )


def read_turns(file: Path) -> list[Turn]:
    """Turns of a JSON lines file. Raises ``InputError`` with every bad line's number."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8 text"
        raise InputError(f"{file}: {reason}") from None
    adapter = TypeAdapter(Turn)
    turns, faults = [], []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            turns.append(adapter.validate_json(line))
        except ValidationError as error:
            faults += [
                f"{file}:{number}: {'.'.join(map(str, one['loc'])) or 'line'}: {one['msg']}"
                for one in error.errors()
            ]
    if faults:
        raise InputError("\n".join(faults))
    if not turns:
        raise InputError(f"{file}: holds no turn")
    return turns
