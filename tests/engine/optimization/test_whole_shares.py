"""Whole shares: exact money, what was promised is kept, and as near as can be."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.optimization.limits import Demands, build_constraints
from engine.optimization.solution import Unsolvable
from engine.optimization.whole_shares import Fees, Holdings, Rounding, Terms, round_to_shares
from tests.engine.biases.records import real_prices

D = Decimal
LAST = [D(str(round(price, 2))) for price in real_prices().close[-1].tolist()]


def names(count: int) -> tuple[str, ...]:
    return tuple(f"S{n}" for n in range(count))


def terms_of(*prices: str, fees: Fees | None = None, ticket: str = "0", lot: str = "1") -> Terms:
    lots = (D(lot),) * len(prices)
    return Terms(names(len(prices)), tuple(map(D, prices)), lots, fees or Fees(), D(ticket))


def holdings_of(cash: str, *shares: str, **barred: frozenset[str]) -> Holdings:
    return Holdings(tuple(map(D, shares)), D(cash), **barred)


def orders_of(found: Rounding) -> dict[str, Decimal]:
    return {order.symbol: order.shares for order in found.orders}


def test_half_and_half_by_hand() -> None:
    """1,000: 500 / 30 = 16.67 and 500 / 70 = 7.14; 17 and 7 cost exactly 1,000."""
    found = round_to_shares(
        np.array([0.5, 0.5]), terms_of("30", "70"), holdings_of("1000", "0", "0")
    )
    assert found.shares == (D(17), D(7))
    assert found.cash == D(0)
    assert found.error == pytest.approx(0.02)
    assert found.weights == pytest.approx([0.51, 0.49])
    assert [(o.symbol, o.shares, o.value, o.fee) for o in found.orders] == [
        ("S0", D(17), D(510), D(0)),
        ("S1", D(7), D(490), D(0)),
    ]


def test_sales_come_first_and_pay_for_purchases() -> None:
    terms = terms_of("121.04", "99.00")
    found = round_to_shares(np.array([0.1, 0.9]), terms, holdings_of("0", "28", "40"))
    assert [order.symbol for order in found.orders] == ["S0", "S1"]
    assert found.orders[0].shares < 0 < found.orders[1].shares
    assert found.cash == sum(-order.shares * order.price for order in found.orders)
    assert D(0) <= found.cash < D(99)


def test_fees_are_paid_from_the_cash() -> None:
    fees = Fees(fixed=D("1"), rate=D("0.002"), least=D("2.5"))
    assert fees.of(D(0)) == 0
    assert fees.of(D(100)) == D("2.5")
    assert fees.of(D(1000)) == D(3)
    assert Fees(rate=D("0.00000000003")).of(D(1)) == D("1E-10")
    found = round_to_shares(np.array([1.0]), terms_of("100", fees=fees), holdings_of("1000", "0"))
    assert found.shares == (D(9),)
    assert found.fees == D("2.8")
    assert found.cash == D("97.2")


def test_orders_below_the_ticket_are_not_placed() -> None:
    found = round_to_shares(
        np.array([0.52, 0.48]), terms_of("10", "10", ticket="50"), holdings_of("0", "50", "50")
    )
    assert found.orders == ()
    found = round_to_shares(
        np.array([0.56, 0.44]), terms_of("10", "10", ticket="50"), holdings_of("0", "50", "50")
    )
    assert orders_of(found) == {"S0": D(6), "S1": D(-6)}


def test_lots_and_fractions() -> None:
    found = round_to_shares(
        np.array([0.25, 0.75]), terms_of("333.33", "7", lot="0.001"), holdings_of("1000", "0", "0")
    )
    assert found.error < 1e-3
    assert all(shares % D("0.001") == 0 for shares in found.shares)
    found = round_to_shares(
        np.array([1.0, 0.0]), terms_of("10", "10"), holdings_of("0", "5", "10.37")
    )
    assert found.shares == (D(15), D(0))
    assert found.cash == D("3.7")


def test_what_may_not_be_sold_or_bought_is_not() -> None:
    terms = terms_of("50", "20", "30")
    barred = holdings_of(
        "100", "10", "10", "10", never_sell=frozenset({"S0"}), never_buy=frozenset({"S2"})
    )
    found = round_to_shares(np.array([0.1, 0.3, 0.6]), terms, barred)
    assert found.shares[0] >= 10
    assert found.shares[2] <= 10


def test_caps_groups_turnover_and_least_cash_are_kept() -> None:
    rng = np.random.default_rng(1)
    symbols = names(20)
    terms = Terms(symbols, tuple(LAST))
    held = {symbol: D(int(rng.integers(0, 9))) for symbol in symbols}
    holdings = Holdings(tuple(held.values()), D(2000))
    value = 2000 + sum(float(held[s] * p) for s, p in zip(symbols, LAST, strict=True))
    now = {s: float(held[s] * p) / value for s, p in zip(symbols, LAST, strict=True)}
    demands = Demands(
        each=(0.0, 0.1), groups={"a": (0.0, 0.3)}, turnover=0.9, cash=(0.02, 0.2), names=20
    )
    constraints = build_constraints(symbols, demands, current=now, members={"a": symbols[:6]})
    wanted = np.full(20, 0.98 / 20)
    wanted[:6] = 0.05
    wanted[6:] = 0.68 / 14
    found = round_to_shares(wanted, terms, holdings, constraints)
    assert found.missed == ()
    assert found.weights.max() <= 0.1 + 1e-8
    assert found.weights[:6].sum() <= 0.3 + 1e-8
    assert float(found.cash) / value >= 0.02 - 1e-8
    assert float(sum(order.value for order in found.orders)) / value <= 0.9 + 1e-8
    tight = build_constraints(symbols, Demands(turnover=0.0), current=now)
    still = round_to_shares(wanted, terms, holdings, tight)
    assert still.orders == ()


def test_what_whole_shares_cannot_keep_is_said() -> None:
    constraints = build_constraints(names(2), Demands(assets={"S0": (0.05, 0.1)}))
    found = round_to_shares(
        np.array([0.08, 0.92]), terms_of("400", "10"), holdings_of("1000", "0", "0"), constraints
    )
    assert found.missed == ("lower:S0", "cash"), "and 8 % of the money is left"
    assert found.shares[0] == 0


def test_cash_beyond_what_is_allowed_is_a_limit_missed() -> None:
    """$1,000, shares of $30: three of them are the most below 10 % each."""
    terms, nothing = terms_of("30", "30"), holdings_of("1000", "0", "0")
    for most, expected in ((0.81, ("cash",)), (0.83, ())):
        rules = build_constraints(names(2), Demands(each=(0.0, 0.1), cash=(0.0, most)))
        found = round_to_shares(np.array([0.095, 0.095]), terms, nothing, rules)
        assert float(found.cash) == 820
        assert found.missed == expected
    # Where no cash is allowed at all, what whole shares leave is told from half a percent on.
    invested = build_constraints(names(2), Demands())
    little = round_to_shares(np.array([0.5, 0.5]), terms_of("1", "1.001"), nothing, invested)
    assert 0 <= float(little.cash) < 5
    assert little.missed == ()


def test_impossible_questions() -> None:
    terms, holdings = terms_of("10", "10"), holdings_of("0", "5", "5")
    for wanted in ([-0.1, 0.5], [0.6, 0.6]):
        with pytest.raises(ValueError, match="weights"):
            round_to_shares(np.array(wanted), terms, holdings)
    for cash, shares in (("0", "0"), ("-100", "5")):
        with pytest.raises(Unsolvable) as refused:
            round_to_shares(np.array([0.5, 0.5]), terms, holdings_of(cash, shares, "0"))
        assert refused.value.reason == "not_enough_cash"
    stuck = holdings_of("-10", "5", "5", never_sell=frozenset({"S0", "S1"}))
    with pytest.raises(Unsolvable):
        round_to_shares(np.array([0.5, 0.5]), terms, stuck)
    debt = round_to_shares(np.array([0.5, 0.5]), terms, holdings_of("-10", "5", "5"))
    assert debt.cash >= 0
    for prices in (("10", "0"), ("10", "-1")):
        with pytest.raises(ValueError, match="above zero"):
            terms_of(*prices)


def test_enumeration_of_small_portfolios() -> None:
    rng = np.random.default_rng(2)
    equal = 0
    for case in range(60):
        count = 2 + case % 3
        prices = [LAST[n] for n in rng.permutation(20)[:count].tolist()]
        value = int(rng.choice([800, 1500]))
        wanted = rng.dirichlet(np.ones(count)) * rng.choice([1.0, 0.9])
        terms = Terms(names(count), tuple(prices))
        found = round_to_shares(wanted, terms, Holdings((D(0),) * count, D(value)))
        plain = np.array(prices, float)
        ranges = [np.arange(int(value / price) + 1.0) for price in plain]
        every = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, count)
        every = every[every @ plain <= value + 1e-9]
        weights = every * plain / value
        errors = np.abs(weights - wanted).sum(axis=1)
        best = float(np.min(errors + np.abs(weights.sum(axis=1) - wanted.sum())))
        assert found.error >= best - 1e-9
        equal += found.error <= best + 1e-9
        assert found.error <= best + 0.02
    assert equal >= 59


def test_as_near_as_the_integer_programme_of_pypfopt() -> None:
    from pypfopt.discrete_allocation import DiscreteAllocation

    rng = np.random.default_rng(3)
    for case in range(12):
        count = (20, 10, 5, 15)[case % 4]
        value = int(rng.choice([1500, 3000, 10_000, 50_000]))
        chosen = rng.permutation(20)[:count]
        wanted = rng.dirichlet(np.full(count, 0.7))
        prices = [LAST[n] for n in chosen]
        terms = Terms(names(count), tuple(prices))
        found = round_to_shares(wanted, terms, Holdings((D(0),) * count, D(value)))
        plain = np.array(prices, float)
        peer = DiscreteAllocation(
            dict(zip(names(count), wanted.tolist(), strict=True)),
            pd.Series(plain, names(count)),
            total_portfolio_value=value,
        )
        bought, left = peer.lp_portfolio(solver="HIGHS")
        shares = np.array([bought.get(name, 0) for name in names(count)], float)
        assert (
            found.error
            <= float(np.abs(shares * plain / value - wanted).sum()) + left / value + 1e-9
        )
        greedy, left = peer.greedy_portfolio()
        shares = np.array([greedy.get(name, 0) for name in names(count)], float)
        assert (
            found.error
            <= float(np.abs(shares * plain / value - wanted).sum()) + left / value + 1e-9
        )


money = st.decimals("0.01", "2000", places=2)


@settings(max_examples=80, deadline=None)
@given(data=st.data(), count=st.integers(1, 8), seed=st.integers(0, 1000))
def test_money_is_exact_and_promises_are_kept(data: st.DataObject, count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    prices = tuple(data.draw(money) for _ in range(count))
    lot = data.draw(st.sampled_from([D(1), D("0.01"), D(10)]))
    ticket = data.draw(st.sampled_from([D(0), D(25), D(500)]))
    fees = Fees(
        data.draw(st.sampled_from([D(0), D(1)])), data.draw(st.sampled_from([D(0), D("0.0025")]))
    )
    shares = tuple(D(int(rng.integers(0, 40))) / 4 for _ in range(count))
    cash = data.draw(money)
    symbols = names(count)
    never_sell = frozenset(s for s in symbols if rng.random() < 0.2)
    never_buy = frozenset(s for s in symbols if rng.random() < 0.2)
    wanted = rng.dirichlet(np.ones(count)) * rng.uniform(0.5, 1.0)
    wanted[rng.random(count) < 0.3] = 0.0
    terms = Terms(symbols, prices, (lot,) * count, fees, ticket)
    holdings = Holdings(shares, cash, never_sell, never_buy)
    found = round_to_shares(wanted, terms, holdings)
    spent = D(0)
    for order in found.orders:
        n = symbols.index(order.symbol)
        assert order.shares
        assert order.value == abs(order.shares) * prices[n] >= ticket
        assert order.fee == fees.of(order.value)
        assert order.symbol not in (never_sell if order.shares < 0 else never_buy)
        assert order.shares % lot == 0 or found.shares[n] == 0
        spent += order.shares * prices[n] + order.fee
    assert found.cash == cash - spent >= 0
    assert found.fees == sum((order.fee for order in found.orders), D(0))
    assert all(number >= 0 for number in found.shares)
    value = float(cash) + sum(float(s * p) for s, p in zip(shares, prices, strict=True))
    now = np.array([float(s * p) / value for s, p in zip(shares, prices, strict=True)])
    nothing = float(np.abs(now - wanted).sum()) + abs(float(cash) / value - 1 + wanted.sum())
    assert found.error <= nothing + float(found.fees) / value + 1e-9


def test_a_hundred_assets_with_fees() -> None:
    rng = np.random.default_rng(5)
    prices = tuple(D(str(price)) for price in rng.uniform(5, 400, 100).round(2).tolist())
    held = tuple(D(int(number)) for number in rng.integers(0, 30, 100))
    terms = Terms(names(100), prices, (), Fees(D(1), D("0.001")), D(50))
    found = round_to_shares(rng.dirichlet(np.ones(100)), terms, Holdings(held, D(1000)))
    assert found.cash >= 0
    assert found.error < 0.02


@pytest.mark.parametrize("times", [1, 100, 1000])
def test_all_into_one_share_pays_its_fees_out_of_the_money(times: int) -> None:
    terms = terms_of("62.57", "125.7", "49.25", fees=Fees(rate=Decimal("0.001")))
    held = holdings_of("0", "0", str(400 * times), str(900 * times))
    found = round_to_shares(np.array([1.0, 0.0, 0.0]), terms, held)
    assert len(found.orders) == 3
    assert found.error < 0.01
    assert 0 <= found.cash < 4 * 63


def test_a_large_portfolio_is_invested_all_the_same() -> None:
    terms = terms_of("62.57", "125.7", "49.25", fees=Fees(rate=Decimal("0.001")))
    found = round_to_shares(
        np.array([0.5, 0.3, 0.2]), terms, holdings_of("0", "0", "90000", "120000")
    )
    assert found.error < 0.003
    assert 0 <= found.cash < 1000
