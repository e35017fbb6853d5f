"""Tables of the archive. SQLite and PostgreSQL hold the same ones.

``events`` is the truth. ``calls``, ``alerts`` and ``deliveries`` are projections of it for
lists and search, written in the same transaction and always rebuildable.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

events = Table(
    "events",
    metadata,
    Column("call_id", String, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("type", String, nullable=False),
    Column("at_s", Float, nullable=False),
    Column("body", Text, nullable=False),
    sqlite_with_rowid=False,
)

calls = Table(
    "calls",
    metadata,
    Column("call_id", String, primary_key=True),
    Column("last_seq", Integer, nullable=False),
    Column("event_count", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("started_at", String, nullable=False),
    Column("duration_s", Float, nullable=False),
    Column("agent_id", String, nullable=False),
    Column("team", String, nullable=False),
    Column("customer_id", String),
    Column("direction", String, nullable=False),
    Column("language", String, nullable=False),
    Column("frustration", Float),
    Column("trend", String),
    Column("alert_count", Integer, nullable=False),
    Column("open_alert_count", Integer, nullable=False),
    Column("headline", Text, nullable=False),
    Column("summary_state", String),
    Column("summary_version", Integer, nullable=False),
    Column("approved_version", Integer),
    Column("approved_at", String),
    Column("search_text", Text, nullable=False),
    Index("calls_by_start", "started_at", "call_id"),
    Index("calls_by_agent", "agent_id", "started_at"),
    Index("calls_by_customer", "customer_id", "started_at"),
    Index("calls_by_approval", "approved_at"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("call_id", String, primary_key=True),
    Column("alert_id", String, primary_key=True),
    Column("fired_at", String, nullable=False),
    Column("rule", String),
    Column("kind", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("state", String, nullable=False),
    Column("assignee", String),
    Column("snoozed_until", String),
    Column("agent_id", String, nullable=False),
    Column("team", String, nullable=False),
    Column("body", Text, nullable=False),
    Index("alerts_by_time", "fired_at"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("call_id", String, primary_key=True),
    Column("target", String, primary_key=True),
    Column("made_at", String, nullable=False),
    Column("state", String, nullable=False),
    Column("body", Text, nullable=False),
    Index("deliveries_by_time", "made_at"),
    Index("deliveries_by_state", "target", "state"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("call_id", String, primary_key=True),
    Column("author", String, primary_key=True),
    Column("saved_at", String, nullable=False),
    Column("body", Text, nullable=False),
)
"""Edits of summaries that were begun and not handed in. Not part of the record."""

tokens = Table(
    "tokens",
    metadata,
    Column("token_id", String, primary_key=True),
    Column("secret_hash", String, nullable=False),
    Column("one_use", Boolean, nullable=False),
    Column("role", String, nullable=False),
    Column("name", String, nullable=False),
    Column("issued_at", String, nullable=False),
    Column("expires_at", String, nullable=False),
    Column("revoked_at", String),
)

audit = Table(
    "audit",
    metadata,
    Column("audit_id", Integer, primary_key=True),
    Column("made_at", String, nullable=False),
    Column("who", String, nullable=False),
    Column("what", String, nullable=False),
    Column("call_id", String),
    Column("detail", Text, nullable=False),
    Index("audit_by_call", "call_id", "made_at"),
)

OF_A_CALL = (events, calls, alerts, deliveries, drafts)
"""What goes when a call is erased. The audit log stays."""
