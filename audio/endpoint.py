"""Whisper behind OpenAI's transcription endpoint: a service, or a server of one's own.

Each utterance is one upload (``POST {url}/audio/transcriptions``, WAV), so the threads that
call this recogniser are the uploads that run at once. Partials are uploads too, one for
about every second of speech; they are left out unless the server is said to be cheap.
"""

from __future__ import annotations

import io
import math
import re
import wave
import weakref
from collections.abc import Sequence
from typing import Any

import httpx
import numpy as np
import stamina

from audio.guards import audible, unspoken, without_phantoms
from audio.language import JAPANESE
from copilot.errors import RecogniserError
from copilot.signals import SAMPLE_RATE_HZ, Hypothesis, RecognitionRequest, Samples

__all__ = ["UPLOADS", "EndpointRecogniser"]

UPLOADS = 8
"""At once; a server of one's own batches about as many."""
CONNECT_S = 3.0
ANSWER_S = 15.0
"""Within which a server answers one upload."""
DEADLINE_S = 20.0
"""After which an utterance is not tried again."""
ATTEMPTS = 5
RETRY_AFTER_MAX_S = 5.0
NOT_NOW = frozenset({408, 409, 425, 429})
"""Answers below 500 that a later try may mend."""
NOT_SO = frozenset({400, 415, 422})
"""Answers of a server that does not know the format asked for, among other reasons."""
CURES = {401: "check endpoint_key", 403: "check endpoint_key", 404: "check endpoint_url, model"}
_NAMES = {"english": "en", "japanese": "ja"}
_CODE = re.compile(r"[a-z]{2,3}")


class _RefusedError(Exception):
    """The server's status, and when it wants to be asked again."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(response.status_code)
        self.status = response.status_code
        wait = response.headers.get("retry-after", "")
        self.after_s = min(float(wait), RETRY_AFTER_MAX_S) if wait.isdecimal() else None


class EndpointRecogniser:
    """``copilot.ports.Recogniser``. Serves any number of threads."""

    batch_max = 1

    def __init__(self, url: str, *, model: str, key: str = "", partials: bool = False) -> None:
        """``url`` ends before ``/audio/transcriptions``, usually in ``/v1``. Nothing is sent
        until somebody speaks."""
        self._url = url.rstrip("/") + "/audio/transcriptions"
        self._model = model
        self._partials = partials
        self._format = "verbose_json"
        self._client = httpx.Client(
            headers={"authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(ANSWER_S, connect=CONNECT_S),
        )
        weakref.finalize(self, self._client.close)
        self._host = httpx.URL(url).host
        self.name = f"{model} (endpoint, {self._host})"

    def recognise(self, requests: Sequence[RecognitionRequest]) -> list[Hypothesis]:
        """See ``Recogniser``. The error has the server's status, never its words."""
        return [self._recognise(request) for request in requests]

    def _recognise(self, request: RecognitionRequest) -> Hypothesis:
        wanted = request.final or self._partials
        if not wanted or not audible(request.segment.samples):
            return Hypothesis(text="", language=request.language or "", confidence=0.0)
        try:
            answer = self._transcribed(request)
        except _RefusedError as error:
            cure = f"; {CURES[error.status]}" if error.status in CURES else ""
            raise RecogniserError(f"{self._host} answered {error.status}{cure}") from None
        except httpx.HTTPError as error:
            reason = f"{self._host} did not answer: {type(error).__name__}"
            raise RecogniserError(reason) from None
        if not isinstance(answer, dict) or not isinstance(answer.get("text"), str):
            raise RecogniserError(f"{self._host} answered without a text")
        return _hypothesis(answer, request.language)

    def _transcribed(self, request: RecognitionRequest) -> Any:
        """The answer in the best format that the server knows, which is remembered."""
        try:
            return self._tried(request, self._format)
        except _RefusedError as error:
            if self._format == "json" or error.status not in NOT_SO:
                raise
        answer = self._tried(request, "json")
        self._format = "json"
        return answer

    def _tried(self, request: RecognitionRequest, answer_format: str) -> Any:
        attempts = stamina.retry_context(
            on=_again,
            attempts=ATTEMPTS if request.final else 1,
            timeout=DEADLINE_S,
            wait_initial=0.1,
            wait_jitter=0.1,
            wait_max=RETRY_AFTER_MAX_S,
        )
        fields = {
            "model": self._model,
            "response_format": answer_format,
            "temperature": "0",
            "language": request.language,
            "prompt": request.prompt,
        }
        upload = ("utterance.wav", _wav(request.segment.samples), "audio/wav")
        for attempt in attempts:
            with attempt:
                response = self._client.post(
                    self._url,
                    data={name: value for name, value in fields.items() if value},
                    files={"file": upload},
                )
                if not response.is_success:
                    raise _RefusedError(response)
        try:
            return response.json()
        except ValueError:
            return None


def _again(error: Exception) -> bool | float:
    """Whether a later try may succeed, or in how many seconds."""
    if isinstance(error, _RefusedError):
        later = error.status >= 500 or error.status in NOT_NOW
        return error.after_s if later and error.after_s is not None else later
    return isinstance(error, httpx.TransportError)


def _wav(samples: Samples) -> bytes:
    """16-bit mono at 16 kHz."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE_HZ)
        out.writeframes((np.clip(samples, -1.0, 1.0) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def _hypothesis(answer: dict[str, Any], asked: str | None) -> Hypothesis:
    """What was heard, without what the server itself doubts, where it says so."""
    text = answer["text"]
    confidence = 1.0
    told = answer.get("segments")
    segments = [one for one in told if _measured(one)] if isinstance(told, list) else []
    if segments:
        heard = [one for one in segments if not _unheard(one)]
        if len(heard) < len(segments):
            text = "".join(one["text"] for one in heard)
        mean = sum(one["avg_logprob"] for one in heard) / max(1, len(heard))
        confidence = min(1.0, math.exp(mean)) if heard else 0.0
    text = without_phantoms(text)
    return Hypothesis(
        text=text,
        language=asked or _language(answer.get("language"), text),
        confidence=confidence if text else 0.0,
    )


def _measured(segment: Any) -> bool:
    return (
        isinstance(segment, dict)
        and isinstance(segment.get("text"), str)
        and isinstance(segment.get("avg_logprob"), int | float)
    )


def _unheard(segment: dict[str, Any]) -> bool:
    return unspoken(segment["avg_logprob"], segment.get("no_speech_prob") or 0.0)


def _language(told: Any, text: str) -> str:
    """A code from the server's name or code of the language, else by the script."""
    name = str(told or "").strip().lower()
    if name in _NAMES:
        return _NAMES[name]
    if _CODE.fullmatch(name):
        return name
    return "ja" if JAPANESE.search(text) else "en"
