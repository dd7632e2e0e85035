"""The tables can be made, unmade and made again, by several processes at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage import schema
from storage.address import BadDatabaseUrl, parse
from storage.hypertable import make_hypertable
from storage.tables import metadata
from storage.unit_of_work import Storage


@pytest.fixture
async def fresh(dsn: str) -> AsyncIterator[str]:
    """An empty database of its own on the same server."""
    connection = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    address = parse(dsn)
    name = f"{address.database}_fresh"
    await connection.execute(f'CREATE DATABASE "{name}"')
    yield address.set(database=name).render_as_string(hide_password=False)
    await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await connection.close()


@pytest.fixture
async def engine(fresh: str) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(fresh, poolclass=NullPool)
    yield engine
    await engine.dispose()


async def test_the_migrations_lead_to_the_tables_and_back(fresh: str, engine: AsyncEngine) -> None:
    for _ in range(2):
        await schema.migrate(fresh)
        async with engine.connect() as connection:
            assert await connection.run_sync(_differences) == []
            names = await connection.scalars(
                text("SELECT conname FROM pg_constraint WHERE contype = 'c' ORDER BY conname")
            )
            assert set(_checks()) <= set(names)
        await schema.step_back(fresh)
        async with engine.connect() as connection:
            left = await connection.scalars(
                text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
            )
            assert {name for name in left if not name.startswith("alembic_")} == set()


async def test_three_processes_may_migrate_at_once(fresh: str) -> None:
    await asyncio.gather(*(schema.migrate(fresh) for _ in range(3)))
    storage = Storage(fresh)
    async with storage.transaction() as work:
        assert (await work.instruments.universe()).get("AAPL") is not None
    await storage.close()


async def test_a_migration_does_not_wait_for_ever(
    fresh: str, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "LOCK_TIMEOUT", "200ms")
    await schema.migrate(fresh)
    async with engine.begin() as reader:
        await reader.execute(text("SELECT 1 FROM trades"))
        with pytest.raises(Exception, match="lock timeout"):
            await schema.step_back(fresh)
    await schema.step_back(fresh)


async def test_a_table_is_a_hypertable_exactly_where_the_server_has_timescale(
    engine: AsyncEngine,
) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE readings (time timestamptz PRIMARY KEY)"))
        made = await connection.run_sync(make_hypertable, "readings")
        known = text("SELECT count(*) FROM pg_extension WHERE extname = 'timescaledb'")
        assert made == bool(await connection.scalar(known))
        if made:
            listed = text("SELECT hypertable_name FROM timescaledb_information.hypertables")
            assert "readings" in (await connection.scalars(listed)).all()
        await connection.execute(text("INSERT INTO readings VALUES (now())"))
        assert await connection.scalar(text("SELECT count(*) FROM readings")) == 1


async def test_a_server_with_timescale_is_asked_in_its_own_words(engine: AsyncEngine) -> None:
    """Stand-ins for its catalogue row and its function, for servers that have none."""
    async with engine.begin() as connection:
        for statement in (
            "CREATE SCHEMA stand_in",
            "SET LOCAL search_path = stand_in, pg_catalog, public",
            "CREATE TABLE pg_available_extensions (name text)",
            "INSERT INTO pg_available_extensions VALUES ('timescaledb')",
            """CREATE FUNCTION current_setting(text, boolean) RETURNS text LANGUAGE sql
               RETURN 'pg_stat_statements, timescaledb'""",
            "CREATE TABLE asked (what regclass, by name, every interval, indexes boolean)",
            """CREATE FUNCTION create_hypertable(relation regclass, time_column_name name,
                 chunk_time_interval interval, create_default_indexes boolean) RETURNS void
               LANGUAGE sql AS 'INSERT INTO asked VALUES ($1, $2, $3, $4)'""",
            "CREATE TABLE readings (time timestamptz PRIMARY KEY)",
        ):
            await connection.execute(text(statement))
        real = "SELECT count(*) FROM pg_catalog.pg_available_extensions WHERE name = 'timescaledb'"
        if not await connection.scalar(text(real)):  # then it is asked for, and cannot be had
            with pytest.raises(Exception, match=r"timescaledb\.control|not available"):
                async with connection.begin_nested():
                    await connection.run_sync(make_hypertable, "readings")
        await connection.run_sync(_convert, "readings")
        row = (await connection.execute(text("SELECT what::text, by FROM asked"))).one()
        assert tuple(row) == ("readings", "time")


@pytest.mark.parametrize(
    "wrong",
    ["", "nonsense", "mysql://localhost/x", "postgresql://secret@host:port/x", "postgres://h"],
)
def test_a_bad_address_is_said_to_be_bad_without_repeating_it(wrong: str) -> None:
    with pytest.raises(BadDatabaseUrl) as refused:
        Storage(wrong)
    assert "secret" not in str(refused.value)


def test_any_of_postgres_prefixes_will_do() -> None:
    for prefix in ("postgres", "postgresql", "postgresql+asyncpg"):
        assert parse(f"{prefix}://ada:pw@host/bpo").drivername == "postgresql+asyncpg"


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    found: list[object] = compare_metadata(context, metadata)
    return found


def _checks() -> list[str]:
    """Autogenerate does not compare CHECK constraints, so their names are compared here."""
    return [
        str(rule.name)
        for table in metadata.tables.values()
        for rule in table.constraints
        if rule.__visit_name__ == "check_constraint"
    ]


def _convert(connection: Connection, table: str) -> None:
    from storage.hypertable import _CONVERT

    connection.execute(_CONVERT, {"table": table})
