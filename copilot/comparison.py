"""Two rule sets on the same call: what fires, when, and what would change. Pure.

Each set has an analyser of its own, for rules also decide which clauses are read again and
which silence is news: what is compared is what would have run live. Every text is read once
for both. What people said of stored alerts tells which of either set's would be right.

Stored calls hold words and times, no voices: what sound alone moved does not come again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from copilot.event_values import Audience, HarassmentType
from copilot.events import Alert, AlertKind, CallStarted, Emotion, Line, Severity, Speaker
from copilot.record import CallRecord
from sentiment.analyser import CallAnalyser
from sentiment.reading import Reader, Reading
from sentiment.rules import Rules

__all__ = [
    "CallComparison",
    "Change",
    "Difference",
    "Firing",
    "RuleFigures",
    "Totals",
    "compare",
]

Change = Literal["same", "altered", "moved", "new", "gone"]
"""``altered``: at the same moment, under another rule, severity, audience or wording.
``moved``: the same rule, at most ``MOVED_S`` away."""
Verdict = Literal["right", "false_alarm"]

MOVED_S = 60.0
NEAR_S = 15.0
"""Alerts of one kind that quote different utterances are about the same thing within this."""
QUIET_S = 600.0
"""Of a longer silence, the beginning is replayed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """An alert that a rule set raises."""

    rule: str
    kind: AlertKind
    harassment_type: HarassmentType | None
    severity: Severity
    audience: tuple[Audience, ...]
    at_s: float
    quote: str
    quote_s: float | None
    """When the quoted utterance began."""
    verdict: Verdict | None
    """What people said of the stored alert about the same; ``None``: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One alert under both sets. ``None``: not raised."""

    change: Change
    before: Firing | None
    after: Firing | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallComparison:
    call_id: str
    alerts: tuple[Difference, ...]
    """In order of time, those that stay the same too."""
    judged: int
    """Stored alerts that people ended as right or as a false alarm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFigures:
    """One rule over all calls compared; ``rule`` is empty for all rules together."""

    rule: str
    before: int
    """Alerts under the old set; ``after``: under the new one."""
    after: int
    altered: int
    moved: int
    new: int
    gone: int
    right_before: int
    false_before: int
    precision_before: float | None
    """Share of right ones among alerts that people have judged; ``None``: they judged none."""
    right_after: int
    false_after: int
    precision_after: float | None


class Totals:
    """Adds calls up; its size does not depend on how many."""

    def __init__(self) -> None:
        self.calls = 0
        self.judged = 0
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, comparison: CallComparison) -> None:
        self.calls += 1
        self.judged += comparison.judged
        for one in comparison.alerts:
            changed = one.after or one.before
            if changed is not None:
                self._count(changed.rule, one.change)
            for side, firing in (("before", one.before), ("after", one.after)):
                if firing is not None:
                    self._count(firing.rule, side)
                    if firing.verdict is not None:
                        self._count(firing.rule, f"{firing.verdict} {side}")

    @property
    def rules(self) -> tuple[RuleFigures, ...]:
        """Those that fired, by name."""
        names = sorted(rule for rule in self._counts if rule)
        return tuple(_figures(rule, self._counts[rule]) for rule in names)

    @property
    def together(self) -> RuleFigures:
        return _figures("", self._counts[""])

    def _count(self, rule: str, what: str) -> None:
        self._counts[rule][what] += 1
        self._counts[""][what] += 1


def compare(
    record: CallRecord, reader: Reader, *, before: Rules, after: Rules
) -> CallComparison:
    """The call under both sets. Blocking; raises what the reader raises."""
    once = _Once(reader)
    old, new = (list(_replayed(record, once, rules)) for rules in (before, after))
    ended = [alert for alert in record.alerts.values() if alert.closed]
    verdicts: dict[str, Verdict] = {
        one.alert.alert_id: "right" if one.state == "resolved" else "false_alarm"
        for one in ended
    }
    stored = [one.alert for one in ended]
    old_firings, new_firings = (
        [
            _firing(alert, verdicts.get(match.alert_id) if match else None)
            for alert, match in zip(alerts, _matches(alerts, stored), strict=True)
        ]
        for alerts in (old, new)
    )
    alerts = [
        Difference(
            change=change,
            before=None if i is None else old_firings[i],
            after=None if j is None else new_firings[j],
        )
        for change, i, j in _paired(old, new)
    ]
    return CallComparison(
        call_id=record.call_id,
        alerts=tuple(sorted(alerts, key=_time)),
        judged=len(stored),
    )


# One set on one call ------------------------------------------------------------------


class _Once:
    """Reads each text of a call once."""

    def __init__(self, reader: Reader) -> None:
        self.name = reader.name
        self._reader = reader
        self._known: dict[str, Reading] = {}

    def read(self, texts: Sequence[str]) -> list[Reading]:
        unknown = [text for text in dict.fromkeys(texts) if text not in self._known]
        if unknown:
            self._known.update(zip(unknown, self._reader.read(unknown), strict=True))
        return [self._known[text] for text in texts]


def _replayed(record: CallRecord, reader: Reader, rules: Rules) -> Iterator[Alert]:
    """The call's alerts, its finals in the order in which they came."""
    started = record.started or CallStarted(
        call_id=record.call_id, at_s=0.0, started_at="", agent_id=""
    )
    analyser = CallAnalyser(started, reader=reader, rules=rules)
    heard_until_s = 0.0
    speakers: dict[Speaker, None] = {}
    for final in sorted(record.finals, key=lambda final: final.seq):
        for line in _quiet(record.call_id, speakers, heard_until_s, final.start_s):
            yield from analyser.observe(line)
        for found in analyser.feed(final):
            if not isinstance(found, Emotion):
                yield found
        speakers[final.speaker] = None
        heard_until_s = max(heard_until_s, final.end_s)
    end_s = record.ended.at_s if record.ended else record.at_s
    for line in _quiet(record.call_id, speakers, heard_until_s, end_s):
        yield from analyser.observe(line)
    yield from analyser.finish(end_s)


