"""What both languages' task readers hand over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Owner", "Task"]

Owner = Literal["agent", "customer", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    owner: Owner
    what: str
    """The task without its deadline."""
    note: str
    """The task as the note tells it, deadline included."""
    pointing: bool = False
    """Whether it only points at a task said before ("I'll do that tonight")."""
