"""Configuration: one frozen value, read once, from ``copilot.toml`` and the environment.

Precedence: command line, then ``COPILOT_*`` variables, then the TOML file, then defaults.
No other module reads the environment.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from audio.devices import devices_in
from copilot.errors import ConfigError
from copilot.masking_policy import MaskingPolicy
from copilot.target_config import AlertWebhook, FileTarget, Target, VoiceCallSignals

Port = Annotated[int, Field(ge=0, le=65535)]


class Config(BaseSettings):
    """Every setting of the product. Each has a row in the README's table."""

    model_config = SettingsConfigDict(
        env_prefix="COPILOT_", frozen=True, extra="forbid", env_ignore_empty=True
    )

    host: str = "127.0.0.1"
    """Address the server listens on."""
    port: Port = 8765
    """Port of the sockets, REST and pages; 0 takes a free one."""
    data_dir: Path = Path("data")
    """Folder of everything the product stores: database, Valkey, models, exports."""
    redis_url: str = ""
    """A Redis or Valkey to use instead of the embedded one, for instance redis://host:6379/0."""
    database_url: str = ""
    """SQLAlchemy URL; empty: SQLite in the data folder."""
    recogniser: Literal["faster-whisper", "transformers", "endpoint"] = "faster-whisper"
    """Backend; ``transformers`` needs the extra of that name, ``endpoint`` a server."""
    model: str = "base"
    """Whisper model: ``base`` (packaged), another name of the backend's, or a folder."""
    device: str = "auto"
    """Where it runs: auto, cpu, cuda, cuda:1, mps; cuda:0,cuda:1 takes several GPUs."""
    compute_type: str = "default"
    """Precision; ``default``: float16 on a GPU, on a CPU int8 (transformers: float32)."""
    endpoint_url: Annotated[str, Field(pattern=r"^(https?://.+)?$")] = ""
    """Server with OpenAI's transcription endpoint, for instance http://127.0.0.1:8000/v1."""
    endpoint_key: SecretStr = SecretStr("")
    """Its key, where it asks for one."""
    endpoint_partials: bool = False
    """Words while people speak, too: one upload more for each second of speech."""
    threads: Annotated[int, Field(ge=1, le=64)] = min(os.cpu_count() or 2, 64)
    """CPU threads of the recogniser."""
    vocabulary: Path | None = None
    """Words of the trade (TOML): what the recogniser should know, and corrections."""
    reader: Literal["heads", "transformers", "classifier"] = "heads"
    """What reads the mood of words; all but ``heads`` need the extra ``transformers``."""
    reader_device: str = "auto"
    """Where torch runs it: auto, cpu, cuda, cuda:1, mps. ``heads`` runs on the CPU."""
    reader_model: str = ""
    """Of ``classifier``: a text-classification model of Hugging Face's, or a folder."""
    reader_labels: dict[str, dict[str, float]] = {}
    """What its labels say: anger = {frustration = 1}, negative = {valence = -1}."""
    opinion_url: Annotated[str, Field(pattern=r"^(https?://.+)?$")] = ""
    """Server with OpenAI's chat endpoint, asked where a reading is in doubt."""
    opinion_model: str = ""
    """Its model."""
    opinion_key: SecretStr = SecretStr("")
    """Its key, where it asks for one."""
    opinion_timeout_s: Annotated[float, Field(ge=0.1, le=10)] = 1.0
    """Longest that a reading waits for it."""
    rules: Path | None = None
    """Alert rules (TOML) instead of the shipped ones."""
    policy_file: Path | None = None
    """Policy against customer harassment (TOML) instead of the shipped one."""
    dispositions: Path | None = None
    """The centre's disposition codes with examples (TOML); empty: summaries carry none."""
    summariser: Literal["extractive", "endpoint", "transformers"] = "extractive"
    """What writes summaries: our own, or with a language model, here or on a server."""
    summary_url: Annotated[str, Field(pattern=r"^(https?://.+)?$")] = ""
    """Of ``endpoint``: server with OpenAI's chat endpoint, usually ending in /v1."""
    summary_model: str = ""
    """Its model; of ``transformers`` one of Hugging Face's, a folder, or a .gguf file."""
    summary_key: SecretStr = SecretStr("")
    """The server's key, where it asks for one."""
    summary_device: str = "auto"
    """Where torch runs the model of ``transformers``: auto, cpu, cuda, cuda:1, mps."""
    summary_window_tokens: Annotated[int, Field(ge=2048, le=1_048_576)] = 8192
    """What the model reads and writes at a time; longer calls are told in parts."""
    summary_timeout_s: Annotated[float, Field(ge=1, le=600)] = 20.0
    """Longest that a summary waits for the model; then the rules' summary stands."""
    masking_policy: MaskingPolicy = MaskingPolicy()
    """Which kinds of personal data may stand in clear where; by default none does, but names
    and reference numbers."""
    alert_budget: Annotated[int, Field(ge=1, le=100)] = 5
    """Calls that ask for a supervisor's attention at once; the rest is folded behind them."""
    time_zone: str = "UTC"
    """Zone of the centre: what "tomorrow" means in a summary. For instance Asia/Tokyo."""
    max_calls: Annotated[int, Field(ge=0, le=100_000)] = 0
    """Calls transcribed as people speak; 0: as many as the processor's cores carry."""
    overload: Literal["record", "refuse"] = "record"
    """What becomes of a call beyond that: recorded and transcribed afterwards, or refused."""
    resume_s: Annotated[float, Field(ge=0, le=600)] = 10.0
    """How long a call waits for its socket to come back."""
    allowed_origins: tuple[str, ...] = ()
    """Origins beside the server's own that may embed the pages and open sockets."""
    targets: tuple[Target, ...] = ()
    """Where approved summaries go; empty: JSON files under the data folder."""
    account_owner_webhook: AlertWebhook | None = None
    """Where alerts of rules with the audience ``account_owner`` go: url, secret, headers."""
    voice_call_signals: VoiceCallSignals | None = None
    """Salesforce Voice: alerts and moods of calls that go on, for the agent's console."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Lowest level that is logged, on stderr."""

    @field_validator("device")
    @classmethod
    def _known_device(cls, value: str) -> str:
        devices_in(value)
        return value

    @field_validator("reader_device", "summary_device")
    @classmethod
    def _known_single_device(cls, value: str) -> str:
        if len(devices_in(value)) > 1:
            raise ValueError("takes one device; for instance auto, cpu or cuda:1")
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("is no time zone; for instance Asia/Tokyo or UTC") from None
        return value

    @field_validator("targets")
    @classmethod
    def _unique_names(cls, value: tuple[Target, ...]) -> tuple[Target, ...]:
        names = [target.name for target in value]
        if len(set(names)) < len(names):
            raise ValueError("two targets have the same name; give each its own")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'copilot.db'}"

    @property
    def delivery_targets(self) -> tuple[Target, ...]:
        return self.targets or (FileTarget(kind="file", folder=self.data_dir / "summaries"),)


