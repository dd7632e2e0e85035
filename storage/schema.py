"""Brings a database to the tables that this program expects."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage import address
from storage.address import DatabaseAway
from storage.unit_of_work import Storage

# No migration may stand in a queue for a lock, with all the readers queueing behind it.
LOCK_TIMEOUT = "5s"
# Classes of PostgreSQL's SQLSTATE that are no mistake of ours: the connection, who we are, the name
# of the database, what we may do, its resources, its operators.
NOT_LET_IN = ("08", "28", "3D", "42501", "53", "57")
ONE_AT_A_TIME = 5_807_209_321  # the advisory lock of migrations; any number that nobody else uses


async def migrate(dsn: str, revision: str = "head") -> None:
    """Step forward to ``revision`` and list the instruments we know of.

    Several processes may do so at once: one works, the others wait and find it done. Raises
    BadDatabaseUrl, DatabaseAway.
    """
    await _step(dsn, lambda config: command.upgrade(config, revision))
    if revision == "head":
        storage = Storage(dsn, pool=1)
        try:
            async with storage.transaction() as work:
                await work.instruments.seed()
        finally:
            await storage.close()


async def step_back(dsn: str, revision: str = "base") -> None:
    """Undo migrations down to ``revision``. What lay in the tables they made is lost."""
    await _step(dsn, lambda config: command.downgrade(config, revision))


async def _step(dsn: str, take: Callable[[Config], None]) -> None:
    engine = create_async_engine(address.parse(dsn), poolclass=NullPool)
    try:
        async with _reached(engine) as connection:
            key = {"key": ONE_AT_A_TIME}
            await connection.execute(text("SELECT pg_advisory_lock(:key)"), key)
            await connection.commit()  # the lock is the session's: it outlives the transaction
            await connection.run_sync(lambda plain: take(configuration(plain)))
            await connection.commit()
    finally:
        await engine.dispose()


@asynccontextmanager
async def _reached(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection. Raises DatabaseAway when there is none, or when we are not let in."""
    try:
        async with engine.connect() as connection:
            yield connection
    except (OSError, TimeoutError) as fact:
        raise DatabaseAway(str(fact) or "it does not answer") from fact
    except DBAPIError as fact:
        said = fact.orig.__cause__ or fact.orig if fact.orig is not None else fact
        code = getattr(said, "sqlstate", None)
        if code is not None and not code.startswith(NOT_LET_IN):
            raise  # a mistake of ours, which has to be seen whole
        raise DatabaseAway(str(said).splitlines()[0]) from fact


def script_location() -> str:
    """Where the migrations lie."""
    return str(Path(__file__).parent / "migrations")


def configuration(connection: Connection) -> Config:
    """Alembic's settings for ``connection``; there is no file of them to go missing."""
    config = Config()
    config.set_main_option("script_location", script_location())
    config.attributes.update(connection=connection, lock_timeout=LOCK_TIMEOUT)
    return config
