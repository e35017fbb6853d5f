"""Masks one call, turn by turn.

What a transcript keeps of the words as they were recognised is masked like its text, and
left out where the two cannot be told to hide the same.

``Masker`` remembers what was asked for: "four four one one" after "your card number?" is a
card, after "which order?" it is not. It remembers what it hid, so that whoever reads it
back tells nothing. And it joins what came in pieces: once "1111 1111" shows that
"4111 1111" was half a card, the earlier final is mended by ``Redacted``.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import replace

from copilot.events import Redacted, Span, Transcript, Word
from copilot.masking.amounts import is_amount
from copilot.masking.context import (
    KINDS,
    WORK,
    asked_by,
    goes_on,
    is_question,
    kinds_named,
    names_payment,
    nearest_kind,
)
from copilot.masking.digits import DigitRun, digit_runs
from copilot.masking.mail import domain_at_start, local_at_end
from copilot.masking.numbers import LEAST_NEAR, joint_kind
from copilot.masking.pieces import (
    LONGEST_AROUND,
    Piece,
    is_free,
    piece_of,
    run_at_end,
    run_at_start,
)
from copilot.masking.redaction import redact
from copilot.masking.secrets import find_secrets, language_of

__all__ = ["Masker"]


class Masker:
    """Masks one call, with the memory of what was asked for and what came in pieces."""

    REPLIES = 3
    """Turns for which a question for a secret stays open: numbers come in pieces."""
    PIECES = 5
    """A card is read in four, and one may be said again."""
    WORKING = 4
    """Turns for which a number without a name may be that of an order spoken of."""
    HIDDEN = 40
    """Numbers of a call that are known again when somebody reads them back."""

    def __init__(
        self, kinds: Collection[str] = KINDS, own_contacts: Collection[str] = ()
    ) -> None:
        """``kinds`` are masked; ``own_contacts`` are the centre's and stay."""
        self._kinds = frozenset(kinds)
        self._own = tuple(own_contacts)
        self._asked: frozenset[str] = frozenset()
        self._replies_left = 0
        self._pieces: dict[str, list[Piece]] = {}
        """By speaker, oldest first."""
        self._locals: dict[str, Piece] = {}
        """By speaker, the first half of a mail address that may go on with the next turn."""
        self._turn = 0
        self._work_turn = -self.WORKING - 1
        """When an order, a booking and the like were last spoken of."""
        self._paying = False
        """Whether the call spoke of a bank, or of money on its way to an account."""
        self._hidden: deque[tuple[str, str, int]] = deque(maxlen=self.HIDDEN)
        """Digits, kind and turn of what was hidden."""
        self._kept: deque[str] = deque(maxlen=self.HIDDEN)
        """Numbers that the call works with."""

    def feed(self, transcript: Transcript) -> Transcript:
        """The transcript without secrets, words included. Feed every revision in order."""
        return self.hear(transcript)[0]

    def hear(self, transcript: Transcript) -> tuple[Transcript, list[Redacted]]:
        """As ``feed``, with what earlier finals lose now that this one tells what they were
        part of. Their spans count characters of the text that ``feed`` gave back."""
        pieces = self._pieces.get(transcript.speaker, [])
        spans, mended = self._secrets(transcript, transcript.text, pieces)
        raw = transcript.raw
        if raw is not None:
            raw_spans, raw_mended = self._secrets(transcript, raw, pieces)
            if len(raw_spans) > len(spans):
                # Figures made a secret look like something else: tell the words instead.
                transcript = replace(transcript, text=raw, stable_chars=0, words=None)
                spans, mended, raw = raw_spans, raw_mended, None
            else:
                raw = _masked_alike(raw, raw_spans, transcript.text, spans)
        text = transcript.text
        if transcript.final:
            if self._collect(transcript, spans):
                raw = None  # what a later turn masks shall have no second copy
            self._remember(transcript, spans)
        elif spans:
            raw = None
        masked = replace(
            transcript,
            text=redact(text, spans),
            stable_chars=_stable_chars(transcript, spans),
            raw=raw,
            words=_mask_words(text, transcript.words, spans) if spans else transcript.words,
        )
        redactions = [
            Redacted(
                call_id=transcript.call_id,
                at_s=transcript.at_s,
                utterance_id=piece.utterance_id,
                spans=(span := replace(piece.shown, kind=kind),),
                text=redact(piece.text, [span]),
            )
            for piece, kind in mended
            if piece.shown is not None and piece.kind != kind
        ]
        for piece, _ in mended if transcript.final else ():
            piece.shown = None
        return masked, redactions

    def _secrets(
        self, transcript: Transcript, text: str, pieces: Sequence[Piece]
    ) -> tuple[list[Span], list[tuple[Piece, str]]]:
        """Secrets of one reading of the transcript, and which pieces they end."""
        language = transcript.language or language_of(text)
        bare = self._turn - self._work_turn > self.WORKING
        spans = find_secrets(text, language, asked=self._asked, own=self._own, bare=bare)
        spans = [
            span
            for span in spans
            if span.kind in self._kinds and not _is_free_line(text, span, transcript)
        ]
        spans = [span for span in spans if not self._echoes(text, span)]
        spans += self._read_back(text, spans)
        spans, mended = self._joined(text, language, spans, pieces)
        if transcript.final:
            mended += self._named_after(text, transcript.speaker)
            local, domain = self._locals.get(transcript.speaker), domain_at_start(text)
            if local and domain and "email" in self._kinds:
                if is_free(domain.start, domain.end, spans):
                    spans = sorted([*spans, domain], key=lambda span: span.start)
                mended.append((local, "email"))
            return spans, mended
        return _hold_back(text, spans, expected=bool(self._asked or pieces)), []

    def _echoes(self, text: str, span: Span) -> bool:
        """Whether a number says again one that stays, or puts it right."""
        runs = digit_runs(text[span.start : span.end], least_kana=2)
        said = "".join(run.digits for run in runs) if span.kind in LEAST_NEAR else ""
        return said != "" and any(_alike(said, kept) for kept in self._kept)

    def _read_back(self, text: str, spans: Sequence[Span]) -> list[Span]:
        """Where the text says again what was hidden, in whole or in part."""
        found: list[Span] = []
        if not self._hidden:
            return found
        for run in digit_runs(text, least_kana=3):
            if any(run.start < one.end and one.start < run.end for one in spans):
                continue
            for digits, kind, turn in self._hidden:
                recent = self._turn - turn <= self.REPLIES
                if run.digits not in digits or len(run.digits) < (3 if recent else 6):
                    continue
                if not is_amount(text, run) and nearest_kind(text[: run.start]) != "work":
                    found.append(Span(start=run.start, end=run.end, kind=kind))
                break
        return found

    def _named_after(self, text: str, speaker: str) -> list[tuple[Piece, str]]:
        """The digits said before, where a turn without any tells what they were: "and that's
        my card"."""
        pieces = self._pieces.get(speaker) or self._pieces.get("customer", [])
        kinds = kinds_named(text) & LEAST_NEAR.keys() if _BACK.search(text) else ()
        if len(kinds) != 1 or run_at_start(text):
            return []
        (kind,) = kinds
        told = sum(len(piece.run.digits) for piece in pieces)
        enough = kind in self._kinds and told >= LEAST_NEAR[kind]
        return [(piece, kind) for piece in pieces] if enough else []

    def _joined(
        self, text: str, language: str, spans: list[Span], pieces: Sequence[Piece]
    ) -> tuple[list[Span], list[tuple[Piece, str]]]:
        """``spans`` with the digits at the start, where they end a secret that began in
        ``pieces``, and those pieces with the kind."""
        run = run_at_start(text)
        if run is None or nearest_kind(text[: run.start]) == "work":
            return spans, []
        for first in range(len(pieces)):
            chain = pieces[first:]
            runs = [*(piece.run for piece in chain), run]
            kind = joint_kind(runs, chain[0].before, language, self._asked)
            if kind is None or kind not in self._kinds:
                continue
            if not self._asked:  # the whole knows better than its last part
                spans = [one for one in spans if one.end <= run.start or run.end <= one.start]
            if is_free(run.start, run.end, spans):
                spans = sorted(
                    [*spans, Span(start=run.start, end=run.end, kind=kind)],
                    key=lambda span: span.start,
                )
            return spans, [(piece, kind) for piece in chain]
        return spans, []

    def _collect(self, transcript: Transcript, spans: Sequence[Span]) -> bool:
        """Remembers the digits at the end, or forgets what the speaker went on from.
        Whether a later turn may still mask them."""
        text = transcript.text
        local = local_at_end(text)
        if local is None or not is_free(local.start, local.end, spans):
            self._locals.pop(transcript.speaker, None)
        else:
            place = DigitRun(local.start, local.end, ())
            self._locals[transcript.speaker] = piece_of(transcript, place, spans)
        if (
            "work" in self._asked
            and "account" not in self._asked
            or asked_by(text) == {"work"}
            and transcript.speaker == "agent"
        ):
            self._pieces.clear()
            return local is not None
        run = run_at_end(text)
        if run is None:
            if len(text) > LONGEST_AROUND:
                self._pieces.pop(transcript.speaker, None)
            return local is not None
        if run_at_start(text) is None:
            self._pieces.pop(transcript.speaker, None)
        pieces = [*self._pieces.get(transcript.speaker, []), piece_of(transcript, run, spans)]
        self._pieces[transcript.speaker] = pieces[-self.PIECES :]
        return pieces[-1].kind is None or local is not None

    def _remember(self, transcript: Transcript, spans: Sequence[Span]) -> None:
        text = transcript.text
        self._turn += 1
        for span in spans:
            digits = "".join(
                run.digits for run in digit_runs(text[span.start : span.end], least_kana=2)
            )
            if len(digits) >= 4 and span.kind not in ("birth_date", "address", "email"):
                self._hidden.append((digits, span.kind, self._turn))
        self._kept += (
            run.digits
            for run in digit_runs(text)
            if len(run.digits) >= 5
            and is_free(run.start, run.end, spans)
            and ("work" in self._asked or nearest_kind(text[: run.start]) == "work")
        )
        self._paying = self._paying or names_payment(text)
        if WORK.search(text):
            self._work_turn = self._turn
        if transcript.speaker != "customer" and (asked := asked_by(text)) and not spans:
            if self._paying and "account" in text.lower():
                # With whom the account is, the talk before it tells.
                asked = frozenset({"bank_account"})
            self._asked, self._replies_left = asked, self.REPLIES
            return
        if transcript.speaker == "agent" and (
            said := {span.kind for span in spans} - {"birth_date", "email"}
        ):
            # Read back, so the answer may put it right: "no, it ends in 82".
            self._asked, self._replies_left = self._asked | said, self.REPLIES
            return
        if transcript.speaker == "agent" and is_question(text) and not goes_on(text):
            self._asked = frozenset()
            return
        if named := kinds_named(text[-_ANNOUNCED:]) if not spans else frozenset():
            # "My card number, it is" - and the number comes with the next breath.
            self._asked, self._replies_left = self._asked | named, self.REPLIES
            return
        if transcript.speaker != "agent" and any(span.kind == "address" for span in spans):
            # The town may come with the next breath.
            self._asked, self._replies_left = self._asked | {"address"}, self.REPLIES
            return
        if any(span.kind == "birth_date" for span in spans):
            # What follows may be the rest of it, but only by itself.
            self._asked = self._asked - {"birth_date"} | {"rest_of_birth_date"}
            self._replies_left = self.REPLIES + 1
        if transcript.speaker != "agent" or len(text) > _NODDING:
            self._replies_left -= 1
        if any(span.kind in self._asked for span in spans):
            self._replies_left = self.REPLIES  # there may be more of it
        if self._replies_left <= 0:
            self._asked = frozenset()


