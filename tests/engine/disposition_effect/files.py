"""The files of the package, as its functions would be given them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.disposition_effect import MarketPrices, Transactions

SHARED = Path(__file__).parents[4] / "shared" / "domain" / "data"

Line = dict[str, str]


@cache
def lines(name: str) -> tuple[Line, ...]:
    """The lines of a shared file; the test is skipped where it is missing."""
    file = SHARED / name
    if not file.exists():
        pytest.skip(f"{file.name} of the shared research is not here")
    with file.open(newline="") as text:
        return tuple(csv.DictReader(text))


def moments(rows: Iterable[Line]) -> NDArray[np.datetime64]:
    return np.array([row["datetime"] for row in rows], dtype="datetime64[s]")


def transactions(rows: Iterable[Line], clock: NDArray[np.float64] | None = None) -> Transactions:
    rows = list(rows)
    return Transactions.from_arrays(
        [row["asset"] for row in rows],
        [row["type"] for row in rows],
        [float(row["quantity"]) for row in rows],
        [float(row["price"]) for row in rows],
        moments(rows),
        clock,
    )


def market_prices(rows: Iterable[Line]) -> MarketPrices:
    rows = list(rows)
    return MarketPrices.from_arrays(
        [row["asset"] for row in rows], moments(rows), [float(row["price"]) for row in rows]
    )


def number(text: str) -> float:
    return float(text) if text else float("nan")
