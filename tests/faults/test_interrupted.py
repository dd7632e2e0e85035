"""Whoever dies at any statement, or raises, leaves all of a message or none of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from bot.post import SEND_LEASE, answer_next, send_next
from conversations.actions import trading
from storage.unit_of_work import Storage
from tests.faults.talk import BROKEN, Town

TRADE = "bought 3 AAPL at 125.70 on 2022-12-28"
MOST = 100  # statements and commits of one step

Step = Callable[[], Awaitable[bool]]


class Died(BaseException):
    """No handler of ours catches it, as none catches SIGKILL."""


async def alive(storage: Storage, step: Step, after: int) -> bool:
    """Do ``step``, but die when that many statements and commits are done. Whether it lived."""
    engine, left = storage._engine.sync_engine, after

    def tick(*_: object) -> None:
        nonlocal left
        if left == 0:
            raise Died
        left -= 1

    for name in ("before_cursor_execute", "commit"):
        event.listen(engine, name, tick)
    try:
        return await step()
    except Died:
        return False
    finally:
        for name in ("before_cursor_execute", "commit"):
            event.remove(engine, name, tick)


async def deaths(storage: Storage, step: Step) -> AsyncIterator[int]:
    """Die at the first statement of a step, then of the next one at the second, ... until one
    lives. The caller sees to it that there is something to do before each."""
    for moment in range(MOST):
        yield moment
        if await alive(storage, step, moment):
            assert moment > 3
            return
    raise AssertionError("there was no end to it")


async def test_an_answer_that_dies_anywhere_is_given_whole_or_not_at_all(town: Town) -> None:
    async def step() -> bool:
        return await answer_next(town.storage, town.doors, town.desk, datetime.now(UTC))

    told = 0
    async for moment in deaths(town.storage, step):
        if moment:
            await assert_whole_or_nothing(town, f"person-{moment - 1}")
            await town.drain(1)
        told += await town.say(f"person-{moment}", TRADE)
    await town.drain(1)
    assert await town.count("FROM outbox") == await town.count("FROM drafts") == told
    assert await town.count("FROM inbox WHERE answered_at IS NULL") == 0


async def assert_whole_or_nothing(town: Town, chat: str) -> None:
    replies = await town.count("FROM outbox WHERE chat = $1", chat)
    drafts = await town.count("FROM drafts WHERE chat = $1", chat)
    waiting = await town.count("FROM inbox WHERE chat = $1 AND answered_at IS NULL", chat)
    assert (replies, drafts, waiting) in {(0, 0, 1), (1, 1, 0)}


async def test_a_save_that_dies_anywhere_records_its_trade_once(town: Town) -> None:
    async def step() -> bool:
        return await answer_next(town.storage, town.doors, town.desk, datetime.now(UTC))

    told = 0
    async for moment in deaths(town.storage, step):
        await town.drain(1)
        assert await town.count("FROM trades") == told
        card = await town.hear(f"person-{moment}", TRADE)
        told += await town.press(card.chat, card.button("save"))
    await town.drain(1)
    assert await town.count("FROM trades") == told
    assert len([row for row in await town.replies() if "Saved #1" in row.text]) == told


async def test_a_send_that_dies_anywhere_is_sent_again_and_never_lost(town: Town) -> None:
    now = datetime.now(UTC)

    async def step() -> bool:
        return await send_next(town.storage, town.doors, now)

    told = 0
    async for moment in deaths(town.storage, step):
        now += timedelta(seconds=SEND_LEASE + 1)  # what a dead sender held is free again
        while await step():
            pass
        told += await town.say(f"person-{moment}", "help")
        assert await answer_next(town.storage, town.doors, town.desk, now)
    sent = [reply.id for reply in town.doors["web"].sent]
    assert len(set(sent)) == told == await town.count("FROM outbox WHERE sent_at IS NOT NULL")
    assert len(sent) < 2 * told


async def test_a_handler_that_raises_keeps_nothing_and_says_so(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trade had been written when the handler fell over: it is taken back with the rest."""
    card = await town.hear("7", TRADE)

    async def fall_over(*_: object) -> None:
        raise RuntimeError("the books caught fire")

    with monkeypatch.context() as patch:
        patch.setattr(trading, "settle", fall_over)
        answer = await town.push("7", card.button("save"))
    assert BROKEN in answer.text
    assert "nothing was saved" in answer.text
    assert await town.count("FROM trades") == 0
    assert await town.count("FROM drafts WHERE status = 'open'") == 1
    assert await town.count("FROM portfolios WHERE version = 0 AND numbers = 0") == 1
    saved = await town.push("7", card.button("save"))  # and the card still works
    assert "Saved #1" in saved.text


async def test_a_sale_that_no_longer_fits_leaves_nothing_behind(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ "Nothing was saved" is said after the sale had been written: it has to be true."""
    await town.record("7", "bought 20 AAPL at 125.70 on 2022-12-28")
    card = await town.hear("7", "sold 20 AAPL at 125.90 on 2022-12-28")
    settle = trading.settle

    async def meanwhile(work, portfolio, rules):  # type: ignore[no-untyped-def]
        """As if another sale had got in between the look at the books and the writing."""
        bought = (await work.trades.of(portfolio.id))[0]
        await work.trades.void(portfolio.id, bought.id, datetime.now(UTC))
        return await settle(work, portfolio, rules)

    with monkeypatch.context() as patch:
        patch.setattr(trading, "settle", meanwhile)
        answer = await town.push("7", card.button("save"))
    assert "no longer fits" in answer.text
    assert "Nothing was saved" in answer.text
    assert await town.count("FROM trades WHERE kind = 'sell'") == 0
