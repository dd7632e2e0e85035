"""Reasons to speak that are plans: intentions quoted at their moment, parts of the way to goals."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import numpy as np
import pytest

from conversations.actions.allocation import wishes
from storage.nudge_records import Intention
from storage.records import Person
from tests.conversations.nudging.evenings import (
    BOOK,
    DAYS,
    ME,
    look_at,
    occasion_of,
    said_of,
    trade_at,
    trading_days,
    walk,
)


@pytest.mark.parametrize(
    ("symbol", "what"), [("AAA", "AAA"), ("", "Your portfolio"), ("*", "The market")]
)
def test_an_intention_is_quoted_at_its_moment(symbol: str, what: str) -> None:
    close = walk()
    close[-10:] *= 0.7
    trades = [trade_at(100, "buy", "AAA", 10, close)]
    made = datetime(2026, 1, 5, 12, tzinfo=UTC)
    said = Intention(uuid4(), BOOK.id, ME, symbol, -0.2, 100.0, "if it falls 20% I will wait", made)
    look = look_at(close, trades, intentions=(said,))
    assert look.case.until > made.date()
    found = occasion_of("intention", look)
    told = said_of("intention", found)
    assert told.startswith(f"{what} has moved −")
    assert told.endswith("since you said on 5 Jan 2026:\n“if it falls 20% I will wait”")
    deeper = replace(said, change=-0.5)
    assert occasion_of("intention", replace(look, intentions=(deeper,))) is None
    rise = replace(said, change=0.2)
    assert occasion_of("intention", replace(look, intentions=(rise,))) is None


def test_a_part_of_the_way_to_a_goal() -> None:
    close = np.full((DAYS, 4), 90.0)
    close[-5:] = 110.0
    trades = [trade_at(100, "buy", "AAA", 10, close)]
    goal = wishes.Goal("flat", 2000.0, date(2030, 6, 1), 0.1, None, 0.0)
    kept = {wishes.KEY: {str(BOOK.id): wishes.pack(wishes.Wishes(goals=(goal,)))}}
    look = look_at(close, trades, person=Person(ME, preferences=kept))
    assert said_of("goal_progress", occasion_of("goal_progress", look)) == (
        "50% of the way to flat: your holdings are worth $1,100 of $2,000 (by 1 Jun 2030)."
    )
    close[-1] = 99.0
    assert occasion_of("goal_progress", replace(look, record=look_at(close, trades).record)) is None


def _with_goals(*goals: wishes.Goal) -> Person:
    kept = {wishes.KEY: {str(BOOK.id): wishes.pack(wishes.Wishes(goals=goals))}}
    return Person(ME, preferences=kept)


def test_what_is_set_aside_is_compared_with_its_own_goal() -> None:
    close = np.full((DAYS, 4), 100.0)
    close[-5:] = 125.0
    trades = [trade_at(100, "buy", "AAA", 100, close)]  # worth 10,000, then 12,500
    said: date = trading_days()[DAYS - 20].item()
    flat = wishes.Goal("flat", 5000.0, date(2030, 6, 1), 0.1, 2000.0, 0.0, said)
    look = look_at(close, trades, person=_with_goals(flat))
    assert said_of("goal_progress", occasion_of("goal_progress", look)) == (
        "50% of the way to flat: what you set aside for it is worth $2,500 of $5,000 "
        "(by 1 Jun 2030)."
    )
    early = replace(flat, since=trading_days()[DAYS - 3].item())
    assert occasion_of("goal_progress", replace(look, person=_with_goals(early))) is None, (
        "no five days"
    )
    unknown = replace(flat, since=None)
    assert occasion_of("goal_progress", replace(look, person=_with_goals(unknown))) is None
    car = wishes.Goal("car", 20_000.0, date(2031, 6, 1), 0.1, None, 0.0)
    both = replace(look, person=_with_goals(replace(flat, amount=50_000.0), car))
    assert said_of("goal_progress", occasion_of("goal_progress", both)) == (
        "50% of the way to car: what you hold beside the other goals' money is worth $10,000 of "
        "$20,000 (by 1 Jun 2031)."
    )
    sold = [*trades, trade_at(DAYS - 4, "sell", "AAA", 99, close)]
    gone = look_at(close, sold, person=_with_goals(flat))
    assert occasion_of("goal_progress", gone) is None, "what was sold is not set aside any more"
