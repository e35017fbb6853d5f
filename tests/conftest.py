"""Fixtures of all tests. Parts of one area have their own conftest."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from copilot.archive import Archive
from copilot.bus import Bus
from copilot.journal import Journal
from copilot.valkey import EmbeddedValkey

TESTS = Path(__file__).parent
DATA = TESTS.parent.parent / "shared" / "data"

# What a busy machine makes slow is not wrong.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Labelled recordings and texts, beside the checkout of the project's own team."""
    if not DATA.is_dir():
        pytest.skip("the labelled data (../shared/data) is not on this machine")
    return DATA


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the packaged Whisper model, joined once for the whole run."""
    from copilot.models import whisper_folder

    folder = TESTS.parent / "data"
    whisper_folder(folder)
    return folder


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    server = EmbeddedValkey.start(tmp_path_factory.mktemp("valkey"))
    yield server
    server.stop()


@pytest.fixture
async def bus(valkey: EmbeddedValkey) -> AsyncIterator[Bus]:
    bus = await Bus.connect(valkey.url)
    await bus.redis.flushall()
    yield bus
    await bus.close()


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    archive = await Archive.open(f"sqlite:///{tmp_path}/archive.db")
    yield archive
    await archive.close()


@pytest.fixture
def journal(bus: Bus, archive: Archive, tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(bus, archive, spool_dir=tmp_path / "spool")
    yield journal
    journal.close()
