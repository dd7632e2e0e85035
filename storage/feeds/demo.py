"""The demo market: 20 real shares of the S&P 500, daily closes of 1990 to 2022.

The files ship in the wheel of skfolio (BSD-3-Clause). The closes are adjusted for splits and
dividends, so that a share bought back then gained what its owner gained. The index and the factor
funds are for comparison only: they are no part of the market that can be traded in the demo.
"""

from __future__ import annotations

import asyncio
import csv
import gzip
import importlib.util
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np

from engine.prices import Bar, Prices
from storage.feeds import FeedResult, FeedUnreachable

NAME = "demo"
LAST_DAY = date(2022, 12, 28)  # "today" in the demo
_FOLDER = "datasets/data"


class Demo:
    name = NAME

    async def bars(self, symbols: Sequence[str], since: date | None, until: date) -> FeedResult:
        """Bars of which only the close is known. Raises FeedUnreachable without the file."""
        prices = await asyncio.to_thread(read)
        found = {
            symbol: _bars(prices, symbol, since, until) for symbol in symbols if symbol in prices
        }
        missing = tuple(symbol for symbol in symbols if symbol not in prices)
        return FeedResult(found, missing, min(until, LAST_DAY))


def feed(where: str = "") -> Demo:
    """The demo has one place only."""
    return Demo()


@cache
def read() -> Prices:
    """The whole demo market, (8313, 20). Raises FeedUnreachable without the file."""
    return _closes("sp500_dataset.csv.gz")


@cache
def read_index() -> Prices:
    """The S&P 500, "SP500", over the days of the market, (8313, 1): the index of prices, without
    dividends. Raises FeedUnreachable without the file."""
    return _closes("sp500_index.csv.gz")


@cache
def read_factors() -> Prices:
    """Five funds of single factors (MTUM, QUAL, SIZE, USMV, VLUE) since 2014, (2264, 5), dividends
    included. Raises FeedUnreachable without the file."""
    return _closes("factors_dataset.csv.gz")


def _closes(name: str) -> Prices:
    # Found, not imported: importing skfolio takes seconds and brings scikit-learn along.
    package = importlib.util.find_spec("skfolio")
    if package is None or package.origin is None:
        raise FeedUnreachable(NAME, "the package skfolio is not installed")
    file = Path(package.origin).parent / _FOLDER / name
    try:
        with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
    except OSError as missing:
        raise FeedUnreachable(NAME, str(missing)) from missing
    days = np.array([row[0] for row in rows[1:]], dtype="datetime64[D]")
    close = np.array([row[1:] for row in rows[1:]], dtype=np.float64)
    return Prices.from_closes(rows[0][1:], days, close)


def _bars(prices: Prices, symbol: str, since: date | None, until: date) -> tuple[Bar, ...]:
    closes = prices.close[:, prices.column(symbol)].tolist()
    return tuple(
        Bar(day, close)
        for day, close in zip(prices.days.tolist(), closes, strict=True)
        if (since is None or since <= day) and day <= until
    )
