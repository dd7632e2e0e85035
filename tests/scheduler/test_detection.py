"""Every portfolio is looked at once after the closes of what it holds, whatever happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from conversations.desk import Desk
from conversations.nudging import finding
from engine.market.instruments import Instrument
from scheduler.jobs import detection
from storage.unit_of_work import Storage
from tests.scheduler.people import (
    DAY,
    HOUR,
    NOON,
    SOURCE,
    furnished,
    invested,
    person,
)


async def test_each_is_looked_at_once_after_a_close_and_goes_on_after_a_death(
    desk: Desk, storage: Storage, books: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = replace(desk, sources=(SOURCE,))
    await furnished(storage, 1.0)
    people = [await person(storage, books, f"p{n}", (("web", f"{n}"),)) for n in range(5)]
    for who in people[:4]:  # the last one has no trades
        await invested(storage, who[1])
    async with storage.transaction() as work:
        demo = await work.portfolios.open(people[0][0], "Demo", demo=True)
    await invested(storage, demo.id)
    looked: list[UUID] = []
    sick = {people[2][1]}
    real = finding.look_at

    async def look_at(desk: Desk, portfolio: UUID, now: datetime) -> Any:
        looked.append(portfolio)
        if portfolio in sick:
            raise RuntimeError("unreadable")
        return await real(desk, portfolio, now)

    monkeypatch.setattr(detection, "look_at", look_at)
    monkeypatch.setattr(detection, "BATCH", 2)
    evening = NOON + 11 * HOUR
    await detection.run(desk, evening)
    assert sorted(looked) == sorted(who[1] for who in people[:4])
    looked.clear()
    await detection.run(desk, evening + timedelta(minutes=15))
    assert looked == [people[2][1]], "only the one that failed"
    sick.clear()
    looked.clear()
    await detection.run(desk, NOON + DAY)
    assert looked == [people[2][1]], "no other close until now"
    looked.clear()
    await detection.run(desk, evening + 9 * DAY)  # nobody was on watch: one look, not nine
    assert len(looked) == len(set(looked)) == 4


@pytest.mark.parametrize(
    ("now", "newest"),
    [
        # New York, Frankfurt; half an hour before the prices of New York are in, and then
        (datetime(2026, 3, 4, 21, 30, tzinfo=UTC), ("2026-03-03", "2026-03-04")),
        (datetime(2026, 3, 4, 22, 0, tzinfo=UTC), ("2026-03-04", "2026-03-04")),
        (datetime(2026, 3, 9, 21, 0, tzinfo=UTC), ("2026-03-09", "2026-03-09")),  # summer time
        (datetime(2026, 3, 8, 23, 0, tzinfo=UTC), ("2026-03-06", "2026-03-06")),  # a Sunday
        (datetime(2026, 7, 3, 23, 0, tzinfo=UTC), ("2026-07-02", "2026-07-03")),  # a holiday
    ],
)
def test_the_last_closes(now: datetime, newest: tuple[str, str]) -> None:
    told = detection.last_closes(["XNYS", "XETR", ""], now)
    assert told == dict(zip(("XNYS", "XETR"), map(date.fromisoformat, newest), strict=True))


async def test_a_portfolio_is_looked_at_when_all_that_it_holds_has_closed(
    desk: Desk, storage: Storage, books: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {"european": ["GGG.DE"], "both": ["GGG.DE", "AAPL"], "sold": [], "unlisted": ["ZZZA"]}
    names: dict[UUID, str] = {}
    async with storage.transaction() as work:
        await work.instruments.add(
            [Instrument("GGG.DE", "G", "EUR", "XETR"), Instrument("AAPL", "Apple", "USD", "XNYS")]
        )
    for name, symbols in held.items():
        _, portfolio = await person(storage, books, name, (("web", name),))
        await invested(storage, portfolio)
        async with storage.transaction() as work:
            await work.positions.replace(portfolio, [(s, Decimal(1), Decimal(1)) for s in symbols])
        names[portfolio] = name
    looked: list[str] = []

    async def look_at(desk: Desk, portfolio: UUID, now: datetime) -> Any:
        looked.append(names[portfolio])
        return None, ()

    async def want(*_: object) -> int:
        return 0

    monkeypatch.setattr(detection, "look_at", look_at)
    monkeypatch.setattr(detection, "want", want)

    async def looks(day: int, hour: int) -> list[str]:
        looked.clear()
        await detection.run(desk, datetime(2026, 3, day, hour, 45, tzinfo=UTC))
        return sorted(looked)

    assert await looks(4, 12) == sorted(held)  # the first look at each
    assert await looks(4, 16) == []
    assert await looks(4, 17) == ["european"]  # Frankfurt has closed, New York trades
    assert await looks(4, 22) == ["both", "sold", "unlisted"]
    assert await looks(5, 12) == []
