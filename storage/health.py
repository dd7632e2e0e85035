"""What state a database is in, without changing anything."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg
from alembic.script import ScriptDirectory

from storage.address import DatabaseAway, parse
from storage.schema import script_location

PATIENCE = 10.0  # seconds


@dataclass(frozen=True, slots=True)
class Health:
    """``revision``: of its tables, None for none; ``newest``: what this program expects."""

    revision: str | None
    newest: str | None
    timescale: bool


async def look(dsn: str) -> Health:
    """Raises BadDatabaseUrl, and DatabaseAway with the reason where nobody answers."""
    plain = parse(dsn).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        connection = await asyncpg.connect(plain, timeout=PATIENCE)
    except (OSError, asyncpg.PostgresError) as fact:  # a timeout is an OSError
        raise DatabaseAway(str(fact) or type(fact).__name__) from fact
    try:
        there = await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
        revision = (
            await connection.fetchval("SELECT version_num FROM alembic_version") if there else None
        )
        timescale = await connection.fetchval(
            "SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')"
        )
    finally:
        await connection.close()
    newest = ScriptDirectory(script_location()).get_current_head()
    return Health(revision, newest, bool(timescale))
