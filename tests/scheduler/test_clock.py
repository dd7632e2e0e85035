"""The watch is kept by one process at a time, survives an outage, and ends in peace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from apscheduler.triggers.cron import CronTrigger

import scheduler.jobs
from conversations.desk import Desk
from scheduler import clock
from storage.unit_of_work import Storage
from tests.scheduler.conftest import Diary

SOON = 10.0
Employ = Callable[..., None]


@asynccontextmanager
async def on_duty(desk: Desk) -> AsyncIterator[asyncio.Task[None]]:
    """A scheduler at work, which is told to stop in the end."""
    stop = asyncio.Event()
    running = asyncio.create_task(clock.run(desk, stop))
    try:
        yield running
    finally:
        stop.set()
        await asyncio.wait_for(running, SOON)


def test_the_jobs_are_found_and_their_hours_are_cron_lines() -> None:
    files = {one.stem for one in Path(scheduler.jobs.__path__[0]).glob("[!_]*.py")}
    assert {clock.name_of(job) for job in clock.jobs()} == files
    assert {"detection", "invariants", "nudges", "prices"} <= files
    for job in clock.jobs():
        CronTrigger.from_crontab(job.EVERY)


async def test_a_failing_job_stops_no_other(desk: Desk, employ: Employ) -> None:
    diary = Diary()
    employ(diary.job("broken", fails=True), diary.job("sound"))
    async with on_duty(desk):
        async with asyncio.timeout(SOON):
            await diary.began["broken"].wait()
            await diary.began["sound"].wait()
        diary.go_on.set()
    assert diary.ended == ["sound"]
    async with desk.storage.transaction() as work:
        broken, sound = await work.watch.runs()
    assert (broken.job, broken.ended_at, broken.problem) == ("broken", None, "RuntimeError")
    assert (sound.job, sound.failed_at, sound.problem) == ("sound", None, "")
    assert sound.ended_at is not None


async def test_jobs_that_have_begun_finish_when_we_are_told_to_stop(
    desk: Desk, employ: Employ
) -> None:
    diary, stop = Diary(), asyncio.Event()
    employ(diary.job("long"))
    running = asyncio.create_task(clock.run(desk, stop))
    await asyncio.wait_for(diary.began["long"].wait(), SOON)
    stop.set()
    await asyncio.wait([running], timeout=0.3)
    assert not running.done()
    diary.go_on.set()
    await asyncio.wait_for(running, SOON)
    assert diary.ended == ["long"]


async def test_a_job_without_end_is_cut_short(
    desk: Desk, employ: Employ, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "LAST_ORDERS", 0.1)
    diary = Diary()
    employ(diary.job("endless"))
    async with on_duty(desk):
        await asyncio.wait_for(diary.began["endless"].wait(), SOON)
    assert diary.ended == []


async def test_one_of_two_has_the_watch_and_the_other_takes_it_over(
    desk: Desk, employ: Employ
) -> None:
    mine, theirs = Diary(), Diary()
    employ(mine.job("mine"))
    async with on_duty(desk):
        await asyncio.wait_for(mine.began["mine"].wait(), SOON)
        employ(theirs.job("theirs"))
        waiting = asyncio.Event()
        second = asyncio.create_task(clock.run(desk, waiting))
        await asyncio.sleep(0.5)
        assert not theirs.began["theirs"].is_set()
        async with desk.storage.transaction() as work:
            assert await work.watch.heartbeats("scheduler")
        mine.go_on.set()
    await asyncio.wait_for(theirs.began["theirs"].wait(), SOON)
    theirs.go_on.set()
    waiting.set()
    await asyncio.wait_for(second, SOON)
    async with desk.storage.transaction() as work:
        assert await work.watch.heartbeats("scheduler") == []  # they said that they go


async def test_a_lost_connection_is_a_lost_watch_which_is_taken_again(
    desk: Desk, employ: Employ, dsn: str
) -> None:
    before, after = Diary(), Diary()
    employ(before.job("before"))
    async with on_duty(desk) as running:
        await asyncio.wait_for(before.began["before"].wait(), SOON)
        employ(after.job("after"))
        before.go_on.set()
        books = await asyncpg.connect(dsn.replace("+asyncpg", ""))
        try:
            ended = await books.fetchval(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory'"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        finally:
            await books.close()
        assert ended == 1
        await asyncio.wait_for(after.began["after"].wait(), SOON)
        after.go_on.set()
        assert not running.done()


async def test_a_database_that_is_away_is_waited_for(
    desk: Desk, employ: Employ, monkeypatch: pytest.MonkeyPatch
) -> None:
    diary, tries = Diary(), 0
    employ(diary.job("after all"))
    watch = Storage.watch

    def away(self: Storage, name: str) -> object:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise FileNotFoundError("no such socket")
        return watch(self, name)

    monkeypatch.setattr(Storage, "watch", away)
    diary.go_on.set()
    async with on_duty(desk):
        await asyncio.wait_for(diary.began["after all"].wait(), SOON)
    assert tries >= 3


def test_missed_ticks_are_caught_up_once() -> None:
    nightly = CronTrigger.from_crontab("0 3 * * *", UTC)
    ran = datetime(2026, 3, 1, 3, 0, 0, 5_000, tzinfo=UTC)

    def woken(now: datetime, last: datetime | None = ran) -> datetime | None:
        return clock.first_wake(nightly, last, now)

    asleep = datetime(2026, 3, 4, 14, tzinfo=UTC)  # three ticks were missed: one run
    assert woken(asleep) == asleep
    assert woken(asleep, asleep - timedelta(hours=1)) == datetime(2026, 3, 5, 3, tzinfo=UTC)
    assert woken(ran + timedelta(hours=1)) == datetime(2026, 3, 2, 3, tzinfo=UTC)
    assert woken(ran + timedelta(hours=1), ran.replace(microsecond=0)) == woken(
        ran + timedelta(hours=1)
    )
    assert woken(asleep, None) == datetime(2026, 3, 5, 3, tzinfo=UTC)
