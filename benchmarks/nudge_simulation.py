"""People in twelve time zones over ninety days, spoken to by the delivery on a made-up clock.

``conversations.nudging.delivery`` runs unchanged on a storage of plain lists: what is due, said,
put off and dropped. Beside it, a second scheduler that wakes at the same moment, transactions that
die at their last step, outages of hours and of more than a day, people who write, answer, ignore,
and move the hours in which they may be spoken to. What was said is then held against the promises
by rules written a second time, here, without the code that is tested.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.nudge_facts import FACTS
from conversations.nudge_classes import CLASSES
from conversations.nudging import delivery
from conversations.nudging.kind import Kind
from conversations.nudging.listening import KEPT_ON
from conversations.nudging.registry import kinds
from engine.ledger import LotMethod
from storage.records import NudgeRecord, Person, PortfolioRecord, Readings, TeamVoice

ZONES = (
    "Pacific/Honolulu", "America/Los_Angeles", "America/New_York", "America/Sao_Paulo",
    "Europe/London", "Europe/Berlin", "Africa/Cairo", "Asia/Kolkata", "Asia/Tokyo",
    "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland",
)  # fmt: skip
START, DAYS = (
    datetime(2026, 2, 15, tzinfo=UTC),
    90,
)  # clocks go forward in the north, back in the south
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
DIGEST = "digest"
SILENCE = timedelta(minutes=10)
EVENING, KEPT_FREE = 18, timedelta(minutes=30)  # of the Sunday's digest
GATHERED = timedelta(minutes=5)  # what is wanted for one evening waits so long for the rest of it
TEAM_EVERY = 6  # one in so many is a team
ROOM, NOTHING_MEASURED = "-100", Readings({})
BOOK = PortfolioRecord(UUID(int=7), UUID(int=8), "Main", False, "USD", LotMethod.FIFO, False, 1)


@dataclass
class Heard:
    at: datetime
    message: UUID
    body: dict[str, Any]


@dataclass
class Somebody:
    """One person or team with what they keep, and a storage that knows only them."""

    person: Person
    zone: ZoneInfo
    hours: tuple[int, int, bool]
    wrote: list[datetime]
    nudges: dict[UUID, NudgeRecord] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    team: bool = False
    dies: bool = False  # the next transaction does, after its last step
    now: datetime = START


@dataclass(frozen=True)
class Outcome:
    people: int
    wanted: int
    messages: int
    said: int
    dropped: Counter[str]
    deaths: int
    faults: Counter[str]  # of the names in benchmarks/nudges.py


class Died(Exception):
    """A transaction that never came to its end."""


class FakeNudges:
    """``work.nudges`` of one person, as far as the delivery asks."""

    def __init__(self, one: Somebody) -> None:
        self._one = one

    def _waiting(self) -> list[NudgeRecord]:
        return [one for one in self._one.nudges.values() if one.status == "waiting"]

    def _set(self, ids: Sequence[UUID], **values: Any) -> None:
        for id in ids:
            self._one.nudges[id] = replace(self._one.nudges[id], **values)

    async def due(self, now: datetime) -> UUID | None:
        due = [one for one in self._waiting() if one.decide_at is None or one.decide_at <= now]
        return due[0].listener if due else None

    async def drop_late(self, person: UUID, before: datetime) -> int:
        late = [one.id for one in self._waiting() if one.decide_at and one.decide_at < before]
        self._set(late, status="dropped", reason="late")
        return len(late)

    async def waiting(self, person: UUID) -> list[NudgeRecord]:
        return self._waiting()

    async def spoken(self, person: UUID) -> list[tuple[str, str, datetime]]:
        before = [at for at in self._one.wrote if at <= self._one.now]
        return [("telegram", "7", before[-1])] if before else []

    async def spoken_in_room(self, portfolio: UUID) -> datetime | None:
        before = [at for at in self._one.wrote if at <= self._one.now]
        return before[-1] if before else None

    async def seize(self, channel: str, chat: str, person: UUID) -> bool:
        return True

    async def mark_answered(self, person: UUID, since: datetime, *, team: bool = False) -> None:
        for one in list(self._one.nudges.values()):
            if one.said_at is not None and one.answered_at is None:
                later = [at for at in self._one.wrote if one.said_at < at <= self._one.now]
                if later:
                    self._set([one.id], answered_at=later[0])

    async def said_since(self, person: UUID, since: datetime) -> list[NudgeRecord]:
        said = [one for one in self._one.nudges.values() if one.said_at and one.said_at >= since]
        return sorted(said, key=lambda one: (one.said_at or START, one.id))

    async def asked_at(self, person: UUID) -> datetime | None:
        asked = [one.said_at for one in self._one.nudges.values() if one.reason == "asked"]
        return max((at for at in asked if at), default=None)

    async def drop(self, id: UUID, reason: str) -> None:
        self._set([id], status="dropped", reason=reason)

    async def keep_for_digest(self, ids: Sequence[UUID]) -> None:
        self._set(ids, status="digest")

    async def said(
        self, ids: Sequence[UUID], message: UUID, now: datetime, *, asked: bool = False
    ) -> None:
        reason = "asked" if asked else ""
        self._set(ids, status="said", message=message, said_at=now, reason=reason)
        self._one.heard.append(Heard(now, message, {}))

    async def put_off(self, person: UUID, until: datetime) -> None:
        self._set([one.id for one in self._waiting()], decide_at=until)


def _work(one: Somebody) -> Any:
    """A unit of work, of the parts that the delivery touches."""

    async def get_person(id: UUID) -> Person:
        return one.person

    async def get_portfolio(id: UUID) -> PortfolioRecord:
        return BOOK

    async def get_state(channel: str, chat: str, person: UUID) -> dict[str, Any]:
        return dict(one.state)

    async def put_state(channel: str, chat: str, person: UUID, state: dict[str, Any]) -> None:
        one.state = state

    async def add(channel: str, chat: str, body: dict[str, Any], picture: Any = None) -> int:
        one.heard[-1].body = {**body, "chat": chat}
        return len(one.heard)

    async def get_voice(portfolio: UUID) -> TeamVoice | None:
        kept = one.person.preferences
        return TeamVoice(portfolio, "telegram", ROOM, one.zone.key, START, preferences=kept)

    async def bound(channel: str, chat: str) -> UUID | None:
        return BOOK.id

    async def address(channel: str, chat: str) -> tuple[str, str]:
        return chat, ""

    async def readings(now: datetime) -> Readings:
        return NOTHING_MEASURED

    @asynccontextmanager
    async def savepoint() -> AsyncIterator[None]:
        yield

    return SimpleNamespace(
        nudges=FakeNudges(one),
        users=SimpleNamespace(get=get_person),
        portfolios=SimpleNamespace(get=get_portfolio),
        dialogs=SimpleNamespace(get=get_state, put=put_state),
        outbox=SimpleNamespace(add=add),
        voices=SimpleNamespace(of=get_voice),
        members=SimpleNamespace(bound=bound),
        doors=SimpleNamespace(address=address),
        arms=SimpleNamespace(readings=readings),
        savepoint=savepoint,
    )


async def _transaction(one: Somebody, now: datetime) -> delivery.Settled | None:
    """All of it, or nothing: as the database does it."""
    before = (dict(one.nudges), list(one.heard), dict(one.state))
    one.now = now
    settled = await delivery.settle_next(_work(one), now)
    if one.dies and settled is not None:
        one.dies = False
        one.nudges, one.heard, one.state = before
        raise Died
    return settled


def _outages(chance: np.random.Generator) -> list[tuple[datetime, datetime]]:
    """Nobody on watch: a few hours, four times, and once for more than a day."""
    found = []
    for hours in (0.2, 1.0, 3.0, 9.0, 30.0):
        begins = START + timedelta(days=float(chance.uniform(1, DAYS - 3)))
        found.append((begins, begins + timedelta(hours=hours)))
    return sorted(found)


def _somebody(number: int, chance: np.random.Generator) -> Somebody:
    zone = ZONES[number % len(ZONES)]
    first = int(chance.integers(0, 24))
    hours = (8, 22, False) if chance.random() < 0.5 else (
        first, (first + int(chance.integers(2, 20))) % 24, bool(chance.random() < 0.3)
    )  # fmt: skip
    kept: dict[str, Any] = {"hours": {"from": hours[0], "to": hours[1], "weekdays": hours[2]}}
    ways = ("on", "on", "on", "on", "silent", "digest", "off")
    kept["nudges"] = {one.name: str(chance.choice(ways)) for one in CLASSES}
    talks = chance.choice([0.02, 0.3, 3.0])  # messages a day
    count = int(chance.poisson(talks * DAYS)) + 1
    wrote = sorted(
        START + timedelta(minutes=int(one)) for one in chance.integers(0, DAYS * 1440, count)
    )
    wrote[0] = START - DAY  # they have talked to us before
    person = Person(UUID(int=number), time_zone=zone, portfolio=BOOK.id, preferences=kept)
    return Somebody(person, ZoneInfo(zone), hours, wrote, team=number % TEAM_EVERY == 0)


def _occasions(one: Somebody, chance: np.random.Generator) -> list[NudgeRecord]:
    """About one in four days, of any kind, lasting for hours or days; and most Sundays' digests.
    For a team also what is nobody else's to know."""
    number = one.person.id.int
    others = [kind for kind in kinds() if kind.group != DIGEST]
    found: list[NudgeRecord] = []

    def add(kind: Kind, born: datetime, lasts: timedelta) -> None:
        n = len(found)
        found.append(
            NudgeRecord(
                UUID(int=number * 100_000 + n), BOOK.id, one.person.id, kind.name, kind.group,
                str(n), FACTS[kind.name], float(chance.random()), born, born + lasts,
                decide_at=born, listener=BOOK.id if one.team else one.person.id,
            )
        )  # fmt: skip

    for _ in range(int(chance.poisson(DAYS / 4))):
        kind = others[int(chance.integers(len(others)))]
        born = START + timedelta(minutes=int(chance.integers(0, (DAYS - 8) * 1440)))
        add(kind, born, timedelta(hours=float(chance.choice([3, 24, 48, 72, 168]))))
    for kind in (kind for kind in kinds() if kind.group == DIGEST and kind.for_teams == one.team):
        for day in range(DAYS - 8):
            evening = (START + timedelta(days=day)).date()
            if evening.weekday() == 6 and chance.random() < 0.8:
                late = timedelta(minutes=int(chance.integers(0, 4)))
                add(kind, _evening(evening, one.zone) + late, DAY)
    return sorted(found, key=lambda one: one.born_at)


