"""The instruments that come with the program."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from engine.market.instruments import Instrument

FILE = Path(__file__).parent / "feeds" / "listings.csv"


def read() -> Iterator[Instrument]:
    """The rows of listings.csv: symbol, name, currency, exchange, sector, aliases (a|b|c)."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            aliases = tuple(one for one in row["aliases"].split("|") if one)
            yield Instrument(
                row["symbol"], row["name"], row["currency"], row["exchange"], row["sector"], aliases
            )
