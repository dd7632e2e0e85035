"""People in twelve time zones over ninety days, spoken to by the delivery on a made-up clock.

``conversations.nudging.delivery`` runs unchanged on a storage of plain lists: what is due, said,
put off and dropped. Beside it, a second scheduler that wakes at the same moment, transactions that
die at their last step, outages of hours and of more than a day, people who write, answer, ignore,
and move the hours in which they may be spoken to. What was said is then held against the promises
by rules written a second time (benchmarks/nudge_judging.py), without the code that is tested.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.nudge_facts import FACTS
from benchmarks.nudge_judging import DAY, DIGEST, HOUR, MINUTE, evening_of, judge, lateness, tick
from benchmarks.nudge_storage import BOOK, START, Died, Somebody, transact
from conversations.nudge_classes import CLASSES
from conversations.nudging.kind import Kind
from conversations.nudging.listening import KEPT_ON
from conversations.nudging.registry import kinds
from storage.nudge_records import NudgeRecord
from storage.records import Person

ZONES = (
    "Pacific/Honolulu", "America/Los_Angeles", "America/New_York", "America/Sao_Paulo",
    "Europe/London", "Europe/Berlin", "Africa/Cairo", "Asia/Kolkata", "Asia/Tokyo",
    "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Auckland",
)  # fmt: skip
DAYS = 90  # in which clocks go forward in the north and back in the south
TEAM_EVERY = 6  # one in so many is a team


@dataclass(frozen=True)
class Outcome:
    people: int
    wanted: int
    messages: int
    said: int
    dropped: Counter[str]
    deaths: int
    faults: Counter[str]  # of the names in benchmarks/nudges.py


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
                add(kind, evening_of(evening, one.zone) + late, DAY)
    return sorted(found, key=lambda one: one.born_at)


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
        now = tick(max(min(moments), now), outages)
        while coming and coming[0].born_at <= now:
            new = coming.pop(0)
            one.nudges[new.id] = new
        one.dies = chance.random() < 0.1
        for _ in range(4):  # two schedulers, each until nothing is due
            try:
                await transact(one, now)
            except Died:
                deaths += 1
        if one.heard and loyal and not one.person.preferences.get(KEPT_ON):
            _keep_on(one, now)
        now += MINUTE
    return one, outages, deaths


def _keep_on(one: Somebody, now: datetime) -> None:
    """They press "Yes" an hour or more after they were asked, when nothing is being decided."""
    asked = [each.said_at for each in one.nudges.values() if each.reason == "asked"]
    if asked and asked[0] is not None and now >= asked[0] + HOUR:
        pressed = now + MINUTE
        kept = {**one.person.preferences, KEPT_ON: pressed.isoformat()}
        one.person = replace(one.person, preferences=kept)
        one.wrote = sorted([*one.wrote, pressed])


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
