"""Whether deliveries will be taken: each CRM is asked, and nothing is changed there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from copilot.config import Config
from copilot.errors import ConfigError
from copilot.target_config import Target as TargetConfig

__all__ = ["Check", "target_checks"]

CURE = "docs/crm.md tells what the target needs: fields, rights, settings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    name: str
    ok: bool
    detail: str
    """What was found."""
    cure: str = ""
    """What to do about it; empty when all is well."""


def target_checks(config: Config) -> list[Check]:
    """A check for each delivery target. Blocking, as long as the slowest CRM answers."""
    return asyncio.run(_checks(config))


async def _checks(config: Config) -> list[Check]:
    from copilot.target_backends import build_target

    async def check(target: TargetConfig) -> Check:
        name = f"target {target.name}"
        try:
            built = build_target(target, config)
        except ConfigError as error:
            return Check(name=name, ok=False, detail=str(error), cure=CURE)
        try:
            lacking = await built.lacks()
        finally:
            await built.close()
        if lacking:
            return Check(name=name, ok=False, detail="; ".join(lacking), cure=CURE)
        return Check(name=name, ok=True, detail=f"{target.kind}, ready")

    return list(await asyncio.gather(*map(check, config.delivery_targets)))
