"""A slow task that is interrupted or outrun is still done once (M1)."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.patience import keeping
from bot.post import TASK_LEASE, TASK_TRIES, answer_next, work_next
from conversations import dialogue
from conversations.turn import Turn
from conversations.understanding import understand
from storage.records import Task
from tests.faults.talk import BROKEN, Town

TRADE = "bought 3 AAPL at 125.70 on 2022-12-28"


async def promise(town: Town) -> None:
    """A report is promised, and nobody is at it yet."""
    await town.record("7", TRADE)
    await town.say("7", "biases")
    now = datetime.now(UTC)
    while await answer_next(town.storage, town.doors, town.desk, now):
        pass


async def abandon(town: Town, now: datetime) -> None:
    """A worker leases the task and dies without a word."""
    async with town.storage.transaction() as work:
        assert await work.tasks.lease(now, TASK_LEASE) is not None


async def test_a_task_whose_worker_died_is_done_by_the_next(town: Town) -> None:
    await promise(town)
    now = datetime.now(UTC)
    await abandon(town, now)
    assert not await work_next(town.storage, town.desk, now)  # the dead one still has its lease
    assert await work_next(town.storage, town.desk, now + timedelta(seconds=TASK_LEASE))
    report = (await town.replies())[-1]
    assert report.revision == 1
    assert await town.count("FROM pictures") == 1


async def test_two_workers_at_one_task_write_its_result_once(town: Town) -> None:
    """The first was only slow, and its lease ran out: both have a result, one is kept."""
    await promise(town)
    now = datetime.now(UTC)
    later = now + timedelta(seconds=TASK_LEASE + 1)
    both = await asyncio.gather(
        work_next(town.storage, town.desk, now), work_next(town.storage, town.desk, later)
    )
    assert all(both)
    assert [row.revision for row in await town.replies()] == [1, 1]
    assert await town.count("FROM pictures") == 1
    assert await town.count("FROM (SELECT DISTINCT review FROM bias_scores) AS r") == 1
    assert not [row for row in await town.replies() if BROKEN in row.text]


async def test_a_task_whose_portfolio_is_gone_is_ended_in_words(town: Town) -> None:
    """ "end demo" while the report of the demo is being made: said, not retried for ever."""
    await town.hear("7", "demo")
    await town.say("7", "biases")
    await town.say("7", "end demo")
    now = datetime.now(UTC)
    while await answer_next(town.storage, town.doors, town.desk, now):
        pass
    for days in range(TASK_TRIES + 1):
        while await work_next(town.storage, town.desk, now + timedelta(days=days)):
            pass
    assert await town.count("FROM tasks WHERE done_at IS NULL") == 0


async def test_a_report_and_an_answer_at_once_both_stay_in_the_chats_memory(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report ends while a message of its chat is being answered: neither forgets the other."""
    await promise(town)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(turn: Turn) -> Any:
        begun.set()
        await go_on.wait()
        return await understand(turn)

    monkeypatch.setattr(dialogue, "understand", slowly)
    await town.say("7", "bought 4 KO at 62.61 on 2022-12-28")
    now = datetime.now(UTC)
    answering = asyncio.create_task(answer_next(town.storage, town.doors, town.desk, now))
    await begun.wait()
    working = asyncio.create_task(work_next(town.storage, town.desk, now))
    await asyncio.wait([working], timeout=3)  # it ends, or waits for the answer to end
    go_on.set()
    assert await answering
    assert await working
    state = json.loads(await town.books.fetchval("SELECT state FROM dialogs"))
    assert state["flow"] == "trade"  # what the answer remembered
    assert state.get("why"), "what the report remembered is gone"


async def test_a_long_piece_of_work_keeps_its_lease_and_says_so(town: Town) -> None:
    """Longer than its lease, and nobody else begins it; whoever waits is told once."""
    async with town.storage.transaction() as work:
        person = await work.users.known_as("web", "ana")
        said = await work.outbox.add("web", "ana", {"text": "Working", "buttons": [], "alt": ""})
        await work.tasks.add("slow", "web", "ana", person.id, {"portfolio": "x"}, reply_to=said)
    now = datetime.now(UTC)
    async with town.storage.transaction() as work:
        task = await work.tasks.lease(now, 0.3)
    assert task is not None
    async with keeping(town.storage, task, now, 0.3, long=0.2):
        await asyncio.sleep(1.0)
        async with town.storage.transaction() as work:
            assert await work.tasks.lease(datetime.now(UTC), 0.3) is None
            lines = await work.outbox.transcript("web", "ana")
    assert lines[-1].body["text"].startswith("Still at it; this one takes longer.")
    assert await _later(town, now + timedelta(seconds=5)) is not None


async def _later(town: Town, now: datetime) -> Task | None:
    async with town.storage.transaction() as work:
        return await work.tasks.lease(now, 1.0)
