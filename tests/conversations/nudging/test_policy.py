"""Never too often, never at night, never to nobody: by example and for any history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.nudging.hours import Hours, hours_of
from conversations.nudging.policy import Decision, Listener, Occasion, Said, Way, decide

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")
NOON = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)  # a Wednesday, noon in Berlin
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LISTENER = Listener(Hours(BERLIN))


def _occasion(id: str = "a", group: str = "pace", **more: object) -> Occasion:
    return replace(Occasion(id, group, NOON, NOON + 7 * DAY), **more)  # type: ignore[arg-type]


def _said(*ago: timedelta, answered: bool = True) -> tuple[Said, ...]:
    return tuple(Said(NOON - one, frozenset({"pace"}), answered) for one in sorted(ago)[::-1])


def test_several_are_one_message_the_heaviest_first() -> None:
    found = decide(LISTENER, [_occasion("a"), _occasion("b", weight=2.0)], NOON)
    assert found == Decision(say=("b", "a"))


@pytest.mark.parametrize(
    ("said", "again"),
    [
        ([2 * HOUR], datetime(2026, 3, 5, 7, tzinfo=UTC)),  # tomorrow at 8 in Berlin
        ([1 * DAY, 2 * DAY, 3 * DAY], NOON + 4 * DAY),
        ([1 * DAY, 2 * DAY, 8 * DAY], None),
    ],
)
def test_one_a_day_and_three_a_week(said: list[timedelta], again: datetime | None) -> None:
    found = decide(replace(LISTENER, said=_said(*said)), [_occasion()], NOON)
    assert (found.say, found.again) == (("a",), None) if again is None else ((), again)


def test_quiet_hours_are_waited_for_and_stale_ones_dropped() -> None:
    night = datetime(2026, 3, 4, 22, 30, tzinfo=UTC)
    found = decide(LISTENER, [_occasion(), _occasion("b", stale=night + HOUR)], night)
    assert (found.say, found.again) == ((), datetime(2026, 3, 5, 7, tzinfo=UTC))
    assert found.drop == {"b": "stale"}


def test_not_within_ten_minutes_of_their_own_message() -> None:
    spoke = replace(LISTENER, spoke_at=NOON - timedelta(minutes=3))
    assert decide(spoke, [_occasion()], NOON).again == NOON + timedelta(minutes=7)


def test_what_was_asked_for_is_not_counted_but_has_its_hours() -> None:
    heard = replace(LISTENER, said=_said(2 * HOUR))
    found = decide(heard, [_occasion("a"), _occasion("r", told=True)], NOON)
    assert found.say == ("r",)
    assert found.again == datetime(2026, 3, 5, 7, tzinfo=UTC)
    assert decide(heard, [_occasion("r", told=True)], NOON + 11 * HOUR).say == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ways": {"pace": Way.OFF}}, "off"),
        ({"snoozed": {"pace": NOON + DAY}}, "snoozed"),
        ({"asked_at": NOON - DAY}, "nobody listens"),
        ({"hours": Hours(BERLIN, never=True)}, "never"),
    ],
)
def test_what_is_never_said(change: dict[str, object], reason: str) -> None:
    found = decide(replace(LISTENER, **change), [_occasion()], NOON)  # type: ignore[arg-type]
    assert (found.say, found.drop, found.again) == ((), {"a": reason}, None)


def test_digest_and_silent() -> None:
    ways = {"pace": Way.DIGEST, "goals": Way.SILENT}
    listener = replace(LISTENER, ways=ways)
    found = decide(listener, [_occasion(), _occasion("b", "goals")], NOON)
    assert (found.say, found.silently, found.digest) == (("b",), True, ("a",))


def test_after_three_ignored_it_asks_once_and_goes_on_only_with_a_yes() -> None:
    ignored = replace(LISTENER, said=_said(2 * DAY, 8 * DAY, 9 * DAY, answered=False))
    found = decide(ignored, [_occasion()], NOON)
    assert (found.say, found.ask) == (("a",), True)
    asked = replace(ignored, asked_at=NOON)
    assert decide(asked, [_occasion()], NOON + 2 * DAY).drop == {"a": "nobody listens"}
    kept_on = replace(asked, kept_on=NOON + HOUR)
    later = decide(kept_on, [_occasion()], NOON + 2 * DAY)
    assert (later.say, later.ask) == (("a",), False)


@pytest.mark.parametrize("zone", ZONES)
def test_hours_through_both_changes_of_the_clock(zone: str) -> None:
    """Every half hour of a year: what is open is within the hours on the person's clock."""
    hours = Hours(ZoneInfo(zone), 2, 7)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    while moment.year == 2026:
        opened = hours.next_open(moment)
        assert opened is not None
        assert moment <= opened <= moment + 27 * HOUR
        assert 2 <= opened.astimezone(hours.zone).hour < 7
        assert hours.open_at(moment) == (opened == moment)
        moment += timedelta(minutes=30)