def _quiet(
    call_id: str, speakers: Iterable[Speaker], since_s: float, until_s: float
) -> Iterator[Line]:
    """The lines of a silence, one a second: live, they tell of it before words do."""
    legs = tuple(speakers)
    for silence_s in range(1, int(min(QUIET_S, until_s - since_s)) + 1):
        for speaker in legs:
            yield Line(
                call_id=call_id,
                at_s=since_s + silence_s,
                speaker=speaker,
                loudness_db=-90.0,
                speech_rate=0.0,
                silence_s=float(silence_s),
                overtalk_s=0.0,
            )


# Alerts against alerts ----------------------------------------------------------------


def _paired(
    before: Sequence[Alert], after: Sequence[Alert]
) -> Iterator[tuple[Change, int | None, int | None]]:
    """Which alert of the old set is which of the new one, as positions in both."""
    left, right = dict(enumerate(before)), dict(enumerate(after))

    for key, apart_s in ((_rule, 0.0), (_about, 0.0), (_rule, MOVED_S)):
        for i, alert in list(left.items()):
            near = [
                (abs(other.at_s - alert.at_s), j)
                for j, other in right.items()
                if key(other) == key(alert) and abs(other.at_s - alert.at_s) <= apart_s
            ]
            if not near:
                continue
            _, j = min(near)
            altered = _told(left.pop(i)) != _told(right.pop(j))
            yield "moved" if apart_s else "altered" if altered else "same", i, j
    for i in left:
        yield "gone", i, None
    for j in right:
        yield "new", None, j


def _matches(alerts: Sequence[Alert], stored: Iterable[Alert]) -> list[Alert | None]:
    """For each alert the stored one about the same, each of which counts once."""
    open_ones = list(stored)
    matches: list[Alert | None] = []
    for alert in alerts:
        quoted = {one.utterance_id for one in alert.evidence}
        near = [
            other
            for other in open_ones
            if _about(other) == _about(alert)
            and (
                abs(other.at_s - alert.at_s) <= NEAR_S
                or quoted & {one.utterance_id for one in other.evidence}
            )
        ]
        match = min(near, key=lambda other: abs(other.at_s - alert.at_s), default=None)
        if match is not None:
            open_ones.remove(match)
        matches.append(match)
    return matches


def _about(alert: Alert) -> tuple[object, ...]:
    return alert.kind, alert.harassment_type


def _rule(alert: Alert) -> tuple[object, ...]:
    return (alert.rule,)


def _told(alert: Alert) -> tuple[object, ...]:
    return alert.rule, alert.severity, alert.audience, alert.message, alert.suggested_step


def _firing(alert: Alert, verdict: Verdict | None) -> Firing:
    quoted = alert.evidence[-1] if alert.evidence else None
    return Firing(
        rule=alert.rule,
        kind=alert.kind,
        harassment_type=alert.harassment_type,
        severity=alert.severity,
        audience=alert.audience,
        at_s=round(alert.at_s, 2),
        quote=quoted.quote if quoted else "",
        quote_s=quoted.start_s if quoted else None,
        verdict=verdict,
    )


def _time(one: Difference) -> float:
    firing = one.after or one.before
    return firing.at_s if firing else 0.0


def _figures(rule: str, counts: Counter[str]) -> RuleFigures:
    def precision(side: str) -> float | None:
        judged = counts[f"right {side}"] + counts[f"false_alarm {side}"]
        return counts[f"right {side}"] / judged if judged else None

    return RuleFigures(
        rule=rule,
        before=counts["before"],
        after=counts["after"],
        altered=counts["altered"],
        moved=counts["moved"],
        new=counts["new"],
        gone=counts["gone"],
        right_before=counts["right before"],
        false_before=counts["false_alarm before"],
        precision_before=precision("before"),
        right_after=counts["right after"],
        false_after=counts["false_alarm after"],
        precision_after=precision("after"),
    )
