"""A recording on one channel as a call of two legs: who speaks, told by voice and words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from audio.diarisation import SURE, Turn, confidence_within, parted, voice_turns
from audio.files import Recording
from audio.vad import VoiceModel
from audio.voiceprint import load_voice_encoder
from copilot.errors import ModelMissingError
from copilot.events import Event, Speaker, Transcript
from copilot.recognition import RecognitionWorker
from copilot.roles import DECIDED, agent_voice
from copilot.signals import SAMPLE_RATE_HZ, Hypothesis, RecognitionRequest, SpeechSegment

__all__ = ["Speakers", "with_speakers"]

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Passages heard together: what a batch of the recogniser holds."""
PASSAGES_MAX = 24
"""Passages after which words that tell who is who are no longer expected."""
OF_EACH = 2
"""Passages of each voice that are heard before roles are told: where one person was taken for
two, both talk alike."""
PASSAGE_MIN_S = 0.6
PASSAGE_MAX_S = 12.0
PAUSE_MAX_S = 0.8
"""Pause within a passage."""
MARGIN_S = 0.15
NAMED = 0.85
"""Confidence of the roles below which nobody is named: two cues more on one side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speakers:
    """How it is known who speaks in a recording."""

    told_by: Literal["channel", "voice", "nothing"]
    confidence: float | None = None
    """Mean over all speech that its speaker is right; of ``voice`` only."""
    agent_confidence: float | None = None
    """That the voice taken for the agent's is theirs, by words; also where that was too
    little to name anybody."""
    unknown_s: float = 0.0
    """Speech whose speaker is ``unknown`` though others are told."""
    turns: tuple[Turn, ...] = ()

    def tell(self, event: Event) -> Event:
        """A transcript with how sure its speaker is."""
        if self.told_by != "voice" or not isinstance(event, Transcript):
            return event
        voice = confidence_within(self.turns, event.start_s, event.end_s)
        return replace(event, speaker_confidence=round(self._both(voice), 3))

    def _both(self, voice: float) -> float:
        """Either the voice and its role are right, or both are wrong."""
        role = self.agent_confidence or 0.5
        return voice * role + (1.0 - voice) * (1.0 - role)


async def with_speakers(
    recording: Recording,
    call_id: str,
    language: str | None,
    *,
    vad: VoiceModel,
    recognition: RecognitionWorker,
    apart: Callable[..., Awaitable[list[Turn]]],
) -> tuple[Recording, Speakers]:
    """The recording with a leg for each speaker, where voice and words tell them apart; as
    it was where they do not. ``apart`` runs a function in another thread."""
    if recording.speakers != ("unknown",):
        return recording, Speakers(told_by="channel")
    try:
        encoder = load_voice_encoder()
    except ModelMissingError as error:
        log.warning("voices on one channel stay together", extra={"reason": str(error)})
        return recording, Speakers(told_by="nothing")
    turns = await apart(voice_turns, recording.samples[0], vad, encoder)
    if not turns:
        return recording, Speakers(told_by="nothing")
    agent, role = await _agent(recording, turns, call_id, language, recognition)
    if role < NAMED:
        return recording, Speakers(told_by="nothing", agent_confidence=role)
    names: dict[int, Speaker] = {agent: "agent", 1 - agent: "customer"}
    told = Speakers(told_by="voice", agent_confidence=role, turns=tuple(turns))
    spoken_s = right_s = unknown_s = 0.0
    for turn in turns:
        length_s = turn.end_s - turn.start_s
        spoken_s += length_s
        right_s += length_s * told._both(turn.confidence)
        unknown_s += length_s if turn.confidence < SURE else 0.0
    told = replace(told, confidence=round(right_s / spoken_s, 3), unknown_s=round(unknown_s, 2))
    return parted(recording, turns, names), told


async def _agent(
    recording: Recording,
    turns: Sequence[Turn],
    call_id: str,
    language: str | None,
    recognition: RecognitionWorker,
) -> tuple[int, float]:
    """The operator's voice and how sure that is: passages are heard until words tell."""
    passages = list(_passages(turns))[:PASSAGES_MAX]
    said: list[tuple[int, str]] = []
    agent, confidence = 0, 0.5
    for at in range(0, len(passages), AT_ONCE):
        some = passages[at : at + AT_ONCE]
        heard = await asyncio.gather(
            *(_heard(_request(recording, one, call_id, language), recognition) for one in some)
        )
        said += [(one.voice, text) for one, text in zip(some, heard, strict=True)]
        agent, confidence = agent_voice(said)
        if confidence >= DECIDED and min(_counts(said)) >= OF_EACH:
            break
    return agent, confidence


def _counts(said: Sequence[tuple[int, str]]) -> tuple[int, int]:
    """Passages with words of each voice."""
    voices = [voice for voice, text in said if text]
    return voices.count(0), voices.count(1)


def _passages(turns: Sequence[Turn]) -> Iterator[Turn]:
    """Turns of one voice in a row as one, where the pauses are short."""
    held: Turn | None = None
    for turn in turns:
        if (
            held is not None
            and turn.voice == held.voice
            and turn.start_s - held.end_s <= PAUSE_MAX_S
            and turn.end_s - held.start_s <= PASSAGE_MAX_S
        ):
            held = replace(held, end_s=turn.end_s)
            continue
        if held is not None and held.end_s - held.start_s >= PASSAGE_MIN_S:
            yield held
        held = turn
    if held is not None and held.end_s - held.start_s >= PASSAGE_MIN_S:
        yield held


def _request(
    recording: Recording, passage: Turn, call_id: str, language: str | None
) -> RecognitionRequest:
    begin = max(0, round((passage.start_s - MARGIN_S) * SAMPLE_RATE_HZ))
    end_s = min(passage.end_s, passage.start_s + PASSAGE_MAX_S)
    end = round((end_s + MARGIN_S) * SAMPLE_RATE_HZ)
    segment = SpeechSegment(
        utterance_id=f"passage-{passage.start_s:.2f}",
        speaker="unknown",
        start_s=passage.start_s,
        end_s=end_s,
        samples=recording.samples[0, begin:end],
        closed=True,
    )
    return RecognitionRequest(call_id=call_id, segment=segment, final=True, language=language)


async def _heard(request: RecognitionRequest, recognition: RecognitionWorker) -> str:
    """Its words; none where the recogniser failed."""
    answer: asyncio.Future[Hypothesis | None] = asyncio.get_running_loop().create_future()
    recognition.submit(request, lambda _, hypothesis: answer.set_result(hypothesis))
    hypothesis = await answer
    return hypothesis.text if hypothesis else ""
