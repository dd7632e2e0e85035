"""``bpo disposition-effect``: the measures of the R package of that name, for files."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from bot.files import prices_of, trades_of
from bot.report import plain
from engine.disposition_effect import MarketPrices, Measures, Transactions, measure

NOTE = (
    "These figures are computed as the package computes them, for comparison: every transaction\n"
    "counts, assets are averaged without weights, and nothing has a standard error."
)


def print_measures(trades: Path, prices: Path, *, as_json: bool, out: TextIO, err: TextIO) -> None:
    """Print a summary over assets for each investor; in JSON a row for each asset.

    Prices are looked up at the exact moment of a transaction where the file has quotes within the
    day, else the last close is taken. Raises Unusable.
    """
    market = prices_of(prices, err)
    exact = market.quotes is not None
    quotes = (
        MarketPrices.from_closes(market.prices)
        if market.quotes is None
        else MarketPrices.from_series(market.quotes.series)
    )
    rows: list[dict[str, Any]] = []
    for investor, group in trades_of(trades, err, zero_quantity=True).by_investor.items():
        found = measure(Transactions.from_trades(group), quotes, exact_market_prices=exact)
        if as_json:
            rows += rows_of(investor, found)
        else:
            out.write(f"{_text(f'Investor {investor}' if investor else trades.name, found)}\n")
    if as_json:
        json.dump(rows, out, indent=1, allow_nan=False)
        out.write("\n")
    else:
        out.write(f"{NOTE}\n")


def rows_of(investor: str, found: Measures) -> list[dict[str, Any]]:
    """A row for each asset: what is held of it, the 16 sums and the four measures."""
    columns = found.table.columns() | found.table.measures()
    return [
        plain(
            {
                "investor": investor,
                "asset": asset,
                "quantity": float(found.quantity[n]),
                "price": float(found.price[n]),
            }
            | {name: float(values[n]) for name, values in columns.items()}
        )
        for n, asset in enumerate(found.assets)
    ]


def _text(title: str, found: Measures) -> str:
    summaries = {name: asdict(one) for name, one in found.summaries().items()}
    lines = [title, "  " + " " * 8 + "".join(f"{name:>13}" for name in summaries)]
    for stat in ("min", "q1", "median", "q3", "mean", "max", "sd"):
        values = "".join(f"{summary[stat]:13.4f}" for summary in summaries.values())
        lines.append(f"  {stat:<8}{values}")
    if found.missing:
        lines.append(f"  Left out for want of a price: {len(found.missing)} times")
    return "\n".join(lines) + "\n"
