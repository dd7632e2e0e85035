"""How often, when and how we may speak first: at most once a day and three times a week, never in
quiet hours or just after somebody spoke to us, and no more once nobody listens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from conversations.nudging.hours import Hours

A_DAY, A_WEEK = 1, 3
WEEK = timedelta(days=7)
SILENCE = timedelta(minutes=10)  # after the person's own message
ASK_AFTER = 3  # ignored in a row: then we ask once whether to go on, and stop


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
    that the counts do not hold it (a reminder)."""

    id: str
    group: str  # the nudge class: "pace"
    born: datetime
    stale: datetime
    weight: float = 0.0
    told: bool = False


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
    """What one person allows, and what they have heard; ``said`` newest last. ``asked_at``: when
    they were asked whether to go on; ``kept_on``: they said yes to it since."""

    hours: Hours
    ways: Mapping[str, Way] = field(default_factory=dict)
    snoozed: Mapping[str, datetime] = field(default_factory=dict)  # class → until
    said: Sequence[Said] = ()
    spoke_at: datetime | None = None
    asked_at: datetime | None = None
    kept_on: datetime | None = None


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
        elif listener.ways.get(one.group, Way.ON) is Way.DIGEST and not one.told:
            digest.append(one.id)
        else:
            fit.append(one)
    if not fit:
        return Decision(drop=drop, digest=tuple(digest))
    told = [one for one in fit if one.told]
    own = [one for one in fit if not one.told]
    when = _free(listener, now, counted=not told)
    if when is None:
        drop |= {one.id: "never" for one in fit}
        return Decision(drop=drop, digest=tuple(digest))
    if when > now:
        drop |= {one.id: "stale" for one in fit if one.stale < when}
        left = any(one.stale >= when for one in fit)
        return Decision(drop=drop, digest=tuple(digest), again=when if left else None)
    # What was asked for may come; what was not waits for its own turn.
    held = _free(listener, now, counted=True)
    say = [*told, *(own if held is not None and held <= now else [])]
    silent = all(listener.ways.get(one.group, Way.ON) is Way.SILENT for one in say)
    waits = [one for one in fit if one not in say]
    return Decision(
        say=tuple(one.id for one in sorted(say, key=lambda one: (-one.weight, one.born, one.id))),
        silently=silent,
        ask=not told and _ignored(listener) >= ASK_AFTER,
        drop=drop,
        digest=tuple(digest),
        again=held if waits else None,
    )


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


def _free(listener: Listener, now: datetime, *, counted: bool) -> datetime | None:
    """The first moment from ``now`` on at which something may be said; None: never."""
    at: datetime | None = now
    for _ in range(_ROUNDS):
        assert at is not None, "left below"
        later = at
        if listener.spoke_at is not None and listener.spoke_at <= at:
            later = max(later, listener.spoke_at + SILENCE)
        if counted:
            later = max(later, _after_counts(listener, later))
        opened = listener.hours.next_open(later)
        if opened is None or opened == at:
            return opened
        at = opened
    return at


_ROUNDS = 12  # each moves on by a quiet night, a day or a week


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
