"""What SIGINT (Ctrl-C) and SIGTERM do, from before the first thing is started to the last."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
SIGNS = (signal.SIGINT, signal.SIGTERM)


@dataclass(slots=True)
class Attention:
    """The first signal asks to stop, the next insists: ``task`` is cancelled.

    While the program is not ``running`` there is nothing to drain, so the first one insists too.
    """

    task: asyncio.Task[Any]
    stop: asyncio.Event
    running: bool = False

    def hear(self) -> None:
        if self.stop.is_set() or not self.running:
            self.task.cancel()
        self.stop.set()


@contextmanager
def attentive() -> Iterator[Attention]:
    """Listen for signals on behalf of the task that asks."""
    task = asyncio.current_task()
    assert task is not None, "only coroutines come here"
    loop, attention = asyncio.get_running_loop(), Attention(task, asyncio.Event())
    before = {sign: signal.getsignal(sign) for sign in SIGNS}
    for sign in SIGNS:
        loop.add_signal_handler(sign, attention.hear)
    try:
        yield attention
    finally:
        for sign, handler in before.items():
            loop.remove_signal_handler(sign)
            signal.signal(sign, handler)


async def to_the_end(work: Callable[..., T], *arguments: Any) -> T:
    """``work(*arguments)`` in a thread, which is waited for even when we are cancelled.

    Whoever is cancelled gets the outcome all the same, and is cancelled at the next ``await``: what
    was started in the thread is not lost sight of.
    """
    doing = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    cancelled = False
    while not doing.done():
        try:
            await asyncio.wait([doing])
        except asyncio.CancelledError:
            cancelled = True
    if cancelled and (task := asyncio.current_task()) is not None:
        task.cancel()
    return doing.result()


async def until(stop: asyncio.Event, work: Awaitable[None]) -> None:
    """Do ``work`` until it ends, or cancel it when told to stop. Raises what it raises."""
    working = asyncio.ensure_future(work)
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        working.cancel()
        outcome, _ = await asyncio.gather(working, stopping, return_exceptions=True)
    if isinstance(outcome, Exception):
        raise outcome
