"""The figures of a week by hand: the usual pace, the market beside it, how a team leans."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from conversations.actions import weeks
from conversations.actions.teams import team_views
from engine.ledger import Kind, Trade
from engine.record.daily import Daily

SUNDAY = date(2026, 3, 29)


def bought(day: date, number: int) -> Trade:
    at = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
    return Trade(UUID(int=number), at, Kind.BUY, "AAA", Decimal(1), Decimal(10))


def test_the_usual_pace_counts_whole_weeks_only() -> None:
    """Set up with six purchases 34 days before the week, then one in each of four whole weeks: 1 a
    week, not 10 in 4."""
    start = SUNDAY - timedelta(days=7 + 34)
    trades = [bought(start, n) for n in range(6)]
    trades += [bought(SUNDAY - timedelta(days=7 * n + 3), 10 + n) for n in range(5)]
    past = weeks._weeks_before(trades, SUNDAY, ZoneInfo("UTC"))
    this, before = weeks._counted(trades, SUNDAY, ZoneInfo("UTC"), past)
    assert (past, len(this), before) == (4, 1, 4)


def test_the_market_is_of_the_days_on_which_something_was_held() -> None:
    """Nothing held until Wednesday: the market's rise of Monday to Wednesday is nobody's."""
    days = np.arange(np.datetime64("2026-03-20"), np.datetime64("2026-03-28"))
    days = days[[0, 3, 4, 5, 6, 7]]  # a Friday, and Monday to Friday
    nan = np.nan
    daily = Daily(
        0,
        np.array([0.0, 0.0, 0.0, 100.0, 110.0, 99.0]),
        np.array([nan, nan, nan, nan, 0.1, -0.1]),
        np.zeros(6),
        np.zeros(6),
        np.array([nan, 0.05, 0.05, 0.05, 0.01, 0.02]),
    )
    found = weeks._earned(days, daily, SUNDAY)
    assert found is not None
    assert found.money == pytest.approx(10 - 11)
    assert found.share == pytest.approx(1.1 * 0.9 - 1)
    assert found.market == pytest.approx(1.01 * 1.02 - 1)


def test_four_of_five_who_sell_lean_as_four_of_five_who_buy() -> None:
    assert team_views.lean(np.array([1, 2, 3, 4]) / 5) == 2
    assert team_views.lean(np.array([0, 1, 5, 6]) / 6) == 4
    assert team_views.lean(np.zeros(0)) == 0
