"""Prices come back as they were loaded, from the right source, quickly."""

from __future__ import annotations

import asyncio
import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy.exc import IntegrityError

from engine.market.instruments import Instrument
from engine.prices import Bar, Prices
from storage.unit_of_work import Storage

MONDAY = date(2024, 3, 4)
BARS = (
    Bar(MONDAY, 10.1, 10.0, 10.5, 9.5, 1000.0),
    Bar(MONDAY + timedelta(days=2), 0.1 + 0.2),
)


async def test_the_demo_market_comes_back_exactly(storage: Storage, demo_prices: Prices) -> None:
    async with storage.transaction() as work:
        kept = await work.market.prices(demo_prices.symbols, ["demo"])
        assert kept.symbols == demo_prices.symbols
        assert np.array_equal(kept.days, demo_prices.days)
        assert np.array_equal(kept.close, demo_prices.close)
        assert np.isnan(kept.open).all()
        assert await work.market.last_day(["yahoo", "demo"]) == date(2022, 12, 28)
        assert await work.market.last_day(["yahoo"]) is None
        everything = await work.market.prices(None, ["demo"])
        assert everything.symbols == tuple(sorted(demo_prices.symbols))


async def test_bars_come_back_exactly_with_their_gaps(storage: Storage) -> None:
    async with storage.transaction() as work:
        await work.market.load("file", "XYZ", reversed(BARS))
        await work.market.load("file", "ABC", [Bar(MONDAY + timedelta(days=1), 7.0)])
        kept = await work.market.prices(["XYZ", "NOPE", "ABC"], ["file"])
        assert kept.symbols == ("XYZ", "ABC")
        assert kept.days.tolist() == [MONDAY + timedelta(days=n) for n in range(3)]
        assert kept.bar("XYZ", MONDAY) == BARS[0]
        assert kept.latest("XYZ") == BARS[1]
        assert kept.bar("XYZ", MONDAY + timedelta(days=1)) is None
        assert await work.market.last_day(["file"]) == BARS[1].day


async def test_the_first_source_that_has_a_symbol_is_asked(storage: Storage) -> None:
    async with storage.transaction() as work:
        await work.market.load("yahoo", "AAPL", BARS)
        mixed = await work.market.prices(["AAPL", "KO"], ["yahoo", "demo"])
        assert mixed.latest("AAPL") == BARS[1]
        assert mixed.latest("KO") == Bar(date(2022, 12, 28), 62.609)
        other = await work.market.prices(["AAPL", "KO"], ["demo", "yahoo"])
        assert other.latest("AAPL") == Bar(date(2022, 12, 28), 125.674)


async def test_new_bars_are_seen_at_once_by_other_processes(storage: Storage, dsn: str) -> None:
    other = Storage(dsn, pool=1)
    try:
        async with storage.transaction() as work:
            await work.market.load("file", "XYZ", BARS)
        async with other.transaction() as work:
            before = await work.market.prices(["XYZ"], ["file"])
            assert await work.market.prices(["XYZ"], ["file"]) is before  # not read again
        corrected = Bar(BARS[1].day, 11.0)
        async with storage.transaction() as work:
            await work.market.load("file", "XYZ", [corrected])
        async with other.transaction() as work:
            after = await work.market.prices(["XYZ"], ["file"])
        assert (before.latest("XYZ"), after.latest("XYZ")) == (BARS[1], corrected)
    finally:
        await other.close()


async def test_a_load_that_was_rolled_back_is_forgotten(storage: Storage) -> None:
    async def fail() -> None:
        async with storage.transaction() as work:
            await work.market.load("file", "XYZ", [Bar(MONDAY, 99.0)])
            assert (await work.market.prices(["XYZ"], ["file"])).latest("XYZ") is not None
            raise RuntimeError("fell over")

    with pytest.raises(RuntimeError):
        await fail()
    async with storage.transaction() as work:
        assert (await work.market.prices(["XYZ"], ["file"])).symbols == ()
        await work.market.load("file", "XYZ", BARS)
        assert (await work.market.prices(["XYZ"], ["file"])).latest("XYZ") == BARS[1]


async def test_a_whole_market_is_loaded_once(storage: Storage, demo_prices: Prices) -> None:
    async def load() -> bool:
        async with storage.transaction() as work:
            return await work.market.load_matrix("copy", demo_prices.until(date(1990, 3, 1)))

    assert sum(await asyncio.gather(*(load() for _ in range(3)))) == 1
    async with storage.transaction() as work:
        kept = await work.market.prices(["AAPL"], ["copy"])
        assert kept.days.size == 42
        assert await work.market.load_matrix("copy", demo_prices.until(date(1990, 3, 2)))
        assert (await work.market.prices(["AAPL"], ["copy"])).days.size == 43


