"""Saying what waits: one person or team at a time, in one transaction, in one message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog

from conversations.messages import pack
from conversations.nudging import telling
from conversations.nudging.experiments.choosing import preferences
from conversations.nudging.listening import Audience, Home, audience_of, is_asked_for, listener_of
from conversations.nudging.policy import SILENCE, Decision, Occasion, decide
from conversations.nudging.registry import kind_named, kinds
from conversations.pausing import paused
from conversations.turn import noted
from conversations.wording import formats
from storage.nudge_records import NudgeRecord
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)

LATE = timedelta(hours=24)  # after its moment, when nobody was on watch, it is dropped
OVERDUE = timedelta(days=7)  # what was asked for is not: it comes late, within these
GATHER = timedelta(minutes=5)  # what several jobs have for one evening comes as one message
KEPT = "kept"  # of a digest's facts: the ids of what was kept for it, and is told with it
AGAIN = timedelta(hours=1)  # when to look again at what the policy said nothing about


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of all that was due for one person."""

    said: int = 0
    dropped: tuple[str, ...] = field(default=())  # the reasons


async def settle_next(work: UnitOfWork, now: datetime) -> Settled | None:
    """Decide about one person, or team, for whom something is due, and put what may be said into
    the outbox of the private chat they used last, or of the channel they chose. None when nothing
    is due.

    All in the transaction of ``work``: it lies in the outbox and is marked as said, or neither.
    What cannot be said waits for an hour, and keeps nobody else waiting.
    """
    listener = await work.nudges.due(now)
    if listener is None:
        return None
    try:
        async with work.savepoint():
            return await _settle(work, listener, now)
    except Exception:
        log.exception("a nudge failed", listener=str(listener))
        await work.nudges.put_off(listener, now + AGAIN)
        return Settled()


async def _settle(work: UnitOfWork, id: UUID, now: datetime) -> Settled:
    promised = [one.name for one in kinds() if one.asked_for]
    await work.nudges.mark_late(id, now - LATE, promised, now + OVERDUE)
    lost = ("late",) * await work.nudges.drop_late(id, now - LATE)
    waiting = await work.nudges.waiting(id)
    if not waiting:
        return Settled(0, lost)
    audience = await audience_of(work, id, waiting[0].person)
    home = audience.home
    seen = [one for one in {one.portfolio for one in waiting} if await _sees(work, audience, one)]
    unfit = {one.id: why for one in waiting if (why := _unfit(one, audience, seen))}
    lost += await _drop(work, unfit)
    waiting = [one for one in waiting if one.id not in unfit]
    if home is None or not waiting:
        return Settled(0, lost)
    if audience.person is not None and not await work.nudges.seize(home.channel, home.chat, id):
        await work.nudges.put_off(id, now + SILENCE)  # a message of theirs is being answered
        return Settled(0, lost)
    listener = await listener_of(work, audience, now)
    factors = await preferences(work, id, now)
    decision = decide(listener, [_occasion(one, factors) for one in waiting], now)
    lost += await _drop(work, {UUID(one): why for one, why in decision.drop.items()})
    await work.nudges.keep_for_digest([UUID(one) for one in decision.digest])
    if decision.say:
        await _say(work, audience, home, waiting, decision, now)
    await work.nudges.put_off(id, decision.again or now + AGAIN)
    return Settled(len(decision.say), lost)


async def _sees(work: UnitOfWork, audience: Audience, portfolio: UUID) -> bool:
    """Whether it may still be spoken of: a job may have begun before somebody left, or parted."""
    if audience.person is None:
        return portfolio == audience.listener
    return await work.members.access(audience.listener, portfolio) is not None


def _unfit(record: NudgeRecord, audience: Audience, seen: Sequence[UUID]) -> str:
    """Why it cannot be said at all, before the policy is asked; "": it can. ``seen``: the
    portfolios that they may hear of."""
    kind, team = kind_named(record.kind), audience.person is None
    if audience.home is None:
        return "nowhere"
    if kind is None:
        return "unknown"
    if team and not (kind.for_teams and record.portfolio in seen):
        return "not for all"  # nothing of one person's own is said where others read along
    if record.portfolio not in seen:
        return "left"
    if paused(audience.preferences) and not is_asked_for(record):
        return "paused"
    return ""


def _occasion(record: NudgeRecord, factors: Mapping[str, float]) -> Occasion:
    """``factors``: by class, what has helped more often goes first."""
    kind = kind_named(record.kind)
    gathers = kind is not None and kind.scheduled
    return Occasion(
        id=str(record.id),
        group=record.grouped,
        born=record.born_at,
        stale=record.stale_at,
        weight=record.weight * factors.get(record.grouped, 1.0),
        told=is_asked_for(record),
        ripe=record.born_at + GATHER if gathers else None,
    )


async def _drop(work: UnitOfWork, reasons: Mapping[UUID, str]) -> tuple[str, ...]:
    for id, reason in reasons.items():
        await work.nudges.drop(id, reason)
    return tuple(reasons.values())


async def _say(
    work: UnitOfWork,
    audience: Audience,
    home: Home,
    waiting: Sequence[NudgeRecord],
    decision: Decision,
    now: datetime,
) -> None:
    """One message. In a private chat it is remembered as if it were a reply: "why?" asks about it.
    Those who read a channel have its button."""
    formats.use(audience.preferences.get(formats.KEY))
    known = {str(one.id): one for one in waiting}
    said = [known[one] for one in decision.say]
    message, person = uuid4(), audience.person
    portfolio = await work.portfolios.get(said[0].portfolio)
    reply = telling.compose(
        said,
        message,
        portfolio,
        now,
        silent=decision.silently,
        ask=decision.ask,
        zone=audience.time_zone,
        elsewhere=person is not None and person.portfolio != portfolio.id,
        team=person is None,
    )
    await work.nudges.said([one.id for one in said], message, now, asked=decision.ask)
    kept = [UUID(id) for one in said for id in one.facts.get(KEPT, ())]
    if kept:
        await work.nudges.digested(kept, message, now)
    if person is not None:
        state = await work.dialogs.get(home.channel, home.chat, person.id)
        if not state.get("flow"):  # an open question keeps its own buttons and its own "why?"
            noted(state, reply)
            await work.dialogs.put(home.channel, home.chat, person.id, state)
    image = reply.image
    picture = await work.pictures.add(image.png, image.alt) if image is not None else None
    await work.outbox.add(home.channel, home.chat, pack(reply), picture=picture)
