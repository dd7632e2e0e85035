"""What comes at an hour of everybody's own: once, not early, not late, through changed clocks."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest

from conversations.actions import reviewing
from conversations.actions.reviewing import Case
from conversations.desk import Desk
from conversations.nudging import rounds
from conversations.wording import twin as twin_words
from engine.diagnosis import Profile
from engine.diagnosis.events import Event
from engine.diagnosis.twin import Difference, Twin
from engine.ledger import Kind, Trade
from scheduler.jobs import monthly_twin, nudges, team_week, weekly_review
from storage.nudge_records import TeamVoice
from storage.unit_of_work import Storage
from tests.scheduler.people import (
    DAY,
    HOUR,
    NOON,
    SOURCE,
    furnished,
    invested,
    person,
    texts,
    want,
)

EVENING = datetime(2026, 3, 8, 18, tzinfo=UTC)  # a Sunday
GATHERED = timedelta(minutes=5)  # what belongs to one evening is one message by then


@pytest.fixture
def desk(desk: Desk) -> Desk:
    return replace(desk, sources=(SOURCE,))


async def traded(storage: Storage, portfolio: UUID, at: datetime, kind: Kind = Kind.SELL) -> UUID:
    async with storage.transaction() as work:
        trade = Trade(uuid4(), at, kind, "ZZZA", Decimal(2), Decimal(52))
        await work.trades.add(portfolio, trade)
    return trade.id


async def outcomes(books: Any, kind: str = "weekly_review") -> list[tuple[str, str]]:
    rows = await books.fetch(
        "SELECT status, reason FROM nudges WHERE kind = $1 ORDER BY status", kind
    )
    return [(row["status"], row["reason"]) for row in rows]


async def say(desk: Desk, *moments: datetime) -> None:
    for at in moments:
        await nudges.run(desk, at)


@pytest.mark.parametrize(
    ("zone", "sunday", "utc"),
    [
        ("America/New_York", "2026-03-01", 23),
        ("America/New_York", "2026-03-08", 22),  # summer time since that night
        ("America/New_York", "2026-11-01", 23),  # and winter time
        ("Europe/Berlin", "2026-03-22", 17),
        ("Europe/Berlin", "2026-03-29", 16),
        ("Europe/Berlin", "2026-10-25", 17),
        ("Australia/Sydney", "2026-03-29", 7),
        ("Australia/Sydney", "2026-04-05", 8),
        ("Australia/Sydney", "2026-10-04", 7),
    ],
)
def test_sunday_evening_is_six_on_the_clock_of_the_place(zone: str, sunday: str, utc: int) -> None:
    at = datetime.fromisoformat(f"{sunday}T{utc:02d}:00+00:00")
    assert rounds.evening_of_week(zone, at - timedelta(seconds=1)) is None
    for later in (timedelta(0), 3 * HOUR, DAY - timedelta(seconds=1)):
        found = rounds.evening_of_week(zone, at + later)
        assert found is not None
        assert (found.at, f"{found.day}") == (at, sunday)
    assert rounds.evening_of_week(zone, at + DAY) is None


@pytest.mark.parametrize(
    ("now", "key"),
    [
        ("2026-06-01T17:59+00:00", None),  # a Monday
        ("2026-06-01T18:00+00:00", "2026-05"),
        ("2026-06-02T17:59+00:00", "2026-05"),
        ("2026-06-02T18:00+00:00", None),
        ("2026-08-01T18:00+00:00", None),  # a Saturday: Sunday belongs to the week
        ("2026-08-03T18:00+00:00", "2026-07"),
        ("2027-01-01T18:00+00:00", "2026-12"),
    ],
)
def test_a_month_is_looked_back_at_on_the_first_weekday_of_the_next(
    now: str, key: str | None
) -> None:
    found = rounds.evening_of_month("UTC", datetime.fromisoformat(now))
    assert (found.key if found else None) == key


async def test_two_schedulers_review_the_week_once(
    desk: Desk,
    storage: Storage,
    books: Any,
) -> None:
    who = await person(storage, books)
    await invested(storage, who[1])
    await furnished(storage, 1.04)
    await traded(storage, who[1], NOON)
    kept = await want(storage, who)
    async with storage.transaction() as work:
        await work.nudges.keep_for_digest([kept])
        plan = {"words": "only VTI", "day": "2026-03-01", "portfolio": who[1].hex}
        await work.users.change(who[0], preferences={"week_plan": plan})
    await weekly_review.run(desk, EVENING - timedelta(seconds=1))
    assert await outcomes(books) == [], "it is not evening yet"
    await asyncio.gather(*(weekly_review.run(desk, EVENING) for _ in range(2)))
    await weekly_review.run(desk, EVENING + HOUR)
    await asyncio.gather(*(nudges.run(desk, EVENING + GATHERED) for _ in range(2)))
    await say(desk, EVENING + 2 * GATHERED, EVENING + DAY)
    (said,) = await texts(books)
    assert said["text"].split("\n") == [
        "Week to 8 Mar 2026: +$16 (+1.4%) by prices alone; the average share +1.4%.",
        "You made 1 sale, not marked as planned; your usual week has 0 (mean of 8 weeks). "
        "You had planned: “only VTI”",
        "No habit stands out in your 3 trades. And 1 note you wanted here (pace).",
        "Was the ZZZA sale of 4 Mar 2026 planned?",
    ]
    labels = [one["label"] for line in said["buttons"] for one in line]
    assert labels == ["Yes", "No", "Notes", "Why this?", "Stop these"]
    assert await books.fetchval("SELECT status FROM nudges WHERE id = $1", kept) == "said"
    png = await books.fetchval("SELECT png FROM pictures")
    assert struct.unpack_from(">16xI", png) == (1280,)


async def test_after_three_hours_it_comes_late_and_after_thirty_not_at_all(
    desk: Desk,
    storage: Storage,
    books: Any,
) -> None:
    await furnished(storage, 1.0)
    for name in ("soon", "late"):
        await invested(storage, (await person(storage, books, name, (("web", name),)))[1])
    await books.execute(
        "UPDATE user_profiles SET time_zone = 'Pacific/Auckland' WHERE id IN (SELECT user_id FROM "
        "dialogs WHERE chat = 'late')"  # their Sunday evening was 13 hours earlier
    )
    await weekly_review.run(desk, EVENING + 17 * HOUR)  # 30 hours after Auckland's
    assert await outcomes(books) == [("waiting", "")]
    await books.execute("DELETE FROM nudges")
    await weekly_review.run(desk, EVENING + 3 * HOUR)  # 16 after Auckland's, where it is morning
    await say(desk, EVENING + 3 * HOUR + GATHERED)
    assert [len(await texts(books, chat=one)) for one in ("soon", "late")] == [1, 1]


async def test_quiet_hours_put_it_off_to_monday_and_a_day_drops_it(
    desk: Desk,
    storage: Storage,
    books: Any,
) -> None:
    await furnished(storage, 1.0)
    hours = {"morning": {"from": 8, "to": 12}, "night": {"from": 19, "to": 20}}
    for name in ("morning", "night", "tuesday"):
        who = await person(storage, books, name, (("web", name),))
        await invested(storage, who[1])
        async with storage.transaction() as work:
            window = hours.get(name, {"from": 20, "to": 21, "weekdays": True})
            await work.users.change(who[0], preferences={"hours": window})
    await weekly_review.run(desk, EVENING)
    came: dict[str, float] = {}
    for hour in range(40):
        await say(desk, EVENING + hour * HOUR + GATHERED)
        for name in ("morning", "night", "tuesday"):
            if await texts(books, chat=name):
                came.setdefault(name, hour)
    assert came == {"morning": 14, "night": 1}
    assert ("dropped", "stale") in await outcomes(books)


async def test_nothing_to_say_is_settled_once_and_keeps_nobody_waiting(
    desk: Desk,
    storage: Storage,
    books: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await furnished(storage, 1.0)
    people = {}
    for name in ("empty", "gone", "off", "sick", "well"):
        people[name] = who = await person(storage, books, name, (("web", name),))
        if name != "empty":
            await invested(storage, who[1])
    async with storage.transaction() as work:
        for symbol in ("ZZZA", "ZZZB"):  # all was sold a month ago
            sale = Trade(uuid4(), NOON - 30 * DAY, Kind.SELL, symbol, Decimal(10), Decimal(50))
            await work.trades.add(people["gone"][1], sale)
        await work.users.change(people["off"][0], preferences={"nudges": {"digest": "off"}})
        demo = await work.portfolios.open(people["well"][0], "Demo", demo=True)
    await invested(storage, demo.id)
    looked: list[UUID] = []
    real = weekly_review.weekly_review.review

    async def review(desk: Desk, someone: Any, portfolio: Any, *more: Any) -> Any:
        looked.append(portfolio.id)
        if portfolio.id == people["sick"][1]:
            raise RuntimeError("unreadable")
        return await real(desk, someone, portfolio, *more)

    monkeypatch.setattr(weekly_review.weekly_review, "review", review)
    await weekly_review.run(desk, EVENING)
    assert sorted(looked) == sorted(people[one][1] for one in ("gone", "sick", "well"))
    assert await outcomes(books) == [
        ("dropped", rounds.NOTHING),
        ("dropped", rounds.NOTHING),
        ("waiting", ""),
    ]
    looked.clear()
    await weekly_review.run(desk, EVENING + GATHERED)
    assert looked == [people["sick"][1]]


def a_twin() -> Twin:
    days = np.arange("2026-01-01", "2026-03-01", dtype="datetime64[D]")
    path = np.linspace(0.0, 300.0, len(days))
    of = Difference(path, 300.0, 250.0, (-40.0, 540.0), 0.02)
    fully = Difference(path, 500.0, 420.0, None, None)
    return Twin(days, fully, of, ("disposition", "fomo"), 12, 1, 3)


async def test_the_month_against_the_twin_comes_once_with_its_picture(
    desk: Desk,
    storage: Storage,
    books: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await furnished(storage, 1.0)
    who = await person(storage, books)
    await invested(storage, who[1])
    twin = a_twin()

    real = reviewing.examine

    def examine(case: Case) -> tuple[Profile, Twin, tuple[Event, ...]]:
        profile, _, events = real(case)
        return profile, twin, events

    monkeypatch.setattr(reviewing, "examine", examine)
    first = datetime(2026, 4, 1, 18, tzinfo=UTC)
    await asyncio.gather(*(monthly_twin.run(desk, first) for _ in range(2)))
    await monthly_twin.run(desk, first + HOUR)
    await say(desk, first + GATHERED, first + DAY)
    (said,) = await texts(books)
    assert said["text"] == f"March is over. {twin_words.told(twin, 'USD', demo=False)}"
    assert "The range holds zero: it may as well be nothing." in said["text"]
    assert await books.fetchval("SELECT count(*) FROM pictures") == 1


async def test_a_team_hears_of_its_week_in_its_channel_and_once(
    desk: Desk,
    storage: Storage,
    books: Any,
) -> None:
    ada = await person(storage, books)
    async with storage.transaction() as work:
        club = await work.portfolios.open(ada[0], "Club", demo=False)
        await work.members.make(club.id, ada[0], "Ada", NOON - 30 * DAY)
        await work.members.bind("slack", "C9", club.id, NOON)
        await work.dialogs.put("slack", "C9", ada[0], {"shared": True})
        await work.voices.choose(TeamVoice(club.id, "slack", "C9", "UTC", NOON, ada[0]))
    await team_week.run(desk, EVENING)
    assert await outcomes(books, "team_week") == [("dropped", rounds.NOTHING)]
    async with storage.transaction() as work:
        await work.trades.add(
            club.id, Trade(uuid4(), NOON, Kind.BUY, "ZZZA", Decimal(2), Decimal(52))
        )
    week = timedelta(days=7)
    await asyncio.gather(*(team_week.run(desk, EVENING + week) for _ in range(2)))
    await say(desk, EVENING + week + GATHERED, EVENING + week + HOUR)
    said = await texts(books, "slack", "C9")
    assert [one["text"].split("\n")[0] for one in said] == [
        "Club this week: 1 trade saved, 0 undone."
    ]
    assert await texts(books) == []
