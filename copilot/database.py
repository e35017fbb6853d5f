"""The database behind the archive: an engine by URL, and transactions with our errors."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, MetaData, Table, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.schema import CreateColumn

from copilot.errors import ConfigError, StoreUnavailableError

_LOCK_S = 5.0
"""How long a writer of SQLite waits for another one."""
_TABLES_LOCK = 8_765
"""Of PostgreSQL's advisory locks, ours."""


def make_engine(url: str) -> AsyncEngine:
    """Engine for ``sqlite:///path`` or ``postgresql://...``.

    Raises ``ConfigError`` for another URL, a missing driver or a folder that cannot be
    written.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ConfigError("COPILOT_DATABASE_URL: not a database URL") from None
    match parsed.get_backend_name():
        case "sqlite":
            return _sqlite_engine(parsed.set(drivername="sqlite+aiosqlite"))
        case "postgresql":
            try:
                return create_async_engine(
                    parsed.set(drivername="postgresql+asyncpg"),
                    pool_pre_ping=True,
                    hide_parameters=True,
                )
            except ModuleNotFoundError:
                raise ConfigError(
                    "COPILOT_DATABASE_URL: PostgreSQL needs the extra 'postgres' (asyncpg)"
                ) from None
        case other:
            raise ConfigError(f"COPILOT_DATABASE_URL: {other} is neither sqlite nor postgresql")


def _sqlite_engine(url: URL) -> AsyncEngine:
    if url.database:
        path = Path(url.database)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Transcripts are for this account only.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise ConfigError(f"COPILOT_DATABASE_URL: {path}: {error.strerror}") from error
    engine = create_async_engine(url, connect_args={"timeout": _LOCK_S}, hide_parameters=True)

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        # Readers and the writer do not stop each other. A commit is on the disk when it
        # returns, for Redis forgets the events then.
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    return engine


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One connection; commits when left, rolls back on an error.

    Raises ``StoreUnavailableError`` for whatever the database cannot do.
    """
    try:
        async with engine.begin() as connection:
            yield connection
    except (SQLAlchemyError, OSError) as error:
        # The original says what is wrong; SQLAlchemy's own text would add the values.
        cause = error.orig if isinstance(error, DBAPIError) else error
        reason = str(cause).splitlines()[0] if str(cause) else type(cause).__name__
        raise StoreUnavailableError(f"the archive cannot be used: {reason}") from error


def prepare_tables(connection: Connection, metadata: MetaData) -> set[str]:
    """Makes the tables, columns and indexes that are missing, also in a database of an earlier
    version. The names of tables that lacked columns: these are empty, so they must allow that.
    Nodes that start together do it one after another."""
    postgres = connection.dialect.name == "postgresql"
    lock = f"SELECT pg_advisory_xact_lock({_TABLES_LOCK})" if postgres else "BEGIN IMMEDIATE"
    connection.exec_driver_sql(lock)
    metadata.create_all(connection)
    grown = {
        one.name for one in metadata.sorted_tables if _add_missing_columns(connection, one)
    }
    for table in metadata.sorted_tables:
        for index in table.indexes:
            index.create(connection, checkfirst=True)
    return grown


def _add_missing_columns(connection: Connection, table: Table) -> bool:
    there = {column["name"] for column in inspect(connection).get_columns(table.name)}
    missing = [column for column in table.columns if column.name not in there]
    for column in missing:
        definition = CreateColumn(column).compile(dialect=connection.dialect)
        connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {definition}")
    return bool(missing)
