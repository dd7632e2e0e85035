"""Events are kept once each, however often they are seen, and go with the trades they are about."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from engine.diagnosis.events import Event
from storage import schema
from storage.address import parse
from storage.tables import behavioral_events
from storage.unit_of_work import Storage
from tests.storage.people import NOW, purchase, somebody

DAY = date(2026, 2, 3)
SOLD = Event("disposition", DAY, "AAPL", "a", 0.25, {"gain": 0.1, "kappa": 12.5})
BEGAN = Event("disposition:began", date(2026, 3, 2), "", "", 0.6, {"theta": 0.8})


@pytest.fixture
async def fresh(dsn: str) -> AsyncIterator[str]:
    """An empty database of its own on the same server."""
    connection = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    address = parse(dsn)
    name = f"{address.database}_older"
    await connection.execute(f'CREATE DATABASE "{name}"')
    yield address.set(database=name).render_as_string(hide_password=False)
    await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await connection.close()


async def test_seen_twice_is_kept_once_as_it_was_seen_last(storage: Storage) -> None:
    _, mine = await somebody(storage)
    async with storage.transaction() as work:
        await work.events.add_all(mine, [], NOW)
        await work.events.add_all(mine, [SOLD, BEGAN], NOW)
        assert await work.events.of(mine) == [SOLD, BEGAN]
        worse = replace(SOLD, severity=0.3, context={"kappa": 20.0})
        await work.events.add_all(mine, [worse, worse, BEGAN], NOW + timedelta(days=1))
        assert await work.events.of(mine) == [worse, BEGAN]
    async with storage.transaction() as work:
        first = (await work._connection.execute(select(behavioral_events.c.at).distinct())).all()
        assert [at for (at,) in first] == [NOW]


async def test_another_trade_day_kind_or_person_is_another_event(storage: Storage) -> None:
    _, mine = await somebody(storage)
    _, other = await somebody(storage, "bob")
    different = [
        SOLD,
        replace(SOLD, trade_id="b"),
        replace(SOLD, day=DAY + timedelta(days=1)),
        replace(SOLD, kind="anchoring"),
    ]
    async with storage.transaction() as work:
        await work.events.add_all(mine, different, NOW)
        await work.events.add_all(other, [SOLD], NOW)
        assert len(await work.events.of(mine)) == 4
        assert await work.events.of(other) == [SOLD]
        assert await work.events.of(mine, kind="anchoring") == [different[3]]
        assert await work.events.of(mine, since=DAY + timedelta(days=1)) == [different[2]]


async def test_what_was_undone_is_not_told_until_it_is_put_back(storage: Storage) -> None:
    _, mine = await somebody(storage)
    trade = purchase()
    shown = replace(SOLD, trade_id=str(trade.id))
    async with storage.transaction() as work:
        await work.trades.add(mine, trade)
        await work.events.add_all(mine, [shown, BEGAN], NOW)
        await work.trades.void(mine, trade.id, NOW)
        assert await work.events.of(mine) == [BEGAN]
        await work.trades.restore(mine, trade.id, NOW)
        assert await work.events.of(mine) == [shown, BEGAN]


async def test_ten_thousand_at_once_are_one_statement(storage: Storage) -> None:
    _, mine = await somebody(storage)
    many = [replace(SOLD, trade_id=str(n)) for n in range(10_000)]
    async with storage.transaction() as work:
        await work.events.add_all(mine, many, NOW)
        counted = select(func.count()).select_from(behavioral_events)
        assert (await work._connection.execute(counted)).scalar_one() == 10_000


async def test_a_number_that_json_lacks_is_refused(storage: Storage) -> None:
    _, mine = await somebody(storage)
    async with storage.transaction() as work:
        with pytest.raises(ValueError, match="JSON"):
            await work.events.add_all(mine, [replace(SOLD, context={"gain": float("nan")})], NOW)


async def test_events_that_had_piled_up_become_the_first_of_each(fresh: str) -> None:
    """Two looks before the migration: the bias began to be seen at the first of them."""
    await schema.migrate(fresh, "0003")
    engine = create_async_engine(fresh, poolclass=NullPool)
    person, portfolio = uuid4(), uuid4()
    async with engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO user_profiles (id) VALUES (:id)"), {"id": person}
        )
        await connection.execute(
            text("INSERT INTO portfolios (id, user_id, name) VALUES (:id, :person, 'Main')"),
            {"id": portfolio, "person": person},
        )
        for later in (0, 5):
            await connection.execute(
                text(
                    "INSERT INTO behavioral_events (portfolio_id, kind, severity, context, at)"
                    " VALUES (:portfolio, 'disposition', 0.5, '{\"theta\": 0.8}', :at)"
                ),
                {"portfolio": portfolio, "at": NOW + timedelta(days=later)},
            )
    await engine.dispose()
    await schema.migrate(fresh)
    storage = Storage(fresh)
    async with storage.transaction() as work:
        (event,) = await work.events.of(portfolio)
        assert event == Event("disposition:began", NOW.date(), "", "", 0.5, {"theta": 0.8})
    await storage.close()
    await schema.step_back(fresh, "0003")
    engine = create_async_engine(fresh, poolclass=NullPool)
    async with engine.connect() as connection:
        kinds = (await connection.scalars(text("SELECT kind FROM behavioral_events"))).all()
        assert list(kinds) == ["disposition"]
    await engine.dispose()
