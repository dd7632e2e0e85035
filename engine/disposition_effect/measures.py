"""Everything the package computes for one investor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats, Ints
from engine.disposition_effect.evaluations import Evaluations, MissingPrice, evaluate
from engine.disposition_effect.market_prices import MarketPrices
from engine.disposition_effect.ratios import Summary, summarise
from engine.disposition_effect.replay import replay
from engine.disposition_effect.table import Table, tabulate
from engine.disposition_effect.time_series import TimeSeries, series_of, series_of_asset
from engine.disposition_effect.transactions import Transactions


@dataclass(frozen=True, slots=True)
class Measures:
    """Of one investor with A assets and n transactions."""

    assets: tuple[str, ...]  # sorted by code point
    quantity: Floats  # (A,) held at the end, negative when short
    price: Floats  # (A,) average cost at the end, 0 after a complete sale
    opened: Floats  # (A,) when the position was opened or closed, seconds since 1970 UTC
    trades: Ints  # (A,) transactions
    time: Floats  # (n,) seconds since 1970 UTC
    evaluations: Evaluations
    table: Table

    @property
    def missing(self) -> tuple[MissingPrice, ...]:
        """What was left out for want of a price."""
        return self.evaluations.missing

    def summaries(self) -> dict[str, Summary]:
        """Over assets, of DE_count, DE_total, DE_value and DD_duration."""
        return {name: summarise(values) for name, values in self.table.measures().items()}

    def driven_by_portfolio(self) -> tuple[Table, Table]:
        """The transactions before which the portfolio stood at a gain (or even), and at a loss.

        Assets without a price are left out of what the portfolio was worth; the package instead
        pairs prices with the wrong assets there.
        """
        even = (self.evaluations.worth >= 0)[self.evaluations.transaction]
        asset, outcomes = self.evaluations.asset, self.evaluations.outcomes
        positive = tabulate(asset, outcomes, self.trades, even)
        return positive, tabulate(asset, outcomes, self.trades, ~even)

    def time_series(self, asset: str | None = None) -> TimeSeries:
        """Of the investor, or of one asset. Raises ValueError for one that was never traded."""
        if asset is None:
            return series_of(self.evaluations, len(self.time))
        return series_of_asset(self.evaluations, len(self.time), self.assets.index(asset))


def measure(
    transactions: Transactions,
    prices: MarketPrices,
    *,
    allow_short: bool = True,
    time_threshold: str = "0 mins",
    exact_market_prices: bool = True,
) -> Measures:
    """All measures by all methods; the arguments are those of ``portfolio_compute``.

    Without ``exact_market_prices`` an asset that has no price at the very moment of a transaction
    gets its last one before. Raises UnknownThreshold. Source: the R package dispositionEffect
    1.0.1 (Mazzucchelli and Zanotti; MIT licence).
    """
    booked = replay(transactions)
    evaluations = evaluate(
        transactions,
        booked,
        prices,
        allow_short=allow_short,
        time_threshold=time_threshold,
        exact=exact_market_prices,
    )
    final = booked.after.take(booked.last)
    trades = np.bincount(transactions.asset, minlength=len(transactions.assets))
    return Measures(
        transactions.assets,
        final.quantity,
        final.reference,
        transactions.time[final.opened],
        trades,
        transactions.time,
        evaluations,
        tabulate(evaluations.asset, evaluations.outcomes, trades),
    )
