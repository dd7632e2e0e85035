"""What one investor bought and sold, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

import numpy as np
from numpy.typing import ArrayLike

from engine.arrays import Flags, Floats, Ints
from engine.ledger import Kind, Trade


@dataclass(frozen=True, slots=True)
class Transactions:
    """n transactions of A assets. Quantities are never negative; 0 is allowed, and counts."""

    assets: tuple[str, ...]  # A names, sorted by code point
    asset: Ints  # (n,) places in ``assets``
    bought: Flags
    quantity: Floats
    price: Floats
    time: Floats  # seconds since 1970 UTC, never falling: for finding prices
    clock: Floats  # seconds on the investor's wall clock: for the hours a market is open

    def __len__(self) -> int:
        return len(self.asset)

    @classmethod
    def from_arrays(
        cls,
        asset: Sequence[str],
        kind: Sequence[str],
        quantity: ArrayLike,
        price: ArrayLike,
        time: ArrayLike,
        clock: ArrayLike | None = None,
    ) -> Transactions:
        """``kind`` is "B" or "S"; times are ``datetime64`` or seconds since 1970.

        ``clock`` is what a watch showed at ``time``, and the same where it is not given. Raises
        ValueError for columns of different lengths, other kinds, negative or missing numbers, and
        times that run backwards.
        """
        unknown = set(kind) - {"B", "S"}
        if unknown:
            raise ValueError(f"kinds of transactions: {sorted(unknown)}, expected B or S")
        seconds = seconds_of(time)
        shown = seconds if clock is None else seconds_of(clock)
        assets = tuple(sorted(set(asset)))
        place = {name: number for number, name in enumerate(assets)}
        made = cls(
            assets,
            np.array([place[name] for name in asset], dtype=np.int64),
            np.array([one == "B" for one in kind], dtype=np.bool_),
            np.asarray(quantity, dtype=np.float64),
            np.asarray(price, dtype=np.float64),
            seconds,
            shown,
        )
        made._check()
        return made

    @classmethod
    def from_trades(cls, trades: Iterable[Trade], zone: tzinfo = UTC) -> Transactions:
        """The purchases and sales among ``trades``, as given; the clock is that of ``zone``.

        Dividends, splits, fees and cash are left out: the package knows none of them.
        """
        shares = [trade for trade in trades if trade.kind in (Kind.BUY, Kind.SELL)]
        local = [trade.at.astimezone(zone).replace(tzinfo=UTC) for trade in shares]
        return cls.from_arrays(
            [trade.symbol for trade in shares],
            ["B" if trade.kind is Kind.BUY else "S" for trade in shares],
            [float(trade.quantity) for trade in shares],
            [float(trade.price) for trade in shares],
            [trade.at.timestamp() for trade in shares],
            [at.timestamp() for at in local],
        )

    def _check(self) -> None:
        columns = (self.bought, self.quantity, self.price, self.time, self.clock)
        if any(column.shape != self.asset.shape for column in columns):
            raise ValueError("the columns of transactions differ in length")
        numbers = (self.quantity, self.price)
        if not all(bool(np.all(np.isfinite(one) & (one >= 0))) for one in numbers):
            raise ValueError("a quantity or a price is negative or missing")
        if bool(np.any(np.diff(self.time) < 0)):
            raise ValueError("the times of transactions run backwards")


def seconds_of(time: ArrayLike) -> Floats:
    """``datetime64`` or seconds as seconds since 1970 (n,). Raises ValueError where one misses."""
    given = np.asarray(time)
    if given.dtype.kind == "M":
        seconds = given.astype("datetime64[us]").astype(np.int64) / 1e6
        missing = bool(np.any(np.isnat(given)))
    else:
        seconds = given.astype(np.float64)
        missing = not bool(np.all(np.isfinite(seconds)))
    if missing:
        raise ValueError("a time is missing")
    return seconds
