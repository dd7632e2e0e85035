"""One real PostgreSQL server for each process that runs tests, its database emptied before each
test."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

import bot  # noqa: F401 - it allows NumPy one thread, also in the workers, which share the cores
from conversations.classifying.guesses import keep_in
from engine.prices import Prices
from storage import embedded, schema
from storage.address import parse
from storage.feeds import demo
from storage.tables import metadata
from storage.unit_of_work import Storage

# A busy machine makes nothing wrong: no example is timed.
settings.register_profile(
    "patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")

# What the classifier learns: once for all processes, and until phrases, code or libraries change.
LEARNT = Path(tempfile.gettempdir()) / f"bpo-learnt-{os.getuid()}"

# Nothing that a test writes has to outlive a power cut.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# The market stays from test to test; what tests add to it goes.
KEPT = {"instruments", "market_data", "market_loads"}
EMPTY = "\n".join(
    [
        *(
            f"DELETE FROM {table};"  # noqa: S608 - our own names
            for table in reversed(metadata.sorted_tables)
            if table.name not in KEPT
        ),
        "DO $$ BEGIN"
        " IF EXISTS (SELECT FROM market_loads WHERE source NOT IN ('demo', 'instruments')) THEN"
        " DELETE FROM market_data WHERE source <> 'demo'; END IF; END $$;",
        "DELETE FROM instruments WHERE symbol LIKE 'ZZZ%';",
        "DELETE FROM market_loads WHERE source NOT IN ('demo', 'instruments');",
    ]
)


def pytest_configure() -> None:
    """Be interrupted by SIGTERM as by Ctrl-C: the server is stopped, not left behind."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    keep_in(LEARNT)


@pytest.fixture(scope="session")
async def dsn() -> AsyncIterator[str]:
    """A migrated database with the demo market in it.

    TEST_DATABASE_URL names another server's; everything in it will be deleted. Where several
    processes share the tests, each makes a database of its own beside it.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        async with _own(given, os.environ.get("PYTEST_XDIST_WORKER")) as own:
            await _furnish(own)
            yield own
        return
    folder = Path(tempfile.mkdtemp(prefix="bpo-test-"))
    server = embedded.start(folder, settings=FORGETFUL)
    try:
        await _furnish(server.dsn)
        yield server.dsn
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture
async def storage(dsn: str) -> AsyncIterator[Storage]:
    """Storage in which nobody has said anything yet."""
    connection = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    try:
        await connection.execute(EMPTY)
    finally:
        await connection.close()
    storage = Storage(dsn, pool=20)
    yield storage
    await storage.close()


@pytest.fixture(scope="session")
def demo_prices() -> Prices:
    """The whole demo market, (8313, 20)."""
    return demo.read()


@asynccontextmanager
async def _own(given: str, worker: str | None) -> AsyncIterator[str]:
    """The given database, or the one beside it of this worker."""
    if worker is None:
        yield given
        return
    address = parse(given)
    name = f"{address.database}_{worker}"
    books = await asyncpg.connect(given.replace("+asyncpg", ""))
    try:
        await books.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await books.execute(f'CREATE DATABASE "{name}"')
        yield address.set(database=name).render_as_string(hide_password=False)
        await books.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await books.close()


async def _furnish(dsn: str) -> None:
    await schema.migrate(dsn)
    storage = Storage(dsn, pool=1)
    async with storage.transaction() as work:
        await work.market.load_matrix(demo.NAME, demo.read())
    await storage.close()
