"""Trading calendars, against days that are on record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.market.sessions import (
    CLOSED,
    WEEKEND,
    holiday,
    is_recorded,
    is_session,
    next_session,
    previous_session,
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
