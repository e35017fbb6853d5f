"""The evidence pack of a call: what a consultation desk, a lawyer or the police can use.

A zip of plain files. Its manifest holds the SHA-256 of every file and of every line of the
event log; the SHA-256 of the manifest itself goes into the audit log, so that neither the
pack nor the record can be changed later without being noticed. Everything is masked as it
is stored. There is no audio in it, because the product keeps none: quotes name their
seconds in the call and the time of day, by which the centre's own recorder finds them.

Hints that went to the operator alone stay with the operator.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from copilot import __version__
from copilot.errors import ConflictError
from copilot.events import (
    Alert,
    AlertUpdated,
    CallEnded,
    CallStarted,
    Emotion,
    Event,
    Note,
    ParticipantChanged,
    Paused,
    Resumed,
    SpeakersSwapped,
    StepTaken,
    Suggestion,
    Transcript,
    encode,
    lasts,
)
from copilot.evidence_page import Quote, page
from copilot.export import to_vtt
from copilot.policy import Policy
from copilot.record import CallRecord
from copilot.times import later

__all__ = ["CLIP_MARGIN_S", "FORMAT", "LOG", "MANIFEST", "Pack", "log_of", "pack_of"]

FORMAT = "contact-center-copilot evidence 1"
MANIFEST = "manifest.json"
LOG = "events.jsonl"
CLIP_MARGIN_S = 5.0
"""Before and after a quote: what it answered, and what was answered."""
_AUDIO = (
    "not included: the copilot keeps no audio of calls. Clip offsets are seconds since the "
    "first sample of the call; find them in the recorder of the centre by the time of day."
)
_LEFT_OUT = "hints and suggestions that were shown to the operator alone"
_Timed = (
    Alert
    | AlertUpdated
    | CallEnded
    | CallStarted
    | Emotion
    | Note
    | ParticipantChanged
    | Paused
    | Resumed
    | SpeakersSwapped
    | StepTaken
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    content: bytes
    """The zip."""
    manifest_sha256: str


def pack_of(
    events: Sequence[Event], policy: Policy, *, made_by: str, made_at: str, time_zone: str
) -> Pack:
    """Evidence of the call that these stored events tell.

    ``policy`` is the one in force now; ``made_at`` ISO 8601, UTC. Raises
    ``ConflictError`` where the record lacks the beginning of the call.
    """
    record = CallRecord.of(events)
    if record.started is None:
        raise ConflictError("the record does not have the beginning of this call")
    log = log_of(events)
    lines = [encode(event) for event in log]
    quotes = _quotes(record)
    files = {
        "evidence.html": page(
            record, quotes, log, policy, made_at=made_at, time_zone=time_zone
        ),
        "transcript.vtt": to_vtt(record),
        "quotes.json": _json([asdict(quote) for quote in quotes]),
        "timeline.json": _json([_entry(one, record.started) for one in _timed(log)]),
        "policy.json": _json(_policy(policy)),
        LOG: "".join(f"{line}\n" for line in lines),
    }
    manifest = {
        "format": FORMAT,
        "made_at": made_at,
        "made_by": made_by,
        "made_with": __version__,
        "call_id": record.call_id,
        "started_at": record.started.started_at,
        "agent_id": record.started.agent_id,
        "state": record.state,
        "last_seq": record.seq,
        "policy": {"version": policy.version, "sha256": policy.sha256},
        "audio": _AUDIO,
        "left_out": _LEFT_OUT,
        "files": {name: _fingerprint(text) for name, text in files.items()},
        "events": [
            {"seq": event.seq, "sha256": _sha256(line)}
            for event, line in zip(log, lines, strict=True)
        ],
    }
    files[MANIFEST] = _json(manifest)
    return Pack(content=_zip(files), manifest_sha256=_sha256(files[MANIFEST]))


def log_of(events: Sequence[Event]) -> list[Event]:
    """Stored events of a call as they belong in a pack: in order, masked by what came later,
    without what was the operator's own."""
    record = CallRecord.of(events)
    finals = {final.seq: final for final in record.finals}
    alerts = {one.alert.seq: one.alert for one in record.alerts.values()}
    private = {one.alert_id for one in alerts.values() if set(one.audience) == {"operator"}}
    kept: list[Event] = []
    for event in sorted(events, key=lambda one: one.seq):
        if not lasts(event) or not event.seq:
            continue
        match event:
            case Suggestion():
                continue
            case Alert() | AlertUpdated() if event.alert_id in private:
                continue
            case Transcript():
                kept.append(finals.get(event.seq, event))
            case Alert():
                kept.append(alerts.get(event.seq, event))
            case _:
                kept.append(event)
    return kept


def _quotes(record: CallRecord) -> list[Quote]:
    """What harassment alerts cite, false alarms left out, with the seconds to listen to."""
    assert record.started is not None
    finals = {final.utterance_id: final for final in record.finals}
    end_s = record.ended.duration_s if record.ended else record.at_s
    quotes = []
    for one in record.alerts.values():
        if one.alert.kind != "harassment" or one.state == "false_alarm":
            continue
        for evidence in one.alert.evidence:
            final = finals.get(evidence.utterance_id)
            until_s = final.end_s if final else evidence.start_s
            quotes.append(
                Quote(
                    alert_id=one.alert.alert_id,
                    harassment_type=one.alert.harassment_type,
                    utterance_id=evidence.utterance_id,
                    speaker=final.speaker if final else one.alert.speaker,
                    quote=evidence.quote,
                    start_s=evidence.start_s,
                    end_s=until_s,
                    clip_from_s=round(max(0.0, evidence.start_s - CLIP_MARGIN_S), 3),
                    clip_until_s=round(min(max(end_s, until_s), until_s + CLIP_MARGIN_S), 3),
                    said_at=later(record.started.started_at, evidence.start_s),
                )
            )
    return quotes


def _timed(log: Iterable[Event]) -> list[_Timed]:
    return [event for event in log if isinstance(event, _Timed)]


def _entry(event: _Timed, started: CallStarted) -> dict[str, Any]:
    """An event of the timeline, with the time of day it happened."""
    made_at = getattr(event, "made_at", None)
    happened_at = made_at or later(started.started_at, event.at_s)
    return {"happened_at": happened_at, **json.loads(encode(event))}


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        "version": policy.version,
        "sha256": policy.sha256,
        "note": "the policy in force when this pack was made",
        "steps": {
            kind: [asdict(step) | {"who": sorted(step.who)} for step in steps]
            for kind, steps in policy.steps.items()
        },
    }


def _zip(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text.encode())
    return out.getvalue()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _fingerprint(text: str) -> dict[str, Any]:
    return {"sha256": _sha256(text), "bytes": len(text.encode())}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
