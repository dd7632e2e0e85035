"""What is said about holdings and past trades."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from conversations.actions.books import Holding, Overview
from conversations.wording.figures import (
    count,
    day,
    listed,
    money,
    percent,
    shares,
    short_day,
    signed_money,
    signed_percent,
)
from conversations.wording.trades import demo_mark, short
from engine.ledger import Trade

LONGEST_LIST = 12


def holdings(of: Overview, currency: str, *, demo: bool, today: date) -> str:
    """One line with the answer, then a table, largest position first."""
    gain = of.value - float(of.cost)
    first = f"{demo_mark(demo=demo)}{count(len(of.holdings), 'position')}"
    if of.value:
        first += f" worth {money(of.value, currency, cents=False)}"
        first += f", {signed_money(gain, currency)} not yet realised"
        if of.cost:
            first += f" ({signed_percent(gain / float(of.cost))})"
    lines = [first + "."]
    lines += _table(of.holdings[:LONGEST_LIST], currency)
    if len(of.holdings) > LONGEST_LIST:
        lines.append(f"and {len(of.holdings) - LONGEST_LIST} more.")
    lines.append(f"Realised so far: {signed_money(of.realised, currency)}.{_age(of, today)}")
    if of.unpriced:
        lines.append(f"I have no price for {listed(list(of.unpriced))}; left out of the value.")
    return "\n".join(lines)


def _table(shown: Sequence[Holding], currency: str) -> list[str]:
    """Columns as narrow as their content: they have to fit a phone."""
    rows = [_cells(one, currency) for one in shown]
    widths = [max(len(cells[n]) for cells in rows) for n in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()
        for cells in rows
    ]


def _cells(one: Holding, currency: str) -> list[str]:
    if one.value is None:
        return [one.symbol, shares(one.quantity), "no price", "", ""]
    return [
        one.symbol,
        shares(one.quantity),
        money(one.value, currency, cents=False),
        signed_percent(one.gain) if one.gain is not None else "",
        percent(one.weight) if one.weight is not None else "",
    ]


def _age(of: Overview, today: date) -> str:
    if of.as_of is None:
        return ""
    word = "today, " if of.as_of == today else ""
    return f" Prices of {word}{day(of.as_of)}."


def why_holdings(of: Overview) -> str:
    return (
        "Value = shares × last close I have of each; not yet realised = value − what those shares "
        "cost, fees included. Realised = proceeds after fees − cost of what you sold. "
        f"{count(len(of.holdings), 'position')} counted; taxes are left out."
    )


def no_holdings() -> str:
    return (
        "No positions yet. Tell me a trade – "
        '"bought 10 AAPL at 125.20 yesterday" – or try the demo portfolio.'
    )


def trade_list(
    trades: Sequence[Trade], total: int, currency: str, *, demo: bool, symbol: str | None
) -> str:
    of = f" of {symbol}" if symbol else ""
    first = f"{demo_mark(demo=demo)}{count(total, 'trade')}{of}"
    first += ", newest first:" if len(trades) == total else f", the newest {len(trades)}:"
    return "\n".join([first, *(_trade_row(trade, currency) for trade in trades)])


def _trade_row(trade: Trade, currency: str) -> str:
    note = f" – {trade.note[:60]}" if trade.note else ""
    planned = " · planned" if trade.planned else ""
    return f"#{trade.number}  {short_day(trade.at.date())}  {short(trade, currency)}{planned}{note}"


def no_trades(symbol: str | None) -> str:
    if symbol:
        return f"No trades of {symbol} recorded."
    return "No trades recorded yet. Tell me one, or try the demo portfolio."
