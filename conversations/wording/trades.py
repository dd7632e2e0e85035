"""What is said about a trade: the card, the questions before it, the line after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from conversations.reading.meaning import DayRange, TradeReading
from conversations.wording.figures import (
    count,
    day,
    listed,
    money,
    percent,
    price,
    shares,
    signed_money,
    signed_percent,
)
from engine.ledger import Kind, Position, Trade
from engine.market.instruments import Instrument

VERBS = {
    Kind.BUY: "BUY",
    Kind.SELL: "SELL",
    Kind.DIVIDEND: "DIVIDEND",
    Kind.SPLIT: "SPLIT",
    Kind.FEE: "FEE",
    Kind.DEPOSIT: "DEPOSIT",
    Kind.WITHDRAWAL: "WITHDRAWAL",
    Kind.INTEREST: "INTEREST",
}
ASSUMED = {
    "total": "I took that as the total; per share it fits the day's price.",
    "decimal": "I read the comma as a decimal point; that fits the day's price.",
    "pence": "I read the price in pence; that fits the day's price.",
    "quantity": "I worked the number of shares out from the total and the price.",
    "symbol": "I took it to be the one we last talked about.",
}


def name_of(symbol: str, instrument: Instrument | None) -> str:
    """``Apple (AAPL)``, or the bare symbol of something we do not know."""
    return f"{instrument.name} ({symbol})" if instrument else symbol


def demo_mark(*, demo: bool, team: str = "") -> str:
    """Before what is about the demo, or about a shared portfolio where nothing else says so."""
    return "DEMO · " if demo else f"{team} · " if team else ""


def headline(trade: Trade, instrument: Instrument | None, on: date, currency: str) -> str:
    """``BUY 10 Apple (AAPL) @ $185.20 · Tue 17 Nov 2026``."""
    verb = VERBS[trade.kind]
    if trade.kind in (Kind.BUY, Kind.SELL):
        what = f"{shares(trade.quantity)} {name_of(trade.symbol, instrument)}"
        return f"{verb} {what} @ {price(trade.price, currency)} · {day(on)}"
    if trade.kind is Kind.SPLIT:
        return f"{verb} {name_of(trade.symbol, instrument)} {ratio(trade.quantity)} · {day(on)}"
    amount = money(trade.quantity * trade.price, currency)
    of = f" from {name_of(trade.symbol, instrument)}" if trade.symbol else ""
    return f"{verb} {amount}{of} · {day(on)}"


def ratio(new_for_old: Decimal) -> str:
    """``4:1``, or ``1:8`` for a reverse split."""
    if new_for_old >= 1:
        return f"{shares(new_for_old)}:1"
    return f"1:{shares((1 / new_for_old).quantize(Decimal('0.01')))}"


def short(trade: Trade, currency: str) -> str:
    """``SELL 12 NVDA @ $131.10``: a trade in a list or a question."""
    verb = VERBS[trade.kind]
    if trade.kind in (Kind.BUY, Kind.SELL):
        return f"{verb} {shares(trade.quantity)} {trade.symbol} @ {price(trade.price, currency)}"
    if trade.kind is Kind.SPLIT:
        return f"{verb} {trade.symbol} {ratio(trade.quantity)}"
    of = f" {trade.symbol}" if trade.symbol else ""
    return f"{verb}{of} {money(trade.quantity * trade.price, currency)}"


def checked(reading: TradeReading, on: DayRange | None, currency: str) -> str:
    """Whether the price fits the day, in the words of what is known about that day."""
    if reading.side not in (Kind.BUY, Kind.SELL) or reading.price is None:
        return ""
    if on is None:
        return "I have no price of that day to check it against"
    if on.exact:
        known = f"day's range {price(on.low, currency)}–{price(on.high, currency)}"
        slack = Decimal(0)
    else:
        known = f"close that day {price(on.close, currency)}"
        slack = Decimal("0.03")
    fits = on.low * (1 - slack) <= reading.price <= on.high * (1 + slack)
    return f"{known} ✓" if fits else f"{known}; kept as you said it"


def money_line(
    trade: Trade,
    reading: TradeReading,
    on: DayRange | None,
    gain: tuple[Decimal, Decimal] | None,
    currency: str,
) -> str:
    """``= $1,852.00 · fee 0 · day's range 183.10–186.40 ✓``."""
    parts = []
    if trade.kind in (Kind.BUY, Kind.SELL):
        parts.append(f"= {money(trade.quantity * trade.price, currency)}")
    if trade.kind in (Kind.BUY, Kind.SELL) or trade.fee:
        parts.append(f"fee {money(trade.fee, currency) if trade.fee else '0'}")
    if said := checked(reading, on, currency):
        parts.append(said)
    if gain is not None:
        word = "gain" if gain[0] >= 0 else "loss"
        parts.append(f"{word} {signed_money(gain[0], currency)} ({signed_percent(gain[1])})")
    return " · ".join(parts)


