"""Closes as they were quoted, brought to today's shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from engine.prices import Prices

Splits = Mapping[str, Sequence[tuple[date, float]]]  # ex-days, new shares for each old one


def adjust(prices: Prices, splits: Splits) -> Prices:
    """``prices`` as quoted, divided by the ratio of every later split; volumes are multiplied.

    On the day of a split itself the quotes are already those of new shares. Dividends per share
    need the same before ``open_panel``: divide them by the ratios of the splits after their ex-day.
    Raises KeyError for a symbol without prices and ValueError for a ratio that is not above zero.
    """
    ratio = np.ones(prices.close.shape)
    for symbol, events in splits.items():
        column = prices.column(symbol)
        for day, shares in events:
            if not 0.0 < shares < float("inf"):
                raise ValueError(f"a split of {symbol} into {shares}")
            before = int(np.searchsorted(prices.days, np.datetime64(day, "D")))
            ratio[:before, column] *= shares
    return replace(
        prices,
        open=prices.open / ratio,
        high=prices.high / ratio,
        low=prices.low / ratio,
        close=prices.close / ratio,
        volume=prices.volume * ratio,
    )
