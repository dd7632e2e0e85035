"""All positions that all transactions look at, in one long table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.disposition_effect import rules
from engine.disposition_effect.clock import financial_hours, reaches
from engine.disposition_effect.market_prices import MarketPrices
from engine.disposition_effect.replay import Holding, Replay
from engine.disposition_effect.transactions import Transactions


@dataclass(frozen=True, slots=True)
class MissingPrice:
    """An asset that was held at a transaction, and left out of it for want of a price."""

    transaction: int  # its place in the file, from 0
    asset: str


@dataclass(frozen=True, slots=True)
class Evaluations:
    """m pairs of a transaction and an asset held before it; of each asset in the order of time."""

    transaction: Ints  # (m,)
    asset: Ints  # (m,)
    outcomes: rules.Outcomes  # (m, ...)
    worth: Floats  # (n,) gain of the whole portfolio on paper before each transaction, in money
    missing: tuple[MissingPrice, ...]


def evaluate(
    transactions: Transactions,
    booked: Replay,
    prices: MarketPrices,
    *,
    allow_short: bool,
    time_threshold: str,
    exact: bool,
) -> Evaluations:
    """Look at every held asset at every transaction (``portfolio_compute``).

    The traded asset is priced at the trade, the others at the market. Without a price an asset is
    left out of the transaction, and listed. Within ``time_threshold`` of the transaction before,
    only what was realised counts. A transaction of an asset that is not held, with no other left to
    look at, evaluates it to 0 unless the portfolio was empty. A pair takes some 300 bytes.
    """
    source, row, traded = _pairs(booked)
    asset = transactions.asset[source]
    holding = _mix(traded, booked.before.take(source), booked.after.take(source))
    price = np.where(traded, transactions.price[row], np.nan)
    others = ~traded
    price[others] = prices.at(
        transactions.assets, asset[others], transactions.time[row[others]], exact=exact
    )
    unpriced = np.isnan(price)
    reached = _reached(transactions, time_threshold)

    counted = np.where(traded, holding.quantity != 0, ~unpriced & reached[row])
    crowd = np.bincount(row[others], minlength=len(transactions))
    seen = np.bincount(row[counted], minlength=len(transactions))
    counted |= traded & ((crowd > 0) & (seen == 0))[row]

    gain = np.where(unpriced, 0.0, holding.quantity * (price - holding.reference))
    worth = np.zeros(len(transactions), dtype=np.longdouble)  # as R adds: its sign decides
    np.add.at(worth, row, gain)
    missing = tuple(
        MissingPrice(int(row[pair]), transactions.assets[asset[pair]])
        for pair in np.flatnonzero(unpriced)[np.argsort(row[unpriced], kind="stable")]
    )
    keep = np.flatnonzero(counted)
    outcomes = _judge(
        transactions,
        booked,
        holding.take(keep),
        row[keep],
        price[keep],
        traded[keep],
        reached=reached,
        allow_short=allow_short,
    )
    return Evaluations(row[keep], asset[keep], outcomes, worth.astype(np.float64), missing)


def _pairs(booked: Replay) -> tuple[Ints, Ints, Flags]:
    """For each transaction the traded asset itself, and all transactions that find what it left.

    The transaction a position comes from, the one that looks at it, and whether they are the same.
    """
    rows = np.arange(len(booked.change))
    later = np.where(booked.after.quantity != 0, booked.following - rows - 1, 0)
    ends = np.cumsum(later + 1)
    source = np.repeat(rows, later + 1)
    offset = np.arange(len(source)) - (ends - later - 1)[source]
    return source, source + offset, offset == 0


def _mix(first: Flags, one: Holding, other: Holding) -> Holding:
    return Holding(
        np.where(first, one.quantity, other.quantity),
        np.where(first, one.reference, other.reference),
        np.where(first, one.opened, other.opened),
    )


def _reached(transactions: Transactions, threshold: str) -> Flags:
    flags = np.zeros(len(transactions), dtype=np.bool_)
    flags[1:] = reaches(transactions.clock[:-1], transactions.clock[1:], threshold)
    return flags


def _judge(
    transactions: Transactions,
    booked: Replay,
    holding: Holding,
    row: Ints,
    price: Floats,
    traded: Flags,
    *,
    reached: Flags,
    allow_short: bool,
) -> rules.Outcomes:
    clock = transactions.clock
    since_last = np.zeros(len(transactions))
    since_last[1:] = financial_hours(clock[:-1], clock[1:])
    since_open = np.zeros(row.shape)
    since_open[traded] = financial_hours(clock[holding.opened[traded]], clock[row[traded]])
    return rules.realised(
        holding.quantity,
        holding.reference,
        np.where(traded, booked.change[row], 0.0),  # the others: as if 0 were added
        price,
        np.where(traded, transactions.bought[row], holding.quantity > 0),
        since_open,
        since_last[row],
        allow_short=allow_short,
        realised_only=traded & ~reached[row],
    )
