"""How often, when and how we may speak first: at most once a day and three times a week, never in
quiet hours or just after somebody spoke to us, and no more once nobody listens.

One of the three, and the one of Sunday, are kept for the weekly digest where it may come: what is
found on a Sunday is said with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from conversations.nudging.hours import Hours

A_DAY, A_WEEK = 1, 3
WEEK = timedelta(days=7)
SILENCE = timedelta(minutes=10)  # after the person's own message
ASK_AFTER = 3  # ignored in a row: then we ask once whether to go on, and stop
DIGEST = "digest"  # the class of the weekly digest, which comes on Sunday at 18:00
DIGEST_DAY, DIGEST_HOUR = 6, 18  # on the clock of who hears it
GRACE = timedelta(minutes=30)  # later than that it no longer comes at its own hour


class Way(StrEnum):
    """How a class of nudges comes, as its person chose."""

    ON = "on"
    SILENT = "silent"
    DIGEST = "digest"  # kept for the weekly one
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something to be said. ``key``: of the same person the same one is said once. ``stale``: after
    which it is dropped. ``weight``: the heavier goes first. ``told``: asked for by the person, so
    that the counts do not hold it (a reminder). ``ripe``: not before, so that what belongs to one
    evening becomes one message."""

    id: str
    group: str  # the nudge class: "pace"
    born: datetime
    stale: datetime
    weight: float = 0.0
    told: bool = False
    ripe: datetime | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A message that was sent first. ``answered``: the person pressed or wrote something on it
    before the next one."""

    at: datetime
    groups: frozenset[str]
    answered: bool
    told: bool = False


@dataclass(frozen=True, slots=True)
class Listener:
    """What one person, or a team, allows, and what they have heard; ``said`` newest last.
    ``asked_at``: when they were asked whether to go on; ``kept_on``: they said yes to it since.
    ``digests``: a weekly digest may come, which finds its place kept."""

    hours: Hours
    ways: Mapping[str, Way] = field(default_factory=dict)
    snoozed: Mapping[str, datetime] = field(default_factory=dict)  # class → until
    said: Sequence[Said] = ()
    spoke_at: datetime | None = None
    asked_at: datetime | None = None
    kept_on: datetime | None = None
    digests: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """``say``: in one message, the heaviest first; ``silently``: without a sound. ``ask``: it also
    asks whether to go on. ``drop``: never to be said, with the reason. ``digest``: kept for it.
    ``again``: when to decide again about what waits; None: nothing waits."""

    say: tuple[str, ...] = ()
    silently: bool = False
    ask: bool = False
    drop: Mapping[str, str] = field(default_factory=dict)
    digest: tuple[str, ...] = ()
    again: datetime | None = None


def decide(listener: Listener, waiting: Sequence[Occasion], now: datetime) -> Decision:
    """What of ``waiting`` may be said at ``now``, all of it in one message."""
    drop: dict[str, str] = {}
    digest, fit = [], []
    for one in sorted(waiting, key=lambda one: (-one.weight, one.born, one.id)):
        reason = _refused(listener, one, now)
        if reason:
            drop[one.id] = reason
        elif _is_kept(listener, one):
            digest.append(one.id)
        else:
            fit.append(one)
    moments = _moments(listener, fit, now)
    say, later = [], []
    for one in fit:
        at, latest = moments[_claim(one)]
        if at is None:
            drop[one.id] = "never"
        elif at <= now:
            say.append(one)
        elif one.stale < latest:
            drop[one.id] = "stale"
        else:
            later.append(at)
    counted = any(not one.told for one in say)
    return Decision(
        say=tuple(one.id for one in say),
        silently=bool(say)
        and all(listener.ways.get(one.group, Way.ON) is Way.SILENT for one in say),
        ask=counted and all(not one.told for one in say) and _ignored(listener) >= ASK_AFTER,
        drop=drop,
        digest=tuple(digest),
        again=min(later, default=None),
    )


def _is_kept(listener: Listener, one: Occasion) -> bool:
    """Whether it waits for the digest; the digest itself waits for nothing."""
    way = listener.ways.get(one.group, Way.ON)
    return way is Way.DIGEST and one.group != DIGEST and not one.told


def _claim(one: Occasion) -> str:
    """By what it may be said: "told" as it was asked for, "digest" in the place kept for it."""
    return "told" if one.told else DIGEST if one.group == DIGEST else ""


Moment = tuple[datetime | None, datetime]  # when it may be said, and when at the latest it waits


def _moments(listener: Listener, fit: Sequence[Occasion], now: datetime) -> dict[str, Moment]:
    """By claim, from ``now`` on. What was not asked for goes along with the digest."""
    own = [one.ripe for one in fit if not one.told and one.ripe is not None]
    ripe = max([now, *own])
    told = _free(listener, now, counted=False, kept=False)
    digest = _free(listener, ripe, counted=True, kept=False)
    plain = _free(listener, ripe, counted=True, kept=True)
    if digest is not None and any(_claim(one) == DIGEST for one in fit):
        plain = digest if plain is None else min(plain, digest)
    waits = plain
    slot = _slot(listener, now)
    if plain is not None and slot is not None:
        waits = min(plain, max(slot, now))  # the digest may come, and take it along
    return {
        "told": (told, told or now),
        DIGEST: (digest, digest or now),
        "": (plain, waits or now),
    }


def _refused(listener: Listener, one: Occasion, now: datetime) -> str:
    """Why it will never be said, or ""."""
    if one.stale < now:
        return "stale"
    if one.told:
        return ""
    if listener.ways.get(one.group, Way.ON) is Way.OFF:
        return "off"
    if listener.snoozed.get(one.group, now) > now:
        return "snoozed"
    asked, kept_on = listener.asked_at, listener.kept_on
    if asked is not None and (kept_on is None or kept_on <= asked):
        return "nobody listens"
    return ""


def _free(listener: Listener, now: datetime, *, counted: bool, kept: bool) -> datetime | None:
    """The first moment from ``now`` on at which something may be said; None: never. ``kept``: it
    leaves the digest's place free."""
    at: datetime | None = now
    for _ in range(_ROUNDS):
        assert at is not None, "left below"
        later = at
        if listener.spoke_at is not None and listener.spoke_at <= at:
            later = max(later, listener.spoke_at + SILENCE)
        if counted:
            later = max(later, _after_counts(listener, later))
        if kept:
            later = max(later, _after_slot(listener, later))
        opened = listener.hours.next_open(later)
        if opened is None or opened == at:
            return opened
        at = opened
    return at


