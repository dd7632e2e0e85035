"""The measures of the R package dispositionEffect: five real investors, all four methods.

R's time was recorded on a machine like this one (two cores, idle, R 4.2.2, ``method = "all"``, the
prices cut down to each investor's assets first, which is not in its time). The same rules in plain
Python are timed here, beside ours. All begin with the files in memory as columns.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.disposition_effect import MarketPrices, Measures, Transactions
from engine.disposition_effect import measure as measure_one
from tests.engine.disposition_effect.plain import PlainPrices, PlainResult, Row, compute

DATA = Path(__file__).parents[2] / "shared" / "domain" / "data"
R_SECONDS = 78.0  # about, of the five together; 117.9 for the ten of the package
RUNS, PLAIN_RUNS = 15, 3

Made = TypeVar("Made")
Lines = list[dict[str, str]]
Columns = tuple[list[str], list[str], list[float], list[float], NDArray[np.datetime64]]


def measure() -> list[dict[str, Any]]:
    """Nothing where the investors' files are missing: they are research, and not ours to ship."""
    if not DATA.exists():
        print("the five investors of the shared research are not here: not measured")
        return []
    told, quoted = _read("investors_transactions.csv"), _read("investors_marketprices.csv")
    groups: dict[str, Lines] = {}
    for line in told:
        groups.setdefault(line["investor"], []).append(line)

    ours, made = _time(_ours(list(groups.values()), quoted), RUNS)
    plain, wanted = _time(_plain(list(groups.values()), quoted), PLAIN_RUNS)
    _agree(made, wanted)
    peers = f"R {R_SECONDS:.0f} s (recorded), plain Python {plain:.2f} s"
    return [
        _row("dispositionEffect: five investors, all methods", ours, "s", "<= 0.15", peers),
        _row(
            "dispositionEffect: times faster than R",
            R_SECONDS / ours,
            "x",
            ">= 200",
            f"R {R_SECONDS:.0f} s",
        ),
        _row("dispositionEffect: times faster than plain Python", plain / ours, "x", None, None),
    ]


def _row(
    name: str, value: float, unit: str, target: str | None, peer: str | None
) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "target": target, "peer": peer}


def _read(name: str) -> Lines:
    with (DATA / name).open(newline="") as text:
        return list(csv.DictReader(text))


def _ours(groups: list[Lines], quoted: Lines) -> Callable[[], list[Measures]]:
    columns: list[Columns] = [
        (
            [line["asset"] for line in group],
            [line["type"] for line in group],
            [float(line["quantity"]) for line in group],
            [float(line["price"]) for line in group],
            _moments(group),
        )
        for group in groups
    ]
    assets, moments = [line["asset"] for line in quoted], _moments(quoted)
    values = [float(line["price"]) for line in quoted]

    def run() -> list[Measures]:
        prices = MarketPrices.from_arrays(assets, moments, values)
        return [measure_one(Transactions.from_arrays(*one), prices) for one in columns]

    return run


def _moments(lines: Lines) -> NDArray[np.datetime64]:
    return np.array([line["datetime"] for line in lines], dtype="datetime64[s]")


def _plain(groups: list[Lines], quoted: Lines) -> Callable[[], list[PlainResult]]:
    quotes = [
        (line["asset"], datetime.fromisoformat(line["datetime"]), float(line["price"]))
        for line in quoted
    ]
    rows: list[list[Row]] = [
        [
            (
                line["type"],
                line["asset"],
                float(line["quantity"]),
                float(line["price"]),
                datetime.fromisoformat(line["datetime"]),
            )
            for line in group
        ]
        for group in groups
    ]

    def run() -> list[PlainResult]:
        prices = PlainPrices(quotes)
        return [compute(one, prices, series=False) for one in rows]

    return run


def _agree(made: list[Measures], wanted: list[PlainResult]) -> None:
    """Both ways gave the same: what is compared for speed does the same work."""
    for one, other in zip(made, wanted, strict=True):
        for name, values in one.table.columns().items():
            cells = other.tables["whole"]
            sums = [cells[asset][name] if asset in cells else np.nan for asset in one.assets]
            np.testing.assert_allclose(values, sums, rtol=1e-9, atol=1e-9)


def _time(run: Callable[[], Made], runs: int) -> tuple[float, Made]:
    result, seconds = run(), []
    for _ in range(runs):
        begin = perf_counter()
        run()
        seconds.append(perf_counter() - begin)
    return median(seconds), result


if __name__ == "__main__":
    for row in measure():
        print(f"{row['name']:52} {row['value']:.4g} {row['unit']} (peer: {row['peer']})")
