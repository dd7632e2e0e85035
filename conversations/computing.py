"""Processes that compute beside the event loop: dead ones are replaced, orphans end themselves."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process, resource_tracker
from typing import Any, TypeVar

T = TypeVar("T")
PATIENCE = 2.0  # seconds that a process has to end before it is killed


class Pool:
    """Up to ``processes`` computing processes, started when they are first needed."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._executor = self._open()

    async def compute(self, work: Callable[..., T], *arguments: Any) -> T:
        """``work(*arguments)``, in another process.

        Raises BrokenProcessPool when a process dies meanwhile: that may be this work's doing, so
        whether to try it again is for others to say. The next call finds living processes.
        """
        executor, promised = self._submit(work, *arguments)
        try:
            return await asyncio.wrap_future(promised)
        except BrokenProcessPool:
            self._replace(executor)
            raise

    def warm(self, work: Callable[[], None]) -> None:
        """Have a process do ``work`` some time, so that it is not done when somebody waits."""
        self._submit(work)

    def close(self) -> None:
        """End all processes, whatever they are at. Takes a few seconds at most."""
        # The only way to them before Python 3.14, which has terminate_workers().
        processes = list((self._executor._processes or {}).values())
        self._executor.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        end = time.monotonic() + PATIENCE
        for process in processes:
            process.join(max(0.0, end - time.monotonic()))
            if process.exitcode is None:
                process.kill()

    def _submit(
        self, work: Callable[..., T], *arguments: Any
    ) -> tuple[ProcessPoolExecutor, Future[T]]:
        executor = self._executor
        with _unasked():
            try:
                return executor, executor.submit(work, *arguments)
            except BrokenProcessPool:  # a process died in its sleep, and no work is to blame
                self._replace(executor)
                return self._executor, self._executor.submit(work, *arguments)

    def _replace(self, broken: ProcessPoolExecutor) -> None:
        """Open another executor, unless somebody who saw the same death has done so."""
        if self._executor is broken:
            broken.shutdown(wait=False, cancel_futures=True)
            self._executor = self._open()

    def _open(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._processes, mp_context=get_context("spawn"), initializer=_settle_in
        )


@contextmanager
def _unasked() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: it is meant for the program, which ends them.

    A process is born with the mask of signals of the thread that starts it; what it does about a
    signal it could say only after its first second of imports. The tracker that Python starts
    beside the first process would undo the mask, so it is started before.
    """
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _settle_in() -> None:
    """Ignore Ctrl-C, and do not outlive the program: nobody would take the results."""
    gc.set_threshold(50_000, 20, 100)  # a file of 50,000 lines is no reason to look for garbage
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True, name="parent").start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None, "only started processes come here"
    with contextlib.suppress(OSError):
        connection.wait([parent.sentinel])
    os._exit(0)