_ROUNDS = 16  # each moves on by a quiet night, a day or a week


def _slot(listener: Listener, at: datetime) -> datetime | None:
    """When the next digest is due, as long as it may come; None: no place is kept for one."""
    if not listener.digests or listener.ways.get(DIGEST, Way.ON) is Way.OFF:
        return None
    zone = listener.hours.zone
    day = at.astimezone(zone).date()
    day += timedelta(days=(DIGEST_DAY - day.weekday()) % 7)
    slot = _on(day, zone)
    if slot + GRACE <= at:
        slot = _on(day + WEEK, zone)
    return None if listener.snoozed.get(DIGEST, slot) > slot else slot


def _on(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(DIGEST_HOUR), zone).astimezone(UTC)


def _after_slot(listener: Listener, at: datetime) -> datetime:
    """``at``, or when the digest is past: on its day, and once all but one of the week are used, of
    which a digest that came late is one."""
    slot = _slot(listener, at)
    if slot is None:
        return at
    zone = listener.hours.zone
    week = (listener.hours.next_open(slot) or slot) - WEEK
    on_time = [one for one in listener.said if DIGEST in one.groups and one.at <= week + GRACE]
    taken = [
        one for one in listener.said if not one.told and week < one.at <= at and one not in on_time
    ]
    its_day = slot.astimezone(zone).date() == at.astimezone(zone).date()
    return slot + GRACE if its_day or len(taken) >= A_WEEK - 1 else at


def _after_counts(listener: Listener, at: datetime) -> datetime:
    """``at``, or when one a day (on their calendar) and three in seven days allow the next."""
    heard = [one.at for one in listener.said if not one.told and one.at <= at]
    zone = listener.hours.zone
    today = [one for one in heard if one.astimezone(zone).date() == at.astimezone(zone).date()]
    if len(today) >= A_DAY:
        midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        at = max(at, (midnight + timedelta(days=1)).astimezone(at.tzinfo))
    week = sorted(one for one in heard if one > at - WEEK)
    if len(week) >= A_WEEK:
        at = max(at, week[-A_WEEK] + WEEK)
    return at


def _ignored(listener: Listener) -> int:
    """How many in a row were not answered, the newest first, since somebody said to go on."""
    count = 0
    for one in reversed(listener.said):
        if one.told:
            continue
        if one.answered or (listener.kept_on is not None and one.at <= listener.kept_on):
            break
        count += 1
    return count
