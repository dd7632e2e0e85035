"""The world that the phrases are read in: the instruments, holdings and prices of world.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from conversations.reading.meaning import DayRange, World
from engine.market.instruments import Instrument, Universe

PHRASES = Path(__file__).parent.parent / "phrases"


@lru_cache(maxsize=1)
def phrase_world() -> World:
    told = json.loads((PHRASES / "world.json").read_text())
    universe = Universe.of(
        Instrument(
            one["symbol"],
            one["name"],
            one["currency"],
            one["exchange"],
            aliases=tuple(one["aliases"]),
        )
        for one in told["instruments"]
    )
    days: Mapping[str, Mapping[str, Mapping[str, float]]] = told["days"]

    def quote(symbol: str, day: date) -> DayRange | None:
        known = days.get(symbol, {}).get(day.isoformat())
        if known is None:
            return None
        low, high, close = (Decimal(str(known[name])) for name in ("low", "high", "close"))
        return DayRange(low, high, close)

    return World(
        date.fromisoformat(told["today"]),
        universe,
        {symbol: Decimal(held) for symbol, held in told["holdings"].items()},
        quote,
        told["currency"],
        told["day_first"],
        told["last_symbol"],
    )