def load_config(file: Path | None = None, **overrides: Any) -> Config:
    """Reads the configuration. ``overrides`` are command-line options; ``None`` is unset.

    Without ``file``, ``copilot.toml`` of the working directory is read if it exists.
    Raises ``ConfigError`` with a line for every fault.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Config(**(_read_toml(file) | EnvSettingsSource(Config)() | given))
    except ValidationError as error:
        raise ConfigError(*map(_fault, error.errors())) from None
    except SettingsError as error:
        raise ConfigError(f"environment: {error}") from None


def prepare_data_dir(config: Config) -> None:
    """Makes the data folder, for this user only. Raises ``ConfigError``."""
    try:
        config.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigError(f"data_dir: {config.data_dir}: {error.strerror}") from None


def _read_toml(file: Path | None) -> dict[str, Any]:
    path = file or Path("copilot.toml")
    if file is None and not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: is no valid TOML: {error}") from None


def _fault(error: Any) -> str:
    path = [str(part) for part in error["loc"]]
    name = ".".join(path)
    variable = f"COPILOT_{path[0].upper()}" if path else ""
    source = f"{name} ({variable})" if variable in os.environ else name
    if error["type"] == "extra_forbidden":
        return f"{source}: is no setting; see the table in README.md"
    return f"{source}: {error['msg'].removeprefix('Value error, ')}"