def test_hours_as_they_are_kept() -> None:
    evening = hours_of({"hours": {"from": 20, "to": 2, "weekdays": True}}, "Europe/Berlin")
    friday = datetime(2026, 3, 6, 22, tzinfo=BERLIN)
    assert evening.open_at(friday)
    assert evening.open_at(friday + 3 * HOUR)  # Saturday, one o'clock: Friday's evening
    assert not evening.open_at(friday + 22 * HOUR)
    assert hours_of({}, "UTC") == Hours(ZoneInfo("UTC"), 8, 22)
    assert hours_of({"hours": {"never": True}}, "UTC").next_open(NOON) is None


@given(
    zone=st.sampled_from(ZONES),
    start=st.integers(0, 23),
    length=st.integers(1, 23),
    weekdays=st.booleans(),
    born=st.lists(st.integers(0, 60 * 24 * 21), min_size=1, max_size=40),
    first=st.sampled_from([datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 10, 17, tzinfo=UTC)]),
)
def test_no_history_breaks_the_promises(
    zone: str, start: int, length: int, weekdays: bool, born: list[int], first: datetime
) -> None:
    """Three weeks around a change of the clock, decided whenever the policy asks for it."""
    hours = Hours(ZoneInfo(zone), start, (start + length) % 24, weekdays=weekdays)
    said: list[Said] = []
    waiting: list[Occasion] = []
    arrivals = sorted((first + timedelta(minutes=one), f"o{n}") for n, one in enumerate(born))
    wake: list[datetime] = [at for at, _ in arrivals]
    while wake:
        now = min(wake)
        wake.remove(now)
        waiting += [Occasion(id, "pace", at, at + 10 * DAY) for at, id in arrivals if at == now]
        found = decide(Listener(hours, said=tuple(said)), waiting, now)
        if found.say:
            said.append(Said(now, frozenset({"pace"}), answered=True))
        gone = {*found.say, *found.drop}
        waiting = [one for one in waiting if one.id not in gone]
        if found.again is not None:
            assert found.again > now
            wake.append(found.again)
    local = [one.at.astimezone(hours.zone) for one in said]
    assert all(hours.open_at(one) for one in local)
    assert len({one.date() for one in local}) == len(local)
    for n in range(len(said) - 3):
        assert said[n + 3].at - said[n].at >= 7 * DAY
    assert not waiting


SUNDAY = datetime(2026, 3, 8, 17, 0, tzinfo=UTC)  # 18:00 in Berlin, the digest's hour
WAITS_FOR_DIGEST = replace(LISTENER, digests=True)


def test_what_is_found_on_a_sunday_is_said_with_the_digest() -> None:
    morning = SUNDAY - 8 * HOUR
    found = decide(WAITS_FOR_DIGEST, [_occasion(born=morning, stale=SUNDAY + DAY)], morning)
    assert (found.say, found.again) == ((), SUNDAY + HOUR / 2)
    short = decide(WAITS_FOR_DIGEST, [_occasion(stale=SUNDAY + HOUR / 4)], morning)
    assert not short.drop, "the digest may take it along"
    assert decide(WAITS_FOR_DIGEST, [_occasion(stale=SUNDAY - HOUR)], morning).drop == {
        "a": "stale"
    }
    both = [_occasion(stale=SUNDAY + DAY), _occasion("d", "digest", weight=9.0)]
    assert decide(WAITS_FOR_DIGEST, both, SUNDAY).say == ("d", "a")
    off = replace(WAITS_FOR_DIGEST, ways={"digest": Way.OFF})
    assert decide(off, [_occasion()], morning).say == ("a",)
    snoozed = replace(WAITS_FOR_DIGEST, snoozed={"digest": SUNDAY + DAY})
    assert decide(snoozed, [_occasion()], morning).say == ("a",)


