"""Backtests are found again by what went into them, and seen by others only when shared."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from storage.records import BacktestRecord, Person
from storage.repositories.backtests import KEPT
from storage.unit_of_work import Storage
from tests.storage.people import NOW, SECOND, somebody


def _made(person: Person, portfolio: UUID, id: str = "k7f3") -> BacktestRecord:
    return BacktestRecord(id, portfolio, person.id, "60/40", False, b"\x00\xffbody", NOW)


async def test_the_same_inputs_are_kept_once(storage: Storage) -> None:
    person, portfolio = await somebody(storage)
    made = _made(person, portfolio)
    async with storage.transaction() as work:
        await work.backtests.add(made)
        await work.backtests.add(_made(person, portfolio, "other"))
        await work.backtests.add(replace(made, made_at=NOW + SECOND))
    async with storage.transaction() as work:
        assert await work.backtests.get(portfolio, "k7f3") == made
        assert [one.id for one in await work.backtests.of(portfolio, 9)] == ["k7f3", "other"]
        assert await work.backtests.get(portfolio, "none") is None


async def test_only_what_is_shared_is_seen_by_others(storage: Storage) -> None:
    person, portfolio = await somebody(storage)
    _, elsewhere = await somebody(storage, "ben")
    async with storage.transaction() as work:
        await work.backtests.add(_made(person, portfolio))
        assert await work.backtests.shared("k7f3") is None
        assert not await work.backtests.share(elsewhere, "k7f3", NOW)
        assert await work.backtests.share(portfolio, "k7f3", NOW)
    async with storage.transaction() as work:
        found = await work.backtests.shared("k7f3")
        assert found is not None
        assert (found.person, found.shared_at) == (person.id, NOW)
        assert await work.backtests.share(portfolio, "k7f3", None)
        assert await work.backtests.shared("k7f3") is None


async def test_the_oldest_go_but_never_a_shared_one(storage: Storage) -> None:
    person, portfolio = await somebody(storage)
    async with storage.transaction() as work:
        for n in range(KEPT + 3):
            made = replace(_made(person, portfolio, f"b{n:03}"), made_at=NOW + n * SECOND)
            await work.backtests.add(made)
            if n == 0:
                await work.backtests.share(portfolio, "b000", NOW)
        ids = {one.id for one in await work.backtests.of(portfolio, 99)}
    assert ids == {"b000", *(f"b{n:03}" for n in range(3, KEPT + 3))}
