"""What a share did in the month after it was traded, against the market."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from engine.arrays import Floats, Ints
from engine.ledger import Kind, Trade
from engine.prices import Prices

HORIZON = 30  # calendar days
_STALE = 7  # calendar days for which the last close still counts


@dataclass(frozen=True, slots=True)
class Aftermath:
    """Of B trades, (B,) each; NaN where it is not known (yet).

    ``own``: the share's return over the 30 days after the trade. ``market``: the market's over the
    same days. ``outcome``: their difference, seen from the trade: what a sold share lost counts as
    gained. ``day``: of the trade, as an ordinal.
    """

    own: Floats
    market: Floats
    outcome: Floats
    day: Ints


def follow(
    trades: Sequence[Trade], prices: Prices, until: date, market: Sequence[str] = ()
) -> Aftermath:
    """What followed purchases and sales, from the close of their day to that 30 days later.

    ``market``: what stands for it, equally weighted; empty: all shares with prices but the one
    traded. Dividends count as far as ``prices`` are adjusted for them. Nothing after ``until`` is
    looked at: a trade younger than 30 days has no outcome.
    """
    known = prices.until(until)
    own, against = np.full(len(trades), np.nan), np.full(len(trades), np.nan)
    sign = np.zeros(len(trades))
    day = np.array([trade.at.date().toordinal() for trade in trades], dtype=np.int64)
    for n, trade in enumerate(trades):
        sign[n] = {Kind.BUY: 1.0, Kind.SELL: -1.0}.get(trade.kind, np.nan)
        on = trade.at.date()
        if on + timedelta(days=HORIZON) > until or trade.symbol not in known:
            continue
        moves = _moves(known, on, on + timedelta(days=HORIZON))
        column = known.column(trade.symbol)
        own[n] = moves[column]
        others = [known.column(s) for s in market if s in known]
        peers = moves[others] if others else np.delete(moves, column)
        peers = peers[np.isfinite(peers)]
        against[n] = float(peers.mean()) if len(peers) else np.nan
    return Aftermath(own, against, sign * (own - against), day)


def _moves(prices: Prices, first: date, last: date) -> Floats:
    """Returns of all N shares from the close of one day to that of another: (N,)."""
    moved: Floats = _closes(prices, last) / _closes(prices, first) - 1.0
    return moved


def _closes(prices: Prices, day: date) -> Floats:
    """The last close of at most a week: (N,), NaN where there is none."""
    end = prices.row_at(day) + 1
    start = prices.row_at(day - timedelta(days=_STALE)) + 1
    window = prices.close[start:end]
    if not len(window):
        return np.full(prices.close.shape[1], np.nan)
    known = np.isfinite(window)
    last = len(window) - 1 - np.argmax(known[::-1], axis=0)
    found: Floats = window[last, np.arange(window.shape[1])]
    return found