def test_one_of_the_three_a_week_is_the_digest_s() -> None:
    heard = replace(WAITS_FOR_DIGEST, said=_said(1 * DAY, 2 * DAY))
    found = decide(heard, [_occasion()], NOON)
    assert (found.say, found.again) == ((), SUNDAY + HOUR / 2)
    told = decide(heard, [_occasion(told=True), _occasion("d", "digest")], NOON)
    assert told.say == ("a", "d")


def test_a_digest_is_not_kept_for_the_digest() -> None:
    listener = replace(WAITS_FOR_DIGEST, ways={"digest": Way.DIGEST, "pace": Way.DIGEST})
    found = decide(listener, [_occasion(), _occasion("d", "digest")], SUNDAY)
    assert (found.say, found.digest) == (("d",), ("a",))


def test_what_several_jobs_have_for_one_evening_is_one_message() -> None:
    ripe = [_occasion(id, "goals", ripe=NOON + n * HOUR / 60) for id, n in (("a", 2), ("b", 5))]
    asked = _occasion("r", told=True)
    first = decide(LISTENER, [*ripe, asked], NOON)
    assert (first.say, first.again) == (("r",), NOON + HOUR / 12)
    assert decide(LISTENER, ripe, NOON + HOUR / 12).say == ("a", "b")


@given(
    zone=st.sampled_from(ZONES),
    born=st.lists(st.integers(0, 60 * 24 * 35), min_size=1, max_size=60),
    skipped=st.sets(st.integers(0, 4)),
    first=st.sampled_from([datetime(2026, 3, 12, tzinfo=UTC), datetime(2026, 10, 8, tzinfo=UTC)]),
)
def test_the_digest_never_starves(
    zone: str, born: list[int], skipped: set[int], first: datetime
) -> None:
    """Five weeks around a change of the clock, with digests on most Sundays and anything else."""
    place = ZoneInfo(zone)
    hours = Hours(place)
    sundays = [(first + n * DAY).astimezone(place).date() for n in range(35)]
    evenings = [
        datetime(day.year, day.month, day.day, 18, tzinfo=place).astimezone(UTC)
        for day in sundays
        if day.weekday() == 6
    ]
    arrivals = [
        Occasion(f"o{n}", "pace", first + timedelta(minutes=m), first + timedelta(days=80))
        for n, m in enumerate(born)
    ]
    arrivals += [
        Occasion(f"d{n}", "digest", at, at + DAY, 9.0, ripe=at + HOUR / 12)
        for n, at in enumerate(evenings)
        if n not in skipped
    ]
    said: list[Said] = []
    of: dict[str, datetime] = {}
    waiting: list[Occasion] = []
    wake = sorted({one.born for one in arrivals})
    while wake:
        now = wake.pop(0)
        waiting += [one for one in arrivals if one.born == now]
        found = decide(Listener(hours, said=tuple(said), digests=True), waiting, now)
        assert not found.drop
        if found.say:
            groups = frozenset(one.group for one in waiting if one.id in found.say)
            said.append(Said(now, groups, answered=True))
            of |= dict.fromkeys(found.say, now)
        waiting = [one for one in waiting if one.id not in found.say]
        if found.again is not None:
            assert found.again > now
            wake = sorted({*wake, found.again})
    local = [one.at.astimezone(place) for one in said]
    assert all(hours.open_at(one) for one in local)
    assert len({one.date() for one in local}) == len(local)
    assert all(later.at - one.at >= 7 * DAY for one, later in zip(said, said[3:], strict=False))
    for one in arrivals:
        if one.group == "digest":
            assert of[one.id] - one.born <= HOUR / 2
    assert len(of) == len(arrivals)
