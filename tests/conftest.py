"""Fixtures of all tests. Parts of one area have their own conftest."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
DATA = TESTS.parent.parent / "shared" / "data"
# Tests are not a package (import mode importlib); what they share is imported as `support`.
sys.path.insert(0, str(TESTS))


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
