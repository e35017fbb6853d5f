"""Settings of what leaves the house: delivery targets and webhooks.

A secret stands in the file as ``secret``, or in a file of its own named by ``secret_file``,
which may be exchanged while the server runs: it is read again when the target refuses it.
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)

from copilot.errors import ConfigError, DeliveryError

__all__ = [
    "AlertWebhook",
    "DynamicsTarget",
    "FileTarget",
    "HubSpotTarget",
    "KintoneTarget",
    "SalesforceTarget",
    "Target",
    "VoiceCallSignals",
    "WebhookTarget",
    "ZendeskTarget",
]

_HERE = ("localhost", "127.0.0.1", "::1")


def _secure(url: str) -> str:
    """Without a slash at the end: paths begin with one."""
    parts = urlsplit(url)
    if not parts.hostname or not (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)
    ):
        raise ValueError("is no https address; http is for this machine only")
    return url.rstrip("/")


def _web(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("is no http or https address")
    return url


SecureUrl = Annotated[str, AfterValidator(_secure)]
WebUrl = Annotated[str, AfterValidator(_web)]
TargetName = Annotated[str, Field(pattern=r"^[^/\x00-\x1f\x7f]{1,128}$")]
"""Part of every key, and of a path of the API."""
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
"""A name inside a query, so nothing but letters, digits and underscores."""


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Secret(_Settings):
    """Something that shows who we are."""

    secret: SecretStr = SecretStr("")
    secret_file: Annotated[Path | None, Field(validate_default=True)] = None
    """A file whose text is the secret."""

    @field_validator("secret_file")
    @classmethod
    def _given_once(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        secret = info.data.get("secret")
        if secret is not None and bool(secret.get_secret_value()) == (value is not None):
            raise ValueError("give secret or secret_file, one of them")
        return value

    def read_secret(self) -> str:
        """Raises ``DeliveryError``, retryable, where its file cannot be read."""
        if self.secret_file is None:
            return self.secret.get_secret_value()
        try:
            # Some editors begin a file with a mark.
            return self.secret_file.read_text(encoding="utf-8-sig").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise DeliveryError("secret_file cannot be read", retryable=True) from error


class _Signed(_Secret):
    url: WebUrl
    headers: dict[str, str] = {}

    @field_validator("secret")
    @classmethod
    def _usable(cls, value: SecretStr) -> SecretStr:
        if text := value.get_secret_value():
            _check_signing(text)
        return value

    def signing_secret(self) -> str:
        """Read once, at the start. Raises ``ConfigError``."""
        try:
            secret = self.read_secret()
            _check_signing(secret)
        except DeliveryError:
            raise ConfigError(f"secret_file: {self.secret_file} cannot be read") from None
        except ValueError as fault:
            raise ConfigError(f"secret_file: {self.secret_file} {fault}") from None
        return secret


def _check_signing(secret: str) -> None:
    """Raises ``ValueError`` for what signs nothing, or what anybody could sign with."""
    encoded = secret.removeprefix("whsec_")
    if not encoded:
        raise ValueError("is empty")
    try:
        if encoded != secret:
            base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise ValueError("begins with whsec_ and is no base64 after it") from None


class _Crm(_Secret):
    """What every CRM's settings have in common."""

    owners: dict[str, str] = {}
    """Who an operator is over there: user id by agent id."""
    phone_region: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "JP"
    """Region of phone numbers without a country code."""


class FileTarget(_Settings):
    """Writes each approved summary into a folder."""

    kind: Literal["file"]
    name: TargetName = "file"
    folder: Path
    formats: Annotated[tuple[Literal["json", "csv", "vtt"], ...], Field(min_length=1)] = (
        "json",
    )


class WebhookTarget(_Signed):
    """Posts each approved summary, signed with HMAC-SHA256, to a URL."""

    kind: Literal["webhook"]
    name: TargetName = "webhook"


class AlertWebhook(_Signed):
    """Where alerts go that concern the account owner, signed as summaries are."""


class SalesforceTarget(_Crm):
    """``secret`` is the connected app's, which runs the client credentials flow."""

    kind: Literal["salesforce"]
    name: TargetName = "salesforce"
    url: SecureUrl
    """My Domain: https://<name>.my.salesforce.com"""
    client_id: str
    record: Literal["task", "case"] = "task"
    key_field: Identifier = "Copilot_Key__c"
    """Unique external id field (text, 60) on Activity and, for cases, on Case."""
    contact_field: Identifier | Literal[""] = ""
    """Field of Contact that the customer id is looked up in: Id, Phone, one of yours."""


class HubSpotTarget(_Crm):
    """``secret`` is a private app's access token."""

    kind: Literal["hubspot"]
    name: TargetName = "hubspot"
    url: SecureUrl = "https://api.hubapi.com"
    key_property: Identifier = "copilot_key"
    """Property with unique values, on calls and on tasks."""
    contact_property: Identifier | Literal[""] = ""
    """Property of contacts that the customer id is looked up in."""
    outcomes: dict[str, str] = {}
    """GUID of HubSpot's call outcome by disposition code."""


class ZendeskTarget(_Crm):
    """``secret`` is an API token of ``user``."""

    kind: Literal["zendesk"]
    name: TargetName = "zendesk"
    url: SecureUrl
    """https://<name>.zendesk.com"""
    user: str
    """Mail address of the agent who writes."""
    record: Literal["ticket", "talk_partner_ticket", "comment"] = "ticket"


class DynamicsTarget(_Crm):
    """``secret`` is the app registration's, which runs the client credentials flow."""

    kind: Literal["dynamics"]
    name: TargetName = "dynamics"
    url: SecureUrl
    """https://<name>.crm7.dynamics.com"""
    token_url: SecureUrl
    """https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token"""
    client_id: str
    contact_field: Identifier | Literal[""] = ""
    """Column of contact that the customer id is looked up in."""
    regarding: Identifier = "regardingobjectid_contact_phonecall"
    """How a phone call regards a contact: the name differs between organisations."""
    task_regarding: Identifier = "regardingobjectid_contact_task"


class KintoneTarget(_Secret):
    """``secret`` is an API token of the app, with the rights to view, add and edit."""

    kind: Literal["kintone"]
    name: TargetName = "kintone"
    url: SecureUrl
    """https://<name>.cybozu.com"""
    app: Annotated[int, Field(ge=1)]
    key_field: str
    """Field code of a text field without duplicates (値の重複を禁止する)."""
    mapping: Path
    """Which field holds what (TOML)."""


Target = Annotated[
    FileTarget
    | WebhookTarget
    | SalesforceTarget
    | HubSpotTarget
    | ZendeskTarget
    | DynamicsTarget
    | KintoneTarget,
    Field(discriminator="kind"),
]


class VoiceCallSignals(_Settings):
    """Salesforce Voice with partner telephony: live signals about calls that go on."""

    url: SecureUrl
    """https://<name>.my.salesforce-scrt.com"""
    organisation: Annotated[str, Field(pattern=r"^00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?$")]
    """Id of the org."""
    call_center: str
    """API name of the contact centre."""
    provider: str
    """Name of the telephony provider, as the org knows it."""
    service: str
    """The intelligence source that was agreed with Salesforce."""
    private_key_file: Path
    """RSA key (PEM) whose public half the contact centre's settings hold."""
