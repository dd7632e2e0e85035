"""What the package itself computed, row by row to 1e-9: its small example and five investors."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from engine.disposition_effect import Measures, Table, Transactions, measure
from engine.ledger import Kind, Trade
from tests.engine.disposition_effect.files import (
    Line,
    lines,
    market_prices,
    number,
    transactions,
)

STATISTICS = {
    "Min": "min",
    "Q1": "q1",
    "Median": "median",
    "Q3": "q3",
    "Mean": "mean",
    "Max": "max",
    "StDev": "sd",
}


def near(wanted: Any) -> Any:
    return pytest.approx(wanted, rel=1e-9, abs=1e-9, nan_ok=True)


@cache
def investors() -> dict[str, Measures]:
    prices = market_prices(lines("investors_marketprices.csv"))
    rows = lines("investors_transactions.csv")
    names = dict.fromkeys(row["investor"] for row in rows)
    return {
        name: measure(transactions(row for row in rows if row["investor"] == name), prices)
        for name in names
    }


def example(threshold: str = "0 mins", *, exact: bool = True, zone: str = "UTC") -> Measures:
    """The investor 4273N; ``zone`` is where the session of R was, for whom the times are UTC."""
    rows = lines("package_investor_4273N.csv")
    local = [
        datetime.fromisoformat(row["datetime"]).replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        for row in rows
    ]
    shown = np.array([at.replace(tzinfo=UTC).timestamp() for at in local])
    return measure(
        transactions(rows, clock=shown),
        market_prices(lines("package_marketprices_4273N.csv")),
        time_threshold=threshold,
        exact_market_prices=exact,
    )


def agree(table: Table, made: Measures, row: Line) -> None:
    """The asset of one line of a file is as the package has it."""
    place = made.assets.index(row["asset"])
    found = {name: values[place] for name, values in table.columns().items()}
    found |= {"quantity": made.quantity[place], "price": made.price[place]}
    wanted = {name: number(row[name]) for name in found}
    assert found == near(wanted), row
    opened = np.datetime64(int(made.opened[place]), "s")
    assert opened == np.datetime64(row["datetime"], "s"), row


def test_five_investors_asset_by_asset() -> None:
    rows, made = lines("investors_golden_all.csv"), investors()
    for row in rows:
        agree(made[row["investor"]].table, made[row["investor"]], row)
    counted = {name: sum(row["investor"] == name for row in rows) for name in made}
    assert counted == {name: len(one.assets) for name, one in made.items()}
    assert all(one.missing == () for one in made.values())
    assert sum(one.trades.sum() for one in made.values()) == 2456


def test_five_investors_driven_by_their_portfolio() -> None:
    made = investors()
    driven = {name: one.driven_by_portfolio() for name, one in made.items()}
    for row in lines("investors_golden_portfolio_driven.csv"):
        table = driven[row["investor"]][row["type"] == "negative"]
        agree(table, made[row["investor"]], row)


def test_five_investors_summed_up() -> None:
    for row in lines("investors_golden_summary.csv"):
        for name, summary in investors()[row["investor"]].summaries().items():
            found = getattr(summary, STATISTICS[row["stat"]])
            assert found == near(float(row[name])), (row, name)


def test_every_held_asset_is_looked_at_except_first_purchases() -> None:
    """The counts of looks are whole numbers, and prices were found for all of them."""
    for one in investors().values():
        counts = [one.table.columns()[f"{cell}_count"] for cell in ("RG", "RL", "PG", "PL")]
        total = np.nansum(counts)
        assert total == int(total)
        assert total <= 2 * len(one.evaluations.asset)


@pytest.mark.parametrize(
    ("name", "threshold"), [("threshold30d", "30 days"), ("threshold60m", "60 mins")]
)
def test_the_example_with_a_threshold(name: str, threshold: str) -> None:
    made = example(threshold)
    for row in lines(f"package_golden_small_{name}.csv"):
        agree(made.table, made, row)


def test_the_example_driven_by_its_portfolio() -> None:
    made = example()
    positive, negative = made.driven_by_portfolio()
    rows = lines("package_golden_small_portfolio_driven.csv")
    for row in rows:
        agree(positive if row["type"] == "positive" else negative, made, row)
    seen = ~np.isnan(negative.columns()["RL_count"])
    assert [made.assets[place] for place in np.flatnonzero(seen)] == ["AST"]


def test_the_example_in_the_time_zone_of_its_authors() -> None:
    """The stored results of the package were computed in Italy, not in UTC.

    The clocks went back between 28 June, 17:19 (15:19 UTC), and 30 October, 15:56 (14:56 UTC), so
    the market hours of that position are one fewer by the wall clock. Nothing else differs.
    """
    made = example(zone="Europe/Rome")
    measures = made.table.measures()
    for row in lines("package_golden_small_disposition_compute.csv"):
        place = made.assets.index(row["asset"])
        found = {name: values[place] for name, values in measures.items()}
        assert found == near({name: float(row[name]) for name in found})
    for row in lines("package_golden_small_disposition_summary.csv"):
        for name, summary in made.summaries().items():
            found_one = getattr(summary, STATISTICS[row["stat"]])
            assert found_one == near(float(row[name])), (row, name)


def test_the_hour_between_the_time_zones() -> None:
    here, there = (example(zone=zone).table.measures() for zone in ("UTC", "Europe/Rome"))
    lost = here["DD_duration"] - there["DD_duration"]
    assert lost == pytest.approx([0, 0, 0, 1, 0], abs=1e-9)  # ACO, AST, IT3S, LSUG, TFI
    for name in ("DE_count", "DE_total", "DE_value"):
        assert here[name].tolist() == there[name].tolist()


def test_the_table_of_the_example() -> None:
    made = example()
    columns = made.table.columns()
    assert made.assets == ("ACO", "AST", "IT3S", "LSUG", "TFI")
    assert made.quantity.tolist() == [222, 0, 0, 0, 1400]
    assert made.price == pytest.approx([2.84, 0, 0, 0, 0.284])
    four = ("RG", "RL", "PG", "PL")
    counts = np.stack([columns[f"{cell}_count"] for cell in four], axis=1)
    assert counts.tolist() == [[1, 0, 6, 0], [0, 1, 0, 0], [0, 1, 0, 0], [2, 0, 4, 0], [0] * 4]
    totals = np.stack([columns[f"{cell}_total"] for cell in four], axis=1)
    assert totals.tolist() == [
        [45, 0, 1054, 0],
        [0, 430, 0, 0],
        [0, 230, 0, 0],
        [990, 0, 1800, 0],
        [0] * 4,
    ]
    assert columns["RG_value"] == pytest.approx([0.008702, 0, 0, 0.0105518, 0], abs=5e-7)
    assert columns["RL_value"] == pytest.approx([0, -0.0749782, -0.0309654, 0, 0], abs=5e-8)
    assert columns["PG_value"] == pytest.approx([0.030025, 0, 0, 0.134926, 0], abs=5e-7)
    measures = made.table.measures()
    assert measures["DE_count"] == pytest.approx([0.142857, -1, -1, 0.333333, 0], abs=5e-7)
    assert measures["DE_total"] == pytest.approx([0.0409463, -1, -1, 0.3548387, 0], abs=5e-8)
    assert measures["DE_value"] == pytest.approx([0.2246984, -1, -1, 0.0725321, 0], abs=5e-8)
    assert measures["DD_duration"] == pytest.approx(
        [439.9, -165.1167, -56.95, 1412.617, 0], abs=5e-4
    )


def test_the_time_series_of_the_example() -> None:
    """DETs_count, DEts_count, DETs_value, DEts_value of ``disposition-package.md``."""
    series = example().time_series()
    rows = np.stack(
        [series.so_far[:, 0], series.alone[:, 0], series.so_far[:, 1], series.alone[:, 1]], axis=1
    )
    assert np.isnan(rows[0]).all()
    wanted = [
        (0, 0, 0, 0),
        (0.25, 0.5, 0.139535, 0.5),
        (0.25, 0, 0.139535, 0),
        (-0.166667, -0.5, -0.240310, -0.5),
    ]
    assert rows[1:5] == pytest.approx(np.array(wanted), abs=5e-7)
    assert rows[-1] == pytest.approx([-0.304762, 0, -0.340554, 0], abs=5e-7)


def test_a_series_ends_where_the_table_is() -> None:
    """All five: the last mean over assets is that of the table, and each asset's its own."""
    for made in investors().values():
        measures = made.table.measures()
        last = made.time_series().so_far[-1]
        assert last[0] == near(np.nanmean(measures["DE_count"]))
        assert last[1] == near(np.nanmean(measures["DE_value"]))
        for place in range(0, len(made.assets), 7):
            alone = made.time_series(made.assets[place])
            assert alone.so_far[-1, 0] == near(measures["DE_count"][place])
            assert alone.so_far[-1, 1] == near(measures["DE_value"][place])


def test_the_last_price_is_the_exact_one_where_there_is_one() -> None:
    exact, latest = example(), example(exact=False)
    assert np.array_equal(exact.table.amounts, latest.table.amounts, equal_nan=True)


def test_trades_of_the_ledger_give_the_same() -> None:
    rows = lines("package_investor_4273N.csv")
    trades = [
        Trade(
            UUID(int=place),
            datetime.fromisoformat(row["datetime"]).replace(tzinfo=UTC),
            Kind.BUY if row["type"] == "B" else Kind.SELL,
            row["asset"],
            Decimal(row["quantity"]),
            Decimal(row["price"]),
        )
        for place, row in enumerate(rows)
    ]
    dividend = Trade(UUID(int=99), trades[3].at, Kind.DIVIDEND, "ACO", Decimal(45), Decimal("0.1"))
    read = Transactions.from_trades([*trades[:3], dividend, *trades[3:]], ZoneInfo("Europe/Rome"))
    made = measure(read, market_prices(lines("package_marketprices_4273N.csv")))
    wanted = example(zone="Europe/Rome")
    assert np.array_equal(made.table.amounts, wanted.table.amounts, equal_nan=True)
    assert made.time.tolist() == wanted.time.tolist()
