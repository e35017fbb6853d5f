"""The endpoint recogniser against real HTTP servers."""

from __future__ import annotations

import io
import json
import threading
import wave
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email.parser import BytesParser
from email.policy import HTTP

import numpy as np
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from audio.endpoint import EndpointRecogniser
from copilot.errors import RecogniserError
from copilot.ports import Recogniser
from scripted import silence, tone

PATH = "/v1/audio/transcriptions"


@pytest.fixture
def endpoint(httpserver: HTTPServer) -> EndpointRecogniser:
    return EndpointRecogniser(httpserver.url_for("/v1/"), model="whisper-1", key="secret")


@pytest.fixture
def spoken(make_request):
    return make_request(samples=tone(1.0), final=True)


def form_of(request: Request) -> dict[str, bytes]:
    head = f"content-type: {request.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + request.get_data())
    return {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in message.iter_parts()
    }


def test_it_is_a_recogniser(endpoint):
    assert isinstance(endpoint, Recogniser)
    assert endpoint.name == "whisper-1 (endpoint, localhost)"


def test_an_utterance_is_uploaded_as_it_was_spoken(httpserver, endpoint, make_request):
    seen = {}

    def answer(request: Request) -> Response:
        seen.update(form_of(request), key=request.headers["authorization"])
        return Response(json.dumps({"text": " Hello.", "language": "english"}))

    httpserver.expect_request(PATH, method="POST").respond_with_handler(answer)
    samples = tone(1.5)
    request = make_request(samples=samples, final=True, language="ja")
    (heard,) = endpoint.recognise([request])
    assert heard.text == "Hello."
    assert heard.language == "ja"  # as asked, whatever the server thinks
    assert seen.pop("key") == "Bearer secret"
    with wave.open(io.BytesIO(seen.pop("file"))) as file:
        assert (file.getframerate(), file.getnchannels()) == (16_000, 1)
        sent = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32767
    assert np.abs(sent - samples).max() < 1e-4
    assert seen == {
        "model": b"whisper-1",
        "response_format": b"verbose_json",
        "temperature": b"0",
        "language": b"ja",
    }


def test_what_the_line_holds_beyond_full_scale_is_clipped(httpserver, endpoint, make_request):
    seen = {}

    def answer(request: Request) -> Response:
        seen.update(form_of(request))
        return Response(json.dumps({"text": "loud"}))

    httpserver.expect_request(PATH).respond_with_handler(answer)
    endpoint.recognise([make_request(samples=np.full(16_000, 1.5, np.float32), final=True)])
    with wave.open(io.BytesIO(seen["file"])) as file:
        assert set(np.frombuffer(file.readframes(16_000), "<i2")) == {32767}


@pytest.mark.parametrize(
    ("told", "text", "language"),
    [
        ("english", "Yes.", "en"),
        ("japanese", "はい。", "ja"),
        ("fr", "Oui.", "fr"),
        (None, "はい。", "ja"),
        (None, "Yes.", "en"),
        ("klingon tongue", "はい。", "ja"),
    ],
)
def test_the_language_is_taken_from_the_server_or_the_script(
    httpserver, endpoint, make_request, told, text, language
):
    httpserver.expect_request(PATH).respond_with_json({"text": text, "language": told})
    request = make_request(samples=tone(1.0), final=True, language=None)
    assert endpoint.recognise([request])[0].language == language


