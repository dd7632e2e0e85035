"""Said once, whatever happens: two schedulers, deaths, outages; looked at once after each close."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import numpy as np
import pytest

from benchmarks.nudge_simulation import FACTS
from conversations.desk import Desk
from conversations.messages import Address, IncomingMessage
from conversations.nudging import finding
from engine.ledger import Kind, Trade
from engine.prices import Bar
from scheduler.jobs import detection, nudges
from storage.records import Intention, NudgeRecord
from storage.repositories.outbox import Outbox
from storage.unit_of_work import Storage

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SOURCE, SYMBOLS = "ticks", ("ZZZA", "ZZZB")


@pytest.fixture
async def books(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    found = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    yield found
    await found.close()


async def person(
    storage: Storage,
    books: Any,
    name: str = "ada",
    chats: tuple[tuple[str, str], ...] = (("web", "7"),),
) -> tuple[UUID, UUID]:
    """Somebody who wrote in each of the chats, an hour apart, the last one yesterday."""
    async with storage.transaction() as work:
        found = await work.users.known_as("web", name)
        for channel, chat in chats:
            message = IncomingMessage(uuid4().hex, name, Address(channel, chat), NOON)
            await work.inbox.accept(channel, message.id, chat, b"{}")
            await work.dialogs.put(channel, chat, found.id, {})
    for n, (channel, chat) in enumerate(chats):
        wrote = NOON - DAY - HOUR * (len(chats) - 1 - n)
        await books.execute(
            "UPDATE inbox SET received_at = $1 WHERE channel = $2 AND chat = $3",
            wrote,
            channel,
            chat,
        )
    assert found.portfolio is not None
    return found.id, found.portfolio


async def want(storage: Storage, who: tuple[UUID, UUID], kind: str = "pace", **more: Any) -> UUID:
    group = {"pace": "pace", "winners": "disposition", "intention": "market"}[kind]
    record = NudgeRecord(
        uuid4(), who[1], who[0], kind, group, uuid4().hex, FACTS[kind], 1.0, NOON, NOON + 3 * DAY
    )
    async with storage.transaction() as work:
        assert await work.nudges.want(replace(record, **more))
        assert not await work.nudges.want(replace(record, **{**more, "id": uuid4()}))
    return record.id


async def texts(books: Any, channel: str = "web", chat: str = "7") -> list[dict[str, Any]]:
    rows = await books.fetch(
        "SELECT body FROM outbox WHERE channel = $1 AND chat = $2 ORDER BY id", channel, chat
    )
    return [json.loads(row["body"]) for row in rows]


async def test_two_schedulers_say_it_once(desk: Desk, storage: Storage, books: Any) -> None:
    chats = [(f"p{n}", (("web", f"{n}"),)) for n in range(12)]
    for name, where in chats:
        who = await person(storage, books, name, where)
        for kind in ("pace", "winners"):
            await want(storage, who, kind)
    await asyncio.gather(*(nudges.run(desk, NOON) for _ in range(3)))
    await nudges.run(desk, NOON + timedelta(minutes=1))
    for n in range(12):
        (said,) = await texts(books, chat=f"{n}")
        assert said["text"].count("pattern") == 1
        assert said["text"].count("Also:") == 1
    assert await books.fetchval("SELECT count(*) FROM nudges WHERE status = 'said'") == 24
    assert await books.fetchval("SELECT count(DISTINCT message) FROM nudges") == 12


async def test_a_person_is_one_scheduler_s_until_it_commits(storage: Storage, books: Any) -> None:
    who = await person(storage, books)
    id = await want(storage, who)

    async def other() -> UUID | None:
        async with storage.transaction() as work:
            return await work.nudges.due(NOON)

    async with storage.transaction() as work:
        assert await work.nudges.due(NOON) == who[0]
        waits = asyncio.create_task(other())
        done, _ = await asyncio.wait({waits}, timeout=0.3)
        assert not done
        await work.nudges.said([id], uuid4(), NOON)
    assert await asyncio.wait_for(waits, 10) is None


async def test_a_death_loses_and_doubles_nothing(
    desk: Desk, storage: Storage, books: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = await want(storage, await person(storage, books))

    async def dies(*_: object, **__: object) -> int:
        raise asyncio.CancelledError

    with monkeypatch.context() as broken:
        broken.setattr(Outbox, "add", dies)
        with pytest.raises(asyncio.CancelledError):
            await nudges.run(desk, NOON)
    assert await books.fetchval("SELECT status FROM nudges WHERE id = $1", id) == "waiting"
    for minute in (1, 2, 3):
        await nudges.run(desk, NOON + timedelta(minutes=minute))
    assert len(await texts(books)) == 1


async def test_what_fails_for_one_keeps_no_other_waiting(
    desk: Desk, storage: Storage, books: Any
) -> None:
    sick = await person(storage, books, "sick", (("web", "1"),))
    well = await person(storage, books, "well", (("web", "2"),))
    broken = await want(storage, sick, facts={"no": "facts"})
    await want(storage, well)
    await nudges.run(desk, NOON)
    assert len(await texts(books, chat="2")) == 1
    again = await books.fetchval("SELECT decide_at FROM nudges WHERE id = $1", broken)
    assert again == NOON + HOUR


async def test_late_ones_come_once_and_those_of_yesterday_never(
    desk: Desk, storage: Storage, books: Any
) -> None:
    who = await person(storage, books)
    await want(storage, who)
    await nudges.run(desk, NOON + 3 * HOUR)  # asleep since
    assert len(await texts(books)) == 1
    await want(storage, who, "winners", stale_at=NOON + 9 * DAY)
    await nudges.run(desk, NOON + 2 * DAY)
    assert len(await texts(books)) == 1
    async with storage.transaction() as work:
        assert await work.nudges.dropped() == {"late": 1}


async def test_it_comes_to_the_private_chat_used_last(
    desk: Desk, storage: Storage, books: Any
) -> None:
    chats = (("telegram", "5"), ("web", "7"), ("slack", "U1"), ("terminal", "me"))
    who = await person(storage, books, "ada", chats)
    async with storage.transaction() as work:
        await work.dialogs.put("slack", "C9", who[0], {"shared": True})
        await work.inbox.accept("slack", "in the channel", "C9", b"{}")
    await books.execute("UPDATE inbox SET received_at = $1 WHERE chat = 'C9'", NOON - HOUR)
    await want(storage, who)
    await nudges.run(desk, NOON)
    assert len(await texts(books, "slack", "U1")) == 1
    async with storage.transaction() as work:
        await work.doors.close("slack", "U1", "blocked", NOON)
    await want(storage, who, born_at=NOON + DAY)
    await nudges.run(desk, NOON + DAY)
    assert len(await texts(books, "web", "7")) == 1
    async with storage.transaction() as work:
        for channel, chat in chats[:2]:
            await work.doors.close(channel, chat, "blocked", NOON)
    await want(storage, who, born_at=NOON + 2 * DAY)
    await nudges.run(desk, NOON + 2 * DAY)
    assert len(await texts(books, "terminal", "me")) == 1, "there is nothing else"
    async with storage.transaction() as work:
        await work.doors.close("terminal", "me", "left", NOON)
    gone = await want(storage, who, born_at=NOON + 3 * DAY, stale_at=NOON + 9 * DAY)
    await nudges.run(desk, NOON + 3 * DAY)
    row = await books.fetchrow("SELECT status, reason FROM nudges WHERE id = $1", gone)
    assert (row["status"], row["reason"]) == ("dropped", "nowhere")


async def test_it_waits_while_they_are_spoken_to(desk: Desk, storage: Storage, books: Any) -> None:
    who = await person(storage, books)
    id = await want(storage, who)
    async with storage.transaction() as work:
        await work.dialogs.get("web", "7", who[0])  # a message of theirs is being answered
        await asyncio.wait_for(nudges.run(desk, NOON), 10)
    assert await texts(books) == []
    assert await books.fetchval(
        "SELECT decide_at FROM nudges WHERE id = $1", id
    ) == NOON + timedelta(minutes=10)
    await nudges.run(desk, NOON + timedelta(minutes=10))
    assert len(await texts(books)) == 1


async def test_silence_sound_and_distress(desk: Desk, storage: Storage, books: Any) -> None:
    who = await person(storage, books)
    async with storage.transaction() as work:
        await work.users.change(who[0], preferences={"nudges": {"pace": "silent"}})
    await want(storage, who)
    await nudges.run(desk, NOON)
    (said,) = await texts(books)
    assert said["silent"] is True
    async with storage.transaction() as work:
        await work.users.change(who[0], preferences={"paused_since": NOON.isoformat()})
    held, wanted = (
        await want(storage, who, born_at=NOON + DAY, stale_at=NOON + 5 * DAY),
        await want(storage, who, "intention", born_at=NOON + DAY, stale_at=NOON + 5 * DAY),
    )
    await nudges.run(desk, NOON + DAY)
    states = {
        row["id"]: row["status"] for row in await books.fetch("SELECT id, status FROM nudges")
    }
    assert (states[held], states[wanted]) == ("dropped", "said")
    assert "silent" not in (await texts(books))[-1]


def bars(last: float, count: int = 400) -> dict[str, list[Bar]]:
    """Daily closes up to that noon's day; the last one of the first moves by ``last``."""
    until = NOON.date()
    chance = np.random.default_rng(3)
    days = [until - timedelta(days=n) for n in range(2 * count)]
    days = sorted(day for day in days if day.weekday() < 5)[-count:]
    found = {}
    for symbol in SYMBOLS:
        closes = 50 * np.exp(np.cumsum(chance.normal(0, 0.01, count)))
        if symbol == "ZZZA":
            closes[-1] *= last
        found[symbol] = [Bar(day, float(one)) for day, one in zip(days, closes, strict=True)]
    return found