def _evening(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(EVENING), zone).astimezone(UTC)


async def live(number: int, seed: int) -> tuple[Somebody, list[tuple[datetime, datetime]], int]:
    """Ninety days of one person, decided about whenever something is due; how many deaths."""
    chance = np.random.default_rng([seed, number])
    outages = _outages(np.random.default_rng(seed))
    one, coming, deaths = _somebody(number, chance), [], 0
    coming = _occasions(one, chance)
    loyal = chance.random() < 0.5
    now = START
    while now < START + timedelta(days=DAYS):
        moments = [
            one.decide_at or one.born_at for one in one.nudges.values() if one.status == "waiting"
        ]
        moments += [coming[0].born_at] if coming else []
        if not moments:
            break
        now = _tick(max(min(moments), now), outages)
        while coming and coming[0].born_at <= now:
            new = coming.pop(0)
            one.nudges[new.id] = new
        one.dies = chance.random() < 0.1
        for _ in range(4):  # two schedulers, each until nothing is due
            try:
                await _transaction(one, now)
            except Died:
                deaths += 1
        if one.heard and loyal and not one.person.preferences.get(KEPT_ON):
            _keep_on(one, now)
        now += MINUTE
    return one, outages, deaths


def _keep_on(one: Somebody, now: datetime) -> None:
    """They press "Yes" an hour after they were asked."""
    asked = [each.said_at for each in one.nudges.values() if each.reason == "asked"]
    if asked and asked[0] is not None and now > asked[0]:
        pressed = asked[0] + timedelta(hours=1)
        kept = {**one.person.preferences, KEPT_ON: pressed.isoformat()}
        one.person = replace(one.person, preferences=kept)
        one.wrote = sorted([*one.wrote, pressed])


