"""Days and times, seen from Wednesday 18 November 2026 (the day of nlu.md)."""

from __future__ import annotations

from datetime import date, time

import pytest

from conversations.reading.calendar_words import correct_spelling
from conversations.reading.dates import Sure, agree, find_days, find_times

TODAY = date(2026, 11, 18)


def _read(text: str, day_first: bool | None = None) -> tuple[list[str], str] | None:
    found = agree(find_days(correct_spelling(text), TODAY, day_first))
    return None if found is None else ([f"{day:%Y-%m-%d}" for day in found[0]], found[1].value)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-18"),
        ("this morning", "2026-11-18"),
        ("an hour ago", "2026-11-18"),
        ("yesterday", "2026-11-17"),
        ("yday", "2026-11-17"),
        ("yesterady evening", "2026-11-17"),
        ("last night", "2026-11-17"),
        ("the day before yesterday", "2026-11-16"),
        ("tomorrow", "2026-11-19"),
        ("monday", "2026-11-16"),
        ("wednesday", "2026-11-18"),  # a weekday said on that weekday is today
        ("last wednesday", "2026-11-11"),
        ("on friday", "2026-11-13"),
        ("last friday", "2026-11-13"),
        ("this friday", "2026-11-20"),
        ("next friday", "2026-11-20"),
        ("monday last week", "2026-11-09"),
        ("last week on tuesday", "2026-11-10"),
        ("friday the 13th", "2026-11-13"),
        ("2 days ago", "2026-11-16"),
        ("a week ago", "2026-11-11"),
        ("in 3 days", "2026-11-21"),
        ("a year ago", "2025-11-18"),
        ("on the 5th", "2026-11-05"),  # dateparser says 18 May
        ("the 28th", "2026-10-28"),
        ("5 Nov", "2026-11-05"),
        ("Nov 5th", "2026-11-05"),
        ("5th of November, 2025", "2025-11-05"),
        ("Dec 5", "2025-12-05"),
        ("2026-11-05", "2026-11-05"),
        ("2026/11/05", "2026-11-05"),
        ("20261105", "2026-11-05"),
        ("03.11.2026", "2026-11-03"),  # dateparser says 11 March
        ("3.11.26", "2026-11-03"),
        ("5.11.", "2026-11-05"),
        ("13/11/2026", "2026-11-13"),
        ("11/13/2026", "2026-11-13"),
        ("11/11", "2026-11-11"),
        ("5-Nov-26", "2026-11-05"),
        ("05Nov26", "2026-11-05"),
        ("Tuesday, Nov 17", "2026-11-17"),
        ("tue 17/11", "2026-11-17"),
    ],
)
def test_days_that_are_clear(text: str, day: str) -> None:
    assert _read(text) == ([day], Sure.CLEAR)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("3/4", ["2026-04-03", "2026-03-04"]),
        ("11/5/2026", ["2026-05-11", "2026-11-05"]),
        ("last monday", ["2026-11-16", "2026-11-09"]),
        ("monday 17 nov", ["2026-11-16", "2026-11-17"]),
        ("a week and 2 days ago", []),
        ("the friday before last", []),
        ("on the 32nd", []),
        ("the 5th of last month", ["2026-11-05"]),
        ("last week, on nov 10", ["2026-11-10"]),
        ("monday or tuesday", ["2026-11-16", "2026-11-17"]),
        ("yesterday or the day before", ["2026-11-17"]),
        ("nov 31", []),
        ("31/02/2026", []),
        ("on thanksgiving", []),
        ("0001-01-01", []),
    ],
)
def test_days_that_are_unclear(text: str, days: list[str]) -> None:
    assert _read(text) == (days, Sure.UNCLEAR)


@pytest.mark.parametrize(
    "text",
    [
        "last week",
        "recently",
        "in may",
        "last month",
        "a few days ago",
        "March 2026",
        "in 2025",
        "around the 5th",
        "over the weekend",
        "the other day",
        "between monday and wednesday",
    ],
)
def test_stretches_of_time_are_vague(text: str) -> None:
    found = _read(text)
    assert found is not None
    assert found[1] == Sure.VAGUE


@pytest.mark.parametrize(
    "text", ["60/40", "1/2 of my", "at 3.11", "I may sell", "185.20", "2nd buy"]
)
def test_what_is_no_day(text: str) -> None:
    assert _read(text) is None


def test_the_order_that_a_person_writes_in_decides() -> None:
    assert _read("3/4", day_first=True) == (["2026-04-03"], "clear")
    assert _read("3/4", day_first=False) == (["2026-03-04"], "clear")
    assert _read("16/11", day_first=False) == (["2026-11-16"], "clear")


def test_a_weekday_picks_one_of_two_orders() -> None:
    assert _read("fri 3/4") == (["2026-04-03"], "clear")


def test_dateparser_is_only_a_suggestion() -> None:
    found = _read("one fortnight and 2 days ago")
    assert found is None or found[1] != Sure.CLEAR


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("at 10:30", time(10, 30)),
        ("15:45 ET", time(15, 45)),
        ("9:45am", time(9, 45)),
        ("3 pm", time(15)),
        ("9.30am", time(9, 30)),
        ("at noon", time(12)),
        ("12am", time(0)),
        ("2026-11-17T10:31:05Z", time(10, 31)),
    ],
)
def test_times(text: str, at: time) -> None:
    assert [one.at for one in find_times(text)] == [at]


@pytest.mark.parametrize("text", ["at 185.20", "25:00", "4:1", "13pm", "10:3", "at 9"])
def test_what_is_no_time(text: str) -> None:
    assert find_times(text) == ()
