"""What the jobs do, on a real database and a real source of prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import asyncpg
import pytest
from prometheus_client import REGISTRY

from conversations.desk import Desk
from engine.market.instruments import Instrument
from engine.prices import Bar
from scheduler.jobs import housekeeping, invariants, prices
from storage import feeds
from storage.feeds import FeedResult
from storage.records import SESSION_LIFETIME
from storage.truths import registry, truth
from storage.unit_of_work import Storage
from tests.storage.people import draft, somebody

SOURCE = "csv_file"
DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 22, tzinfo=UTC)


def fed(desk: Desk, file: Path, text: str) -> Desk:
    """A desk whose only live source is a file of prices."""
    file.write_text(text)
    return replace(desk, feeds={SOURCE: feeds.feed(SOURCE, str(file))}, sources=(SOURCE,))


async def holds(storage: Storage, *symbols: str) -> None:
    _, portfolio = await somebody(storage)
    async with storage.transaction() as work:
        held = [(symbol, Decimal(5), Decimal(60)) for symbol in symbols]
        await work.positions.replace(portfolio, held)


async def test_prices_of_what_people_hold_are_brought_up_to_date(
    desk: Desk, storage: Storage, tmp_path: Path
) -> None:
    await holds(storage, "ZZZA")
    told = "time,symbol,close\n2026-03-02,ZZZA,62.5\n2026-03-02,ZZZB,7\n"
    await prices.run(fed(desk, tmp_path / "prices.csv", told), NOW)
    async with storage.transaction() as work:
        known = await work.market.prices(None, (SOURCE,))
    assert known.symbols == ("ZZZA",)  # nobody holds the other
    bar = known.bar("ZZZA", DAY)
    assert bar is not None
    assert bar.close == 62.5


@dataclass
class Ticker:
    """A source that counts what it is asked; ``newest``: the day of its last bar."""

    newest: date
    asked: list[str] = field(default_factory=list)
    name: str = "ticker"

    async def bars(self, symbols: Sequence[str], since: date | None, until: date) -> FeedResult:
        self.asked += symbols
        days = (self.newest - timedelta(days=1), self.newest)
        told = {symbol: tuple(Bar(day, 10.0) for day in days) for symbol in symbols}
        return FeedResult(told, (), self.newest)


async def test_prices_are_asked_for_as_the_exchanges_trade(desk: Desk, storage: Storage) -> None:
    async with storage.transaction() as work:
        await work.instruments.add([Instrument("GGG.DE", "G", "EUR", "XETR")])
    await holds(storage, "AAA", "GGG.DE")
    source = Ticker(date(2026, 3, 5))  # a Thursday
    desk = replace(desk, feeds={"ticker": source}, sources=("ticker",))

    async def asked(day: int, hour: int, minute: int = 0) -> list[str]:
        source.asked.clear()
        await prices.run(desk, datetime(2026, 3, day, hour, minute, tzinfo=UTC))
        return list(source.asked)

    assert await asked(6, 12) == ["AAA", "GGG.DE"]  # the close of Thursday is new to AAA
    assert await asked(6, 12, 30) == ["GGG.DE"]  # only Frankfurt trades
    assert await asked(6, 15) == ["AAA", "GGG.DE"]
    source.newest = date(2026, 3, 6)
    assert await asked(6, 17) == ["AAA", "GGG.DE"]  # Frankfurt has closed: its last price
    assert await asked(6, 18) == ["AAA"]
    assert await asked(6, 22) == ["AAA"]
    assert await asked(6, 22, 30) == []
    assert await asked(7, 15) == []  # Saturday
    source.newest = date(2026, 3, 8)
    assert await asked(9, 7) == []
    assert await asked(9, 9) == ["GGG.DE"]


async def test_a_close_that_no_source_has_is_not_asked_for_for_ever(
    desk: Desk, storage: Storage
) -> None:
    await holds(storage, "HALT")
    source = Ticker(date(2026, 2, 20))
    desk = replace(desk, feeds={"ticker": source}, sources=("ticker",))
    for hour in range(22, 22 + 24):
        await prices.run(desk, datetime(2026, 3, 6, tzinfo=UTC) + timedelta(hours=hour))
    assert len(source.asked) == prices.TRIES


async def test_a_source_that_fails_ends_no_job(
    desk: Desk, storage: Storage, tmp_path: Path
) -> None:
    await holds(storage, "ZZZA")
    await prices.run(fed(desk, tmp_path / "prices.csv", "no,prices\n1,2\n"), NOW)
    await prices.run(desk, NOW)  # no live source at all
    async with storage.transaction() as work:
        assert "ZZZA" not in await work.market.prices(None, (SOURCE,))


async def test_housekeeping_throws_away_only_what_is_old_enough(
    desk: Desk, storage: Storage, dsn: str
) -> None:
    person, _ = await somebody(storage)
    async with storage.transaction() as work:
        upload = await work.uploads.add("t.csv", b"x", channel="web", chat="7")
        unshown = await work.pictures.add(b"old", "")
        uncarried = await work.documents.add("old.csv", "text/csv", b"old")
        carried = await work.documents.add("new.csv", "text/csv", b"new")
        await work.outbox.add("web", "7", {"text": "file"}, document=carried)
        shown = await work.pictures.add(b"shown", "")
        await work.outbox.add("web", "7", {"text": "look"}, picture=shown)
        for status in ("open", "cancelled"):
            await work.drafts.add(draft(person, status=status))
        promised = [
            await work.tasks.add("review", "web", "7", person.id, {}),
            await work.tasks.add("review", "web", "7", person.id, {}),
        ]
        await work.tasks.done(promised[0])
        await work.sessions.open(b"hash", "7", datetime.now(UTC))

    async def left(table: str) -> int:
        return int(await books.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608

    books = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    try:
        now = datetime.now(UTC)
        await housekeeping.run(desk, now + timedelta(hours=1))
        async with storage.transaction() as work:
            assert await work.uploads.get(upload, channel="web", chat="7") is not None
            assert await work.pictures.get(unshown) is not None
        assert await left("tasks") == 2
        assert await left("documents") == 2
        await housekeeping.run(desk, now + timedelta(days=2))
        async with storage.transaction() as work:
            assert await work.uploads.get(upload, channel="web", chat="7") is None
            assert await work.pictures.get(unshown) is None
            assert await work.pictures.get(shown) is not None
            assert await work.documents.get(uncarried, "web", "7") is None
            assert await work.documents.get(carried, "web", "7") is not None
            assert await work.sessions.find(b"hash") is not None
        await housekeeping.run(desk, now + SESSION_LIFETIME + timedelta(days=31))
        assert await left("tasks") == 1  # the one that is still promised
        assert await left("web_sessions") == 0
        assert await left("drafts") >= 0
    finally:
        await books.close()


async def test_data_that_are_not_as_they_have_to_be_are_cried_out(
    desk: Desk, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(truth, "SLICES", 1)
    await holds(storage, "ZZZA")  # without a trade
    await invariants.run(desk, datetime.now(UTC))
    value = REGISTRY.get_sample_value("bpo_truth_breaches", {"truth": "positions"})
    assert value == 1
    async with storage.transaction() as work:
        known = {one.name: one.breaches for one in await work.watch.checked()}
    assert known == {one.name: int(one.name == "positions") for one in registry.truths()}
