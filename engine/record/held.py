"""What is held at the end of a record, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.record.record import Record


@dataclass(frozen=True, slots=True)
class HeldPosition:
    symbol: str
    quantity: float
    cost: float  # per share
    gain: float  # since purchase at the newest close; NaN without a price
    days: float  # calendar days since it was opened


def held_now(record: Record) -> dict[str, HeldPosition]:
    """The long positions after the last trade, by symbol."""
    now = np.datetime64(record.until, "D")
    found = {}
    for symbol, quantity, cost, opened in record.history.final:
        if quantity <= 0.0:
            continue
        close = record.market.close[-1, symbol] if record.market.length else np.nan
        name = record.history.symbols[symbol]
        age = float((now - record.history.days[opened]).astype(np.int64))
        found[name] = HeldPosition(name, quantity, cost, float(close) / cost - 1.0, age)
    return found