def _alike(said: str, kept: str) -> bool:
    """Whether digits are those of a number again, or all of them but a few."""
    if len(said) == len(kept):
        return sum(map(str.__eq__, said, kept)) >= 0.6 * len(kept)
    return said in kept or kept in said


_BACK = re.compile(
    r"\b(?:that|those|this|these|it)(?:['’]s|['’]?re| is| was| are| were)\b|(?:今の|以上|それ"
    r"|これ)(?:が|は|で)|(?:番号|カード|口座|電話|携帯)(?:です|でした|なんです|になります)",
    re.I,
)
"""How a turn speaks of the digits before it."""
_ANNOUNCED = 18
_NODDING = 8
"""Characters of a turn that only says that one listens: はい。, uh-huh"""
_FREE_LINE = re.compile(
    r"0120\d{6}|0800\d{6,7}|0570\d{6}|0808\d{6,7}|1?8(?:00|33|44|55|66|77|88)\d{7}"
)
"""Lines that cost the caller nothing belong to companies: 0120, 0800, 1-800."""
_CALLERS = re.compile(
    r"よろし|お間違い|ご登録|おかけ(?:いただ|にな|の)|お客様の(?:お電話|携帯|番号)|復唱"
    r"|折り返し|calling (?:from|on)\b|correct\b|right\?|read (?:that|it) back|your (?:phone "
    r"|mobile |cell )?number|on (?:file|record)|reach you|call you",
    re.I,
)
"""What is said beside the caller's own number."""


