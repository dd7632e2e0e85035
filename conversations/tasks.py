"""Work too slow for a turn: read, compute outside of any transaction, then finish in one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from conversations.desk import Desk
from conversations.messages import Reply
from storage.records import Task
from storage.unit_of_work import UnitOfWork

Finish = Callable[[UnitOfWork], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Job:
    """A task being done: ``desk`` opens transactions, none is open while the task runs."""

    task: Task
    desk: Desk
    now: datetime


Runner = Callable[[Job], Awaitable[Finish]]

_runners: dict[str, Runner] = {}


def task(kind: str) -> Callable[[Runner], Runner]:
    """Register the decorated coroutine for tasks of ``kind``.

    It returns what is left to do in the closing transaction, which is run at most once however
    often the task itself had to be started again.
    """

    def register(runner: Runner) -> Runner:
        if kind in _runners:
            raise ValueError(f"two tasks are called {kind!r}")
        _runners[kind] = runner
        return runner

    return register


def runner(kind: str) -> Runner:
    """Who does tasks of ``kind``. Raises KeyError for a kind nobody does."""
    return _runners[kind]
