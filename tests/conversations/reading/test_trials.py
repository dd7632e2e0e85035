"""What people put to the test on the past, in their words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.reading.contenders import Contender, Contest
from conversations.reading.meaning import World
from conversations.reading.trials import Pace, Trial, read_trial
from engine.market.instruments import Instrument, Universe

WORLD = World(
    today=date(2022, 12, 28),
    universe=Universe.of(
        [
            Instrument("AAPL", "Apple"),
            Instrument("MSFT", "Microsoft"),
            Instrument("KO", "Coca-Cola"),
            Instrument("SPY", "SPDR S&P 500"),
            Instrument("AGG", "iShares Core US Aggregate Bond"),
        ]
    ),
    holdings={},
    quote=lambda symbol, day: None,
)
SIXTY_FORTY = {"stocks": 0.6, "bonds": 0.4}


@pytest.mark.parametrize(
    ("said", "weights"),
    [
        ("60/40", [SIXTY_FORTY]),
        ("the classic 60/40 portfolio", [SIXTY_FORTY]),
        ("80-20 stocks/bonds", [{"stocks": 0.8, "bonds": 0.2}]),
        ("30/30/40", [{"stocks": 0.3, "bonds": 0.3, "cash": 0.4}]),
        ("50% AAPL 50% MSFT", [{"AAPL": 0.5, "MSFT": 0.5}]),
        ("60% SPY / 40% AGG", [{"SPY": 0.6, "AGG": 0.4}]),
        ("AAPL 60 KO 40", [{"AAPL": 0.6, "KO": 0.4}]),
        ("70% apple, rest cash", [{"AAPL": 0.7, "cash": 0.3}]),
        ("70% apple", [{"AAPL": 0.7, "cash": 0.3}]),
        ("half coca-cola half cash", [{"KO": 0.5, "cash": 0.5}]),
        ("KO", [{"KO": 1.0}]),
        ("apple and microsoft", [{"AAPL": 0.5, "MSFT": 0.5}]),
        ("cash", [{"cash": 1.0}]),
        ("KO vs MSFT", [{"KO": 1.0}, {"MSFT": 1.0}]),
    ],
)
def test_mixes(said: str, weights: list[dict[str, float]]) -> None:
    trial, rest = read_trial(said, WORLD)
    assert [dict(one.weights) for one in trial.contenders] == weights
    assert rest == ""
    assert all(one.kind is Contest.MIX for one in trial.contenders)


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("60/40 vs my portfolio", [Contest.MIX, Contest.NOW]),
        ("mine against the market", [Contest.NOW, Contest.MARKET]),
        ("my real trades compared with the s&p 500", [Contest.TRADES, Contest.MARKET]),
        ("what i really did vs what i hold", [Contest.TRADES, Contest.NOW]),
        ("minimum variance vs risk parity", [Contest.METHOD, Contest.METHOD]),
        ("the proposal vs my portfolio", [Contest.PROPOSAL, Contest.NOW]),
    ],
)
def test_kinds(said: str, kinds: list[Contest]) -> None:
    trial, rest = read_trial(said, WORLD)
    assert ([one.kind for one in trial.contenders], rest) == (kinds, "")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("since 2015", {"since": "2015-01-01"}),
        ("since May 2008", {"since": "2008-05-01"}),
        ("from 2000 to 2010", {"since": "2000-01-01", "until": "2010-12-31"}),
        ("2008-2012", {"since": "2008-01-01", "until": "2012-12-31"}),
        ("in 2008", {"since": "2008-01-01", "until": "2008-12-31"}),
        ("in December 2021", {"since": "2021-12-01", "until": "2021-12-31"}),
        (
            "between Jan 2015 and March 2020",
            {"since": "2015-01-01", "until": "2020-03-31"},
        ),
        ("since 2015-06-15", {"since": "2015-06-15"}),
        ("over the last 5 years", {"since": "2017-12-28"}),
        ("the past decade", {"since": "2012-12-28"}),
        ("fees 0.5%", {"rate": 0.005}),
        ("what about fees 0.5% per trade?", {"rate": 0.005}),
        ("10 bps costs", {"rate": 0.001}),
        ("with costs of 0,1 percent", {"rate": 0.001}),
        ("no fees", {"rate": 0.0}),
        ("$5 per trade", {"fixed": 5.0}),
        ("quarterly", {"pace": Pace.QUARTERLY}),
        ("rebalanced every year", {"pace": Pace.YEARLY}),
        ("instead of monthly do yearly", {"pace": Pace.YEARLY}),
        ("quarterly instead of monthly", {"pace": Pace.QUARTERLY}),
        ("buy and hold", {"pace": Pace.NEVER}),
        ("without rebalancing", {"pace": Pace.NEVER}),
        ("bands of 10%", {"pace": Pace.BANDS, "band": 0.1}),
        ("with 50k", {"capital": 50_000.0}),
        ("adding 500 a month", {"monthly": 500.0}),
        ("spending $2,000 a month", {"monthly": -2000.0}),
    ],
)
def test_what_else_can_be_said(said: str, expected: dict[str, Any]) -> None:
    before = Trial((Contender(Contest.NOW, "mine"),))
    assert read_trial(said, WORLD, before) == (replace(before, **expected), "")


def test_all_at_once() -> None:
    said = "60/40 vs my portfolio since 2015 with 20k, quarterly rebalancing, fees 0.1%"
    trial, rest = read_trial(said, WORLD)
    assert [one.named for one in trial.contenders] == ["60/40", "my portfolio"]
    assert (trial.since, trial.capital) == ("2015-01-01", 20_000.0)
    assert (trial.pace, trial.rate, rest) == (Pace.QUARTERLY, 0.001, "")


def test_what_is_not_understood_is_given_back() -> None:
    assert read_trial("doge vs my portfolio", WORLD)[1] == "doge"
    trial, rest = read_trial("120% AAPL", WORLD)
    assert (trial.contenders, rest) == ((), "120% AAPL")
    assert read_trial("70/40", WORLD)[1] == "70/40"


def test_ones_own_side_is_exchanged_and_the_other_kept() -> None:
    before, _ = read_trial("60/40 vs my portfolio since 2015", WORLD)
    trial, rest = read_trial("use my real trades", WORLD, before)
    assert [one.kind for one in trial.contenders] == [Contest.TRADES, Contest.MIX]
    assert (trial.since, rest) == ("2015-01-01", "")


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("against the market", [Contest.MIX, Contest.NOW, Contest.MARKET]),
        ("compare with just apple", [Contest.MIX, Contest.NOW, Contest.MIX]),
        ("compare it with my real trades", [Contest.MIX, Contest.NOW, Contest.TRADES]),
        ("vs my portfolio", [Contest.MIX, Contest.NOW]),
    ],
)
def test_who_is_compared_with_comes_beside_the_others(said: str, kinds: list[Contest]) -> None:
    before, _ = read_trial("60/40 vs my portfolio since 2015", WORLD)
    trial, rest = read_trial(said, WORLD, before)
    assert ([one.kind for one in trial.contenders], rest) == (kinds, "")
    assert trial.since == "2015-01-01"
    full, _ = read_trial("KO vs MSFT vs AAPL", WORLD)
    assert [one.named for one in read_trial("against cash", WORLD, full)[0].contenders] == [
        "KO",
        "MSFT",
        "cash",
    ]


@pytest.mark.parametrize(
    ("said", "capital", "monthly"),
    [
        ("100 a month in KO since 1995", 100.0, 100.0),
        ("saving $100 per month into KO", 100.0, 100.0),
        ("KO adding 500 a month", 10_000.0, 500.0),
        ("KO with 20k, saving 500 a month", 20_000.0, 500.0),
        ("KO, taking out 500 a month", 10_000.0, -500.0),
    ],
)
def test_what_a_savings_plan_begins_with(said: str, capital: float, monthly: float) -> None:
    trial, rest = read_trial(said, WORLD)
    assert ([dict(one.weights) for one in trial.contenders], rest) == ([{"KO": 1.0}], "")
    assert (trial.capital, trial.monthly) == (capital, monthly)


@given(st.text(max_size=300))
def test_never_raises(text: str) -> None:
    trial, rest = read_trial(text, WORLD)
    for one in trial.contenders:
        if one.weights:
            assert sum(one.weights.values()) == pytest.approx(1.0)
    assert isinstance(rest, str)
