import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer as PluginServer

from copilot.config import Config
from copilot.doctor import Check, checks


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        other.settimeout(0.1)
        yield other.getsockname()[1]


def examined(config: Config) -> dict[str, Check]:
    return {check.name: check for check in checks(config)}


def test_a_machine_that_runs_the_tests_is_well(tmp_path: Path, free_port: int) -> None:
    found = examined(Config(data_dir=tmp_path / "new", port=free_port))
    found.pop("pages")  # set up by make, not by the tests themselves
    assert [check for check in found.values() if not check.ok] == []
    assert all(check.cure == "" for check in found.values())


def test_looking_leaves_nothing_behind(tmp_path: Path, free_port: int) -> None:
    checks(Config(data_dir=tmp_path / "new", port=free_port))
    assert list(tmp_path.iterdir()) == []


def test_every_fault_has_a_cure(tmp_path: Path, taken_port: int) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    config = Config(
        data_dir=blocked / "data",
        port=taken_port,
        redis_url="redis://127.0.0.1:1/0",
        database_url="mysql://127.0.0.1/x",
        device="cuda",
    )
    found = examined(config)
    for name in ("data folder", "port", "redis", "database"):
        assert not found[name].ok, name
    assert all(check.cure for check in found.values() if not check.ok)


def test_a_damaged_model_is_named_with_its_folder(tmp_path: Path, free_port: int) -> None:
    folder = tmp_path / "models" / "whisper-base"
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"half a model")
    model = examined(Config(data_dir=tmp_path, port=free_port))["model"]
    assert not model.ok
    assert str(folder) in model.cure


def test_a_model_folder_given_by_hand_is_taken(tmp_path: Path, free_port: int) -> None:
    (tmp_path / "model.bin").write_bytes(b"weights")
    model = examined(Config(data_dir=tmp_path, model=str(tmp_path), port=free_port))["model"]
    assert model.ok


def test_our_own_server_on_the_port_is_no_fault(tmp_path: Path) -> None:
    class Ready(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b'{"ready": true, "recogniser": "base"}' if self.path == "/readyz" else b"{}"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *values: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Ready) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            port = examined(Config(data_dir=tmp_path, port=server.server_port))["port"]
        finally:
            server.shutdown()
            thread.join()
    assert port.ok
    assert "copilot runs there" in port.detail


def test_a_gpu_that_is_asked_for_and_not_there_is_a_fault(free_port: int) -> None:
    gpu = examined(Config(port=free_port, device="cuda:7"))["gpu"]
    assert not gpu.ok
    assert gpu.detail.startswith("device: cuda:7: ")
    assert "cpu" in gpu.cure or "cuda:0" in gpu.detail


@pytest.mark.parametrize(
    ("config", "detail"),
    [
        ({}, "runs on "),
        ({"recogniser": "transformers"}, "runs on "),
        ({"device": "cpu"}, "not used: device is cpu"),
        ({"recogniser": "endpoint"}, "not used: recogniser is endpoint"),
    ],
)
def test_where_speech_is_recognised_is_told(
    free_port: int, config: dict[str, str], detail: str
) -> None:
    gpu = examined(Config(port=free_port, **config))["gpu"]
    assert gpu.detail.startswith(detail)


@pytest.mark.parametrize(("status", "ok"), [(200, True), (404, True), (401, False)])
def test_an_endpoint_is_asked_with_its_key(
    httpserver: PluginServer, free_port: int, status: int, ok: bool
) -> None:
    expected = {"authorization": "Bearer secret"}
    httpserver.expect_request("/v1/models", headers=expected).respond_with_data(status=status)
    config = Config(
        port=free_port,
        recogniser="endpoint",
        endpoint_url=httpserver.url_for("/v1"),
        endpoint_key="secret",
    )
    model = examined(config)["model"]
    assert model.ok == ok
    assert str(status) in model.detail
    assert ok or "ENDPOINT_KEY" in model.cure


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:1/v1"])
def test_an_endpoint_that_is_not_there_is_a_fault(free_port: int, url: str) -> None:
    config = Config(port=free_port, recogniser="endpoint", endpoint_url=url)
    model = examined(config)["model"]
    assert not model.ok
    assert "ENDPOINT_URL" in model.cure


@pytest.mark.parametrize(("status", "ok"), [(200, True), (404, True), (403, False)])
def test_who_gives_second_opinions_is_asked_with_its_key(
    httpserver: PluginServer, free_port: int, status: int, ok: bool
) -> None:
    expected = {"authorization": "Bearer secret"}
    httpserver.expect_request("/v1/models", headers=expected).respond_with_data(status=status)
    config = Config(
        port=free_port,
        opinion_url=httpserver.url_for("/v1"),
        opinion_model="judge",
        opinion_key="secret",
    )
    opinion = examined(config)["opinion"]
    assert opinion.ok == ok
    assert str(status) in opinion.detail
    assert ok or "OPINION_KEY" in opinion.cure


@pytest.mark.parametrize(
    ("settings", "name", "cure"),
    [
        ({"opinion_url": "http://127.0.0.1:1/v1"}, "opinion", "OPINION_MODEL"),
        (
            {"opinion_url": "http://127.0.0.1:1/v1", "opinion_model": "judge"},
            "opinion",
            "OPINION_URL",
        ),
        ({"reader": "classifier"}, "reader", "READER_MODEL"),
        ({"reader": "classifier", "reader_model": "mood"}, "reader", "READER_LABELS"),
        ({"reader": "transformers", "reader_device": "cuda:9"}, "reader", ""),
    ],
)
def test_a_reader_that_cannot_start_is_a_fault(
    free_port: int, settings: dict[str, str], name: str, cure: str
) -> None:
    check = examined(Config(port=free_port, **settings))[name]
    assert not check.ok
    assert cure in check.cure


def test_where_moods_are_read_is_told(free_port: int) -> None:
    found = examined(Config(port=free_port, reader="transformers", reader_device="cpu"))
    assert found["reader"].detail == "transformers on cpu: asked for"
