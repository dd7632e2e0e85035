"""Trades with their reasons, when they are too old, and whether they were done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import sqrt
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.arrays import Floats
from engine.ledger import Kind, Trade
from engine.optimization.constraints import Constraints, Group
from engine.optimization.debiasing import Adjustment
from engine.optimization.debiasing import Kind as Correction
from engine.optimization.estimates import Estimates
from engine.optimization.follow_up import Outcome, Stale, Staleness, find_staleness, follow_up
from engine.optimization.outlook import look_ahead
from engine.optimization.recommendation import Recommendation, recommend
from engine.optimization.solution import Solution, Status
from engine.optimization.whole_shares import Fees, Holdings, Terms

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SYMBOLS = ("NVDA", "KO", "BOND")
VOLATILITY = np.array([0.5, 0.2, 0.05])
PRICES = {"NVDA": Decimal("120.50"), "KO": Decimal("60.25"), "BOND": Decimal("98.10")}
DAYS = 504


def estimates() -> Estimates:
    daily = np.random.default_rng(7).normal(size=(DAYS, 3)) * VOLATILITY / sqrt(252)
    return Estimates(
        symbols=SYMBOLS,
        scenarios=daily,
        mean=np.array([0.12, 0.07, 0.02]),
        mean_se=VOLATILITY / sqrt(2.0),
        covariance=np.diag(VOLATILITY**2),
        risk_free=0.01,
    )


def solution(weights: list[float]) -> Solution:
    cash = 1.0 - sum(weights)
    return Solution("equal", SYMBOLS, np.array(weights), cash, 0.1, Status.OPTIMAL)


def limits(upper: Floats | None = None, **more: object) -> Constraints:
    most = np.ones(3) if upper is None else upper
    return Constraints(np.zeros(3), most, **({"cash": (0.0, 0.2)} | more))  # type: ignore[arg-type]


def proposed(
    weights: list[float],
    constraints: Constraints,
    *,
    held: tuple[str, str, str] = ("50", "50", "10"),
    cash: str = "1000",
    believes_means: bool = False,
    adjustments: tuple[Adjustment, ...] = (),
    status: Status = Status.OPTIMAL,
    binding: tuple[str, ...] = (),
) -> Recommendation:
    return recommend(
        AT,
        estimates(),
        constraints,
        replace(solution(weights), status=status, binding=binding),
        Terms(SYMBOLS, tuple(PRICES.values()), fees=Fees(fixed=Decimal("1.5"))),
        Holdings(tuple(Decimal(shares) for shares in held), Decimal(cash)),
        believes_means=believes_means,
        adjustments=adjustments,
    )


def reasons(told: Recommendation) -> dict[str, dict[str, str]]:
    return {m.order.symbol: {one.key: one.about for one in m.reasons} for m in told.moves}


def test_trades_in_whole_shares_with_what_they_cost() -> None:
    told = proposed([0.2, 0.4, 0.38], limits(np.array([0.2, 1.0, 1.0])))
    value = 50 * Decimal("120.50") + 50 * Decimal("60.25") + 10 * Decimal("98.10") + 1000
    assert [move.order.shares > 0 for move in told.moves] == [False, True, True]
    assert all(move.order.shares == int(move.order.shares) for move in told.moves)
    assert told.cost == Decimal("4.5")
    traded = sum(move.order.value for move in told.moves)
    assert told.turnover == pytest.approx(float(traded / value))
    spent = sum(move.order.shares * move.order.price for move in told.moves)
    assert told.cash == 1000 - spent - told.cost
    assert told.prices == {symbol: PRICES[symbol] for symbol in ("NVDA", "KO", "BOND")}
    assert told.expires_at == AT + 10 * DAY
    sold = told.moves[0]
    assert sold.before == pytest.approx(float(50 * Decimal("120.50") / value))
    left = (50 + sold.order.shares) * Decimal("120.50")
    assert sold.after == pytest.approx(float(left / value))
    assert told.caveats == ("no_tax",)


def test_a_limit_that_is_missed_now_is_the_reason() -> None:
    rules = limits(np.array([0.2, 1.0, 1.0]), groups=(Group("safe", np.array([2]), 0.3, 1.0),))
    told = proposed([0.2, 0.4, 0.38], rules)
    found = reasons(told)
    assert found["NVDA"]["limit"] == "upper:NVDA"
    assert found["BOND"]["limit"] == "group:safe"
    numbers = next(one.numbers for one in told.moves[0].reasons if one.key == "limit")
    assert numbers["bound"] == 0.2
    assert numbers["now"] == pytest.approx(told.moves[0].before)
    assert numbers["after"] == pytest.approx(told.moves[0].after)
    assert "limit" not in found["KO"]


def test_cash_that_has_to_go_or_come_is_a_reason_for_every_trade_that_way() -> None:
    spent = reasons(proposed([0.5, 0.3, 0.2], limits(cash=(0.0, 0.01))))
    assert {about["limit"] for symbol, about in spent.items() if symbol != "NVDA"} == {"cash"}
    raised = reasons(proposed([0.4, 0.1, 0.05], limits(cash=(0.4, 0.5))))
    assert raised["KO"]["limit"] == "cash"


def test_risk_out_of_proportion_is_the_reason() -> None:
    told = proposed([0.2, 0.4, 0.38], limits())
    assert reasons(told) == {
        "NVDA": {"risk": "NVDA"},
        "KO": {"risk": "KO"},
        "BOND": {"risk": "BOND"},
    }
    numbers = told.moves[0].reasons[0].numbers
    now = np.array([50 * 120.5, 50 * 60.25, 10 * 98.1])
    risk = (now * VOLATILITY) ** 2
    assert numbers["weight"] == pytest.approx(now[0] / (now.sum() + 1000))
    assert numbers["share"] == pytest.approx(risk[0] / risk.sum())
    assert numbers["share_after"] < numbers["share"]
    even = proposed([0.35, 0.3, 0.3], limits(), held=("50", "40", "0"))
    assert reasons(even)["KO"] == {"risk": "KO"}


def test_means_are_a_reason_only_where_they_are_believed() -> None:
    bold = proposed([0.9, 0.05, 0.03], limits(), believes_means=True)
    assert reasons(bold)["NVDA"]["mean"] == "NVDA"
    assert reasons(bold)["BOND"]["mean"] == "BOND"
    bought = next(move for move in bold.moves if move.order.symbol == "NVDA")
    numbers = next(one.numbers for one in bought.reasons if one.key == "mean")
    assert numbers["expected"] == 0.12
    assert numbers["error"] == pytest.approx(0.5 / sqrt(2))
    cautious = proposed([0.9, 0.05, 0.03], limits())
    assert all("mean" not in found for found in reasons(cautious).values())


def test_a_measured_bias_answers_for_its_own_cap() -> None:
    """The bound is the bias's, so it is not told as a limit of the person as well."""
    herding = Adjustment(
        "herding", Correction.CAP, 0.4, {"intensity": 60.0}, np.array([0.25, np.inf, np.inf])
    )
    told = proposed([0.25, 0.4, 0.33], limits(np.array([0.25, 1, 1])), adjustments=(herding,))
    found = reasons(told)["NVDA"]
    assert found["bias"] == "herding"
    assert "limit" not in found
    numbers = next(one.numbers for one in told.moves[0].reasons if one.key == "bias")
    assert numbers["intensity"] == 60.0
    assert numbers["strength"] == 0.4
    assert numbers["bound"] == 0.25
    own = proposed([0.2, 0.4, 0.38], limits(np.array([0.2, 1, 1])), adjustments=(herding,))
    assert reasons(own)["NVDA"]["limit"] == "upper:NVDA"


