"""Jobs that tests can watch, woken at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType

import asyncpg
import pytest
from apscheduler.triggers.date import DateTrigger

from conversations.desk import Desk
from scheduler import clock
from storage.cache import Cache
from storage.unit_of_work import Storage


@pytest.fixture
def desk(storage: Storage) -> Desk:
    return Desk(storage, Cache())


@pytest.fixture
async def books(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """Past all repositories, for what a test turns by hand."""
    found = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    yield found
    await found.close()


@dataclass
class Diary:
    """What the jobs of a test did, and when they may go on."""

    began: dict[str, asyncio.Event] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    def job(self, name: str, fails: bool = False) -> ModuleType:
        self.began[name] = asyncio.Event()
        module = ModuleType(name)

        async def run(desk: Desk, now: datetime) -> None:
            self.began[name].set()
            if fails:
                raise RuntimeError(name)
            await self.go_on.wait()
            self.ended.append(name)

        vars(module).update(EVERY="* * * * *", run=run)
        return module


@pytest.fixture
def employ(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put these jobs in the place of ours, each woken once and at once."""

    def put(*jobs: ModuleType) -> None:
        class AtOnce:
            @staticmethod
            def from_crontab(line: str, zone: object) -> DateTrigger:
                return DateTrigger()

        monkeypatch.setattr(clock, "jobs", lambda: list(jobs))
        monkeypatch.setattr(clock, "CronTrigger", AtOnce)
        monkeypatch.setattr(clock, "STAND_BY", 0.05)

    return put