def assumed(reading: TradeReading) -> list[str]:
    return [ASSUMED[key] for key in reading.assumed if key in ASSUMED]


def saved(
    trades: Sequence[Trade],
    position: Position | None,
    weight: float | None,
    currencies: Sequence[str],
    *,
    demo: bool,
    team: str = "",
) -> str:
    """``✅ Saved #214: BUY 10 AAPL @ $185.20.``, and what is held now."""
    numbers = listed([f"#{trade.number}" for trade in trades])
    line = f"✅ {demo_mark(demo=demo, team=team)}Saved {numbers}: "
    told = [short(trade, money) for trade, money in zip(trades, currencies, strict=True)]
    line += " · ".join(told) + "."
    symbol = trades[-1].symbol
    if not symbol:
        return line
    if position is None or not position.quantity:
        return f"{line}\n{symbol}: none held now."
    held = f"{line}\n{symbol} now {shares(position.quantity)} sh"
    held += f", avg {money(position.average_cost, currencies[-1])}"
    return f"{held}, {percent(weight)} of portfolio." if weight is not None else f"{held}."


def why_card() -> str:
    return (
        "Total = shares × price. Gain = proceeds after the fee − what those shares cost, fees "
        "included, by the lot method in your settings. The tick says that the price lies in that "
        "day's range, or within 3% of its close where only closes are known. Nothing is saved yet."
    )


def why_saved() -> str:
    return (
        "Average = what the shares you hold cost, fees included, divided by their number. "
        "Share of portfolio = value of this position ÷ value of all, at the last closes I have; "
        "it is left out when a price is missing or older than your last purchase."
    )


def note(trade: Trade) -> str:
    return f"Note: {trade.note[:200]}"


def leaves_short(short_by: Decimal, symbol: str, *, allowed: bool) -> str:
    line = f"This leaves you short {shares(short_by)} {symbol}."
    if allowed:
        return line
    return f"{line} Saving it allows short positions in this portfolio (see settings)."


def once() -> str:
    return "OK – it is recorded once. Nothing was added."


def not_a_change(near: Sequence[str] = ()) -> str:
    """``near``: the labels of commands that may have been mistyped."""
    said = "I couldn't read that as a change to this card, so nothing was changed."
    if not near:
        return f'{said} Change it in words like "fee 1", or press a button.'
    return f"{said} Did you mean {listed([f'“{one}”' for one in near], 'or')}?"


def in_short(readings: Sequence[TradeReading]) -> str:
    """``BUY 10 AAPL``: a draft in a line about something else; what is unclear is left out."""
    if len(readings) > 1:
        return count(len(readings), "trade")
    first = readings[0]
    verb = VERBS[first.side] if first.side is not None else "a trade"
    if first.side in (Kind.BUY, Kind.SELL, None):
        parts = [shares(first.quantity)] if first.quantity is not None else []
    else:
        parts = []
    return " ".join([verb, *parts, *([first.symbol] if first.symbol else [])])


def planned(reading: TradeReading, currency: str) -> str:
    """``BUY 5 SPY @ $600.00``: a trade that has not happened."""
    said = in_short([reading])
    return said if reading.price is None else f"{said} @ {price(reading.price, currency)}"


