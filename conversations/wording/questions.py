"""What is asked before a trade can be saved, one question at a time, and its buttons' words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from conversations.reading.meaning import (
    KEEP,
    Choice,
    DayRange,
    Issue,
    IssueKind,
    Slot,
    TradeReading,
)
from conversations.wording.figures import day, price, shares
from conversations.wording.trades import name_of, short
from engine.ledger import Impossible, ImpossibleTrade, Kind, NotEnoughShares, Trade
from engine.market.instruments import Universe


def ask(
    issue: Issue, reading: TradeReading, universe: Universe, on: DayRange | None, currency: str
) -> str:
    """The sentence for one issue: what was understood, what was not, what to do."""
    symbol = reading.symbol or ""
    what = name_of(symbol, universe.get(symbol)) if symbol else "it"
    if issue.kind is IssueKind.DATE_UNCLEAR and not issue.said:
        return f"On which day was the {_side(reading).lower()} of {what}?"
    if issue.kind is IssueKind.CURRENCY:
        return _other_currency(issue, what, currency)
    if issue.kind is IssueKind.ABSURD and reading.quantity == 0:
        return f"0 shares are no trade, so nothing can be recorded. How many {what} was it?"
    simple = _SIMPLE.get(issue.kind)
    if simple is not None:
        return simple.format(said=issue.said, what=what, symbol=symbol or "the asset")
    if issue.kind is IssueKind.SYMBOL_UNKNOWN:
        return _unknown(issue, universe)
    if issue.kind is IssueKind.PRICE_ODD and on is not None and reading.on is not None:
        return _odd_price(reading, on, currency)
    if issue.kind is IssueKind.PRICE_MISSING:
        known = f" It closed at {price(on.close, currency)} that day." if on else ""
        return f"{_side(reading)} {_much(reading)}{what}: at what price each?{known}"
    if issue.kind is IssueKind.QUANTITY_MISSING:
        return f"{_side(reading)} {what}: how many?"
    if issue.kind is IssueKind.TOTAL_OR_EACH:
        return f"{_side(reading)} {_much(reading)}{what}: is {issue.said} the total, or each?"
    return f'I\'m not sure about "{issue.said}" in that sentence. What did you mean?'


_SIMPLE = {
    IssueKind.SIDE: "Did you buy or sell {what}?",
    IssueKind.SHORT: "{what}: a short sale, or the end of one – is that what you mean?",
    IssueKind.HAPPENED: "Has that trade happened? I record only what has.",
    IssueKind.NOT_SHARES: "I keep books on shares and funds only, so nothing was saved of {said}.",
    IssueKind.SYMBOL_MISSING: "Which share or fund? A ticker or a name will do.",
    IssueKind.SYMBOL_AMBIGUOUS: "{said} trades in more than one place. Which one?",
    IssueKind.AMOUNT_MISSING: "How much money was it?",
    IssueKind.NUMBER_UNCLEAR: 'I can read "{said}" in more than one way. Which number is it?',
    IssueKind.FEE_UNCLEAR: "How much was the fee, as an amount?",
    IssueKind.DATE_UNCLEAR: "Which day is {said}?",
    IssueKind.DATE_FUTURE: "That day hasn't come yet. Which day was it?",
    IssueKind.DATE_VAGUE: "Which day exactly was {said}? For example: monday, or 2026-11-05.",
    IssueKind.ABSURD: (
        "I can't record that ({said}): amounts are above 0, below 1,000,000,000, with at most 9 "
        "digits after the point. What was it?"
    ),
}


def _unknown(issue: Issue, universe: Universe) -> str:
    names = [
        f"{found.name} is {choice.value}"
        for choice in issue.choices
        if (found := universe.get(choice.value)) is not None
    ]
    return f"I don't know {issue.said}." + (f" {names[0]}." if names else "")


def _other_currency(issue: Issue, what: str, currency: str) -> str:
    return (
        f"{what} is quoted in {currency}, and I know no exchange rate for {issue.said}. "
        f"What was the price in {currency}?"
    )


def in_its_currency(reading: TradeReading, currency: str) -> str:
    """On a button: what was said, if only the name of the currency was wrong."""
    said = reading.price if reading.price is not None else reading.amount
    return f"It was {price(said, currency)}" if said is not None else currency


def _odd_price(reading: TradeReading, on: DayRange, currency: str) -> str:
    symbol = reading.symbol or ""
    assert reading.on is not None, "the gate has a day"
    said = price(reading.price, currency) if reading.price is not None else "that"
    if on.exact:
        known = f"{symbol} traded {price(on.low, currency)}–{price(on.high, currency)}"
    else:
        known = f"{symbol} closed at {price(on.close, currency)}"
    return f"{known} on {day(reading.on)}, not near {said}. Which price was it?"


def closed_market(on: date, reason: str | None) -> str:
    why = f" ({reason})" if reason else ""
    return f"The market was closed on {day(on)}{why}. Which day was it?"


def choice_label(choice: Choice, issue: Issue, universe: Universe, currency: str) -> str:
    """The words on a button: ``AAPL Apple``, ``$185.20``, ``Fri 27 Nov 2026``, ``Keep``."""
    if choice.value == KEEP:
        return _keep_label(issue)
    match choice.slot:
        case Slot.SYMBOL:
            found = universe.get(choice.value)
            label = f"{choice.value} {found.name}" if found else choice.value
            return f"{label} {found.currency}" if found and _same_name(issue, universe) else label
        case Slot.DATE:
            return day(date.fromisoformat(choice.value))
        case Slot.PRICE | Slot.FEE | Slot.AMOUNT:
            return price(Decimal(choice.value), currency)
        case Slot.QUANTITY:
            return shares(Decimal(choice.value))
        case _:
            return _WORDS.get(choice.value, choice.value)


def _same_name(issue: Issue, universe: Universe) -> bool:
    """Whether the choices differ only in where they trade."""
    found = [universe.get(choice.value) for choice in issue.choices]
    names = [one.name for one in found if one is not None]
    return len(set(names)) < len(names)


_WORDS = {
    "total": "Yes, total",
    "each": "No, each",
    "buy": "Buy",
    "sell": "Sell",
}


def _keep_label(issue: Issue) -> str:
    match issue.kind:
        case IssueKind.SYMBOL_UNKNOWN:
            return f"Keep {issue.said[:12]}, no prices"
        case IssueKind.DATE_HOLIDAY:
            return "Keep – other venue"
        case IssueKind.SHORT | IssueKind.HAPPENED:
            return "Yes"
        case _:
            return f"Keep {issue.said[:20]}".strip()


def impossible(fact: ImpossibleTrade) -> str:
    """Why a trade cannot have happened as told, and what may be missing."""
    symbol = fact.trade.symbol
    match fact.reason:
        case Impossible.NEVER_HELD:
            return f"You never held {symbol} before that day, so it can't have paid you."
        case Impossible.NOTHING_TO_SPLIT:
            return f"You held no {symbol} on that day, so there was nothing to split."
        case Impossible.MOMENT:
            return "That moment can't be right. When was it?"
        case _:
            return f"I can't record that: its {fact.reason} can't be right. Type what it was."


def none_held(symbol: str) -> str:
    return f"You hold no {symbol}."


def oversold(fact: NotEnoughShares, *, later: Trade | None, currency: str) -> str:
    if later is not None:
        return (
            f"With that, #{later.number} {short(later, currency)} no longer fits: "
            f"only {shares(fact.held)} {fact.symbol} would be left for it."
        )
    held = shares(fact.held) if fact.held else "no"
    return f"You held {held} {fact.symbol} on that day."


def twin(trade: Trade, when: str) -> str:
    return f"Same as #{trade.number}, recorded {when}."


def missing_buy(symbol: str) -> str:
    return (
        f"Tell me the earlier purchase of {symbol} first, with its date, for example: "
        f'"bought 20 {symbol} at 150 on 3 Jan 2025". Nothing was saved yet.'
    )


def _side(reading: TradeReading) -> str:
    return {Kind.BUY: "Buying", Kind.SELL: "Selling"}.get(reading.side or Kind.FEE, "Recording")


def _much(reading: TradeReading) -> str:
    return f"{shares(reading.quantity)} " if reading.quantity is not None else ""
