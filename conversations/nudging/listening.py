"""What one person allows and has heard, as the policy needs it, and where they are spoken to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from conversations.nudge_classes import CLASSES, way_of
from conversations.nudging.hours import hours_of
from conversations.nudging.policy import Listener, Said, Way
from conversations.nudging.registry import kind_named
from storage.records import NudgeRecord, Person
from storage.unit_of_work import UnitOfWork

SNOOZED = "nudges_snoozed"  # of the preferences: class → until when, ISO 8601
KEPT_ON = "nudges_kept_on"  # of the preferences: when they said to go on, ISO 8601
MEMORY = timedelta(days=120)  # what was said longer ago no longer counts
LAST_RESORT = "terminal"  # nobody sits before it when it is our turn to speak

Spoken = Sequence[tuple[str, str, datetime]]  # channel, chat, when they last wrote there


@dataclass(frozen=True, slots=True)
class Home:
    channel: str
    chat: str


def home_of(spoken: Spoken) -> Home | None:
    """The private chat used last, and a terminal only where there is nothing else; None: nowhere.

    Portfolios of teams are to be spoken of in the channel the team chose; until there is such a
    choice, nothing is found about them (``Nudges.to_look_at``).
    """
    newest = sorted(spoken, key=lambda one: (one[0] == LAST_RESORT, -one[2].timestamp()))
    return Home(newest[0][0], newest[0][1]) if newest else None


async def listener_of(work: UnitOfWork, person: Person, spoken: Spoken, now: datetime) -> Listener:
    """As of ``now``; what was answered meanwhile is marked so."""
    await work.nudges.mark_answered(person.id, now - MEMORY)
    heard = await work.nudges.said_since(person.id, now - MEMORY)
    kept = person.preferences
    return Listener(
        hours=hours_of(kept, person.time_zone),
        ways={one.name: Way(way_of(kept, one.name)) for one in CLASSES},
        snoozed={
            name: datetime.fromisoformat(until) for name, until in kept.get(SNOOZED, {}).items()
        },
        said=said_of(heard),
        spoke_at=max((at for _, _, at in spoken), default=None),
        asked_at=await work.nudges.asked_at(person.id),
        kept_on=_moment(kept.get(KEPT_ON)),
    )


def said_of(heard: Sequence[NudgeRecord]) -> tuple[Said, ...]:
    """Records in the order in which they were said, as the messages that they made up."""
    messages = [list(records) for _, records in groupby(heard, key=lambda one: one.message)]
    ends = [*(_at(one[0]) for one in messages[1:]), None][: len(messages)]
    return tuple(
        Said(
            at=_at(records[0]),
            groups=frozenset(one.grouped for one in records),
            answered=_answered(records, end),
            told=all(is_asked_for(one) for one in records),
        )
        for records, end in zip(messages, ends, strict=True)
    )


def is_asked_for(record: NudgeRecord) -> bool:
    kind = kind_named(record.kind)
    return kind is not None and kind.asked_for


def _answered(records: Sequence[NudgeRecord], end: datetime | None) -> bool:
    """Whether any of them was, before the next message was sent."""
    moments = [one.answered_at for one in records if one.answered_at is not None]
    return bool(moments) and (end is None or min(moments) <= end)


def _at(record: NudgeRecord) -> datetime:
    assert record.said_at is not None, "it was said"
    return record.said_at


def _moment(kept: Any) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None
