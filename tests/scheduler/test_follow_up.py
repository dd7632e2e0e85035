"""“Did you do it?”: asked three days later and at most once more, by what is in the books."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from conversations.desk import Desk
from conversations.nudging.kinds import follow_up as kind
from engine.ledger import Kind, Trade
from scheduler.jobs import follow_up, nudges
from storage.records import RecommendationRecord
from storage.unit_of_work import Storage
from tests.scheduler.people import DAY, HOUR, NOON, person
from tests.storage.test_recommendations import content

AT = NOON - 3 * DAY
GATHERED = timedelta(minutes=5)
QUESTION = (
    "Your proposal of 1 Mar 2026 was: 9% into NVDA. Nothing of it is recorded.\nDid you do it?"
)


async def proposed(storage: Storage, portfolio: UUID, who: UUID) -> UUID:
    told = RecommendationRecord(uuid4(), portfolio, who, content(AT, "25"), "open", AT + 3 * DAY)
    async with storage.transaction() as work:
        await work.recommendations.add(told)
    return told.id


async def bought(storage: Storage, portfolio: UUID, shares: int) -> None:
    trade = Trade(uuid4(), NOON - DAY, Kind.BUY, "NVDA", Decimal(shares), Decimal(121))
    async with storage.transaction() as work:
        await work.trades.add(portfolio, trade)


async def asked(desk: Desk, storage: Storage, *moments: Any) -> list[str]:
    """All that was said, after the jobs of two schedulers have run at each of the moments."""
    for at in moments:
        await asyncio.gather(*(follow_up.run(desk, at) for _ in range(2)))
        await nudges.run(desk, at + GATHERED)
    async with storage.transaction() as work:
        said = await work.outbox.transcript("web", "7")
    return [line.body["text"] for line in said if line.mine]


async def test_it_is_asked_once_and_once_more_after_two_weeks(
    desk: Desk, storage: Storage, books: Any
) -> None:
    who, portfolio = await person(storage, books)
    await proposed(storage, portfolio, who)
    assert await asked(desk, storage, NOON - HOUR) == []
    assert await asked(desk, storage, NOON, NOON + HOUR, NOON + 13 * DAY) == [QUESTION]
    late = QUESTION.replace("recorded.\n", "recorded. It is out of date by now.\n")
    assert await asked(desk, storage, NOON + 14 * DAY, NOON + 29 * DAY) == [QUESTION, late]


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        (25, "✅ Your proposal of 1 Mar 2026 is carried out, by the trades you recorded: 9% into"),
        (10, "40% of your proposal of 1 Mar 2026 is recorded; open: NVDA.\nDid you do the rest?"),
    ],
)
async def test_what_is_in_the_books_is_counted(
    desk: Desk, storage: Storage, books: Any, shares: int, said: str
) -> None:
    who, portfolio = await person(storage, books)
    id = await proposed(storage, portfolio, who)
    await bought(storage, portfolio, shares)
    (told,) = await asked(desk, storage, NOON)
    assert told.startswith(said)
    async with storage.transaction() as work:
        found = await work.recommendations.get(id, who)
    assert found is not None
    assert (found.status, found.follow_up_at is None) == (
        ("done", True) if shares == 25 else ("open", False)
    )
    assert len(await asked(desk, storage, NOON + 14 * DAY)) == (1 if shares == 25 else 2)


async def test_nobody_asks_late_of_a_demo_or_of_what_is_forgotten(
    desk: Desk, storage: Storage, books: Any
) -> None:
    who, portfolio = await person(storage, books)
    id = await proposed(storage, portfolio, who)
    async with storage.transaction() as work:
        demo = await work.portfolios.open(who, "Demo", demo=True)
    await proposed(storage, demo.id, who)
    assert await asked(desk, storage, NOON + 30 * HOUR) == [], "nobody was on watch"
    async with storage.transaction() as work:
        found = await work.recommendations.get(id, who)
        assert found is not None
        assert found.follow_up_at == NOON + 30 * HOUR + kind.AGAIN
    assert await asked(desk, storage, NOON + 50 * DAY) == []


async def test_what_cannot_be_read_keeps_no_other_waiting(
    desk: Desk, storage: Storage, books: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    who, portfolio = await person(storage, books)
    async with storage.transaction() as work:
        other = await work.portfolios.open(who, "Other", demo=False)
    sick = await proposed(storage, other.id, who)
    await proposed(storage, portfolio, who)
    real = kind.compared

    async def compared(work: Any, told: RecommendationRecord, *more: Any) -> Any:
        if told.id == sick:
            raise RuntimeError("unreadable")
        return await real(work, told, *more)

    monkeypatch.setattr(kind, "compared", compared)
    assert await asked(desk, storage, NOON) == [QUESTION]
