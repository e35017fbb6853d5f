"""Where approved summaries go. ``copilot.backends`` names the concrete targets."""

from __future__ import annotations

from typing import Protocol

from copilot.crm.summary import CallSummary

__all__ = ["Target"]


class Target(Protocol):
    """A place that holds one record per call."""

    @property
    def name(self) -> str: ...

    async def deliver(self, summary: CallSummary, key: str) -> str:
        """Create the record of ``key``, or update it where it exists; its id over there.

        Safe to repeat: the same key never makes a second record. Raises ``DeliveryError``,
        retryable where a later try may succeed. Cancelling leaves the record as it was or
        as it shall be.
        """
        ...

    async def lacks(self) -> list[str]:
        """What stands in the way of deliveries, a sentence each. Changes nothing over
        there."""
        ...

    async def close(self) -> None:
        """Gives connections back."""
        ...
