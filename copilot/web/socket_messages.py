"""What clients say on sockets, and how they are told what is wrong with it."""

from __future__ import annotations

import json
import uuid
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, ValidationError

from audio.decode import AudioFormat, Encoding
from copilot.auth import Role
from copilot.errors import (
    AudioFormatError,
    ConflictError,
    ForbiddenError,
    InputError,
    OverloadedError,
    ProtocolError,
    StoreUnavailableError,
)
from copilot.events import CallStarted, Speaker
from copilot.languages import primary_language
from copilot.web.changes import now
from copilot.web.inputs import NAME, CallId, Name, Seq
from copilot.web.problems import UnauthorisedError

Message = TypeVar("Message", bound=BaseModel)

TEXT_CHARACTERS = 200_000
"""Of the longest message we read as JSON: a subscription to a thousand calls."""
FOLLOWED_CALLS = 1000
"""In one subscription by name, and in ``after``."""


Calls = Annotated[list[CallId], Field(min_length=1, max_length=FOLLOWED_CALLS)]
Seen = Annotated[dict[CallId, Seq], Field(max_length=FOLLOWED_CALLS)]


def _language(tag: str) -> str:
    try:
        return primary_language(tag)
    except InputError as error:
        raise ValueError(str(error)) from None


HOTWORDS = 20
"""Of one call: a name, an order, a few products. The recogniser reads no more anyway."""
Hotword = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=NAME)
]

Word = Annotated[str, Field(max_length=35)]
"""As long as the longest language tag anybody uses (RFC 5646, 4.4.1)."""


class Format(BaseModel):
    """``AudioFormat`` as JSON; that one judges it."""

    encoding: Word
    rate: int
    channels: list[Word]

    def audio_format(self) -> AudioFormat:
        """Raises ``AudioFormatError``, which says what is allowed."""
        return AudioFormat(
            cast(Encoding, self.encoding), self.rate, tuple(cast(list[Speaker], self.channels))
        )


class Start(BaseModel):
    """First message of ``/ws/call``. Members we do not know are passed over, so that a
    newer client can call an older server."""

    type: Literal["start"]
    token: str | None = None
    """Left out: the cookie counts."""
    role: Role | None = None
    call_id: Annotated[CallId, Field(default_factory=lambda: uuid.uuid4().hex)]
    language: Annotated[Word, AfterValidator(_language)] = "auto"
    agent_id: Name
    team: Annotated[str, Field(max_length=128, pattern=NAME)] = ""
    customer_id: Name | None = None
    direction: Literal["inbound", "outbound"] = "inbound"
    consent: bool | None = None
    hotwords: Annotated[list[Hotword], Field(max_length=HOTWORDS)] = []
    """Names and numbers the call is about, to be heard right. They are kept nowhere, but for
    a recording that waits to be transcribed."""
    format: Format
    resume: bool = False
    """Come back to a call whose socket was lost."""
    after: Seq = 0
    """With ``resume``: ``seq`` of the last event that arrived."""

    def call_started(self) -> CallStarted:
        return CallStarted(
            call_id=self.call_id,
            at_s=0.0,
            started_at=now(),
            agent_id=self.agent_id,
            team=self.team,
            customer_id=self.customer_id,
            direction=self.direction,
            channels=self.format.audio_format().channels,
            language=self.language,
            consent=self.consent,
        )


class Command(BaseModel):
    """Any later message of ``/ws/call``."""

    type: Literal["pause", "resume", "stop"]
    reason: Annotated[str, Field(max_length=200)] = ""


class Subscribe(BaseModel):
    """First message of ``/ws/live``."""

    type: Literal["subscribe"]
    token: str | None = None
    role: Role | None = None
    calls: Literal["all"] | Calls
    after: Seen = {}
    """``seq`` of the last event that arrived, by call."""


def parse(text: str, model: type[Message]) -> Message:
    """The message in a text frame. Raises ``ProtocolError``, which quotes no values."""
    wanted = " or ".join(f'"{one}"' for one in _types(model))
    if len(text) > TEXT_CHARACTERS:
        raise ProtocolError(f"the message is longer than {TEXT_CHARACTERS} characters")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise ProtocolError(f"not JSON; send an object of type {wanted}") from None
    if not isinstance(content, dict) or content.get("type") not in _types(model):
        raise ProtocolError(f"send a JSON object of type {wanted} here")
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise ProtocolError(f"{content['type']}: {_faults(error)}") from None


def refusal(error: InputError | OverloadedError | StoreUnavailableError) -> tuple[str, int]:
    """The error's name for programs, and the code that closes the socket: RFC 6455, or
    4000 and the HTTP status that means the same."""
    match error:
        case AudioFormatError():
            return "unsupported_audio", 1003
        case UnauthorisedError():
            return "unauthorised", 4401
        case ForbiddenError():
            return "forbidden", 4403
        case ConflictError():
            return "conflict", 4409
        case ProtocolError(code=4408):
            return "timeout", 4408
        case ProtocolError(code=4429):
            return "too_many_messages", 4429
        case ProtocolError(code=code):
            return "bad_message", code
        case InputError():
            return "bad_message", 1008
        case OverloadedError():
            return "overloaded", 1013
        case StoreUnavailableError():
            return "unavailable", 1013


def error_text(code: str, message: str) -> str:
    # Escaped, because a message may name a member whose name is no valid text.
    return json.dumps({"type": "error", "code": code, "message": message})


def _types(model: type[BaseModel]) -> tuple[str, ...]:
    return cast(tuple[str, ...], model.model_fields["type"].annotation.__args__)  # type: ignore[union-attr]


def _faults(error: ValidationError) -> str:
    faults: list[Any] = error.errors(include_input=False, include_url=False)
    return "; ".join(
        f"{'.'.join(str(part)[:128] for part in fault['loc'])}: "
        f"{fault['msg'].removeprefix('Value error, ')}"
        for fault in faults[:5]
    )
