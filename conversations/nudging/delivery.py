"""Saying what waits: one person at a time, in one transaction, in one message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog

from conversations.messages import pack
from conversations.nudging import telling
from conversations.nudging.listening import Home, home_of, is_asked_for, listener_of
from conversations.nudging.policy import SILENCE, Decision, Occasion, decide
from conversations.nudging.registry import kind_named
from conversations.pausing import paused
from conversations.turn import noted
from conversations.wording import formats
from storage.records import NudgeRecord, Person
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

LATE = timedelta(hours=24)  # after its moment, when nobody was on watch, it is dropped
AGAIN = timedelta(hours=1)  # when to look again at what the policy said nothing about


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of all that was due for one person."""

    said: int = 0
    dropped: tuple[str, ...] = field(default=())  # the reasons


async def settle_next(work: UnitOfWork, now: datetime) -> Settled | None:
    """Decide about one person for whom something is due, and put what may be said into the outbox
    of the private chat they used last. None when nothing is due.

    All in the transaction of ``work``: it lies in the outbox and is marked as said, or neither.
    What cannot be said waits for an hour, and keeps nobody else waiting.
    """
    person = await work.nudges.due(now)
    if person is None:
        return None
    try:
        async with work.savepoint():
            return await _settle(work, person, now)
    except Exception:
        log.exception("a nudge failed", person=str(person))
        await work.nudges.put_off(person, now + AGAIN)
        return Settled()


async def _settle(work: UnitOfWork, id: UUID, now: datetime) -> Settled:
    lost = ("late",) * await work.nudges.drop_late(id, now - LATE)
    person = await work.users.get(id)
    waiting = await work.nudges.waiting(id)
    spoken = await work.nudges.spoken(id)
    home = home_of(spoken)
    unfit = {one.id: why for one in waiting if (why := _unfit(one, person, home))}
    lost += await _drop(work, unfit)
    waiting = [one for one in waiting if one.id not in unfit]
    if home is None or not waiting:
        return Settled(0, lost)
    if not await work.nudges.seize(home.channel, home.chat, id):
        await work.nudges.put_off(id, now + SILENCE)  # a message of theirs is being answered
        return Settled(0, lost)
    listener = await listener_of(work, person, spoken, now)
    decision = decide(listener, [_occasion(one) for one in waiting], now)
    lost += await _drop(work, {UUID(one): why for one, why in decision.drop.items()})
    await work.nudges.keep_for_digest([UUID(one) for one in decision.digest])
    if decision.say:
        await _say(work, person, home, waiting, decision, now)
    await work.nudges.put_off(id, decision.again or now + AGAIN)
    return Settled(len(decision.say), lost)


def _unfit(record: NudgeRecord, person: Person, home: Home | None) -> str:
    """Why it cannot be said at all, before the policy is asked; "": it can."""
    if home is None:
        return "nowhere"
    if kind_named(record.kind) is None:
        return "unknown"
    if paused(person.preferences) and not is_asked_for(record):
        return "paused"
    return ""


def _occasion(record: NudgeRecord) -> Occasion:
    return Occasion(
        id=str(record.id),
        group=record.grouped,
        born=record.born_at,
        stale=record.stale_at,
        weight=record.weight,
        told=is_asked_for(record),
    )


async def _drop(work: UnitOfWork, reasons: Mapping[UUID, str]) -> tuple[str, ...]:
    for id, reason in reasons.items():
        await work.nudges.drop(id, reason)
    return tuple(reasons.values())


async def _say(
    work: UnitOfWork,
    person: Person,
    home: Home,
    waiting: Sequence[NudgeRecord],
    decision: Decision,
    now: datetime,
) -> None:
    """One message, remembered by the chat as if it were a reply: "why?" asks about it."""
    formats.use(person.preferences.get(formats.KEY))
    known = {str(one.id): one for one in waiting}
    said = [known[one] for one in decision.say]
    message = uuid4()
    portfolio = await work.portfolios.get(said[0].portfolio)
    reply = telling.compose(
        said,
        message,
        portfolio,
        now,
        silent=decision.silently,
        ask=decision.ask,
        elsewhere=person.portfolio != portfolio.id,
    )
    await work.nudges.said([one.id for one in said], message, now, asked=decision.ask)
    state = await work.dialogs.get(home.channel, home.chat, person.id)
    if not state.get("flow"):  # an open question keeps its own buttons and its own "why?"
        noted(state, reply)
        await work.dialogs.put(home.channel, home.chat, person.id, state)
    await work.outbox.add(home.channel, home.chat, pack(reply))
