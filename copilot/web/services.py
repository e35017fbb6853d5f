"""What the web layer needs from the rest of the house."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from copilot.auth import Tokens
from copilot.calls import LiveCalls
from copilot.config import Config
from copilot.deliveries import DeliveryWorker
from copilot.disposition_file import DispositionList
from copilot.hub import Hub
from copilot.journal import Journal
from copilot.policy_file import PolicyBook
from copilot.ports import Summariser
from copilot.recognition import RecognitionWorker
from copilot.rule_trial import RuleTrial
from sentiment.rule_book import RuleBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Running parts, built by ``copilot.app`` and handed to ``create_app``."""

    config: Config
    journal: Journal
    hub: Hub
    tokens: Tokens
    calls: LiveCalls
    recognition: RecognitionWorker
    deliveries: DeliveryWorker
    summariser: Summariser
    running_summariser: Summariser
    """Quick: tells of calls that go on."""
    rules: RuleBook
    rule_trial: RuleTrial
    policy: PolicyBook
    dispositions: DispositionList
    ready: Callable[[], list[str]]
    """Names of the parts that have stopped; empty: all of them run."""
