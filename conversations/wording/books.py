"""What is said about holdings and past trades."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from conversations.actions.books import Holding, Overview, Total
from conversations.wording.figures import (
    count,
    day,
    listed,
    money,
    percent,
    shares,
    signed_money,
    signed_percent,
)
from conversations.wording.trades import demo_mark, short
from engine.ledger import Trade

LONGEST_LIST = 12


def holdings(of: Overview, *, demo: bool, today: date, team: str = "") -> str:
    """One line with the answer, then a table, largest position first."""
    totals = "; ".join(_total(one) for one in of.totals if one.positions)
    lines = [f"{demo_mark(demo=demo, team=team)}{totals}."]
    lines += _table(of.holdings[:LONGEST_LIST])
    if len(of.holdings) > LONGEST_LIST:
        lines.append(f"and {len(of.holdings) - LONGEST_LIST} more.")
    if of.unpriced:
        named = listed(list(of.unpriced[:5]))
        lines.append(f"No price since the last purchase of {named}: left out of the value.")
    past = [_past(one) for one in of.totals if one.realised or one.income or one.interest]
    lines.append(" ".join([*past, _age(of, today)]).strip())
    return "\n".join(line for line in lines if line)


def _total(of: Total) -> str:
    """``8 positions worth $102,517, +$2,468 not yet realised (+2%)``."""
    positions = count(of.positions, "position")
    if not of.priced:
        return f"{positions} in {of.currency} without a price"
    if of.priced < of.positions:
        positions = f"{of.priced} of {positions}"
    text = f"{positions} worth {money(of.value, of.currency, cents=False)}"
    text += f", {signed_money(of.gain, of.currency)} not yet realised"
    return f"{text} ({signed_percent(of.gain / of.gross_cost)})" if of.gross_cost else text


def _past(of: Total) -> str:
    text = f"Realised so far: {signed_money(of.realised, of.currency)}"
    if of.income:
        text += f", dividends {signed_money(of.income, of.currency)}"
    if of.interest:
        text += f", interest {signed_money(of.interest, of.currency)}"
    return text + "."


def _table(shown: Sequence[Holding]) -> list[str]:
    """Columns as narrow as their content: they have to fit a phone."""
    rows = [_cells(one) for one in shown]
    widths = [max(len(cells[n]) for cells in rows) for n in range(len(rows[0]))] if rows else []
    return [
        "  ".join(
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ).rstrip()
        for cells in rows
    ]


def _cells(one: Holding) -> list[str]:
    if one.value is None:
        return [one.symbol, shares(one.quantity), "no price", "", ""]
    gain = one.gain / abs(float(one.cost)) if one.gain is not None and one.cost else None
    return [
        one.symbol,
        shares(one.quantity),
        money(one.value, one.currency, cents=False),
        signed_percent(gain) if gain is not None else "",
        percent(one.weight) if one.weight is not None else "",
    ]


def _age(of: Overview, today: date) -> str:
    if of.as_of is None:
        return ""
    word = "today, " if of.as_of == today else ""
    return f"Prices of {word}{day(of.as_of)}."


def why_holdings(of: Overview) -> str:
    return (
        "Value = shares × last close I have of each; not yet realised = value − what those shares "
        "cost, fees included. Realised = proceeds after fees − cost of what you sold. "
        f"{count(len(of.holdings), 'position')} counted; taxes and exchange rates are left out."
    )


def no_holdings() -> str:
    return (
        "No positions yet. Tell me a trade – "
        '"bought 10 AAPL at 125.20 yesterday" – or try the demo portfolio.'
    )


def trade_list(
    shown: Sequence[tuple[Trade, str]], start: int, total: int, *, demo: bool, symbol: str | None
) -> str:
    """Trades with the currency of each, newest first; ``start`` of ``total`` came before them."""
    of = f" of {symbol}" if symbol else ""
    first = f"{demo_mark(demo=demo)}{count(total, 'entry', 'entries')}{of}, newest first"
    if len(shown) < total:
        first += f" ({start + 1}–{start + len(shown)})"
    return "\n".join([f"{first}:", *(_trade_row(trade, money) for trade, money in shown)])


def _trade_row(trade: Trade, currency: str) -> str:
    note = f" – {trade.note[:60]}" if trade.note else ""
    planned = " · planned" if trade.planned else ""
    on = trade.at.date()
    return f"#{trade.number} {on.day} {on:%b %y}: {short(trade, currency)}{planned}{note}"


def no_trades(symbol: str | None) -> str:
    if symbol:
        return f"No trades of {symbol} recorded."
    return "No trades recorded yet. Tell me one, or try the demo portfolio."