async def invested(storage: Storage, portfolio: UUID, days_ago: int = 60) -> None:
    at = NOON - timedelta(days=days_ago)
    async with storage.transaction() as work:
        for symbol in SYMBOLS:
            trade = Trade(uuid4(), at, Kind.BUY, symbol, Decimal(10), Decimal(50))
            await work.trades.add(portfolio, trade)


async def furnished(storage: Storage, last: float) -> None:
    async with storage.transaction() as work:
        for symbol, found in bars(last).items():
            await work.market.load(SOURCE, symbol, found)


async def test_what_happened_is_found_once_and_said(
    desk: Desk, storage: Storage, books: Any
) -> None:
    desk = replace(desk, sources=(SOURCE,))
    who = await person(storage, books)
    await invested(storage, who[1])
    await furnished(storage, 0.85)
    intention = Intention(
        uuid4(), who[1], who[0], "ZZZA", -0.1, 50.0, "if ZZZA falls 10% I will wait", NOON - 2 * DAY
    )
    async with storage.transaction() as work:
        await work.intentions.add(intention)
    evening = NOON + 11 * HOUR  # 18:00 in New York
    await detection.run(desk, evening)
    await asyncio.gather(*(detection.run(desk, evening + HOUR) for _ in range(2)))
    found = await books.fetch("SELECT kind FROM nudges ORDER BY kind")
    assert [row["kind"] for row in found] == ["intention", "market_move"]
    async with storage.transaction() as work:
        assert await work.intentions.waiting(*who) == []
    await nudges.run(desk, evening)
    assert await texts(books) == [], "it is night"
    await nudges.run(desk, NOON + DAY - 4 * HOUR)
    (said,) = await texts(books)
    assert said["text"].startswith("ZZZA has moved −")
    assert "“if ZZZA falls 10% I will wait”\nAlso: ZZZA moved −" in said["text"]


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
    ("now", "day"),
    [
        (datetime(2026, 3, 4, 21, 59, tzinfo=UTC), date(2026, 3, 3)),  # 16:59 in New York
        (datetime(2026, 3, 4, 22, 0, tzinfo=UTC), date(2026, 3, 4)),
        (datetime(2026, 3, 9, 21, 0, tzinfo=UTC), date(2026, 3, 9)),  # summer time since yesterday
        (datetime(2026, 3, 8, 23, 0, tzinfo=UTC), date(2026, 3, 6)),  # a Sunday
        (datetime(2026, 7, 3, 23, 0, tzinfo=UTC), date(2026, 7, 2)),  # a holiday
    ],
)
def test_the_last_close(now: datetime, day: date) -> None:
    assert detection.last_close(now) == day