def test_a_bound_that_stops_a_trade_is_named() -> None:
    groups = (
        Group("safe", np.array([2]), 0.0, 0.4),
        Group("shares", np.array([0, 1]), 0.0, 0.6),
    )
    rules = limits(np.array([1.0, 0.3, 1.0]), groups=groups)
    keys = ("upper:KO", "group:safe", "group:shares", "turnover")
    told = proposed([0.3, 0.3, 0.4], rules, binding=keys)
    stops = {one.about for move in told.moves for one in move.reasons if one.key == "bound"}
    assert stops == {"upper:KO", "group:safe", "group:shares"}
    assert reasons(told)["BOND"]["bound"] == "group:safe"
    assert "bound" not in reasons(told)["NVDA"]
    assert told.binding[-1] == "turnover"
    sold = proposed([0.3, 0.2, 0.45], limits(), binding=("upper:KO",))
    assert "bound" not in reasons(sold)["KO"]


def test_nothing_to_do_is_a_recommendation_without_moves() -> None:
    told = proposed([0.5, 0.0, 0.0], limits(cash=(0.5, 0.5)), held=("10", "0", "0"), cash="1205")
    assert told.moves == ()
    assert told.cost == 0
    assert told.turnover == 0.0
    assert told.changes["volatility"].value == pytest.approx(0.0)
    assert follow_up(told, [], AT + DAY, PRICES).outcome is Outcome.DONE


