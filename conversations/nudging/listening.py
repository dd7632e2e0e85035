"""What a person or a team allows and has heard, as the policy needs it, and where they are spoken
to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from conversations.nudge_classes import CLASSES, way_of
from conversations.nudging.hours import hours_of
from conversations.nudging.policy import DIGEST, Listener, Said, Way
from conversations.nudging.registry import kind_named, kinds
from storage.nudge_records import NudgeRecord, TeamVoice
from storage.records import Person
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


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom something is said to: ``person``, or (None) a team in the channel it chose. ``home``:
    None where they cannot be reached. ``preferences``: how and when they want to hear of it."""

    listener: UUID
    home: Home | None
    time_zone: str
    preferences: Mapping[str, Any]
    spoke_at: datetime | None = None
    person: Person | None = None


def home_of(spoken: Spoken) -> Home | None:
    """The private chat used last, and a terminal only where there is nothing else; None: nowhere.

    That is for what is a person's own. A team is spoken to in the channel it chose, and nowhere
    else.
    """
    newest = sorted(spoken, key=lambda one: (one[0] == LAST_RESORT, -one[2].timestamp()))
    return Home(newest[0][0], newest[0][1]) if newest else None


async def audience_of(work: UnitOfWork, listener: UUID, person: UUID) -> Audience:
    """``person``: of the nudges; where it is not the listener, that is a team."""
    if listener == person:
        found = await work.users.get(person)
        spoken = await work.nudges.spoken(person)
        last = max((at for _, _, at in spoken), default=None)
        home = home_of(spoken)
        return Audience(person, home, found.time_zone, found.preferences, last, found)
    voice = await work.voices.of(listener)
    if voice is None or not await _is_theirs(work, voice):
        return Audience(listener, None, "UTC", {})
    last = await work.nudges.spoken_in_room(listener)
    home = Home(voice.channel, voice.chat)
    return Audience(listener, home, voice.time_zone, voice.preferences, last)


async def _is_theirs(work: UnitOfWork, voice: TeamVoice) -> bool:
    """Whether the channel can be reached, and still is about their portfolio."""
    bound = await work.members.bound(voice.channel, voice.chat)
    _, closed = await work.doors.address(voice.channel, voice.chat)
    return bound == voice.portfolio and not closed


async def listener_of(work: UnitOfWork, audience: Audience, now: datetime) -> Listener:
    """As of ``now``; what was answered meanwhile is marked so."""
    id, team = audience.listener, audience.person is None
    await work.nudges.mark_answered(id, now - MEMORY, team=team)
    heard = await work.nudges.said_since(id, now - MEMORY)
    kept = audience.preferences
    return Listener(
        hours=hours_of(kept, audience.time_zone),
        ways={one.name: Way(way_of(kept, one.name)) for one in CLASSES},
        snoozed={
            name: datetime.fromisoformat(until) for name, until in kept.get(SNOOZED, {}).items()
        },
        said=said_of(heard),
        spoke_at=audience.spoke_at,
        asked_at=await work.nudges.asked_at(id),
        kept_on=_moment(kept.get(KEPT_ON)),
        digests=_has_digest(team),
    )


def _has_digest(team: bool) -> bool:
    """Whether a digest may come, so that its place is worth keeping."""
    return any(
        one.group == DIGEST and one.scheduled and (one.for_teams or not team) for one in kinds()
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
