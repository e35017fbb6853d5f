"""The concrete delivery targets by their kind in the settings."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from copilot import target_config as settings
from copilot.config import Config
from copilot.crm.credentials import ClientCredentials, Credentials, FixedCredentials
from copilot.crm.dynamics import Dynamics
from copilot.crm.file import FileTarget
from copilot.crm.hubspot import HubSpot
from copilot.crm.kintone import Kintone
from copilot.crm.kintone_file import load_field_map
from copilot.crm.masked import MaskedTarget
from copilot.crm.salesforce import Salesforce
from copilot.crm.sender import TRIES, CrmMapping, CrmTarget, Sender
from copilot.crm.targets import Target
from copilot.crm.voice_call import Journal, SignedTokens, VoiceCallSignals
from copilot.crm.webhook import SignedPost, WebhookTarget
from copilot.crm.zendesk import Zendesk
from copilot.errors import ConfigError

__all__ = ["TARGETS", "build_signals", "build_target"]


def build_target(target: settings.Target, config: Config) -> Target:
    """The target, behind the masking policy. Raises ``ConfigError``."""
    build = TARGETS[type(target)]
    return MaskedTarget(build(target, ZoneInfo(config.time_zone)), config.masking_policy)


def build_signals(signals: settings.VoiceCallSignals, journal: Journal) -> VoiceCallSignals:
    """What tells Salesforce Voice about calls that go on. Raises ``ConfigError``."""
    path = signals.private_key_file
    try:
        private_key = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"voice_call_signals: {path} cannot be read") from None
    tokens = SignedTokens(
        private_key, organisation=signals.organisation, call_center=signals.call_center
    )
    return VoiceCallSignals(
        journal,
        Sender(signals.url, tokens),
        service=signals.service,
        provider=signals.provider,
    )


def _file(target: settings.FileTarget, zone: ZoneInfo) -> Target:
    return FileTarget(target.name, target.folder, target.formats)


def _webhook(target: settings.WebhookTarget, zone: ZoneInfo) -> Target:
    secret = target.signing_secret()
    return WebhookTarget(
        target.name, SignedPost(target.url, secret=secret, headers=target.headers)
    )


def _salesforce(target: settings.SalesforceTarget, zone: ZoneInfo) -> Target:
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


def _hubspot(target: settings.HubSpotTarget, zone: ZoneInfo) -> Target:
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


def _zendesk(target: settings.ZendeskTarget, zone: ZoneInfo) -> Target:
    def headers() -> dict[str, str]:
        who = f"{target.user}/token:{target.read_secret()}"
        return {"authorization": f"Basic {base64.b64encode(who.encode()).decode()}"}

    mapping = Zendesk(record=target.record, zone=zone, owners=target.owners)
    return _crm(target.name, target.url, mapping, FixedCredentials(headers))


def _dynamics(target: settings.DynamicsTarget, zone: ZoneInfo) -> Target:
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


def _kintone(target: settings.KintoneTarget, zone: ZoneInfo) -> Target:
    fields = load_field_map(target.mapping)
    if target.key_field in {*fields.fields, *fields.tables}:
        raise ConfigError(f"{target.mapping}: {target.key_field} holds our key, nothing else")
    mapping = Kintone(app=target.app, key_field=target.key_field, fields=fields, zone=zone)
    credentials = FixedCredentials(lambda: {"x-cybozu-api-token": target.read_secret()})
    return _crm(target.name, target.url, mapping, credentials)


def _crm(name: str, url: str, mapping: CrmMapping, credentials: Credentials) -> Target:
    sender = Sender(url, credentials, transient=mapping.transient, tries=TRIES)
    return CrmTarget(name, mapping, sender)


TARGETS: dict[type, Callable[[Any, ZoneInfo], Target]] = {
    settings.FileTarget: _file,
    settings.WebhookTarget: _webhook,
    settings.SalesforceTarget: _salesforce,
    settings.HubSpotTarget: _hubspot,
    settings.ZendeskTarget: _zendesk,
    settings.DynamicsTarget: _dynamics,
    settings.KintoneTarget: _kintone,
}