def test_a_server_without_the_long_format_is_asked_for_the_short_one(
    httpserver, endpoint, spoken
):
    formats = []

    def answer(request: Request) -> Response:
        formats.append(form_of(request)["response_format"])
        if formats[-1] == b"verbose_json":
            return Response("no such format", status=400)
        return Response(json.dumps({"text": "Hello."}))

    httpserver.expect_request(PATH).respond_with_handler(answer)
    for _ in range(2):
        (heard,) = endpoint.recognise([spoken])
        assert (heard.text, heard.confidence) == ("Hello.", 1.0)
    assert formats == [b"verbose_json", b"json", b"json"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_cannot_now_is_asked_again(httpserver, endpoint, spoken, status):
    busy = Response("busy", status=status, headers={"retry-after": "0"})
    httpserver.expect_ordered_request(PATH).respond_with_response(busy)
    httpserver.expect_ordered_request(PATH).respond_with_json({"text": "Hello."})
    assert endpoint.recognise([spoken])[0].text == "Hello."
    assert len(httpserver.log) == 2


@pytest.mark.parametrize(
    ("status", "told"),
    [(401, "endpoint_key"), (404, "endpoint_url"), (413, "413"), (307, "307")],
)
def test_a_refusal_is_told_with_its_status_and_no_words(
    httpserver, endpoint, spoken, status, told
):
    body = "the caller said: my card is 4111"
    httpserver.expect_request(PATH).respond_with_data(body, status=status)
    with pytest.raises(RecogniserError, match=told) as caught:
        endpoint.recognise([spoken])
    assert str(status) in str(caught.value)
    assert "4111" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert len(httpserver.log) == 1


def test_a_server_that_stays_busy_is_an_error_in_the_end(httpserver, endpoint, spoken):
    busy = Response("busy", status=503, headers={"retry-after": "0"})
    httpserver.expect_request(PATH).respond_with_response(busy)
    with pytest.raises(RecogniserError, match="answered 503"):
        endpoint.recognise([spoken])
    assert len(httpserver.log) == 5


def test_nobody_there_is_an_error(unused_tcp_port, spoken):
    endpoint = EndpointRecogniser(f"http://127.0.0.1:{unused_tcp_port}/v1", model="m")
    with pytest.raises(RecogniserError, match="did not answer: ConnectError"):
        endpoint.recognise([spoken])


@pytest.mark.parametrize("body", ["", "<html>", "[]", '"text"', "{}", '{"text": null}'])
def test_an_answer_without_a_text_is_an_error(httpserver, endpoint, spoken, body):
    httpserver.expect_request(PATH).respond_with_data(body)
    with pytest.raises(RecogniserError, match="without a text"):
        endpoint.recognise([spoken])


def test_what_the_server_doubts_is_left_out(httpserver, endpoint, spoken):
    segments = [
        {"text": " I want", "avg_logprob": -0.2, "no_speech_prob": 0.01},
        {"text": " a refund.", "avg_logprob": -0.4, "no_speech_prob": 0.9},
        {"text": " You.", "avg_logprob": -0.7, "no_speech_prob": 0.9},
        {"text": " Bzz.", "avg_logprob": -1.6, "no_speech_prob": 0.1},
    ]
    text = "".join(one["text"] for one in segments)
    httpserver.expect_request(PATH).respond_with_json({"text": text, "segments": segments})
    (heard,) = endpoint.recognise([spoken])
    assert heard.text == "I want a refund."
    assert heard.confidence == pytest.approx(np.exp(-0.3))


@pytest.mark.parametrize(
    "answer",
    [
        {"text": ""},
        {"text": "ご視聴ありがとうございました。"},
        {"text": "you", "segments": [{"text": "you", "avg_logprob": -2.0}]},
    ],
)
def test_nothing_heard_is_no_words(httpserver, endpoint, spoken, answer):
    httpserver.expect_request(PATH).respond_with_json(answer)
    (heard,) = endpoint.recognise([spoken])
    assert (heard.text, heard.confidence) == ("", 0.0)


@pytest.mark.parametrize("segments", [None, 3, "none", [None], [{"text": "a"}], [{}]])
def test_segments_of_another_shape_are_passed_over(httpserver, endpoint, spoken, segments):
    answer = {"text": "Hello.", "segments": segments}
    httpserver.expect_request(PATH).respond_with_json(answer)
    assert endpoint.recognise([spoken])[0].text == "Hello."


def test_silence_and_partials_are_not_uploaded(httpserver, endpoint, make_request):
    requests = [
        make_request(samples=silence(1.0), final=True),
        make_request(samples=tone(1.0), final=False),
    ]
    assert [one.text for one in endpoint.recognise(requests)] == ["", ""]
    assert httpserver.log == []


def test_partials_are_uploaded_where_they_are_cheap(httpserver, make_request):
    httpserver.expect_request(PATH).respond_with_json({"text": "Hel"})
    cheap = EndpointRecogniser(httpserver.url_for("/v1"), model="m", partials=True)
    (heard,) = cheap.recognise([make_request(samples=tone(1.0), final=False)])
    assert heard.text == "Hel"
    assert "authorization" not in httpserver.log[0][0].headers


def test_a_late_partial_is_not_asked_for_again(httpserver, make_request):
    httpserver.expect_request(PATH).respond_with_data("busy", status=503)
    cheap = EndpointRecogniser(httpserver.url_for("/v1"), model="m", partials=True)
    with pytest.raises(RecogniserError, match="503"):
        cheap.recognise([make_request(samples=tone(1.0), final=False)])
    assert len(httpserver.log) == 1


def test_uploads_of_several_threads_run_at_once(make_request):
    """None is answered before all have arrived."""
    together = threading.Barrier(3, timeout=10)

    def answer(request: Request) -> Response:
        together.wait()
        return Response(json.dumps({"text": form_of(request)["prompt"].decode()}))

    with HTTPServer(threaded=True) as server, ThreadPoolExecutor(3) as threads:
        server.expect_request(PATH).respond_with_handler(answer)
        endpoint = EndpointRecogniser(server.url_for("/v1"), model="m")
        spoken = make_request(samples=tone(1.0), final=True)
        requests = [replace(spoken, prompt=prompt) for prompt in "abc"]
        heard = threads.map(lambda one: endpoint.recognise([one])[0].text, requests)
        assert list(heard) == ["a", "b", "c"]