def _is_free_line(text: str, span: Span, transcript: Transcript) -> bool:
    """Whether the operator tells a hotline."""
    if span.kind != "phone" or transcript.speaker != "agent" or _CALLERS.search(text):
        return False
    runs = digit_runs(text[span.start : span.end])
    return bool(_FREE_LINE.fullmatch("".join(run.digits for run in runs)))


def _hold_back(text: str, spans: list[Span], *, expected: bool) -> list[Span]:
    """Also hides digits at the end of a partial that may still grow into a secret."""
    for run in digit_runs(text):
        growing = not text[run.end :].strip(" .,。、-") and len(run.digits) >= (
            1 if expected else 5
        )
        if growing and all(run.start >= span.end or run.end <= span.start for span in spans):
            spans = [*spans, Span(start=run.start, end=len(text), kind="number")]
    return sorted(spans, key=lambda span: span.start)


def _stable_chars(transcript: Transcript, spans: Sequence[Span]) -> int:
    """Characters of the masked text that later revisions keep: none of a number that may
    grow into a secret, and no part of a tag."""
    text, stable = transcript.text, transcript.stable_chars
    if transcript.final:
        return len(redact(text, spans))
    for run in reversed(digit_runs(text, least_kana=2)):
        if run.start < stable and not re.search(r"\w", text[run.end : stable]):
            stable = run.start
    for span in spans:
        if span.start < stable < span.end or span.end == len(text):
            stable = min(stable, span.start)
    before = [span for span in spans if span.end <= stable]
    return stable + sum(len(span.kind) + 2 - (span.end - span.start) for span in before)


