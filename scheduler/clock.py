"""The scheduler role: one process at a time holds the watch; APScheduler only wakes the jobs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

import scheduler.jobs
from conversations.desk import Desk

log = structlog.get_logger(__name__)

STAND_BY = 5.0  # seconds between two tries to take the watch over
WATCH = "scheduler"  # the advisory lock of whoever is on watch

Job = Callable[[], Awaitable[None]]


def jobs() -> list[ModuleType]:
    """Every file in ``scheduler/jobs``: ``EVERY`` is a cron line, ``run(desk, now)`` the work."""
    package = scheduler.jobs
    names = [found.name for found in iter_modules(package.__path__, f"{package.__name__}.")]
    return [import_module(name) for name in sorted(names)]


async def run(desk: Desk, stop: asyncio.Event) -> None:
    """Stand by until the watch is free, keep it until told to stop, then let the jobs finish."""
    while not stop.is_set():
        async with desk.storage.watch(WATCH) as ours:
            if ours is not None:
                await _keep_watch(desk, stop, ours)
        await _sleep(stop, STAND_BY)


async def _keep_watch(desk: Desk, stop: asyncio.Event, ours: Callable[[], Awaitable[bool]]) -> None:
    """Wake the jobs while the lock is ours; a lost connection is a lost lock."""
    clock = AsyncIOScheduler(timezone=UTC)
    for job in jobs():
        clock.add_job(
            _quietly(desk, job), CronTrigger.from_crontab(job.EVERY, UTC),
            id=job.__name__, max_instances=1, coalesce=True, misfire_grace_time=600,
        )  # fmt: skip
    clock.start()
    try:
        while not stop.is_set() and await ours():
            await _sleep(stop, STAND_BY)
    finally:
        clock.shutdown(wait=False)


def _quietly(desk: Desk, job: ModuleType) -> Job:
    async def once() -> None:
        try:
            await job.run(desk, datetime.now(UTC))
        except Exception:
            log.exception("a job failed", job=job.__name__)

    return once


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
