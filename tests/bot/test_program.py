"""How the roles are run: side by side, until told to stop, and no longer."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from datetime import datetime

import pytest

from bot import program
from bot.program import ASKERS, Program
from bot.settings import Settings
from bot.stopping import attentive, to_the_end, until
from conversations.desk import Desk
from storage.cache import Cache
from storage.unit_of_work import Storage

SOON = 10.0


def ready(storage: Storage, stop: asyncio.Event) -> Program:
    return Program(Settings.model_validate({}), storage, Desk(storage, Cache()), {}, stop)


async def test_slow_work_keeps_no_other_slow_work_waiting(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, stop = 0, asyncio.Event(), asyncio.Event()
    all_begun = asyncio.Event()

    async def look_up(storage: Storage, desk: Desk, now: datetime) -> bool:
        nonlocal begun
        begun += 1
        if begun == 1 + ASKERS:
            all_begun.set()
        await go_on.wait()
        return False

    monkeypatch.setattr(program, "work_next", look_up)
    monkeypatch.setattr(program, "settle_in", lambda: None)
    running = asyncio.create_task(
        program.run(ready(storage, stop), program.workers(ready(storage, stop)))
    )
    async with asyncio.timeout(SOON):
        while not all_begun.is_set():
            await storage.bell.ring("tasks")
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.1)
    assert begun == 1 + ASKERS  # and no more hands than that
    go_on.set()
    stop.set()
    await asyncio.wait_for(running, SOON)


def test_a_process_that_is_warm_has_every_picture_and_statistic_at_hand() -> None:
    """The first report imports nothing of ours any more, nor any library."""
    code = (
        "import sys\n"
        "from bot.program import warm_up\n"
        "warm_up()\n"
        "import charts, engine.biases, engine.rules\n"
        "from pkgutil import iter_modules\n"
        "for folder in (charts, engine.biases, engine.rules):\n"
        "    for one in iter_modules(folder.__path__, folder.__name__ + '.'):\n"
        "        assert one.name in sys.modules, one.name\n"
        "assert 'conversations.actions.progressing' in sys.modules\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr


async def test_the_first_signal_asks_and_the_second_insists(storage: Storage) -> None:
    before = [signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM)]
    stopping, cancelled = asyncio.Event(), asyncio.Event()

    async def stubborn() -> None:
        try:
            await asyncio.sleep(600)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async def main() -> None:
        with attentive() as attention:
            attention.running = True
            os.kill(os.getpid(), signal.SIGTERM)
            await attention.stop.wait()
            stopping.set()
            await program.run(ready(storage, attention.stop), [stubborn()])

    running = asyncio.create_task(main())
    await asyncio.wait_for(stopping.wait(), SOON)
    await asyncio.wait([running], timeout=0.3)
    assert not running.done()  # it drains
    os.kill(os.getpid(), signal.SIGINT)
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, 5)
    assert cancelled.is_set()
    assert before == [signal.getsignal(sign) for sign in (signal.SIGINT, signal.SIGTERM)]


async def test_a_signal_before_the_program_runs_breaks_the_start_off() -> None:
    async def start() -> None:
        with attentive():
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(600)

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asyncio.create_task(start()), 5)


async def test_what_a_thread_makes_is_not_lost_when_we_are_cancelled() -> None:
    let_go, made = asyncio.Event(), []
    loop = asyncio.get_running_loop()

    def make() -> str:
        asyncio.run_coroutine_threadsafe(let_go.wait(), loop).result()
        return "a server"

    async def start() -> None:
        made.append(await to_the_end(make))
        await asyncio.sleep(600)  # cancelled here

    starting = asyncio.create_task(start())
    for _ in range(2):
        await asyncio.sleep(0.05)
        starting.cancel()
    let_go.set()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(starting, SOON)
    assert made == ["a server"]


async def test_work_ends_when_told_to_stop_and_its_failure_is_heard() -> None:
    stop = asyncio.Event()

    async def fail() -> None:
        raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        await until(stop, fail())
    await until(stop, asyncio.sleep(0))
    stop.set()
    await asyncio.wait_for(until(stop, asyncio.sleep(600)), SOON)
