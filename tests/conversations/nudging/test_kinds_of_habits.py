"""Reasons to speak that are habits: said where the record shows that they cost something."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from conversations.nudging.kind import LIMITS
from engine.arrays import Floats
from engine.ledger import Trade
from storage.records import Person
from tests.conversations.nudging.evenings import (
    DAYS,
    ME,
    NAMES,
    finding_of,
    look_at,
    occasion_of,
    said_of,
    trade_at,
    walk,
)


def _busy(weeks: list[int], lost: float) -> tuple[Floats, list[Trade]]:
    """One purchase each week, four of DDD in each of the ``weeks``, which falls behind the market
    by ``lost`` within the quarter after them and is sold then."""
    close = walk(wide=0.002)
    for n in weeks[1:]:
        start = DAYS - 5 * n
        close[start : start + 63, 3] *= (1 - lost) ** (np.arange(1, 64) / 63)
        close[start + 63 :, 3] *= 1 - lost
    trades = [trade_at(5, "buy", "BBB", 100, close)]
    for n in range(2, DAYS // 5 - 4):
        if n not in weeks:
            row = DAYS - 2 - 5 * n
            trades += [
                trade_at(row + k, side, "AAA", 3, close) for k, side in ((0, "buy"), (1, "sell"))
            ]
    for n in weeks:
        first = DAYS - 1 - 5 * n
        trades += [trade_at(first - k, "buy", "DDD", 5, close) for k in range(4)]
        if n:
            trades.append(trade_at(first + 66, "sell", "DDD", 20, close))
    return close, sorted(trades, key=lambda one: one.at)


BUSY = [0, 40, 60, 80, 100, 120, 140, 160]


def test_pace_is_spoken_of_where_such_weeks_cost_something() -> None:
    close, trades = _busy(BUSY, 0.10)
    told = said_of("pace", occasion_of("pace", look_at(close, trades)))
    assert told.startswith("You're near a pattern: 4 buys in 7 days, your usual is 1.\n")
    assert "% of your holdings on average (90% range " in told
    assert "7 weeks)." in told
    person = Person(ME, preferences={LIMITS: {"pace": 5.0}})
    assert occasion_of("pace", look_at(close, trades, person=person)) is None
    assert occasion_of("pace", look_at(*_busy(BUSY, -0.05))) is None, "it cost nothing"
    assert occasion_of("pace", look_at(*_busy(BUSY[:5], 0.10))) is None, "too few weeks"
    assert occasion_of("pace", look_at(*_busy(BUSY[1:], 0.10))) is None, "a quiet week"


GAINS = [{"gain": 0.05 + 0.01 * n, "held_days": 20.0, "after": 0.02 - 0.003 * n} for n in range(12)]


def test_winners_about_to_go_and_losers_kept() -> None:
    close = walk()
    trades = [trade_at(1400, "buy", name, 10, close) for name in NAMES[:2]]
    close[1401:, 0] *= 1.4
    close[1401:, 1] *= 0.6
    look = look_at(close, trades, findings=(finding_of("disposition", GAINS),))
    told = said_of("winners", occasion_of("winners", look))
    assert told.startswith("AAA is up ")
    assert "(11%, 12 sales)" in told
    assert "Those sold went on to rise in 7 of 12 cases (90% range " in told
    told = said_of("losers", occasion_of("losers", look))
    assert told.startswith("BBB stands at −")
    assert "half of your winners were gone after 20 days (12 sales)." in told
    assert occasion_of("winners", look_at(close, trades[:1], findings=look.findings)) is None, (
        "no loser"
    )
    late = [trades[0], trade_at(DAYS - 15, "buy", "BBB", 10, close)]
    close[DAYS - 14 :, 1] *= 0.6
    assert occasion_of("losers", look_at(close, late, findings=look.findings)) is None, (
        "held for days only"
    )
    few = look_at(close, trades, findings=(finding_of("disposition", GAINS[:9]),))
    assert occasion_of("winners", few) is None
    assert occasion_of("losers", few) is None
    assert occasion_of("winners", replace(look, findings=())) is None


def test_a_fall_of_the_market_is_told_over_years() -> None:
    close = walk()
    rows = np.arange(DAYS)
    for start in (20, 300, 580, 860, 1140, DAYS - 15):
        close *= np.where(rows[:, None] >= start, 0.84, 1.0)
        close *= np.exp(np.clip(rows - start - 5, 0, 100)[:, None] * 0.003)
    facts = [{"after": 0.05, "share_sold": 0.6}] * 6
    trades = [trade_at(100, "buy", "AAA", 10, close)]
    look = look_at(close, trades, findings=(finding_of("panic_selling", facts),))
    found = occasion_of("panic", look)
    told = said_of("panic", found)
    assert told.startswith("The market: −")
    assert "in 5 years.\nA year after such falls it stood higher 5 times of 5 (90% range " in told
    assert found is not None
    assert found.key.startswith("fall:")
    assert occasion_of("panic", replace(look, findings=())) is None
    seldom = (finding_of("panic_selling", facts[:4]),)
    assert occasion_of("panic", replace(look, findings=seldom)) is None, "too few sales"
    brave = Person(ME, preferences={LIMITS: {"panic": 0.2}})
    assert occasion_of("panic", replace(look, person=brave)) is None, (
        "they want to hear of larger ones"
    )
    calm = walk()
    assert occasion_of("panic", look_at(calm, trades, findings=look.findings)) is None


def test_what_has_jumped_is_spoken_of_to_those_who_chase() -> None:
    close = walk()
    facts = [{"after": -0.02 + 0.004 * n, "against": 0.0} for n in range(12)]
    trades = [trade_at(DAYS - 60, "buy", "AAA", 10, close)]
    look = look_at(close, trades, findings=(finding_of("fomo", facts),))
    assert occasion_of("fomo", look) is None
    close[-4:, 0] *= np.linspace(1.05, 1.25, 4)
    hot = look_at(close, trades, findings=(finding_of("fomo", facts),))
    told = said_of("fomo", occasion_of("fomo", hot))
    assert told.startswith("AAA has jumped ")
    assert "5 of 12 fell behind the market (90% range " in told
    close[-4:, 0] /= np.linspace(1.05, 1.25, 4)
    close[-4:, 1] *= np.linspace(1.05, 1.25, 4)
    assert occasion_of("fomo", look_at(close, trades, findings=hot.findings)) is None, (
        "it is not theirs"
    )


def test_looking_too_often() -> None:
    close = walk()
    look = look_at(close, [trade_at(100, "buy", "AAA", 10, close)])
    asked = {look.now.date() - timedelta(days=n): 4 for n in range(5)}
    told = said_of("checking", occasion_of("checking", replace(look, asked=asked)))
    assert told.startswith("You looked at how your money does 20 times in 7 days.\nIt was down on ")
    assert "of 23 quarters (90% range " in told
    one_day = {look.now.date(): 40}
    assert occasion_of("checking", replace(look, asked=one_day)) is None
    long_ago = {day - timedelta(days=10): n for day, n in asked.items()}
    assert occasion_of("checking", replace(look, asked=long_ago)) is None


def test_waiting_is_offered_where_it_would_have_paid() -> None:
    plain, close = walk(), walk(wide=0.003)
    rows = [DAYS - 2 - 30 * n for n in range(48)]
    for row in rows:  # each jumps just before it is bought, and falls back within the week
        close[row : row + 5, 3] *= np.linspace(1.12, 1.02, 5)[: len(close[row : row + 5])]

    def traded(at: Floats) -> list[Trade]:
        held = [trade_at(5, "buy", "BBB", 50, at)]
        for row in sorted(rows):
            shares = 10 + row % 7
            held.append(trade_at(row, "buy", "DDD", shares, at))
            if row + 20 < DAYS:
                held.append(trade_at(row + 20, "sell", "DDD", shares, at))
        return held

    told = said_of("cooling_off", occasion_of("cooling_off", look_at(close, traded(close))))
    assert told.startswith("You bought DDD on ")
    assert "Waiting 5 trading days before each purchase would have left you +$" in told
    assert "(90% range $" in told
    assert occasion_of("cooling_off", look_at(plain, traded(plain))) is None, (
        "it would not have paid"
    )
    assert occasion_of("cooling_off", look_at(close, traded(close)[:-1])) is None, (
        "no purchase these days"
    )
