"""TimescaleDB, where the server has it; everything works the same without."""

from __future__ import annotations

from sqlalchemy import Connection, text

# Available is not enough: its library must have been loaded when the server started.
_READY = text(
    """SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')
    AND coalesce(current_setting('shared_preload_libraries', true), '') LIKE '%timescaledb%'"""
)
# The indexes are ours: the one that TimescaleDB would add is of no use to any of our questions.
_CONVERT = text(
    """SELECT create_hypertable(
        CAST(:table AS regclass), 'time',
        chunk_time_interval => INTERVAL '1 year', create_default_indexes => false
    )"""
)


def make_hypertable(connection: Connection, table: str) -> bool:
    """Partition an empty ``table`` by its column ``time``. False where there is no TimescaleDB."""
    if not connection.execute(_READY).scalar_one():
        return False
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS timescaledb"))
    connection.execute(_CONVERT, {"table": table})
    return True
