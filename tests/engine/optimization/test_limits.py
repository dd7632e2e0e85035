"""Plain demands as bounds, groups and words."""

from __future__ import annotations

import numpy as np
import pytest

from engine.optimization.estimation.views import UnknownAsset
from engine.optimization.feasible_set import check
from engine.optimization.limits import Demands, build_constraints
from engine.optimization.solution import Infeasible

SYMBOLS = ("KO", "AAPL", "MSFT", "XOM")
HELD = {"KO": 0.4, "AAPL": 0.3, "MSFT": 0.1, "GONE": 0.2}


def test_nothing_demanded_is_long_only_and_invested() -> None:
    found = build_constraints(SYMBOLS, Demands())
    assert np.array_equal(found.lower, np.zeros(4))
    assert np.array_equal(found.upper, np.ones(4))
    assert found.current is None
    assert found.cash == (0.0, 0.0)
    assert (found.groups, found.turnover, found.names, found.cost_rate) == ((), None, None, None)


def test_every_demand() -> None:
    demands = Demands(
        each=(0.0, 0.35),
        assets={"XOM": (0.05, 0.5)},
        groups={"tech": (0.0, 0.3)},
        never_sell=frozenset({"KO"}),
        never_buy=frozenset({"AAPL"}),
        keep=frozenset({"MSFT"}),
        cash=(0.0, 0.1),
        turnover=0.2,
        names=3,
        cost_rate=0.001,
        words={
            "each": "max 35% in one stock",
            "never_sell:KO": "never sell KO",
            "keep:MSFT": "leave MSFT alone",
            "group:tech": "tech at most 30 %",
            "turnover": "less change",
        },
    )
    members = {"tech": ["AAPL", "MSFT", "NVDA"]}
    found = build_constraints(SYMBOLS, demands, current=HELD, members=members)
    assert found.lower == pytest.approx([0.4, 0.0, 0.1, 0.05])
    assert found.upper == pytest.approx([0.35, 0.3, 0.1, 0.5])
    assert found.current == pytest.approx([0.4, 0.3, 0.1, 0.0])
    assert found.groups[0].name == "tech"
    assert found.groups[0].members.tolist() == [1, 2]
    assert (found.groups[0].lower, found.groups[0].upper) == (0.0, 0.3)
    assert found.cost_rate == pytest.approx([0.001] * 4)
    assert (found.cash, found.turnover, found.names) == ((0.0, 0.1), 0.2, 3)
    assert found.sources["upper:*"] == "max 35% in one stock"
    assert found.sources["upper:KO"] == "max 35% in one stock"
    assert found.sources["lower:KO"] == "never sell KO"
    assert found.sources["lower:MSFT"] == found.sources["upper:MSFT"] == "leave MSFT alone"
    assert found.sources["group:tech"] == "tech at most 30 %"
    assert found.sources["turnover"] == "less change"


def test_a_holding_above_the_cap_that_is_never_sold_is_explained() -> None:
    demands = Demands(each=(0.0, 0.35), never_sell=frozenset({"KO"}))
    found = build_constraints(SYMBOLS, demands, current=HELD)
    with pytest.raises(Infeasible) as clash:
        check(found, SYMBOLS)
    assert "lower:KO" in clash.value.clashing
    assert clash.value.clashing[1:] or clash.value.relaxations


def test_avoiding_selling_short_and_asking_for_little() -> None:
    found = build_constraints(SYMBOLS, Demands(avoid=frozenset({"XOM"}), short=0.2))
    assert found.lower == pytest.approx([-0.2] * 4)
    assert found.upper == pytest.approx([1.0, 1.0, 1.0, 0.0])
    found = build_constraints(SYMBOLS, Demands(each=(0.05, 0.5), short=0.2))
    assert found.lower == pytest.approx([0.05] * 4)


def test_demands_about_what_is_not_there() -> None:
    for demands in (
        Demands(assets={"TSLA": (0.0, 0.1)}),
        Demands(never_sell=frozenset({"TSLA"})),
        Demands(never_buy=frozenset({"TSLA"})),
        Demands(avoid=frozenset({"TSLA"})),
        Demands(groups={"TSLA": (0.0, 0.1)}),
    ):
        with pytest.raises(UnknownAsset) as unknown:
            build_constraints(SYMBOLS, demands)
        assert unknown.value.symbol == "TSLA"


@pytest.mark.parametrize(
    "wrong",
    [
        {"each": (0.5, 0.1)},
        {"assets": {"KO": (0.0, float("nan"))}},
        {"groups": {"tech": (0.3, 0.2)}},
        {"cash": (-0.1, 0.1)},
        {"cash": (0.0, 1.1)},
        {"turnover": -0.1},
        {"cost_rate": float("inf")},
        {"short": -1.0},
        {"names": 0},
    ],
)
def test_impossible_demands_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"range|cash|share|names"):
        Demands(**wrong)  # type: ignore[arg-type]
