"""Work too slow for a turn: read, compute outside of any transaction, then finish in one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from conversations.actions import open_cards
from conversations.actions.teams import whose
from conversations.desk import Desk
from conversations.messages import Reply
from conversations.wording import teams
from storage.records import LooksOnly, Task
from storage.unit_of_work import UnitOfWork

Finish = Callable[[UnitOfWork], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Job:
    """A task being done: ``desk`` opens transactions, none is open while the task runs."""

    task: Task
    desk: Desk
    now: datetime


Runner = Callable[[Job], Awaitable[Finish]]

WHOLESALE = frozenset({"import_file"})  # many trades at once: where each needs two, an owner's

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


async def concluded(task: Task, finish: Finish, work: UnitOfWork) -> Reply:
    """What ``finish`` says, where its person may still see the portfolio that it is about; what
    it changes, where they may change it."""
    about = task.details.get("portfolio")
    work.audit.actor = task.person
    if about is not None:
        portfolio = UUID(about)
        if await work.members.barred(task.person, portfolio):
            return Reply(teams.no_longer_in())
        access = await work.members.access(task.person, portfolio)
        if access is not None and not access.writes:
            work.rights.only_look_at(portfolio)
        twice = access is not None and access.second_yes and access.role != "owner"
        if access is not None and twice and task.kind in WHOLESALE:
            return Reply(teams.file_needs_owner(access.name))
    try:
        async with work.savepoint():
            reply = await open_cards.beside_later(task, work, await finish(work))
            return await _with_name(task, work, reply)
    except LooksOnly:
        return Reply(teams.only_looks(""))


async def _with_name(task: Task, work: UnitOfWork, reply: Reply) -> Reply:
    """While one talks alone, which shared portfolio it is about."""
    about = task.details.get("portfolio")
    access = await work.members.access(task.person, UUID(about)) if about is not None else None
    if access is None or not access.shared:
        return reply
    state = await work.dialogs.get(task.channel, task.chat, task.person)
    return reply if state.get("shared") else whose.named(reply, access.name)


def runner(kind: str) -> Runner:
    """Who does tasks of ``kind``. Raises KeyError for a kind nobody does."""
    return _runners[kind]
