"""A worker that stops at any moment, or a handler that raises, leaves all of a message or none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest

from bot.post import SEND_LEASE, answer_next, send_next
from conversations.actions import trading
from tests.faults.talk import BROKEN, Town

TRADE = "bought 3 AAPL at 125.70 on 2022-12-28"
MOMENTS = 20  # at which a step is stopped, evenly over the time it takes

Step = Callable[[], Awaitable[bool]]


async def duration(step: Step) -> float:
    """Seconds that ``step`` takes when it is left alone."""
    begun = perf_counter()
    assert await step()
    return perf_counter() - begun


async def interrupt(step: Step, after: float) -> bool:
    """Stop ``step`` after so many seconds. Whether it was still running."""
    running = asyncio.ensure_future(step())
    await asyncio.wait([running], timeout=after)
    stopped = running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    return stopped


async def test_an_answer_stopped_at_any_moment_is_given_whole_or_not_at_all(town: Town) -> None:
    async def step() -> bool:
        return await answer_next(town.storage, town.doors, town.desk, datetime.now(UTC))

    for number in range(2):  # the first one warms up
        await town.say(f"warm-{number}", TRADE)
        whole = await duration(step)
    stopped = 0
    for moment in range(MOMENTS):
        chat = f"person-{moment}"
        await town.say(chat, TRADE)
        stopped += await interrupt(step, whole * moment / MOMENTS)
        replies = await town.count("FROM outbox WHERE chat = $1", chat)
        drafts = await town.count("FROM drafts WHERE chat = $1", chat)
        waiting = await town.count("FROM inbox WHERE chat = $1 AND answered_at IS NULL", chat)
        assert (replies, drafts, waiting) in {(0, 0, 1), (1, 1, 0)}
        await town.drain(1)
    assert stopped > MOMENTS / 5
    assert await town.count("FROM outbox") == await town.count("FROM drafts") == MOMENTS + 2
    assert await town.count("FROM inbox WHERE answered_at IS NULL") == 0


async def test_a_save_stopped_at_any_moment_records_its_trade_once(town: Town) -> None:
    async def step() -> bool:
        return await answer_next(town.storage, town.doors, town.desk, datetime.now(UTC))

    async def press(chat: str) -> None:
        card = await town.hear(chat, TRADE)
        await town.press(chat, card.button("save"))

    await press("warm")
    whole, stopped = await duration(step), 0
    for moment in range(MOMENTS):
        await press(f"person-{moment}")
        stopped += await interrupt(step, whole * moment / MOMENTS)
        await town.drain(1)
        assert await town.count("FROM trades") == moment + 2
    assert stopped > MOMENTS / 5
    saved = [row for row in await town.replies() if "Saved #1" in row.text]
    assert len(saved) == MOMENTS + 1


async def test_a_send_stopped_at_any_moment_is_sent_again_and_never_lost(town: Town) -> None:
    later = datetime.now(UTC)

    async def step() -> bool:
        return await send_next(town.storage, town.doors, later)

    async def reply(chat: str) -> None:
        await town.say(chat, "help")
        assert await answer_next(town.storage, town.doors, town.desk, later)

    await reply("warm")
    whole, stopped = await duration(step), 0
    for moment in range(MOMENTS):
        await reply(f"person-{moment}")
        stopped += await interrupt(step, whole * moment / MOMENTS)
        later += timedelta(seconds=SEND_LEASE + 1)  # what a dead sender held is free again
        while await step():
            pass
    assert stopped > MOMENTS / 5
    sent = [reply.id for reply in town.doors["web"].sent]
    assert len(set(sent)) == MOMENTS + 1
    assert len(sent) <= MOMENTS + 1 + stopped
    assert await town.count("FROM outbox WHERE sent_at IS NOT NULL") == MOMENTS + 1


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
