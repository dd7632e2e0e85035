"""Limits, ways, views and goals in words; and trades, which none of these may take for theirs."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.intents import known
from conversations.reading.aims import (
    read_aim,
    read_aside,
    read_chance,
    read_money,
    read_part,
    read_when,
)
from conversations.reading.beliefs import read_beliefs
from conversations.reading.demands import read_demands
from conversations.reading.ways import read_way
from conversations.understanding import normal

from .world import PHRASES, phrase_world

TECH = "group:Information Technology"
OURS = frozenset(
    [
        "optimise",
        "limit",
        "limits",
        "view",
        "views",
        "goal",
        "goals",
        "trade_list",
        "did_it",
        "dismiss",
        "less_change",
        "frontier",
        "tested",
        "forget_limits",
        "forget_views",
        "forget_goals",
    ]
)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("max 10% in one stock", [("each", None, 0.1)]),
        ("at most 10 % each", [("each", None, 0.1)]),
        ("no more than ten percent in any single share please", [("each", None, 0.1)]),
        ("10% max per stock", [("each", None, 0.1)]),
        ("cap each position at 12.5%", [("each", None, 0.125)]),
        ("no stock above 10%", [("each", None, 0.1)]),
        ("nothing below 2%", [("each", 0.02, None)]),
        ("each stock between 2% and 20%", [("each", 0.02, 0.2)]),
        ("at least 2% each, at most 20% each", [("each", 0.02, 0.2)]),
        ("tech at most 30 %", [(TECH, None, 0.3)]),
        ("limit tech to a quarter", [(TECH, None, 0.25)]),
        ("no tech", [(TECH, None, 0.0)]),
        ("health care at least 10%", [("group:Health Care", 0.1, None)]),
        ("never sell KO", [("never_sell:KO", None, None)]),
        ("I don't want to sell Coca-Cola", [("never_sell:KO", None, None)]),
        ("keep my KO and AAPL", [("never_sell:KO", None, None), ("never_sell:AAPL", None, None)]),
        ("don't sell anything", [("never_sell:*", None, None)]),
        ("no more NVDA", [("never_buy:NVDA", None, None)]),
        ("leave KO alone", [("keep:KO", None, None)]),
        ("exclude TSLA", [("avoid:TSLA", None, None)]),
        ("AAPL between 5% and 15%", [("asset:AAPL", 0.05, 0.15)]),
        ("KO 20-5%", [("asset:KO", 0.05, 0.2)]),
        (
            "never sell KO and AAPL at most 15%",
            [("never_sell:KO", None, None), ("asset:AAPL", None, 0.15)],
        ),
        ("keep 5% cash", [("cash", 0.05, 0.05)]),
        ("up to 40% cash", [("cash", None, 0.4)]),
        ("fully invested", [("cash", 0.0, 0.0)]),
        ("at most eight names", [("names", None, 8.0)]),
        ("no more than 20% turnover", [("turnover", None, 0.2)]),
        ("costs 0.25% per trade", [("cost", 0.0025, 0.0025)]),
        (
            "at most 10% in KO, 8 stocks max; no cash",
            [("asset:KO", None, 0.1), ("names", None, 8.0), ("cash", 0.0, 0.0)],
        ),
    ],
)  # fmt: skip
def test_limits_in_words(said: str, wanted: list[tuple[str, float | None, float | None]]) -> None:
    found = read_demands(said, phrase_world())
    assert [(one.key, one.least, one.most) for one in found.limits] == wanted
    assert found.rest == ()


def test_what_is_not_understood_is_handed_back() -> None:
    found = read_demands("max 10% in one stock, no weapons and never sell KO", phrase_world())
    assert [one.key for one in found.limits] == ["each", "never_sell:KO"]
    assert found.rest == ("no weapons",)
    for text in ("max 10", "10%", "cash", "sell KO", "never", "bought 10 AAPL at 185.20", ""):
        assert read_demands(text, phrase_world()).limits == (), text


@pytest.mark.parametrize(
    ("said", "method", "parameters", "everything", "rest"),
    [
        ("me, max 10% in one stock", None, {}, None, "max 10% in one stock"),
        ("my portfolio", None, {}, None, ""),
        ("me to minimum variance and never sell KO", "minimum_variance", {}, None, "never sell KO"),
        ("risk parity portfolio, at most 20% each", "risk_parity", {}, None, "at most 20% each"),
        ("for 8% return", "target_return", {"target": 0.08}, None, ""),
        ("with a volatility of at most 12%", "target_risk", {"target": 0.12}, None, ""),
        ("drawdown at most 20%, 5% cash", "cdar", {"tolerance": 0.2}, None, "5% cash"),
        ("with my views", "black_litterman", {}, None, ""),
        ("from all shares you know, max 20% each", None, {}, True, "max 20% each"),
        ("only my holdings", None, {}, False, ""),
        ("at most 8 stocks", None, {}, None, "at most 8 stocks"),
    ],
)
def test_ways_of_choosing(
    said: str,
    method: str | None,
    parameters: dict[str, float],
    everything: bool | None,
    rest: str,
) -> None:
    way, left = read_way(said)
    assert (way.method, dict(way.parameters), way.everything) == (method, parameters, everything)
    assert left == rest


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("I think AAPL beats MSFT by 3%", ("AAPL", "MSFT", 0.03, 0.5)),
        ("I'm sure Apple will outperform Microsoft by 3 percent", ("AAPL", "MSFT", 0.03, 0.8)),
        ("I guess KO lags AAPL by two percent", ("AAPL", "KO", 0.02, 0.25)),
        ("AAPL will return 8%", ("AAPL", None, 0.08, 0.5)),
        ("I believe NVDA will fall 10%, 70% sure", ("NVDA", None, -0.1, 0.7)),
        ("I expect 8% from AAPL", ("AAPL", None, 0.08, 0.5)),
    ],
)  # fmt: skip
def test_views_in_words(said: str, wanted: tuple[str, str | None, float, float]) -> None:
    (found,) = read_beliefs(said, phrase_world())
    assert (found.better, found.worse, found.value, found.confidence) == wanted


@pytest.mark.parametrize(
    "said",
    ["AAPL gained 3%", "NVDA fell 10%", "sold AAPL at a 3% loss", "I think AAPL is great",
     "I think AAPL beats AAPL by 3%", "I think AAPL returns 800%"],
)  # fmt: skip
def test_the_past_is_no_view(said: str) -> None:
    assert read_beliefs(said, phrase_world()) == ()


def test_goals_in_words() -> None:
    world = phrase_world()
    flat = read_aim("30k for a flat in 2029, at most 10% chance to miss", world)
    assert flat
    assert (flat.name, flat.amount, flat.chance, flat.now) == ("flat", 30_000, 0.1, None)
    assert flat.years == pytest.approx(2030 - world.today.year - 322 / 365.25, abs=0.01)
    college = read_aim(
        "I want €50,000 for my kids' college in 8 years, saving 300 a month, 95% sure", world
    )
    assert college
    assert (college.name, college.years, college.monthly) == ("kids' college", 8.0, 300)
    assert college.chance == pytest.approx(0.05)
    part = read_aim("retirement: 1 million in 25 years with 30% of my portfolio", world)
    assert part
    assert (part.name, part.amount, part.share) == ("retirement", 1e6, 0.3)
    told = read_aim("40k for a car in 5 years from 20k", world)
    assert told
    assert told.now == 20_000
    for text in ("30k", "in 2029", "deposited 5000 in 2024", "bought 40 KO for 2480 in 2021"):
        assert read_aim(text, world) is None, text
    assert (read_money("$20k"), read_money("soon")) == ((20_000, None), None)
    assert read_money("€20k of it") == (20_000, "EUR")
    assert (read_part("half"), read_part("30%"), read_part("300%")) == (0.5, 0.3, None)


@pytest.mark.parametrize(
    ("text", "name", "amount", "dated"),
    [
        ("30k for a flat", "flat", 30_000, False),
        ("save for a flat in 2029", "flat", None, True),
        ("I'm saving for a new car", "new car", None, False),
        ("I want to buy a house in 10 years", "house", None, True),
        ("goal: a boat", "boat", None, False),
        ("new goal: 20k for a boat by 2029", "boat", 20_000, True),
        ("30k for a flat by June 2029", "flat", 30_000, True),
    ],
)
def test_goals_that_are_told_bit_by_bit(
    text: str, name: str, amount: float | None, dated: bool
) -> None:
    aim = read_aim(text, phrase_world())
    assert aim
    assert (aim.name, aim.amount, aim.years is not None) == (name, amount, dated)


@pytest.mark.parametrize(
    "text",
    [
        *("20k for AAPL", "100 for my shares", "I want a return of 10% in 3 years", "goal"),
        *("I want to sell everything in 2 months", "hello for a friend", "30k"),
    ],
)
def test_what_is_no_goal(text: str) -> None:
    assert read_aim(text, phrase_world()) is None


def test_goals_that_make_no_sense_are_read_as_they_are_said() -> None:
    world = phrase_world()
    over, sure = read_aim("30k for a flat in 2019", world), read_aim("30k in 2029, 0% risk", world)
    assert over and over.years and over.years < 0  # noqa: PT018
    assert sure and sure.chance == 0.0 and not sure.sensible  # noqa: PT018
    euros = read_aim("30,000 euros for a flat in 2029, 20k of it set aside", world)
    assert euros
    assert (euros.currency, euros.now) == ("EUR", 20_000)


def test_parts_of_a_goal_alone() -> None:
    world = phrase_world()
    assert read_aside("20k of it for the flat") == ("flat", 20_000, None)
    assert read_aside("set aside 30% of my portfolio for the car goal") == ("car", None, 0.3)
    assert read_aside("half of it for a boat") == ("boat", None, 0.5)
    assert read_aside("20k for the flat") is None
    assert (read_chance("5"), read_chance("at most 7% chance to miss")) == (0.05, 0.07)
    assert (read_when("5 years", world), read_when("soon", world)) == (5.0, None)
    gone, june = read_when("2019", world), read_when("june 2029", world)
    assert gone is not None and gone < 0  # noqa: PT018
    assert june == pytest.approx(2029.5 - world.today.year - 322 / 365.25, abs=0.01)


@pytest.mark.parametrize("name", ["tuning", "sealed", "sealed_2", "sealed_3", "sealed_4"])
def test_no_trade_is_taken_for_a_wish(name: str) -> None:
    """Patterns are asked before the reading of trades; the readers after it, yet alone too."""
    lines = (PHRASES / f"{name}.jsonl").read_text().splitlines()
    texts = [
        told["text"] for told in map(json.loads, filter(str.strip, lines)) if told.get("trades")
    ]
    assert texts
    world = phrase_world()
    ours = [one for one in known() if one.name in OURS]
    assert len(ours) == len(OURS)
    stolen = [
        (one.name, text)
        for text in texts
        for one in ours
        if one.details(normal(text) if one.pattern else text, world) is not None
    ]
    assert stolen == []


_WORDS = """
max 10% at most least in one stock each tech KO AAPL never sell buy no more than cash keep turnover
names 8 between and to , ; . % 1.5 § §s0§ §g3§ I think beats by will return 30k for a flat in 2029
chance to miss rebalance risk parity minimum variance with my views 99999999 -5 \x00 \ud800
"""


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.lists(st.sampled_from(_WORDS.split()), max_size=20).map(" ".join), st.text()))
def test_any_text_at_all(text: str) -> None:
    world = phrase_world()
    for one in read_demands(text, world).limits:
        assert one.least is None or one.least >= 0
        assert one.most is None or one.least is None or one.least <= one.most
    read_way(text)
    read_beliefs(text, world)
    aim = read_aim(text, world)
    assert aim is None or aim.amount is None or aim.amount > 0
    read_aside(text)
    read_when(text, world)
    read_chance(text)
