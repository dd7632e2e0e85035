"""Trading calendars, against days that are on record."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.market.sessions import (
    CLOSED,
    WEEKEND,
    holiday,
    is_open,
    is_recorded,
    is_session,
    last_closed,
    next_session,
    previous_session,
    session_hours,
)


@pytest.mark.parametrize(
    ("exchange", "day", "name"),
    [
        ("XNYS", date(2026, 11, 26), "Thanksgiving"),
        ("XNYS", date(2022, 12, 26), "Christmas"),  # the 25th was a Sunday
        ("XNYS", date(2022, 12, 25), WEEKEND),
        ("XNYS", date(2021, 6, 18), None),  # Juneteenth came a year later
        ("XNYS", date(2022, 6, 20), "Juneteenth National Independence Day"),
        ("XNYS", date(2026, 11, 14), WEEKEND),
        ("XNYS", date(2026, 11, 15), WEEKEND),
        ("XNYS", date(2001, 9, 12), CLOSED),
        ("XNYS", date(2026, 11, 27), None),  # half a day is a session
        ("XNAS", date(2026, 4, 3), "Good Friday"),
        ("XETR", date(2026, 5, 1), "Labour Day"),
        ("XETR", date(2026, 11, 26), None),
        ("XETR", date(2026, 12, 24), "Christmas Eve"),
        ("XNYS", date(2026, 12, 24), None),
        ("XLON", date(2022, 9, 19), CLOSED),  # the Queen's funeral
        ("24/7", date(2026, 11, 15), None),
    ],
)
def test_known_days(exchange: str, day: date, name: str | None) -> None:
    assert holiday(exchange, day) == name
    assert is_session(exchange, day) == (name is None)


def test_neighbouring_sessions_step_over_what_is_closed() -> None:
    assert previous_session("XNYS", date(2026, 11, 26)) == date(2026, 11, 25)
    assert next_session("XNYS", date(2026, 11, 26)) == date(2026, 11, 27)
    assert next_session("XNYS", date(2026, 11, 27)) == date(2026, 11, 30)
    assert next_session("XNYS", date(2001, 9, 10)) == date(2001, 9, 17)
    assert next_session("XTKS", date(2025, 12, 30)) == date(2026, 1, 5)
    assert previous_session("XNYS", date(2023, 1, 1)) == date(2022, 12, 30)
    assert previous_session("XSHG", date(2026, 2, 24)) < date(2026, 2, 16)  # the Spring Festival


@pytest.mark.parametrize("exchange", ["NOPE", "", "XTAE", "\x00", "é" * 500])
def test_an_unknown_exchange_trades_from_monday_to_friday(exchange: str) -> None:
    assert not is_recorded(exchange, date(2026, 11, 26))
    assert is_session(exchange, date(2026, 11, 26))
    assert holiday(exchange, date(2026, 11, 26)) is None
    assert holiday(exchange, date(2026, 11, 28)) == WEEKEND
    assert next_session(exchange, date(2026, 11, 27)) == date(2026, 11, 30)


def test_outside_its_years_a_calendar_knows_only_weekends() -> None:
    for day in (date(1985, 12, 25), date(2050, 12, 26)):
        assert not is_recorded("XNYS", day)
        assert holiday("XNYS", day) is None
    assert holiday("XNYS", date(1985, 12, 28)) == WEEKEND
    assert is_recorded("XNYS", date(1990, 1, 1))
    assert holiday("XNYS", date(1990, 1, 1)) == "New Year's Day"
    assert not is_recorded("XSHG", date(2030, 1, 1))
    assert holiday("XSHG", date(2030, 1, 1)) is None


def test_a_year_has_as_many_sessions_as_the_exchange_says() -> None:
    def count(exchange: str, year: int) -> int:
        days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
        return sum(is_session(exchange, day) for day in days if day.year == year)

    assert count("XNYS", 2022) == 251
    assert count("XNYS", 2024) == 252
    assert count("XETR", 2022) == 257


@pytest.mark.parametrize(
    ("exchange", "day", "hours"),
    [
        ("XNYS", date(2026, 3, 6), (14, 30, 21, 0)),  # winter
        ("XNYS", date(2026, 3, 9), (13, 30, 20, 0)),  # the clocks went on in America
        ("XETR", date(2026, 3, 9), (8, 0, 16, 30)),  # and not yet in Europe
        ("XETR", date(2026, 3, 30), (7, 0, 15, 30)),
        ("XNYS", date(2026, 11, 27), (14, 30, 18, 0)),  # the day after Thanksgiving
        ("XTKS", date(2024, 11, 1), (0, 0, 6, 0)),
        ("XTKS", date(2024, 11, 6), (0, 0, 6, 30)),  # half an hour longer from that week on
        ("NOPE", date(2026, 3, 6), (8, 0, 22, 0)),
    ],
)
def test_known_hours(exchange: str, day: date, hours: tuple[int, int, int, int]) -> None:
    opens, closes = (
        datetime(day.year, day.month, day.day, *hours[n : n + 2], tzinfo=UTC) for n in (0, 2)
    )
    assert session_hours(exchange, day) == (opens, closes)
    second = timedelta(seconds=1)
    assert [is_open(exchange, at) for at in (opens - second, opens, closes - second, closes)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert last_closed(exchange, closes) == day
    assert last_closed(exchange, closes - second) == previous_session(exchange, day)
    late = timedelta(hours=1)
    assert last_closed(exchange, closes + late - second, late) < day
    assert last_closed(exchange, closes + late, late) == day


def test_a_closed_day_has_no_hours() -> None:
    assert session_hours("XNYS", date(2026, 11, 26)) is None
    noon = datetime(2026, 11, 26, 17, tzinfo=UTC)
    assert not is_open("XNYS", noon)
    assert last_closed("XNYS", noon) == date(2026, 11, 25)
    assert is_open("XETR", noon.replace(hour=12))
    # Tokyo is a day ahead: its Friday has begun on our Thursday.
    assert is_open("XTKS", datetime(2026, 11, 27, 0, 30, tzinfo=UTC))
