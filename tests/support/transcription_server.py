"""OpenAI's transcription endpoint on a recogniser of the house: real uploads, real words."""

from __future__ import annotations

import io
import json
import math
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

from copilot.ports import Recogniser
from copilot.signals import RecognitionRequest, SpeechSegment

NAMES = {"en": "english", "ja": "japanese"}


@contextmanager
def served(recogniser: Recogniser) -> Iterator[str]:
    """The URL before ``/audio/transcriptions``."""
    busy = threading.Lock()

    class Endpoint(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            form = self.form()
            with wave.open(io.BytesIO(form["file"])) as file:
                assert (file.getframerate(), file.getnchannels()) == (16_000, 1)
                pcm = file.readframes(file.getnframes())
            samples = np.frombuffer(pcm, "<i2").astype(np.float32) / 32768
            with busy:
                (heard,) = recogniser.recognise(
                    [
                        RecognitionRequest(
                            call_id="upload",
                            segment=SpeechSegment(
                                utterance_id="upload",
                                speaker="unknown",
                                start_s=0.0,
                                end_s=len(samples) / 16_000,
                                samples=samples,
                                closed=True,
                            ),
                            final=True,
                            language=form.get("language", b"").decode() or None,
                            prompt=form.get("prompt", b"").decode(),
                        )
                    ]
                )
            logarithm = math.log(max(heard.confidence, 1e-6))
            segment = {"text": heard.text, "avg_logprob": logarithm, "no_speech_prob": 0.0}
            self.answer(
                {
                    "text": heard.text,
                    "language": NAMES.get(heard.language, heard.language),
                    "segments": [segment] if heard.text else [],
                }
            )

        def form(self) -> dict[str, bytes]:
            head = f"content-type: {self.headers['content-type']}\r\n\r\n".encode()
            body = self.rfile.read(int(self.headers["content-length"]))
            parts = BytesParser(policy=HTTP).parsebytes(head + body).iter_parts()
            return {
                part.get_param("name", header="content-disposition"): part.get_payload(
                    decode=True
                )
                for part in parts
            }

        def answer(self, value: object) -> None:
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *values: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as server:
        server.daemon_threads = True
        server.block_on_close = False
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()
