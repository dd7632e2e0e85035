"""What was said in a simulation held against the promises, by rules written a second time: here is
nothing of the code that is tested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from benchmarks.nudge_storage import ROOM, START, Somebody
from conversations.nudging.listening import KEPT_ON
from conversations.nudging.registry import kinds
from storage.nudge_records import NudgeRecord

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
DIGEST = "digest"
SILENCE = timedelta(minutes=10)
EVENING, KEPT_FREE = 18, timedelta(minutes=30)  # of the Sunday's digest
GATHERED = timedelta(minutes=5)  # what is wanted for one evening waits so long for the rest of it
NEVER = START + timedelta(days=1000)


def judge(one: Somebody) -> Counter[str]:
    """The promises that can be read off what was heard."""
    found = Counter[str]()
    asked_for = {kind.name for kind in kinds() if kind.asked_for}
    for_all = {kind.name for kind in kinds() if kind.for_teams}
    said = [each for each in one.nudges.values() if each.status == "said"]
    by_message: dict[UUID | None, list[NudgeRecord]] = {}
    for each in said:
        by_message.setdefault(each.message, []).append(each)
    found["doubled"] += len(one.heard) - len(by_message)
    found["doubled"] += sum(not each.body.get("text") for each in one.heard)
    counted = []
    for heard in one.heard:
        records = by_message.get(heard.message, [])
        found["early"] += sum(each.born_at > heard.at for each in records)
        found["stale"] += sum(each.stale_at < heard.at for each in records)
        found["overheard"] += one.team and any(each.kind not in for_all for each in records)
        found["overheard"] += (heard.body.get("chat") == ROOM) != one.team
        found["quiet"] += not _open(one, heard.at)
        found["silence"] += any(timedelta(0) <= heard.at - at < SILENCE for at in one.wrote)
        if any(each.kind not in asked_for for each in records):
            counted.append(heard.at)
    days = Counter(at.astimezone(one.zone).date() for at in counted)
    found["a day"] += sum(n > 1 for n in days.values())
    found["a week"] += sum(
        later - first < WEEK for first, later in zip(counted, counted[3:], strict=False)
    )
    asked = [each.said_at for each in said if each.reason == "asked" and each.said_at]
    kept = one.person.preferences.get(KEPT_ON)
    until = datetime.fromisoformat(kept) if kept else NEVER
    found["asked"] += sum(asked[0] < at < until for at in counted) if asked else 0
    return +found


def lateness(one: Somebody, outages: Sequence[tuple[datetime, datetime]]) -> Counter[str]:
    """A moment before it was said at which it could have been said: every fifth minute is tried. A
    digest that others kept from its place is "starved"."""
    found = Counter[str]()
    asked_for = {kind.name for kind in kinds() if kind.asked_for}
    gathers = {kind.name for kind in kinds() if kind.scheduled and not kind.asked_for}
    digests = {kind.name for kind in kinds() if kind.group == DIGEST}
    places: dict[datetime, bool] = {}
    for each in one.nudges.values():
        if each.said_at and each.kind not in asked_for:
            places[each.said_at] = places.get(each.said_at, False) or each.kind in digests
    own = sorted(
        {
            each.said_at
            for each in one.nudges.values()
            if each.said_at and each.kind not in asked_for
        }
    )
    for each in one.nudges.values():
        if each.said_at is None:
            continue
        counted = () if each.kind in asked_for else own
        at = tick(each.born_at + (GATHERED if each.kind in gathers else timedelta(0)), outages)
        while at < each.said_at - MINUTE:
            awake = not any(a <= at < b + MINUTE for a, b in outages)
            if (
                awake
                and each.kind in digests
                and _allowed(one, at, ())
                and each.said_at - at > HOUR
            ):
                found["starved"] += 1
                break
            plain = not (each.kind in asked_for or each.kind in digests)
            if awake and _allowed(one, at, counted) and not (plain and _kept_free(one, at, places)):
                found["late"] += 1
                break
            at += 5 * MINUTE
    return found


def _kept_free(one: Somebody, at: datetime, places: Mapping[datetime, bool]) -> bool:
    """Whether a place has to stay free for the digest: on its Sunday until it had its time, and
    where only one of the week's three is left. ``places``: what was heard, and whether it was a
    digest."""
    ways = one.person.preferences["nudges"]
    if ways[DIGEST] == "off" or not any(
        kind.group == DIGEST and kind.for_teams >= one.team for kind in kinds()
    ):
        return False
    day = at.astimezone(one.zone).date()
    evening = next(
        found
        for n in range(9)
        if (day + n * DAY).weekday() == 6
        and (found := evening_of(day + n * DAY, one.zone)) + KEPT_FREE > at
    )
    if evening.astimezone(one.zone).date() == day:
        return True
    opens = evening
    while not _open(one, opens):
        opens += HOUR / 2
    used = [
        then
        for then, digest in places.items()
        if opens - WEEK < then <= at and not (digest and then <= opens - WEEK + KEPT_FREE)
    ]
    return len(used) >= 2


def _allowed(one: Somebody, at: datetime, counted: Sequence[datetime]) -> bool:
    if not _open(one, at) or any(timedelta(0) <= at - wrote < SILENCE for wrote in one.wrote):
        return False
    heard = [each for each in counted if each <= at]
    day = at.astimezone(one.zone).date()
    return not any(each.astimezone(one.zone).date() == day for each in heard[-1:]) and (
        len([each for each in heard if at - each < WEEK]) < 3
    )


def _open(one: Somebody, at: datetime) -> bool:
    """Within the hours that they chose, on the clock on their wall."""
    first, last, weekdays = one.hours
    local = at.astimezone(one.zone)
    day = local.date()
    inside = (
        first <= local.hour < last if first < last else local.hour >= first or local.hour < last
    )
    if first >= last and local.hour < last:
        day -= DAY  # an evening that goes on after midnight
    return inside and not (weekdays and day.weekday() >= 5)


def evening_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(EVENING), zone).astimezone(UTC)


def tick(moment: datetime, outages: Sequence[tuple[datetime, datetime]]) -> datetime:
    """The first minute from ``moment`` on at which somebody is on watch."""
    at = START + -(-(moment - START) // MINUTE) * MINUTE
    for begins, ends in outages:
        if begins <= at < ends:
            at = START + -(-(ends - START) // MINUTE) * MINUTE
    return at
