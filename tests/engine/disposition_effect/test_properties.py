"""Random investors: against the plain implementation, and what must not matter."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.disposition_effect import (
    Cell,
    MarketPrices,
    Measures,
    Method,
    Table,
    Transactions,
    measure,
)
from tests.engine.disposition_effect.plain import CELLS, PlainPrices, Row, compute

ASSETS = "ABCD"
START = datetime.fromisoformat("2021-01-07T19:00")  # a Thursday evening
Quote = tuple[str, datetime, float]

trade = st.tuples(
    st.sampled_from("BS"),
    st.sampled_from(ASSETS),
    st.integers(0, 4).map(float),
    st.integers(0, 4).map(float),
    st.sampled_from([0, 0, 7, 30, 60, 95, 700, 2000]),  # minutes since the trade before
)
histories = st.lists(trade, max_size=25)
levels = st.lists(st.integers(0, 4), min_size=1, max_size=40)  # 0: no price
thresholds = st.sampled_from(["0 mins", "30 mins", "60 mins", "1 hours", "90 secs", "1 days"])


def tell(history: list[tuple[str, str, float, float, int]]) -> list[Row]:
    now, rows = START, []
    for kind, asset, quantity, price, minutes in history:
        now += timedelta(minutes=minutes)
        rows.append((kind, asset, quantity, price, now))
    return rows


def quote(rows: list[Row], level: list[int]) -> list[Quote]:
    """A price of every asset at every moment of a trade, except where the level is 0."""
    moments = dict.fromkeys(row[4] for row in rows)
    pairs = [(asset, at) for at in moments for asset in ASSETS]
    priced = [(asset, at, level[n % len(level)]) for n, (asset, at) in enumerate(pairs)]
    return [(asset, at, float(price)) for asset, at, price in priced if price]


def run(
    rows: list[Row], quotes: list[Quote], *, short: bool = True, threshold: str = "0 mins",
    exact: bool = True,
) -> Measures:  # fmt: skip
    kind, asset, quantity, price, time = zip(*rows, strict=True) if rows else ((),) * 5
    return measure(
        Transactions.from_arrays(asset, kind, quantity, price, np.array(time, dtype="M8[us]")),
        MarketPrices.from_arrays(
            [one[0] for one in quotes],
            np.array([one[1] for one in quotes], dtype="M8[us]"),
            [one[2] for one in quotes],
        ),
        allow_short=short,
        time_threshold=threshold,
        exact_market_prices=exact,
    )


def same(table: Table, assets: tuple[str, ...], wanted: dict[str, dict[str, float]]) -> None:
    columns = table.columns()
    assert list(columns) == list(CELLS)
    for place, asset in enumerate(assets):
        found = {name: values[place] for name, values in columns.items()}
        missing = dict.fromkeys(CELLS, float("nan"))
        assert found == pytest.approx(wanted.get(asset, missing), abs=1e-9, nan_ok=True), asset


@given(histories, levels, st.booleans(), thresholds, st.booleans())
def test_one_transaction_after_the_other_gives_the_same(
    history: list[tuple[str, str, float, float, int]],
    level: list[int],
    short: bool,
    threshold: str,
    exact: bool,
) -> None:
    rows = tell(history)
    quotes = quote(rows, level)
    made = run(rows, quotes, short=short, threshold=threshold, exact=exact)
    plain = compute(rows, PlainPrices(quotes), short, threshold, exact)
    same(made.table, made.assets, plain.tables["whole"])
    assert sorted((one.transaction, one.asset) for one in made.missing) == sorted(plain.missing)
    assert [one.transaction for one in made.missing] == [n for n, _ in plain.missing]
    assert made.assets == tuple(sorted(plain.positions))
    for place, asset in enumerate(made.assets):
        quantity, cost, opened = plain.positions[asset]
        assert (made.quantity[place], made.price[place]) == (quantity, cost)
        assert np.datetime64(int(made.opened[place]), "s") == np.datetime64(opened)
    series = made.time_series()
    for found, wanted in ((series.so_far, plain.so_far), (series.alone, plain.alone)):
        expected = np.array(wanted, dtype=np.float64).reshape(-1, 2)
        assert found == pytest.approx(expected, abs=1e-9, nan_ok=True)
    if plain.closest_to_even > 1e-9:  # otherwise rounding decides which side a transaction is on
        for table, name in zip(made.driven_by_portfolio(), ("positive", "negative"), strict=True):
            same(table, made.assets, plain.tables[name])


@given(histories, levels, st.sampled_from([0.25, 2.0, 1024.0]))
def test_prices_in_another_unit_change_nothing(
    history: list[tuple[str, str, float, float, int]], level: list[int], factor: float
) -> None:
    rows = tell(history)
    quotes = quote(rows, level)
    one = run(rows, quotes)
    other = run(
        [(kind, asset, quantity, price * factor, at) for kind, asset, quantity, price, at in rows],
        [(asset, at, price * factor) for asset, at, price in quotes],
    )
    assert np.array_equal(one.table.amounts, other.table.amounts, equal_nan=True)
    assert other.price.tolist() == (one.price * factor).tolist()


@given(histories, levels, st.integers(2, 9))
def test_more_shares_change_the_totals_alone(
    history: list[tuple[str, str, float, float, int]], level: list[int], factor: int
) -> None:
    rows = tell(history)
    quotes = quote(rows, level)
    one = run(rows, quotes)
    other = run([(row[0], row[1], row[2] * factor, row[3], row[4]) for row in rows], quotes)
    for method in Method:
        scale = factor if method is Method.TOTAL else 1
        # Average costs may round differently, and then equal prices are equal no more.
        assume(np.allclose(one.price, other.price, rtol=0, atol=0))
        wanted = one.table.amounts[:, method] * scale
        assert other.table.amounts[:, method] == pytest.approx(wanted, rel=1e-12, nan_ok=True)


@given(histories, levels)
def test_the_other_side_of_every_trade_has_its_gains_as_losses(
    history: list[tuple[str, str, float, float, int]], level: list[int]
) -> None:
    rows = tell(history)
    quotes = quote(rows, level)
    one = run(rows, quotes)
    mirrored = [("S" if row[0] == "B" else "B", *row[1:]) for row in rows]
    other = run(mirrored, quotes)
    swapped = other.table.amounts[:, :, [Cell.RL, Cell.RG, Cell.PL, Cell.PG]].copy()
    swapped[:, Method.VALUE] *= -1
    assert np.array_equal(one.table.amounts, swapped, equal_nan=True)
    effects = one.table.effect(Method.COUNT)
    assert np.array_equal(effects, -other.table.effect(Method.COUNT), equal_nan=True)


@given(histories, levels, thresholds)
def test_bounds(
    history: list[tuple[str, str, float, float, int]], level: list[int], threshold: str
) -> None:
    rows = tell(history)
    made = run(rows, quote(rows, level), threshold=threshold)
    measures = made.table.measures()
    for name in ("DE_count", "DE_total", "DE_value"):
        known = measures[name][~np.isnan(measures[name])]
        assert np.all(np.abs(known) <= 1)
    value = made.table.amounts[:, Method.VALUE]
    known_rows = ~np.isnan(value[:, 0])
    assert np.all(value[known_rows][:, [Cell.RG, Cell.PG]] >= 0)
    assert np.all(value[known_rows][:, [Cell.RL, Cell.PL]] <= 0)
    # A transaction is in one of the two tables, never in both.
    positive, negative = made.driven_by_portfolio()
    both = np.nansum([positive.amounts, negative.amounts], axis=0)
    whole = np.where(np.isnan(made.table.amounts), 0.0, made.table.amounts)
    assert both == pytest.approx(whole, abs=1e-9)
