"""Wakes those who wait for something to do, in this process and in others."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

CHANNEL = "bell"  # of PostgreSQL's NOTIFY
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds before connecting again
_LOST = (SQLAlchemyError, OSError, TimeoutError)


class Ear:
    """Hears the bells it listens for, also those that ring while nobody is waiting."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self._rung = asyncio.Event()

    async def heard(self, timeout: float) -> bool:  # noqa: ASYNC109 - an answer, no failure
        """Wait for a ring since the last answer. False when there was none in ``timeout`` seconds.

        A ring means "look"; it may ring for nothing, and after a fault not at all: look anyway.
        """
        if not self._rung.is_set():  # so that no time at all is time enough to look
            try:
                await asyncio.wait_for(self._rung.wait(), timeout)
            except TimeoutError:
                return False
        self._rung.clear()
        return True

    def ring(self) -> None:
        self._rung.set()


class Bell:
    """One connection of its own, so that NOTIFY's lock never makes the commits of others queue.

    Losing it loses no work, only speed: rings are not kept for those who are away.
    """

    def __init__(self, url: URL) -> None:
        self._engine: AsyncEngine = create_async_engine(
            url,
            hide_parameters=True,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            connect_args={"timeout": 10},
        )
        self._ears: set[Ear] = set()
        self._unsaid: set[str] = set()
        self._ringing = asyncio.Lock()
        self._connection: AsyncConnection | None = None
        self._listener: asyncio.Task[None] | None = None
        self._listening = asyncio.Event()

    async def ring(self, name: str) -> None:
        """Wake those who listen for ``name``. Call it after the commit; it never fails."""
        self._unsaid.add(name)
        async with self._ringing:  # whoever comes first rings for those who queue behind
            names, self._unsaid = self._unsaid, set()
            if names and not await self._notify(names):
                self._wake(names)  # those here can hear us without a database

    @contextmanager
    def listen(self, *names: str) -> Iterator[Ear]:
        """An ear for some bells. What rings between two ``heard`` is not missed."""
        ear = Ear(frozenset(names))
        self._ears.add(ear)
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._keep_listening())
        try:
            yield ear
        finally:
            self._ears.discard(ear)

    async def wait(self, names: str | Iterable[str], timeout: float) -> bool:  # noqa: ASYNC109
        """Wait for a ring from now on. In a loop use ``listen``: it hears what rings meanwhile."""
        with self.listen(*((names,) if isinstance(names, str) else names)) as ear:
            return await ear.heard(timeout)

    async def rings(self, *names: str, every: float) -> AsyncIterator[bool]:
        """Come round at each ring, and after ``every`` seconds without one (False)."""
        with self.listen(*names) as ear:
            while True:
                yield await ear.heard(every)

    async def ready(self, timeout: float = 10.0) -> bool:  # noqa: ASYNC109
        """Wait until rings from other processes can be heard."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._listening.wait(), timeout)
        return self._listening.is_set()

    async def close(self) -> None:
        if self._listener is not None:
            self._listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listener
            self._listener = None
        async with self._ringing:
            await self._hang_up()
        await self._engine.dispose()

    def _wake(self, names: set[str]) -> None:
        for ear in self._ears:
            if names & ear.names:
                ear.ring()

    async def _notify(self, names: set[str]) -> bool:
        """Whether the names went out; after a lost connection a new one is tried, once."""
        for _ in range(2):
            try:
                if self._connection is None:
                    self._connection = await self._engine.connect()
                await self._connection.exec_driver_sql(
                    "SELECT pg_notify($1, name) FROM unnest($2::text[]) AS name",
                    (CHANNEL, sorted(names)),
                )
                return True
            except _LOST:
                await self._hang_up()
        return False

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(*_LOST):
                await connection.close()

    async def _keep_listening(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                async with self._engine.connect() as connection:
                    lost = await self._open_ears(connection)
                    pause = FIRST_PAUSE
                    await lost.wait()
                    await connection.invalidate()
            except _LOST:
                pause = min(2 * pause, LONGEST_PAUSE)
            finally:
                self._listening.clear()
            await asyncio.sleep(pause)

    async def _open_ears(self, connection: AsyncConnection) -> asyncio.Event:
        """Start to hear; the event is set when the connection is lost."""
        lost = asyncio.Event()
        raw: Any = (await connection.get_raw_connection()).driver_connection
        raw.add_termination_listener(lambda _connection: lost.set())
        await raw.add_listener(
            CHANNEL, lambda _connection, _pid, _channel, name: self._wake({str(name)})
        )
        self._listening.set()
        for ear in self._ears:  # something may have rung while we could not hear
            ear.ring()
        return lost