def stays_open(readings: Sequence[TradeReading]) -> str:
    """Below the answer to something else."""
    return f"Your card is still open: {in_short(readings)}. “card” shows it."


def no_card() -> str:
    return 'No card is open. Tell me a trade: "bought 10 AAPL at 125.70 on 28 Dec 2022".'


def here_it_is() -> str:
    return "Nothing is saved yet. This is the card:"


def other_portfolio() -> str:
    return "That card belongs to another portfolio. Nothing was saved."


def already_saved(trade: Trade) -> str:
    return f"That is saved already, as #{trade.number}. Nothing was added."


def draft_closed(status: str) -> str:
    return {
        "cancelled": "That card was cancelled. Nothing was saved.",
        "replaced": "That card was replaced by a newer one. Nothing was saved from it.",
    }.get(status, "There is nothing waiting to be confirmed.")


def just_closed() -> str:
    return 'That card has just been closed from somewhere else. Say "trades" to see what is saved.'


def expired() -> str:
    return "That card expired (15 min). Nothing was saved."


def how_to_edit(trade_count: int, index: int) -> str:
    which = "" if trade_count == 1 else f" in trade {index + 1}"
    return (
        f"What should change{which}? Type it, for example:\n"
        "price 184.90 · qty 12 · fee 1 · monday · 2026-11-05 · note: my reason"
    )


def how_to_tell() -> str:
    return (
        "Tell me a trade in your own words, for example:\n"
        "bought 10 AAPL at 125.70 on 28 Dec 2022\n"
        "sold half my TSLA at 241 on monday, fee 1\n"
        "KO paid a dividend of 12.40"
    )


def several(count_of: int, *, demo: bool) -> str:
    return f"{demo_mark(demo=demo)}{count(count_of, 'draft')} – save them together?"


def undone(trade: Trade, left: Position | None, currency: str, *, demo: bool) -> str:
    line = f"↩️ {demo_mark(demo=demo)}#{trade.number} removed ({short(trade, currency)})."
    if not trade.symbol:
        return line
    back = shares(left.quantity) if left else "0"
    return f"{line} {trade.symbol} back to {back} sh."


def restored(trade: Trade, left: Position | None, currency: str, *, demo: bool) -> str:
    line = f"✅ {demo_mark(demo=demo)}#{trade.number} restored ({short(trade, currency)})."
    if not trade.symbol:
        return line
    return f"{line} {trade.symbol} now {shares(left.quantity) if left else '0'} sh."


def ask_undo(trade: Trade, when: str, currency: str, *, demo: bool) -> str:
    return f"{demo_mark(demo=demo)}Undo #{trade.number} {short(trade, currency)} ({when})?"


def nothing_to_undo() -> str:
    return "There is no trade to undo."


def no_such_trade(number: int) -> str:
    return f'There is no trade #{number} in this portfolio. Say "trades" to see them.'


def undone_before(trade: Trade) -> str:
    return f"#{trade.number} is undone already. Nothing was changed."


def not_undone(trade: Trade) -> str:
    return f"#{trade.number} is in the books already. Nothing was changed."


def needed_later(trade: Trade, needs: Trade, currency: str) -> str:
    return (
        f"I can't remove #{trade.number}: later, #{needs.number} {short(needs, currency)} "
        f"needs those shares. Undo #{needs.number} first. Nothing was changed."
    )


def no_longer_fits(symbol: str, held: Decimal, wanted: Decimal) -> str:
    return (
        f"You hold {shares(held)} {symbol} now, so selling {shares(wanted)} no longer fits. "
        "Nothing was saved."
    )


def looking_up(symbols: list[str]) -> str:
    return f"Looking up the price of {listed(symbols)}…"


def feeds_unreachable(feeds: tuple[str, ...], as_of: date | None) -> str:
    """The last good data and a clear sentence when there is no network."""
    known = f"; my last prices are of {day(as_of)}" if as_of else ""
    said = f"I can't reach {listed(list(feeds))} right now{known}."
    return f"{said} Later, “refresh prices” asks again."