def _tick(moment: datetime, outages: Sequence[tuple[datetime, datetime]]) -> datetime:
    """The first minute from ``moment`` on at which somebody is on watch."""
    at = START + -(-(moment - START) // MINUTE) * MINUTE
    for begins, ends in outages:
        if begins <= at < ends:
            at = START + -(-(ends - START) // MINUTE) * MINUTE
    return at


async def simulate(people: int, seed: int, every: int = 1) -> Outcome:
    """``every``: of how many people one is also searched minute by minute for being late."""
    faults, dropped = Counter[str](), Counter[str]()
    wanted = messages = said = deaths = 0
    for number in range(people):
        one, outages, died = await live(number, seed)
        faults += judge(one)
        if number % every == 0:
            faults += lateness(one, outages)
        wanted += len(one.nudges)
        messages += len(one.heard)
        said += sum(each.status == "said" for each in one.nudges.values())
        dropped.update(each.reason for each in one.nudges.values() if each.status == "dropped")
        deaths += died
    return Outcome(people, wanted, messages, said, dropped, deaths, faults)


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
    until = datetime.fromisoformat(kept) if kept else START + timedelta(days=2 * DAYS)
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
        at = _tick(each.born_at + (GATHERED if each.kind in gathers else timedelta(0)), outages)
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
        and (found := _evening(day + n * DAY, one.zone)) + KEPT_FREE > at
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
