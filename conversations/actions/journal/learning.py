"""What the notes say: trades by reason, what followed them, and a picture of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from conversations.actions.backtesting.grounds import SHARES
from conversations.turn import Turn
from conversations.wording import journal as words
from engine.arrays import Floats, Ints
from engine.journal.aftermath import follow
from engine.journal.reasons import Difference, Median, difference, median_of
from engine.ledger import Kind, Trade
from engine.prices import Prices


@dataclass(frozen=True, slots=True)
class Lesson:
    """All trades with a reason, newest last, and what followed each."""

    trades: tuple[Trade, ...]
    reasons: tuple[str, ...]
    outcome: Floats  # (B,), NaN where it is not known
    day: Ints
    market: str  # what stands for it, in words
    seed: int

    def of(self, reason: str) -> Floats:
        return self.outcome[self._is(reason)]

    def median(self, reason: str) -> Median:
        return median_of(self.of(reason))

    def apart(self, reason: str, other: str) -> Difference | None:
        """How far two reasons lie apart; the same books give the same figures."""
        return difference(
            self.of(reason),
            self.day[self._is(reason)],
            self.of(other),
            self.day[self._is(other)],
            np.random.default_rng(self.seed),
        )

    def listed(self, reason: str) -> list[tuple[Trade, float | None]]:
        """Trades of a reason and their outcomes, newest first."""
        found = [
            (trade, float(value) if isfinite(value) else None)
            for trade, one, value in zip(self.trades, self.reasons, self.outcome, strict=True)
            if one == reason
        ]
        return found[::-1]

    def _is(self, reason: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        return np.array([one == reason for one in self.reasons], dtype=np.bool_)


def market_of(prices: Prices) -> tuple[str, ...]:
    """A fund of the whole market that has prices; none: all shares that have."""
    return next(((name,) for name in SHARES if name in prices), ())


async def learn(turn: Turn) -> Lesson:
    """Look up what followed every purchase and sale that has a reason."""
    entries = await turn.work.journal.entries(turn.portfolio.id)
    told = [
        (trade, entry.reason)
        for trade in await turn.work.trades.of(turn.portfolio.id)
        if (entry := entries.get(trade.id)) is not None
        and entry.reason is not None
        and trade.kind in (Kind.BUY, Kind.SELL)
    ]
    prices = await turn.prices()
    market = market_of(prices)
    trades = tuple(trade for trade, _ in told)
    seen = follow(trades, prices, await turn.today(), market)
    return Lesson(
        trades,
        tuple(reason for _, reason in told),
        seen.outcome,
        seen.day,
        words.market_name(market, max(len(prices.symbols) - 1, 0)),
        turn.portfolio.id.int ^ turn.portfolio.version,
    )


def draw(groups: Sequence[tuple[str, Floats, Median]], title: str, subtitle: str) -> bytes:
    """The outcomes of each group as dots, their median and its interval."""
    from charts import journal  # here: matplotlib is slow to import, and others only talk

    rows = [
        journal.Group(
            name,
            values[np.isfinite(values)],
            one.value if one.enough else np.nan,
            one.low,
            one.high,
        )
        for name, values, one in groups
    ]
    return journal.draw(rows, title=title, subtitle=subtitle)
