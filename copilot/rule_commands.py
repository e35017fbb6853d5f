"""The commands ``copilot rules ...``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from copilot.terminal import out, readable_errors

__all__ = ["rules"]

rules = typer.Typer(help="Alert rules.", no_args_is_help=True)


@rules.callback()
def of_rules() -> None:
    """Alert rules: check them before they go live."""


@rules.command(epilog="Example: copilot rules check rules.toml")
def check(
    path: Annotated[Path, typer.Argument(help="A rules file, or a folder of them.")],
) -> None:
    """Name every fault of rules with its line (status 2), or show what they tell to whom."""
    from sentiment.rules import load_rules

    with readable_errors():
        found = load_rules(path)
    table = Table("rule", "kind", "spoken by", "severity", "told to", "in a call", box=None)
    table.columns[0].no_wrap = True
    for rule in found:
        rest = f", {rule.cool_down_s:g} s apart" if rule.cool_down_s else ""
        table.add_row(
            rule.id,
            rule.harassment_type or rule.kind,
            ", ".join(rule.speakers),
            rule.severity,
            ", ".join(rule.audience),
            f"{rule.cap_per_call}{rest}",
        )
    out.print(table)
