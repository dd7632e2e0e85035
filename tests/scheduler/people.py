"""Somebody with chats, trades and prices of their own, whom the jobs speak to."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import numpy as np

from benchmarks.nudge_facts import FACTS
from conversations.messages import Address, IncomingMessage
from engine.ledger import Kind, Trade
from engine.prices import Bar
from storage.nudge_records import NudgeRecord
from storage.unit_of_work import Storage

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SOURCE, SYMBOLS = "ticks", ("ZZZA", "ZZZB")


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
    group = {
        "pace": "pace",
        "winners": "disposition",
        "intention": "market",
        "weekly_review": "digest",
    }[kind]
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
