"""The computing processes: they come back from the dead, and do not outlive the program."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures.process import BrokenProcessPool

import psutil
import pytest

from conversations.computing import Pool

PATIENCE = 30.0


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    pool = Pool(1)
    yield pool
    await asyncio.to_thread(pool.close)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def becomes(fact: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not fact():  # noqa: ASYNC110 - processes ring no bell
            await asyncio.sleep(0.05)


def gone(process: int) -> bool:
    try:
        return psutil.Process(process).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def test_a_process_that_died_in_its_sleep_is_replaced(pool: Pool) -> None:
    for _ in range(2):
        first = await pool.compute(os.getpid)
        os.kill(first, signal.SIGKILL)
        await becomes(lambda one=first: gone(one))  # type: ignore[misc]
        # Whether the death is known already is chance: told or not, the next call is served.
        try:
            second = await pool.compute(os.getpid)
        except BrokenProcessPool:
            second = await pool.compute(os.getpid)
        assert second not in (first, os.getpid())


async def test_work_that_kills_its_process_fails_alone(pool: Pool) -> None:
    with pytest.raises(BrokenProcessPool):
        await pool.compute(die)
    assert await pool.compute(max, 2, 3) == 3


async def test_all_who_wait_when_a_process_dies_hear_of_it_and_share_the_next(pool: Pool) -> None:
    both = await asyncio.gather(pool.compute(die), pool.compute(die), return_exceptions=True)
    assert [type(one) for one in both] == [BrokenProcessPool] * 2
    numbers = await asyncio.gather(*(pool.compute(os.getpid) for _ in range(3)))
    assert len(set(numbers)) == 1


async def test_ctrl_c_does_not_reach_the_processes(pool: Pool) -> None:
    number = await pool.compute(os.getpid)
    os.kill(number, signal.SIGINT)
    assert await pool.compute(os.getpid) == number


async def test_closing_ends_what_is_being_computed(pool: Pool) -> None:
    number = await pool.compute(os.getpid)
    sleeping = asyncio.create_task(pool.compute(time.sleep, 600))
    await asyncio.sleep(0.5)  # it has begun
    began = time.monotonic()
    await asyncio.to_thread(pool.close)
    with pytest.raises(BrokenProcessPool):
        await sleeping
    assert time.monotonic() - began < 5
    assert gone(number)


PARENT = """
import asyncio, os, time
from conversations.computing import Pool
async def main():
    pool = Pool(1)
    print(await pool.compute(os.getpid), flush=True)
    await {then}
if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.mark.parametrize("then", ["asyncio.sleep(600)", "pool.compute(time.sleep, 600)"])
def test_no_process_outlives_a_killed_program(then: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT.format(then=then)], stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        child = int(program.stdout.readline())
        assert not gone(child)
        program.kill()
        asyncio.run(becomes(lambda: gone(child)))
        assert program.stdout.read() == ""  # nobody holds its output open
