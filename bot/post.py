"""Taking messages in, answering them, doing slow work and sending replies; nothing is lost.

Each step is one transaction (DESIGN 5.2): a message is kept before its door is told so; all effects
of a message and the reply to it are written together or not at all; a reply is leased, sent with no
transaction open, and then marked. A crash sends a reply again at worst.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Counter

from bot.door import Door, NotYet, Undeliverable
from bot.patience import keeping
from conversations.desk import Desk
from conversations.dialogue import Answer, answer
from conversations.messages import Address, Reply, pack
from conversations.tasks import Job, concluded, runner
from conversations.turn import message_of, noted, remember
from conversations.wording import general, tasks
from storage.records import Task, WaitingMessage, WaitingReply
from storage.unit_of_work import Storage, UnitOfWork

log = structlog.get_logger(__name__)

PARKED = Counter("bpo_replies_parked", "Replies given up", ["channel"])

Doors = Mapping[str, Door]
SEND_LEASE = 30.0  # seconds a sender has before another may try
TASK_LEASE = 120.0
TASK_TRIES = 3
# Between the tries to send a reply: a platform that is down for hours is waited for.
PAUSES = tuple(timedelta(seconds=s) for s in (2, 10, 60, 300, 1_200, 3_600, 7_200))
SEND_TRIES = len(PAUSES) + 1
TASK_LEASES = 10  # after as many deaths of its workers a task is given up: it may be the killer


async def accept(storage: Storage, channel: str, message_id: str, chat: str, body: bytes) -> bool:
    """Keep a message before its door is told that we have it. False when it was kept before."""
    async with storage.transaction() as work:
        kept = await work.inbox.accept(channel, message_id, chat, body)
    await storage.bell.ring("inbox")
    return kept is not None


async def answer_next(storage: Storage, doors: Doors, desk: Desk, now: datetime) -> bool:
    """Answer one waiting message: all of its effects, or none."""
    async with storage.transaction() as work:
        waiting = await work.inbox.next(list(doors))
        if waiting is None:
            return False
        message = doors[waiting.channel].read(waiting.body)
        if message is not None and message.address.chat != waiting.chat:  # it has moved meanwhile
            here = Address(waiting.channel, waiting.chat)
            message = replace(message, address=here)
        promised = False
        if message is None:
            log.warning("an unreadable message was kept", inbox=waiting.id, channel=waiting.channel)
            await work.outbox.add(
                waiting.channel, waiting.chat, pack(Reply(general.unreadable())), answers=waiting.id
            )
        else:
            pressed = message.pressed is not None or message.edited
            given = await answer(message, work, now, desk)
            promised = await _deliver(work, waiting, given, pressed=pressed)
        await work.inbox.answered(waiting.id)
    await storage.bell.ring("outbox")
    if promised:
        await storage.bell.ring("tasks")
    return True


async def _deliver(
    work: UnitOfWork, waiting: WaitingMessage, given: Answer, *, pressed: bool
) -> bool:
    """Put the reply, the promised work and the chat's memory where others find them.

    A button edits the message it is under. What was typed is answered below what was typed: in
    the place of an older message the answer would stand above its question.

    True when slow work was promised.
    """
    later = await _new(work, waiting, given)
    reply = given.reply if later or not given.later else Reply(tasks.under_way())
    outbox_id = await _post(work, waiting, reply, given.state if pressed else {})
    if reply.key:
        remember(given.state, reply.key, outbox_id)
    if given.person is None:  # forgotten: there is nobody to remember anything of
        return False
    await work.dialogs.put(waiting.channel, waiting.chat, given.person, given.state)
    for kind, details in later:
        await work.tasks.add(
            kind, waiting.channel, waiting.chat, given.person, details, reply_to=outbox_id
        )
    return bool(later)


async def _new(
    work: UnitOfWork, waiting: WaitingMessage, given: Answer
) -> list[tuple[str, dict[str, Any]]]:
    """What is promised and not under way yet: asking five times makes one report.

    Every task knows the portfolio that was spoken about when it was promised.
    """
    if not given.later or given.person is None:
        return []
    about = str(given.about or (await work.users.get(given.person)).portfolio)
    later = [(kind, {"portfolio": about, **details}) for kind, details in given.later]
    here = (waiting.channel, waiting.chat, given.person)
    return [
        (kind, details)
        for kind, details in later
        if not await work.tasks.is_open(kind, *here, details)
    ]


async def _post(
    work: UnitOfWork, waiting: WaitingMessage, reply: Reply, state: dict[str, Any]
) -> int:
    picture, document = await _attached(work, reply)
    replaced = message_of(state, reply.replaces) if reply.replaces else None
    if replaced is not None:
        await work.outbox.edit(replaced, pack(reply), picture, document)
        return replaced
    return await work.outbox.add(
        waiting.channel,
        waiting.chat,
        pack(reply),
        answers=waiting.id,
        picture=picture,
        document=document,
    )


async def _attached(work: UnitOfWork, reply: Reply) -> tuple[UUID | None, UUID | None]:
    """The ids of the picture and of the file that go with ``reply``."""
    picture = await work.pictures.add(reply.image.png, reply.image.alt) if reply.image else None
    if (file := reply.document) is None:
        return picture, None
    kept = await work.documents.add(file.name, file.media_type, file.data)
    if file.expires_at is not None:
        await work.documents.expire(kept, file.expires_at)
    return picture, kept


async def work_next(storage: Storage, desk: Desk, now: datetime) -> bool:
    """Do one promised piece of slow work; its effects and its reply are written together."""
    async with storage.transaction() as work:
        task = await work.tasks.lease(now, TASK_LEASE)
    if task is None:
        return False
    if task.attempts > TASK_LEASES:
        await _give_up_or_retry(storage, task, now)
        return True
    try:
        async with keeping(storage, task, now, TASK_LEASE):
            finish = await runner(task.kind)(Job(task, desk, now))
        async with storage.transaction() as work:
            await work.dialogs.get(task.channel, task.chat, task.person)  # held: "cancel" may come
            if await work.tasks.done(task.id):
                await _settle(work, task, await concluded(task, finish, work))
    except Exception:
        log.exception("a task failed", task=task.id, kind=task.kind, attempts=task.attempts)
        await _give_up_or_retry(storage, task, now)
    await storage.bell.ring("outbox")
    return True


async def _settle(work: UnitOfWork, task: Task, reply: Reply) -> None:
    """The result takes the place of "Working on it", and is remembered like any reply."""
    picture, document = await _attached(work, reply)
    if task.reply_to is None:
        sent = await work.outbox.add(
            task.channel, task.chat, pack(reply), picture=picture, document=document
        )
    else:
        await work.outbox.edit(task.reply_to, pack(reply), picture, document)
        sent = task.reply_to
    state = await work.dialogs.get(task.channel, task.chat, task.person)
    if reply.key:
        remember(state, reply.key, sent)
    noted(state, reply)
    await work.dialogs.put(task.channel, task.chat, task.person, state)


async def _give_up_or_retry(storage: Storage, task: Task, now: datetime) -> None:
    async with storage.transaction() as work:
        await work.dialogs.get(task.channel, task.chat, task.person)
        if task.attempts < TASK_TRIES:
            await work.tasks.fail(task.id, "failed", now + timedelta(seconds=2**task.attempts))
        elif await work.tasks.done(task.id):
            await _settle(work, task, Reply(general.task_failed(str(task.id))))


async def send_next(storage: Storage, doors: Doors, now: datetime) -> bool:
    """Send one reply under a lease, with no transaction open while the platform is slow."""
    async with storage.transaction() as work:
        waiting = await work.outbox.lease(_channels(doors), now, SEND_LEASE)
    if waiting is None:
        return False
    try:
        await doors[waiting.channel].send(waiting)
    except NotYet as fact:
        at = now + timedelta(seconds=fact.seconds)
        async with storage.transaction() as work:
            if fact.tried and waiting.attempts >= SEND_TRIES:
                await _park(work, waiting, "told to wait")
            else:
                await work.outbox.retry(waiting.id, at, "told to wait", counted=fact.tried)
        return True
    except Undeliverable as fact:
        async with storage.transaction() as work:
            await _park(work, waiting, fact.reason)
        return True
    except Exception as error:  # noqa: BLE001 - any platform's failure is retried, then parked
        problem = type(error).__name__
        log.warning("a reply was not sent", outbox=waiting.id, error=problem)
        async with storage.transaction() as work:
            if waiting.attempts >= SEND_TRIES:
                await _park(work, waiting, problem)
            else:
                await work.outbox.retry(waiting.id, now + pause(waiting), problem)
        return True
    async with storage.transaction() as work:
        await work.outbox.sent(waiting.id)
    return True


def pause(waiting: WaitingReply) -> timedelta:
    """How long to wait after this failed try: longer each time, and not for everybody the same."""
    spread = 0.8 + 0.4 * (waiting.id * 2_654_435_761 % 2**32) / 2**32  # scattered by the id
    return PAUSES[min(waiting.attempts, len(PAUSES)) - 1] * spread


async def _park(work: UnitOfWork, waiting: WaitingReply, reason: str) -> None:
    log.warning("a reply was given up", outbox=waiting.id, reason=reason)
    PARKED.labels(waiting.channel).inc()
    await work.outbox.park(waiting.id, reason)


def _channels(doors: Doors) -> Sequence[str]:
    return list(doors)
