"""The operator's raised hand: a call for help that stands at the top of every board."""

from __future__ import annotations

from copilot.events import Alert, Evidence
from copilot.record import AlertRecord, CallRecord

RULE = "help_sign"
"""Stands where other alerts name a rule: a person fired this one."""
CITED = 2
"""Utterances that show where the call stands: mostly a turn of each side."""

_MESSAGE = {
    "en": "The operator asks for help.",
    "ja": "オペレーターが助けを求めています。",
}
_STEP = {
    "en": "Open the call, read the last turns, and send a note or step in.",
    "ja": "通話を開いて直前のやりとりを確認し、メモを送るか、通話に入ってください。",
}


def raised(record: CallRecord) -> AlertRecord | None:
    """The sign that is up in this call."""
    return next((one for one in record.open_alerts if one.alert.kind == "help_sign"), None)


def raise_sign(record: CallRecord) -> Alert:
    """The alert to store. It cites the last utterances, masked as they are."""
    times = sum(one.alert.kind == "help_sign" for one in record.alerts.values())
    language = record.language if record.language in _MESSAGE else "en"
    spoken = [final for final in record.finals if final.text]
    return Alert(
        call_id=record.call_id,
        at_s=record.at_s,
        alert_id=f"{record.call_id}-{RULE}-{times + 1}",
        kind="help_sign",
        rule=RULE,
        severity="critical",
        speaker="agent",
        audience=("supervisor", "operator"),
        message=_MESSAGE[language],
        evidence=tuple(
            Evidence(utterance_id=one.utterance_id, quote=one.text, start_s=one.start_s)
            for one in reversed(spoken[-CITED:])
        ),
        suggested_step=_STEP[language],
    )