def test_what_the_method_could_not_do_is_said() -> None:
    assert proposed([0.2, 0.4, 0.4], limits(), status=Status.HEURISTIC).caveats[-1] == "heuristic"
    assert proposed([0.2, 0.4, 0.4], limits(), status=Status.FELL_BACK).caveats[-1] == "fell_back"


def test_different_assets_are_refused() -> None:
    terms = Terms(("A", "B", "C"), tuple(PRICES.values()))
    with pytest.raises(ValueError, match="different assets"):
        recommend(
            AT,
            estimates(),
            limits(),
            solution([0.2, 0.4, 0.4]),
            terms,
            Holdings((Decimal(1),) * 3, Decimal(0)),
            believes_means=False,
        )


def test_the_outlook_knows_how_unsure_it_is() -> None:
    """Means known for two years of independent assets: errors are volatilities over √2."""
    now, after = np.array([0.6, 0.4, 0.0]), np.array([0.1, 0.3, 0.5])
    before, then, changes = look_ahead(estimates(), now, after)
    assert before.expected == pytest.approx(0.6 * 0.12 + 0.4 * 0.07)
    assert then.expected == pytest.approx(0.012 + 0.021 + 0.01 + 0.1 * 0.01)
    assert before.volatility == pytest.approx(sqrt(0.3**2 + 0.08**2))
    assert before.expected_error == pytest.approx(before.volatility / sqrt(2))
    moved = sqrt(0.25**2 + 0.02**2 + 0.025**2) / sqrt(2)
    assert changes["expected"].error == pytest.approx(moved)
    assert changes["expected"].value == pytest.approx(then.expected - before.expected)
    assert before.volatility_error is not None
    assert before.volatility_error == pytest.approx(before.volatility / sqrt(2 * DAYS), rel=0.4)
    assert changes["volatility"].value == pytest.approx(then.volatility - before.volatility)
    unknown = replace(estimates(), mean_se=np.full(3, np.nan))
    assert look_ahead(unknown, now, after)[0].expected_error == pytest.approx(before.expected_error)
    few = replace(estimates(), scenarios=estimates().scenarios[:20])
    assert look_ahead(few, now, after)[2]["volatility"].error is None


@given(st.permutations(range(3)))
def test_the_order_of_assets_changes_nothing(order: list[int]) -> None:
    """Nor does asking twice: no clock, no chance."""
    one = proposed([0.2, 0.4, 0.38], limits(np.array([0.2, 1.0, 1.0])))
    mixed = estimates()
    symbols = tuple(SYMBOLS[n] for n in order)
    held = [Decimal(50), Decimal(50), Decimal(10)]
    other = recommend(
        AT,
        replace(
            mixed,
            symbols=symbols,
            scenarios=mixed.scenarios[:, order],
            mean=mixed.mean[order],
            mean_se=mixed.mean_se[order],
            covariance=mixed.covariance[np.ix_(order, order)],
        ),
        limits(np.array([0.2, 1.0, 1.0])[order]),
        replace(
            solution([0.2, 0.4, 0.38]),
            symbols=symbols,
            weights=np.array([0.2, 0.4, 0.38])[order],
        ),
        Terms(symbols, tuple(PRICES[s] for s in symbols), fees=Fees(fixed=Decimal("1.5"))),
        Holdings(tuple(held[n] for n in order), Decimal(1000)),
        believes_means=False,
    )
    assert [move.order for move in one.moves] == [move.order for move in other.moves]
    assert reasons(one) == reasons(other)
    assert other.after.volatility == pytest.approx(one.after.volatility)


TOLD = proposed([0.2, 0.4, 0.38], limits(np.array([0.2, 1.0, 1.0])))
WANTED = {move.order.symbol: move.order.shares for move in TOLD.moves}


def done(symbol: str, shares: Decimal, at: datetime = AT + DAY) -> Trade:
    kind = Kind.BUY if shares > 0 else Kind.SELL
    return Trade(UUID(int=1), at, kind, symbol, abs(shares), PRICES.get(symbol, Decimal(1)))