def _masked_alike(
    raw: str, raw_spans: Sequence[Span], text: str, spans: Sequence[Span]
) -> str | None:
    """``raw`` masked; ``None`` unless it hides what the masked ``text`` hides."""
    if [span.kind for span in raw_spans] != [span.kind for span in spans]:
        return None
    masked = redact(raw, raw_spans)
    hidden = [text[span.start : span.end] for span in spans]
    numbers = ["".join(run.digits for run in digit_runs(secret)) for secret in hidden]
    shown = [run.digits for run in digit_runs(masked, least_kana=2) if len(run.digits) > 2]
    if any(secret in masked for secret in hidden):
        return None
    if any(run in number or number and number in run for run in shown for number in numbers):
        return None
    return masked if masked != redact(text, spans) else None


def _mask_words(
    text: str, words: tuple[Word, ...] | None, spans: Sequence[Span]
) -> tuple[Word, ...] | None:
    """Words with those inside a span replaced by one tag; ``None`` where the words do not
    follow the text, because then no word is known to be clean."""
    if words is None:
        return None
    masked: list[Word] = []
    told: set[Span] = set()
    position = 0
    for word in words:
        start = text.find(word.text.strip(), position)
        if start < 0:
            return None
        end = position = start + len(word.text.strip())
        span = next((span for span in spans if start < span.end and span.start < end), None)
        if span is None:
            masked.append(word)
        elif span in told:
            masked[-1] = replace(masked[-1], end_s=word.end_s)
        else:
            told.add(span)
            masked.append(replace(word, text=f"[{span.kind}]"))
    return tuple(masked)
