"""Second opinions from a real server on this machine: honest, slow, failing, lying, gone."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from chat_server import KEY, MODEL, ChatServer, chat_server, completion, graded

from sentiment.chat import ANSWER_BYTES, ChatEndpoint
from sentiment.opinion import AT_ONCE, FAILURES, REST_S, TEXTS, OpinionReader, blended
from sentiment.reading import Reading

SOON_S = 30.0
"""For servers that answer: never reached."""
LIMIT_S = 0.3
DOUBT = Reading(levels=(0.6, 0.4, 0.2), churn=0.7, act="complaint")


class Doubting:
    """Doubts every text that ends in a question mark; of the others it is sure."""

    name = "doubting"

    def read(self, texts: Sequence[str]) -> list[Reading]:
        return [
            DOUBT if text.endswith("?") else Reading(levels=(0.1, 0.05, 0.0)) for text in texts
        ]


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as server:
        yield server
        assert server.broken == []


@pytest.fixture
def clock() -> list[float]:
    return [1000.0]


Make = Callable[..., OpinionReader]


@pytest.fixture
def make(server: ChatServer, clock: list[float]) -> Make:
    def made(limit_s: float = SOON_S, url: str = "") -> OpinionReader:
        return OpinionReader(
            Doubting(),
            ChatEndpoint(url or server.url, model=MODEL, key=KEY, limit_s=limit_s),
            limit_s=limit_s,
            hide=lambda text: text.replace("Ada", "[name]"),
            clock=lambda: clock[0],
        )

    return made


def test_only_doubtful_texts_are_asked_about_and_only_masked(
    make: Make, server: ChatServer
) -> None:
    server.answer = lambda texts: graded([3, 0])
    sure, angry, calm = make().read(
        ["fine.", "Ada, again?", "4111 1111 and ４４４４-1, all 3?"]
    )
    assert server.asked == [["[name], again?", "[number] and [number], all 3?"]]
    assert sure == Doubting().read(["fine."])[0]
    assert angry == blended(DOUBT, 3)
    assert calm == blended(DOUBT, 0)


def test_who_is_sure_asks_nobody(make: Make, server: ChatServer) -> None:
    reader = make()
    assert reader.read([]) == []
    assert len(reader.read(["fine.", "good."])) == 2
    assert server.tried == []


@pytest.mark.parametrize("level", range(4))
@pytest.mark.parametrize("doubt", [0.25, 0.4, 0.5, 0.75])
def test_within_the_doubt_the_opinion_decides(level: int, doubt: float) -> None:
    reading = Reading(levels=(min(1.0, doubt + 0.2), doubt, doubt / 2), churn=0.7)
    told = blended(reading, level)
    assert (told.levels[1] > 0.5) == (level >= 2)
    assert sorted(told.levels, reverse=True) == list(told.levels)
    assert all(0 <= share <= 1 for share in told.levels)
    assert told.churn == reading.churn


def test_our_reading_decides_by_how_much() -> None:
    surer, less = (blended(Reading(levels=(0.8, p, 0.1)), 2).levels[1] for p in (0.7, 0.3))
    assert surer > less


def test_a_question_holds_so_many_texts(make: Make, server: ChatServer) -> None:
    readings = make().read(["what?"] * (TEXTS + 2))
    assert [len(texts) for texts in server.asked] == [TEXTS]
    assert readings[TEXTS - 1] != DOUBT
    assert readings[TEXTS:] == [DOUBT, DOUBT]


@pytest.mark.parametrize(
    ("formats", "tried"),
    [
        (("json_schema", "json_object", ""), ["json_schema"]),
        (("json_object", ""), ["json_schema", "json_object"]),
        (("",), ["json_schema", "json_object", ""]),
    ],
)
def test_the_best_format_that_the_server_knows_is_found_once(
    make: Make, server: ChatServer, formats: tuple[str, ...], tried: list[str]
) -> None:
    server.formats = formats
    reader = make()
    assert reader.read(["what?"]) == reader.read(["what?"]) == [blended(DOUBT, 3)]
    assert server.tried == [*tried, tried[-1]]


def test_words_around_the_json_are_passed_over(make: Make, server: ChatServer) -> None:
    told = 'The {sentence} is rude.\n```json\n{"levels": [2]}\n```'
    server.answer = lambda texts: completion(told)
    assert make().read(["what?"]) == [blended(DOUBT, 2)]


LIES = {
    "no JSON": b"<html>",
    "a list": b"[]",
    "no choices": b'{"choices": []}',
    "no text": completion(None),
    "words": completion("I would say 3."),
    "cut short": completion('{"levels": [3'),
    "another key": completion('{"level": 3}'),
    "too few": graded([]),
    "too many": graded([3, 3]),
    "beyond the scale": graded([4]),
    "below it": graded([-1]),
    "half a level": graded([2.5]),
    "a truth": graded([True]),
    "a word": graded(["3"]),
    "nothing": graded([None]),
    "no list": completion('{"levels": 3}'),
    "nested without end": b"[" * 20_000,
    "too much": completion("{" * (ANSWER_BYTES + 1)),
    "an error": (500, b""),
    "too many requests": (429, b""),
    "a wrong key": (401, b""),
    "no such model": (404, b""),
    "all refused": (400, b""),
    "elsewhere": (302, b""),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_what_cannot_be_used_changes_nothing(
    make: Make, server: ChatServer, lie: bytes | tuple[int, bytes]
) -> None:
    reader = make()
    server.answer = lambda texts: lie
    assert reader.read(["what?"]) == [DOUBT]
    server.answer = lambda texts: graded([3])
    assert reader.read(["what?"]) == [blended(DOUBT, 3)], "the next answer counts again"


def test_a_model_may_decline(make: Make, server: ChatServer) -> None:
    reader = make()
    server.answer = lambda texts: completion(None, refusal="I cannot judge this.")
    for _ in range(FAILURES + 1):
        assert reader.read(["what?"]) == [DOUBT]
    assert len(server.asked) == FAILURES + 1, "declining is no failure of the server's"


def test_nobody_waits_for_a_slow_server(make: Make, server: ChatServer) -> None:
    held = threading.Event()

    def hang(texts: list[str]) -> bytes:
        held.wait()
        return graded([3])

    server.answer = hang
    try:
        assert make(LIMIT_S).read(["what?"]) == [DOUBT]
        assert not held.is_set()
    finally:
        held.set()


def test_while_all_questions_hang_readings_go_without(make: Make, server: ChatServer) -> None:
    all_asked, held = threading.Barrier(AT_ONCE + 1), threading.Event()

    def hang(texts: list[str]) -> bytes:
        all_asked.wait()
        held.wait()
        return graded([3])

    server.answer = hang
    reader = make()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        hanging = [threads.submit(reader.read, ["what?"]) for _ in range(AT_ONCE)]
        try:
            all_asked.wait()
            assert reader.read(["what?"]) == [DOUBT]
        finally:
            held.set()
        assert [one.result() for one in hanging] == [[blended(DOUBT, 3)]] * AT_ONCE
    assert len(server.tried) == AT_ONCE


def test_a_server_that_dribbles_is_as_slow(make: Make) -> None:
    """Each byte comes in time, the answer never."""
    held = threading.Event()

    def dribble() -> None:
        line, _ = listener.accept()
        with line:
            line.recv(65536)
            line.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
            while not held.wait(LIMIT_S / 10):
                try:
                    line.sendall(b" ")
                except OSError:  # given up, as it should be
                    given_up.set()
                    return

    given_up = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=dribble)
        thread.start()
        try:
            reader = make(LIMIT_S, f"http://127.0.0.1:{listener.getsockname()[1]}/v1")
            assert reader.read(["what?"]) == [DOUBT]
            assert given_up.wait(SOON_S)
        finally:
            held.set()
            thread.join()


def test_after_failures_in_a_row_nobody_is_asked_for_a_while(
    make: Make, server: ChatServer, clock: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "sentiment.opinion")
    server.answer = lambda texts: (503, b"")
    reader = make()
    for _ in range(FAILURES + 3):
        assert reader.read(["what?"]) == [DOUBT]
    assert len(server.asked) == FAILURES
    clock[0] += REST_S
    for _ in range(3):
        reader.read(["what?"])
    assert len(server.asked) == FAILURES + 1, "one question tries whether it is over"
    server.answer = lambda texts: graded([3])
    clock[0] += REST_S
    assert [reader.read(["what?"]) for _ in range(2)] == [[blended(DOUBT, 3)]] * 2
    assert [(one.levelname, one.message) for one in caplog.records] == [
        ("WARNING", "no second opinions for now"),
        ("INFO", "second opinions are back"),
    ]
    assert caplog.records[0].reason == "127.0.0.1 answered 503"  # type: ignore[attr-defined]


def test_failures_with_answers_between_them_are_borne(make: Make, server: ChatServer) -> None:
    reader = make()
    for number in range(3 * FAILURES):
        fails = number % FAILURES > 0
        server.answer = lambda texts, fails=fails: (503, b"") if fails else graded([3])
        reader.read(["what?"])
    assert len(server.asked) == 3 * FAILURES


def test_a_server_that_is_not_there_changes_nothing(make: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert make(url=f"http://127.0.0.1:{port}/v1").read(["what?"]) == [DOUBT]