def test_time_and_prices_make_it_stale() -> None:
    assert find_staleness(TOLD, AT + 10 * DAY - timedelta(seconds=1), PRICES) is None
    assert find_staleness(TOLD, AT + 10 * DAY, PRICES) == Stale(Staleness.TIME)
    edge = PRICES | {"KO": Decimal("60.25") * Decimal("1.05")}
    assert find_staleness(TOLD, AT, edge) is None
    fallen = PRICES | {"KO": Decimal("64"), "BOND": Decimal("80")}
    found = find_staleness(TOLD, AT, fallen)
    assert found is not None
    assert (found.why, found.symbol) == (Staleness.PRICE, "BOND")
    assert found.moved == pytest.approx(80 / 98.1 - 1)
    gone = {"NVDA": Decimal("120.50")}
    assert find_staleness(TOLD, AT, gone) == Stale(Staleness.NO_PRICE, "BOND")


def test_all_of_it_done_is_done_even_in_pieces_and_late() -> None:
    trades = [done(symbol, shares / 2) for symbol, shares in WANTED.items()] * 2
    found = follow_up(TOLD, trades, AT + 30 * DAY, PRICES)
    assert found.outcome is Outcome.DONE
    assert found.share == pytest.approx(1.0)
    assert found.stale == Stale(Staleness.TIME)
    assert {one.symbol: one.traded for one in found.moves} == {
        symbol: abs(shares) for symbol, shares in WANTED.items()
    }


def test_part_of_it_is_partly() -> None:
    found = follow_up(TOLD, [done("NVDA", WANTED["NVDA"])], AT + 2 * DAY, PRICES)
    assert found.outcome is Outcome.PARTLY
    values = {move.order.symbol: float(move.order.value) for move in TOLD.moves}
    assert found.share == pytest.approx(values["NVDA"] / sum(values.values()))
    assert [one.share for one in found.moves] == [1.0, 0.0, 0.0]


def test_nothing_the_opposite_or_back_and_forth_is_not_done() -> None:
    nothing = follow_up(TOLD, [], AT + DAY, PRICES)
    assert (nothing.outcome, nothing.share) == (Outcome.NOT, 0.0)
    assert follow_up(TOLD, [], AT + 10 * DAY, PRICES).outcome is Outcome.EXPIRED
    opposite = follow_up(TOLD, [done("NVDA", Decimal(5))], AT + DAY, PRICES)
    assert (opposite.outcome, opposite.moves[0].traded) == (Outcome.NOT, Decimal(-5))
    twice = [done("KO", WANTED["KO"]), done("KO", -WANTED["KO"])]
    assert follow_up(TOLD, twice, AT + 2 * DAY, PRICES).outcome is Outcome.NOT


def test_only_trades_since_then_and_until_now_count() -> None:
    early = [done(symbol, shares, AT) for symbol, shares in WANTED.items()]
    late = [done(symbol, shares, AT + 5 * DAY) for symbol, shares in WANTED.items()]
    assert follow_up(TOLD, early + late, AT + 4 * DAY, PRICES).outcome is Outcome.NOT


def test_shares_after_a_split_count_as_those_of_before() -> None:
    split = Trade(UUID(int=2), AT + DAY, Kind.SPLIT, "NVDA", Decimal(10), Decimal(0))
    trades = [split, done("NVDA", WANTED["NVDA"] * 10, AT + 2 * DAY)]
    found = follow_up(TOLD, trades, AT + 2 * DAY, PRICES)
    assert found.moves[0].traded == -WANTED["NVDA"]
    assert found.moves[0].share == 1.0


def test_other_trades_are_named_and_do_not_count() -> None:
    dividend = Trade(UUID(int=3), AT + DAY, Kind.DIVIDEND, "KO", Decimal(50), Decimal("0.5"))
    trades = [done("TSLA", Decimal(3)), dividend, done("NVDA", Decimal(1))]
    found = follow_up(TOLD, trades, AT + 2 * DAY, PRICES)
    assert found.others == ("TSLA",)
    assert found.outcome is Outcome.NOT


@given(st.lists(st.integers(0, 40), min_size=3, max_size=3))
def test_more_of_it_is_never_less(shares: list[int]) -> None:
    trades = [
        done(symbol, Decimal(count) * (1 if WANTED[symbol] > 0 else -1))
        for symbol, count in zip(WANTED, shares, strict=True)
        if count
    ]
    before = 0.0
    for count in range(len(trades) + 1):
        found = follow_up(TOLD, trades[:count], AT + DAY, PRICES)
        assert before <= found.share <= 1.0
        before = found.share
        assert (found.outcome is Outcome.DONE) == (found.share >= 0.9)
