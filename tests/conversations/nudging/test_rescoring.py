"""Habits are looked at again where the trades have changed or a week has passed, and only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np

from conversations.actions import reviewing, trading
from conversations.desk import Desk
from conversations.nudging.rescoring import OLD, rescore
from engine.prices import Prices
from engine.simulation.sample_investor import sample_trades
from storage.cache import Cache
from storage.unit_of_work import Storage
from tests.storage.people import purchase, somebody

NOW = datetime(2023, 1, 4, 23, 0, tzinfo=UTC)


async def _looks(storage: Storage, portfolio: UUID) -> int:
    async with storage.transaction() as work:
        return len(await work.scores.history(portfolio, bias="disposition"))


async def test_only_what_is_old_is_looked_at_again(storage: Storage, demo_prices: Prices) -> None:
    _, portfolio = await somebody(storage)
    desk = Desk(storage, Cache())
    trades = [
        replace(one, id=uuid4()) for one in sample_trades(demo_prices, np.random.default_rng(20))
    ]
    async with storage.transaction() as work:
        await work.trades.add_many(portfolio, trades, source="chat", batch=None)

    async def at(now: datetime) -> int:
        case = await reviewing.open_case(desk, portfolio, now, fresh=False)
        found = await rescore(desk, case, now)
        async with storage.transaction() as work:
            kept = await work.scores.latest(portfolio)
        assert kept is not None
        assert [one.bias for one in found] == [one.bias for one in kept[1]]
        assert any(one.detected for one in found)
        return await _looks(storage, portfolio)

    assert await at(NOW) == 1
    assert await at(NOW + timedelta(hours=1)) == 1
    async with storage.transaction() as work:
        await work.trades.add(portfolio, purchase(at=NOW), source="chat")
        record = await work.portfolios.get(portfolio)
        await trading.settle(work, record, trading.rules_of(record))
    assert await at(NOW + timedelta(hours=2)) == 2
    assert await at(NOW + OLD - timedelta(hours=1)) == 2
    assert await at(NOW + OLD + timedelta(hours=3)) == 3


async def test_nothing_is_kept_of_somebody_without_trades(storage: Storage) -> None:
    _, portfolio = await somebody(storage)
    desk = Desk(storage, Cache())
    case = await reviewing.open_case(desk, portfolio, NOW, fresh=False)
    assert await rescore(desk, case, NOW) == ()
    assert await _looks(storage, portfolio) == 0