async def test_only_the_newest_version_of_a_question_is_kept(storage: Storage) -> None:
    for n in range(5):
        async with storage.transaction() as work:
            await work.market.load("file", "XYZ", [Bar(MONDAY + timedelta(days=n), 10.0 + n)])
        async with storage.transaction() as work:
            found = await work.market.prices(None, ["file", "demo"])
            assert found.latest("XYZ") == Bar(MONDAY + timedelta(days=n), 10.0 + n)
    assert len(storage.market_cache._whole) == 1


async def test_a_source_that_is_known_as_a_whole_is_not_read_again(storage: Storage) -> None:
    async with storage.transaction() as work:
        whole = await work.market.prices(None, ["demo"])
        version = (await work.market._loads.versions(["demo"]))["demo"]
        known = storage.market_cache.known("demo", version)[0]
        await work.market.load("file", "XYZ", BARS)
    async with storage.transaction() as work:
        mixed = await work.market.prices(None, ["file", "demo"])
        few = await work.market.prices(["AAPL", "NOPE"], ["demo"])
        again = storage.market_cache.known("demo", version)[0]
    assert set(mixed.symbols) == {*whole.symbols, "XYZ"}
    assert few.symbols == ("AAPL",)
    assert all(again[symbol] is known[symbol] for symbol in whole.symbols)
    assert "NOPE" not in again


async def test_a_load_in_the_middle_of_a_reading_takes_nothing_away(storage: Storage) -> None:
    """Whoever reads has the series they have read, whatever others put into the cache meanwhile."""
    async with storage.transaction() as work:
        await work.market.load("file", "XYZ", BARS)
        await work.market.load("other", "ABC", BARS)
    async with storage.transaction() as work:
        read = work.market._read

        async def interrupted(source: str, *rest: Any) -> Any:
            if source == "other":
                async with storage.transaction() as second:
                    await second.market.load("file", "XYZ", [Bar(MONDAY, 77.0)])
                async with storage.transaction() as third:
                    newer = await third.market.prices(["XYZ"], ["file"])
                    assert newer.bar("XYZ", MONDAY) == Bar(MONDAY, 77.0)
            return await read(source, *rest)

        work.market._read = interrupted  # type: ignore[method-assign, assignment]
        found = await work.market.prices(["XYZ", "ABC"], ["file", "other"])
    assert found.symbols == ("XYZ", "ABC")
    assert found.bar("XYZ", MONDAY) == BARS[0]


async def test_a_whole_series_takes_the_place_of_what_was_known(storage: Storage) -> None:
    async with storage.transaction() as work:
        await work.market.load("file", "XYZ", BARS)
        await work.market.load("file", "XYZ", [BARS[1]], whole=True)
        kept = await work.market.prices(["XYZ"], ["file"])
    assert kept.days.tolist() == [BARS[1].day]


@pytest.mark.parametrize("close", [0.0, -1.0, math.inf])
async def test_an_insane_price_is_refused(storage: Storage, close: float) -> None:
    async with storage.transaction() as work:
        with pytest.raises(IntegrityError):
            async with work.savepoint():
                await work.market.load("file", "XYZ", [Bar(MONDAY, close)])


async def test_the_listings_are_known_from_the_start(storage: Storage, demo_prices: Prices) -> None:
    async with storage.transaction() as work:
        universe = await work.instruments.universe()
        assert await work.instruments.universe() is universe
        assert not await work.instruments.seed()
    assert 200 <= len(universe.instruments) <= 400
    assert set(demo_prices.symbols) <= {one.symbol for one in universe}
    assert universe.get("SAP.DE") == Instrument(
        "SAP.DE", "SAP", "EUR", "XETR", "Information Technology", ("sap se", "sap xetra")
    )


async def test_every_exchange_has_a_calendar(storage: Storage) -> None:
    import exchange_calendars

    async with storage.transaction() as work:
        universe = await work.instruments.universe()
    known = set(exchange_calendars.get_calendar_names(include_aliases=True))
    assert {one.exchange for one in universe} <= known
    assert {one.currency for one in universe} == {"USD", "EUR", "GBP", "CHF"}


async def test_an_instrument_that_is_told_again_takes_its_place(storage: Storage) -> None:
    async with storage.transaction() as work:
        await work.instruments.add([Instrument("ZZZZ", "Old"), Instrument("ZZZY", "Other")])
        await work.instruments.add([Instrument("ZZZZ", "New", aliases=("zed",))])
        universe = await work.instruments.universe()
    assert universe.get("ZZZZ") == Instrument("ZZZZ", "New", aliases=("zed",))
    async with storage.transaction() as work:
        assert await work.instruments.seed()  # what was listed is what is known again
