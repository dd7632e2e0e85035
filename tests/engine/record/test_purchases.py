"""Model B's choice sets: who could be bought, how one stood to it, and no look at the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from engine.prices import Prices
from engine.record.purchases import SAMPLED, TERMS
from engine.record.record import Record, prepare
from tests.engine.biases.buyers import buyer, made_market, real_market, record_of
from tests.engine.biases.records import flat_prices, random_trader, trades_of


def one_of(record: Record, term: str, decision: int, symbol: str) -> float:
    """The value of ``term`` of ``symbol`` in the set of a decision, small universes only."""
    bought = record.purchases
    assert bought.sets is not None
    n = int(np.flatnonzero(bought.decision == decision)[0])
    group = bought.group[n]
    place = np.flatnonzero(np.flatnonzero(bought.universe[group]) == column(record, symbol))
    return float(bought.sets.x[bought.sets.first[group] + place[0], TERMS.index(term)])


def column(record: Record, symbol: str) -> int:
    return record.market.prices.column(symbol)


def test_how_one_stood_to_each_share() -> None:
    """A sold at a gain and cheaper now, B sold at a loss and dearer, C held at a loss, D at a gain,
    E sold too long ago, F never touched."""
    rows = 300
    path = {name: np.full(rows, 100.0) for name in "ABCDEF"}
    path["A"][20:] = 90.0
    path["B"][20:] = 85.0
    path["C"][20:], path["D"][20:] = 95.0, 110.0
    prices = flat_prices("2024-01-01", rows, path)
    day = [str(d) for d in prices.days]
    lines = [f"{day[2]} buy 10 {n} 100" for n in "BCD"]
    lines += [f"{day[2]} buy 10 A 80", f"{day[2]} buy 10 E 90", f"{day[3]} sell 10 E 95"]
    lines += [f"{day[10]} sell 10 A 100", f"{day[11]} sell 10 B 80"]
    lines += [f"{day[256]} buy 10 A 90"]
    record = prepare(trades_of("\n".join(lines)), prices, until=prices.days[-1].item())
    made = record.history.decisions
    last = len(made.day) - 1
    terms = {
        term: [one_of(record, term, last, symbol) for symbol in "ABCDEF"]
        for term in ("familiar", "held", "down", "regret")
    }
    assert terms["familiar"] == [1, 1, 1, 1, 1, 0]
    assert terms["held"] == [0, 0, 1, 1, 0, 0]
    assert terms["down"] == [0, 0, 1, 0, 0, 0]
    assert terms["regret"] == [1.0, -1.0, 0, 0, 0, 0]
    owned = record.purchases.owned
    symbol = record.history.symbols.index("A")
    assert owned.prior_gain[-1, symbol] == pytest.approx(0.25)
    assert owned.since_sale[-1, symbol] == pytest.approx(-0.10)
    assert owned.sold[-1].tolist() == [True, True, False, False, False]  # E: 253 days ago


def test_who_could_be_bought() -> None:
    """Not yet listed, no longer quoted, without prices; the bought one is there in any case."""
    path = np.full((60, 4), 100.0)
    path[:30, 1] = np.nan
    path[20:, 2] = np.nan
    prices = flat_prices("2024-01-01", 60, {n: path[:, k] for k, n in enumerate("ABCD")})
    day = [str(d) for d in prices.days]
    record = prepare(
        trades_of(
            f"""{day[0]} buy 1 A 100
            {day[10]} buy 1 A 100
            {day[30]} buy 1 B 100
            {day[40]} buy 1 NOWHERE 10
            {day[41]} buy 1 D 100"""
        ),
        prices,
        until=prices.days[-1].item(),
    )
    bought = record.purchases
    assert bought.unpriced == 2  # of the first day nothing was known before
    assert bought.universe.astype(int).tolist() == [[1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 0, 1]]
    assert bought.small


def test_a_weekend_looks_at_friday() -> None:
    prices, signals = real_market(4000)
    saturday = next(d for d in prices.days[400:] if d.item().weekday() == 4) + 1
    trades = trades_of(f"{saturday} buy 5 AAPL 10")
    bought = record_of(trades, prices, signals).purchases
    assert prices.days[bought.seen[0] - 1] == saturday - 1
    assert prices.days[bought.row[0]] == saturday - 1


@pytest.mark.parametrize("names", [60, 130])
def test_the_day_itself_and_later_are_not_looked_at(names: int) -> None:
    prices, signals = made_market(3, names)
    trades = buyer(prices, signals, 4, {"z21": 0.5}, buys=30)
    record = record_of(trades, prices, signals)
    last = int(record.purchases.row[-1])
    close = prices.close.copy()
    close[last:] *= np.random.default_rng(1).uniform(0.5, 1.5, close[last:].shape)
    other = Prices(
        prices.symbols, prices.days, prices.open, prices.high, prices.low, close, prices.volume
    )
    poisoned = prepare(trades, other, until=prices.days[-1].item())
    one, two = record.purchases, poisoned.purchases
    assert one.sets is not None
    assert two.sets is not None
    assert (one.sets.x == two.sets.x).all()
    assert (one.sets.chosen == two.sets.chosen).all()


def test_large_universes_are_sampled_and_say_the_same() -> None:
    """150 names: the sets shrink, the weights add up to the universe, theta stays."""
    prices, signals = made_market(5, 150)
    tilts = {"z21": 0.6, "hot": 0.8}
    trades = buyer(prices, signals, 6, tilts, buys=120)
    sampled = record_of(trades, prices, signals).purchases
    assert sampled.sets is not None
    assert sampled.fit is not None
    sizes = sampled.sets.sums(np.ones(len(sampled.sets.x)))
    held = sampled.sets.sums(sampled.sets.x[:, TERMS.index("familiar")])
    hot = sampled.sets.sums(sampled.sets.x[:, TERMS.index("hot")])
    assert (sizes <= SAMPLED + held + hot).all()
    assert sampled.sets.sums(sampled.sets.weight) == pytest.approx(
        sampled.universe.sum(axis=1)[sampled.group]
    )
    assert (sampled.sets.choices == 1).all()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.record.purchases.SAMPLED", 1000)
        whole = record_of(trades, prices, signals).purchases
    assert whole.fit is not None
    spread = np.sqrt(np.diag(whole.fit.inverse_hessian))
    known = whole.fit.varies
    assert (np.abs(sampled.fit.beta - whole.fit.beta) < 0.5 * spread)[known].all()


def test_the_sample_does_not_depend_on_names_or_later_trades() -> None:
    prices, signals = made_market(5, 150)
    trades = buyer(prices, signals, 6, {}, buys=40)
    base = record_of(trades, prices, signals).purchases.estimate("z21")
    order = np.random.default_rng(1).permutation(150)
    shuffled = Prices(
        tuple(prices.symbols[n] for n in order),
        prices.days,
        *(np.ascontiguousarray(v[:, order]) for v in (prices.open, prices.high, prices.low)),
        np.ascontiguousarray(prices.close[:, order]),
        np.ascontiguousarray(prices.volume[:, order]),
    )
    record = prepare(trades, shuffled, until=prices.days[-1].item())
    assert record.purchases.estimate("z21").theta == pytest.approx(base.theta, abs=1e-9)
    one = record_of(trades[:40], prices, signals).purchases
    two = record_of(trades, prices, signals).purchases
    assert one.sets is not None
    assert two.sets is not None
    rows = len(one.sets.x)
    assert (one.sets.x == two.sets.x[:rows]).all()


def test_a_window_counts_its_own_purchases_and_remembers_the_rest() -> None:
    prices, signals = real_market(4000)
    record = record_of(buyer(prices, signals, 1, {}, buys=60), prices, signals)
    middle = record.history.days[len(record.history.days) // 2].item()
    later = record.within(middle, record.until)
    assert 0 < len(later.purchases.decision) < len(record.purchases.decision)
    assert later.purchases.owned.familiar[0].any()
    assert later.signals is record.signals


def test_no_purchases_and_no_prices() -> None:
    prices, signals = real_market(4000)
    nothing = record_of([], prices, signals).purchases
    assert nothing.fit is None
    assert np.isnan(nothing.estimate("z21").theta)
    empty = Prices.from_closes((), np.zeros(0, dtype="datetime64[D]"), np.zeros((0, 0)))
    record = prepare(trades_of("2024-01-02 buy 1 A 5"), empty, until=date(2024, 2, 1))
    assert record.purchases.unpriced == 1
    assert record.purchases.fit is None


def test_terms_that_never_vary_are_not_known() -> None:
    prices, signals = real_market(4000)
    bought = record_of(buyer(prices, signals, 1, {}, buys=40), prices, signals).purchases
    assert np.isnan(bought.estimate("zvol").theta)
    assert np.isfinite(bought.estimate("z21").theta)


def test_splitting_a_purchase_in_two_changes_nothing() -> None:
    prices, signals = real_market(4000)
    trades = random_trader(prices, 3, days=60)
    half = [
        part
        for t in trades
        for part in (replace(t, quantity=t.quantity / 4), replace(t, quantity=t.quantity * 3 / 4))
    ]
    one = record_of(trades, prices, signals).purchases
    two = record_of(half, prices, signals).purchases
    assert one.fit is not None
    assert two.fit is not None
    assert two.fit.beta == pytest.approx(one.fit.beta, abs=1e-9)
