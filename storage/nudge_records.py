"""What storage hands out about speaking first: nudges, team voices, comparisons, intentions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class NudgeRecord:
    """Something we want to say first. ``key``: of the occasion, so that it is wanted once;
    ``message``: shared by those that were said together; ``listener``: whose hours and counts it
    falls under, the person or (by the id of its portfolio) a team; ``image``: a PNG with it."""

    id: UUID
    portfolio: UUID
    person: UUID
    kind: str
    grouped: str
    key: str
    facts: dict[str, Any]
    weight: float
    born_at: datetime
    stale_at: datetime
    status: str = "waiting"  # waiting, said, digest, dropped, held (for the comparison)
    said_at: datetime | None = None
    message: UUID | None = None
    answered_at: datetime | None = None
    reason: str = ""  # why it was dropped; "asked": its message asked whether to go on
    decide_at: datetime | None = None  # not before; None: at once
    listener: UUID | None = None  # None: the person
    image: bytes | None = None


@dataclass(frozen=True, slots=True)
class TeamVoice:
    """Where the team of a shared portfolio is spoken to first: a channel, its time zone, and
    preferences as a person keeps them (hours, how each class of nudges comes). ``chosen_by``: None
    once they are gone."""

    portfolio: UUID
    channel: str
    chat: str
    time_zone: str
    chosen_at: datetime
    chosen_by: UUID | None = None
    preferences: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arm:
    """Somebody in the comparison of a class of nudges: who hears it ("spoken to"), who does not
    ("left alone"), and what became of their habit. ``share``: the probability with which they were
    left alone; ``measured``: as ``conversations.nudging.experiments.measuring`` writes it."""

    person: UUID
    grouped: str
    arm: str
    assigned_at: datetime
    left_at: datetime | None
    share: float
    portfolio: UUID
    baseline: dict[str, Any] | None
    measured: dict[str, Any] | None
    measured_at: datetime | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured person, without a name. ``theta``: change of the habit; ``cost``: change of its
    cost a year, as a share of what was held; None: not measurable."""

    arm: str
    share: float
    day: date
    theta: float | None
    cost: float | None


@dataclass(frozen=True, eq=False)
class Readings:
    """All that was measured, by class, oldest first. Told apart by identity: what is worked out
    from it once holds for as long as it is kept."""

    of: dict[str, tuple[Reading, ...]]


@dataclass(frozen=True, slots=True)
class Tally:
    """One arm of a class: people, and what they did within the comparison; counts of people but for
    ``said`` and ``answered``, which are messages. ``left``: they left the comparison themselves."""

    grouped: str
    arm: str
    people: int
    left: int
    said: int
    answered: int
    off: int
    snoozed: int
    stopped: int  # no longer answered, so that we stopped
    waiting: int  # whose comparison is not over
    measured: int
    missing: int


@dataclass(frozen=True, slots=True)
class Intention:
    """“If it falls 20 % I will …”: what somebody said that they would do. ``symbol``: "" for the
    whole portfolio; ``start``: its price, or what the portfolio was worth, when they said it."""

    id: UUID
    portfolio: UUID
    person: UUID
    symbol: str
    change: float  # -0.2: a fall of 20 %
    start: float
    words: str
    made_at: datetime
    met_at: datetime | None = None
    cancelled_at: datetime | None = None
