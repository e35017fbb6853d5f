"""The concrete delivery targets by their kind in the settings."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from copilot.config import Config
from copilot.crm.masked import MaskedTarget
from copilot.errors import ConfigError
from copilot.target_config import (
    DynamicsTarget,
    FileTarget,
    HubSpotTarget,
    KintoneTarget,
    SalesforceTarget,
    Target as TargetConfig,
    VoiceCallSignals as SignalSettings,
    WebhookTarget,
    ZendeskTarget,
)

if TYPE_CHECKING:
    from copilot.crm.credentials import Credentials
    from copilot.crm.sender import CrmMapping
    from copilot.crm.targets import Target
    from copilot.crm.voice_call import Journal, VoiceCallSignals

__all__ = ["build_signals", "build_target"]


def build_target(target: TargetConfig, config: Config) -> Target:
    """The target, behind the masking policy. Raises ``ConfigError``."""
    build = TARGETS[type(target)]
    return MaskedTarget(build(target, ZoneInfo(config.time_zone)), config.masking_policy)


def build_signals(settings: SignalSettings, journal: Journal) -> VoiceCallSignals:
    """What tells Salesforce Voice about calls that go on. Raises ``ConfigError``."""
    from copilot.crm.sender import Sender
    from copilot.crm.voice_call import SignedTokens, VoiceCallSignals

    path = settings.private_key_file
    try:
        private_key = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"voice_call_signals: {path} cannot be read") from None
    tokens = SignedTokens(
        private_key, organisation=settings.organisation, call_center=settings.call_center
    )
    return VoiceCallSignals(
        journal,
        Sender(settings.url, tokens),
        service=settings.service,
        provider=settings.provider,
    )


def _file(target: FileTarget, zone: ZoneInfo) -> Target:
    from copilot.crm.file import FileTarget as Files

    return Files(target.name, target.folder, target.formats)


def _webhook(target: WebhookTarget, zone: ZoneInfo) -> Target:
    from copilot.crm.webhook import WebhookTarget as Webhook

    return Webhook(
        target.name, target.url, secret=target.signing_secret(), headers=target.headers
    )


def _salesforce(target: SalesforceTarget, zone: ZoneInfo) -> Target:
    from copilot.crm.credentials import ClientCredentials
    from copilot.crm.salesforce import Salesforce

    mapping = Salesforce(
        record=target.record,
        key_field=target.key_field,
        contact_field=target.contact_field,
        zone=zone,
        region=target.phone_region,
        owners=target.owners,
    )
    token_url = f"{target.url}/services/oauth2/token"
    credentials = ClientCredentials(token_url, target.client_id, target.read_secret)
    return _crm(target.name, target.url, mapping, credentials)


def _hubspot(target: HubSpotTarget, zone: ZoneInfo) -> Target:
    from copilot.crm.credentials import FixedCredentials
    from copilot.crm.hubspot import HubSpot

    mapping = HubSpot(
        key_property=target.key_property,
        contact_property=target.contact_property,
        zone=zone,
        region=target.phone_region,
        owners=target.owners,
        outcomes=target.outcomes,
    )
    credentials = FixedCredentials(lambda: {"authorization": f"Bearer {target.read_secret()}"})
    return _crm(target.name, target.url, mapping, credentials)


def _zendesk(target: ZendeskTarget, zone: ZoneInfo) -> Target:
    from copilot.crm.credentials import FixedCredentials
    from copilot.crm.zendesk import Zendesk

    def headers() -> dict[str, str]:
        who = f"{target.user}/token:{target.read_secret()}"
        return {"authorization": f"Basic {base64.b64encode(who.encode()).decode()}"}

    mapping = Zendesk(record=target.record, zone=zone, owners=target.owners)
    return _crm(target.name, target.url, mapping, FixedCredentials(headers))


def _dynamics(target: DynamicsTarget, zone: ZoneInfo) -> Target:
    from copilot.crm.credentials import ClientCredentials
    from copilot.crm.dynamics import Dynamics

    mapping = Dynamics(
        contact_field=target.contact_field,
        regarding=target.regarding,
        task_regarding=target.task_regarding,
        zone=zone,
        region=target.phone_region,
        owners=target.owners,
    )
    credentials = ClientCredentials(
        target.token_url,
        target.client_id,
        target.read_secret,
        scope=f"{target.url}/.default",
    )
    return _crm(target.name, target.url, mapping, credentials)


def _kintone(target: KintoneTarget, zone: ZoneInfo) -> Target:
    from copilot.crm.credentials import FixedCredentials
    from copilot.crm.kintone import Kintone
    from copilot.crm.kintone_file import load_field_map

    fields = load_field_map(target.mapping)
    if target.key_field in {*fields.fields, *fields.tables}:
        raise ConfigError(f"{target.mapping}: {target.key_field} holds our key, nothing else")
    mapping = Kintone(app=target.app, key_field=target.key_field, fields=fields, zone=zone)
    credentials = FixedCredentials(lambda: {"x-cybozu-api-token": target.read_secret()})
    return _crm(target.name, target.url, mapping, credentials)


def _crm(name: str, url: str, mapping: CrmMapping, credentials: Credentials) -> Target:
    from copilot.crm.sender import TRIES, CrmTarget, Sender

    sender = Sender(url, credentials, transient=mapping.transient, tries=TRIES)
    return CrmTarget(name, mapping, sender)


TARGETS: dict[type, Callable[[Any, ZoneInfo], Target]] = {
    FileTarget: _file,
    WebhookTarget: _webhook,
    SalesforceTarget: _salesforce,
    HubSpotTarget: _hubspot,
    ZendeskTarget: _zendesk,
    DynamicsTarget: _dynamics,
    KintoneTarget: _kintone,
}
