"""The house keeps its own rules: sizes, cheap imports, documented settings."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from copilot.config import Config

ROOT = Path(__file__).parent.parent
FOLDERS = ["copilot", "audio", "sentiment", "summarizer", "supervisor_ui"]


def sources() -> list[Path]:
    found = []
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".js", ".mjs"} and not {
                "vendor",
                "node_modules",
                "__pycache__",
            } & set(path.parts):
                found.append(path)
    return found


def test_no_file_is_over_400_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in sources()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long, "a module over 400 lines wants to be two"


def test_files_are_short() -> None:
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in sources()]
    assert statistics.median(lengths) <= 150


def imported_by(module: str) -> set[str]:
    code = f"import sys, {module}; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT
    )
    assert shown.returncode == 0, shown.stderr
    return set(shown.stdout.split())


@pytest.mark.parametrize(
    "module", ["copilot.app", "copilot.backends", "copilot.cli", "audio", "sentiment"]
)
def test_imports_are_cheap(module: str) -> None:
    heavy = {"torch", "transformers", "faster_whisper", "ctranslate2", "onnxruntime", "sklearn"}
    assert not heavy & imported_by(module)


def test_app_imports_without_torch() -> None:
    code = "import sys; sys.modules['torch'] = sys.modules['transformers'] = None; import copilot.app"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@pytest.mark.parametrize("module", ["audio", "sentiment", "summarizer"])
def test_stages_are_pure(module: str) -> None:
    for path in (ROOT / module).rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(import|from) asyncio", text, re.MULTILINE), path


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_every_setting_is_documented(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    missing = [name for name in Config.model_fields if f"COPILOT_{name.upper()}" not in text]
    assert not missing


def test_only_config_reads_the_environment() -> None:
    readers = [
        str(path.relative_to(ROOT))
        for path in sources()
        if path.suffix == ".py"
        and re.search(r"os\.environ|os\.getenv", path.read_text("utf-8"))
    ]
    # copilot sets OPENBLAS_NUM_THREADS, which numpy reads when it is first imported: before
    # there is a configuration.
    assert sorted(readers) == [
        "copilot/__init__.py",
        "copilot/config.py",
    ]
    package = (ROOT / "copilot" / "__init__.py").read_text("utf-8")
    assert package.count("os.environ") == 1, "nothing else is set before the configuration"
