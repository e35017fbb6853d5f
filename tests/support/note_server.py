"""OpenAI's chat endpoint on this machine, for notes: it checks every question, and answers as
told, or with a real model."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from chat_server import completion
from local_server import serving

from summarizer.chat import ChatModel, Message, NoAnswerError

MODEL, KEY = "writer", "k3y"
HANGS = b""
"""An answer that never comes."""
CUT = b"{"
"""One that breaks off: more is announced than sent."""

Answer = Callable[[list[Message]], bytes | tuple[int, bytes]]


def note(**sections: Sequence[tuple[str, Sequence[int]]]) -> bytes:
    """An answer with these sentences, each with the lines it cites."""
    empty: dict[str, list[Any]] = {"reason": [], "situation": [], "actions": [], "next": []}
    told = {
        section: [{"text": text, "lines": list(lines)} for text, lines in sentences]
        for section, sentences in sections.items()
    }
    return completion(json.dumps(empty | told, ensure_ascii=False))


@dataclass
class NoteServer:
    url: str = ""
    answer: Answer = lambda messages: note()
    """The body, or a status with it."""
    formats: tuple[str, ...] = ("json_schema", "json_object", "")
    """What it knows; anything else is refused with 400."""
    asked: list[list[Message]] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    """The format of each question."""
    broken: list[str] = field(default_factory=list)
    """What was wrong with questions."""
    ended: threading.Event = field(default_factory=threading.Event)


@contextmanager
def note_server(model: ChatModel | None = None) -> Iterator[NoteServer]:
    """A server that answers as told, or with ``model``."""
    state = NoteServer()

    class Endpoint(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["content-length"])))
            try:
                wanted = checked(self.path, self.headers["authorization"], question)
            except (AssertionError, KeyError) as error:
                state.broken.append(repr(error))
                return self.reply(400, b"{}")
            state.tried.append(wanted)
            if wanted not in state.formats:
                return self.reply(400, b'{"error": {"message": "unknown format"}}')
            state.asked.append(question["messages"])
            answer = written(model, question) if model else state.answer(question["messages"])
            if answer == HANGS:
                state.ended.wait()
                return None
            return self.reply(*answer) if isinstance(answer, tuple) else self.reply(200, answer)

        def reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body) + 100 * (body == CUT)))
            self.end_headers()
            self.wfile.write(body)
            if body == CUT:
                self.close_connection = True

        def log_message(self, format: str, *values: object) -> None:
            pass

    with serving(Endpoint) as state.url:
        try:
            yield state
        finally:
            state.ended.set()


def written(model: ChatModel, question: dict[str, Any]) -> bytes | tuple[int, bytes]:
    schema = question["response_format"]["json_schema"]["schema"]
    try:
        content = model.complete(
            question["messages"], schema, tokens=question["max_tokens"], limit_s=120.0
        )
    except NoAnswerError:
        return 500, b"{}"
    return completion(content)


def checked(path: str, authorization: str | None, question: dict[str, Any]) -> str:
    """The format asked for. Raises ``AssertionError`` where the endpoint's contract is broken."""
    assert path == "/v1/chat/completions", path
    assert authorization == f"Bearer {KEY}", authorization
    known = {"model", "messages", "temperature", "max_tokens", "response_format"}
    assert question.keys() <= known, question.keys()
    assert question["model"] == MODEL
    roles = [one["role"] for one in question["messages"]]
    assert roles == ["system", "user", "assistant", "user"], roles
    wanted = question.get("response_format", {"type": ""})
    if wanted["type"] == "json_schema":
        told = wanted["json_schema"]
        assert told["strict"] is True
        assert told["name"].isidentifier()
        schema = told["schema"]
        # What strict mode asks of every object.
        for one in (schema, *schema["$defs"].values()):
            assert one["additionalProperties"] is False
            assert one["required"] == list(one["properties"])
    if wanted["type"] == "json_object":
        # OpenAI refuses this format where no message speaks of JSON.
        assert "JSON" in question["messages"][0]["content"]
    return str(wanted["type"])
