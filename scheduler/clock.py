"""The scheduler role: one process at a time holds the watch; APScheduler only wakes the jobs."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

import scheduler.jobs
from conversations.desk import Desk

log = structlog.get_logger(__name__)

STAND_BY = 5.0  # seconds between two tries to take the watch over
LAST_ORDERS = 8.0  # seconds that running jobs have to finish; less than the program's own patience
WATCH = "scheduler"  # the advisory lock of whoever is on watch, and the role it is a heartbeat of

Job = Callable[[], Coroutine[Any, Any, None]]


def jobs() -> list[ModuleType]:
    """Every file in ``scheduler/jobs``: ``EVERY`` is a cron line, ``run(desk, now)`` the work."""
    package = scheduler.jobs
    names = [found.name for found in iter_modules(package.__path__, f"{package.__name__}.")]
    return [import_module(name) for name in sorted(names)]


async def run(desk: Desk, stop: asyncio.Event) -> None:
    """Stand by until the watch is free, keep it until told to stop, then let the jobs finish."""
    while not stop.is_set():
        try:
            async with desk.storage.watch(WATCH) as ours:
                if ours is not None:
                    await _keep_watch(desk, stop, ours)
                else:
                    await _beat(desk, on_watch=False)
        except Exception:
            log.exception("the watch could not be taken or kept")  # the database may be away
        await _sleep(stop, STAND_BY)
    await _leave(desk)


async def _keep_watch(desk: Desk, stop: asyncio.Event, ours: Callable[[], Awaitable[bool]]) -> None:
    """Wake the jobs while the lock is ours; a lost connection is a lost lock."""
    now = datetime.now(UTC)
    async with desk.storage.transaction() as work:
        last = {one.job: one.began_at for one in await work.watch.runs()}
    clock = AsyncIOScheduler(timezone=UTC)
    running: set[asyncio.Task[None]] = set()
    for job in jobs():
        tick = CronTrigger.from_crontab(job.EVERY, UTC)
        clock.add_job(
            _kept(running, _quietly(desk, job)), tick, id=job.__name__,
            next_run_time=first_wake(tick, last.get(name_of(job)), now),
            max_instances=1, coalesce=True, misfire_grace_time=600,
        )  # fmt: skip
    clock.start()
    try:
        while not stop.is_set() and await ours():
            await _beat(desk, on_watch=True)
            await _sleep(stop, STAND_BY)
    finally:
        clock.shutdown(wait=False)
        await asyncio.sleep(0)  # it shuts down in the loop's next round
        await _finish(running)


def first_wake(tick: CronTrigger, last: datetime | None, now: datetime) -> datetime | None:
    """At once, once, where ticks were missed since the ``last`` run; else at the next tick."""
    due: datetime | None = None
    if last is not None:
        due = tick.get_next_fire_time(None, last + timedelta(microseconds=1))
    if due is not None and due < now:
        return now
    soon: datetime | None = tick.get_next_fire_time(None, now)
    return soon


def name_of(job: ModuleType) -> str:
    """``nudges``."""
    return job.__name__.rpartition(".")[2]


async def _beat(desk: Desk, *, on_watch: bool) -> None:
    async with desk.storage.transaction() as work:
        await work.watch.beat(_process(), WATCH, datetime.now(UTC), on_watch=on_watch)


async def _leave(desk: Desk) -> None:
    try:
        async with desk.storage.transaction() as work:
            await work.watch.leave(_process())
    except Exception:
        log.exception("the end could not be noted")


def _process() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _kept(running: set[asyncio.Task[None]], job: Job) -> Job:
    """``job`` in a task of our own: the clock cancels what it started when it is shut down."""

    async def once() -> None:
        doing = asyncio.create_task(job())
        running.add(doing)
        doing.add_done_callback(running.discard)
        await asyncio.shield(doing)

    return once


async def _finish(running: set[asyncio.Task[None]]) -> None:
    """Wait for jobs that have begun, but no longer than the program waits for us."""
    late = set(running)
    if late:
        _, late = await asyncio.wait(late, timeout=LAST_ORDERS)
    for job in late:
        log.warning("a job was cut short")
        job.cancel()
    await asyncio.gather(*late, return_exceptions=True)


def _quietly(desk: Desk, job: ModuleType) -> Job:
    async def once() -> None:
        name, problem = name_of(job), ""
        try:
            async with desk.storage.transaction() as work:
                await work.watch.began(name, datetime.now(UTC))
            await job.run(desk, datetime.now(UTC))
        except Exception as fault:
            log.exception("a job failed", job=job.__name__)
            problem = type(fault).__name__
        try:
            async with desk.storage.transaction() as work:
                await work.watch.ended(name, datetime.now(UTC), problem)
        except Exception:
            log.exception("the end of a job could not be noted", job=job.__name__)

    return once


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
