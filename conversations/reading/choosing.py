"""What a pressed choice changes in a reading, and which questions it settles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation

from conversations.reading.meaning import KEEP, Issue, IssueKind, Slot, TradeReading, World
from conversations.reading.plausibility import EACH, TOTAL, review
from engine.ledger import Kind

# What a new value of a slot settles, and what it makes worth asking again.
_SETTLES: dict[Slot, frozenset[IssueKind]] = {
    Slot.SIDE: frozenset([IssueKind.SIDE, IssueKind.SHORT, IssueKind.HAPPENED]),
    Slot.SYMBOL: frozenset(
        [IssueKind.SYMBOL_MISSING, IssueKind.SYMBOL_UNKNOWN, IssueKind.SYMBOL_AMBIGUOUS]
    ),
    Slot.QUANTITY: frozenset([IssueKind.QUANTITY_MISSING, IssueKind.NUMBER_UNCLEAR]),
    Slot.PRICE: frozenset(
        [IssueKind.PRICE_MISSING, IssueKind.TOTAL_OR_EACH, IssueKind.NUMBER_UNCLEAR]
    ),
    Slot.AMOUNT: frozenset([IssueKind.AMOUNT_MISSING, IssueKind.NUMBER_UNCLEAR]),
    Slot.FEE: frozenset([IssueKind.FEE_UNCLEAR]),
    Slot.DATE: frozenset([IssueKind.DATE_UNCLEAR, IssueKind.DATE_VAGUE]),
    Slot.CURRENCY: frozenset([IssueKind.CURRENCY]),
    Slot.FORM: frozenset([IssueKind.TOTAL_OR_EACH]),
    Slot.NONE: frozenset(),
}
_REOPENS: dict[Slot, frozenset[str]] = {
    Slot.SYMBOL: frozenset(
        [IssueKind.SYMBOL_UNKNOWN, IssueKind.PRICE_ODD, IssueKind.CURRENCY, IssueKind.DATE_HOLIDAY]
    ),
    Slot.PRICE: frozenset([IssueKind.PRICE_ODD, EACH, TOTAL]),
    Slot.DATE: frozenset([IssueKind.PRICE_ODD, IssueKind.DATE_HOLIDAY]),
}
SLOT_OF: dict[IssueKind, Slot] = {
    IssueKind.QUANTITY_MISSING: Slot.QUANTITY,
    IssueKind.PRICE_MISSING: Slot.PRICE,
    IssueKind.PRICE_ODD: Slot.PRICE,
    IssueKind.TOTAL_OR_EACH: Slot.PRICE,
    IssueKind.AMOUNT_MISSING: Slot.AMOUNT,
    IssueKind.FEE_UNCLEAR: Slot.FEE,
    IssueKind.SIDE: Slot.SIDE,
    IssueKind.SHORT: Slot.SIDE,
    IssueKind.SYMBOL_MISSING: Slot.SYMBOL,
    IssueKind.SYMBOL_UNKNOWN: Slot.SYMBOL,
    IssueKind.SYMBOL_AMBIGUOUS: Slot.SYMBOL,
    IssueKind.DATE_UNCLEAR: Slot.DATE,
    IssueKind.DATE_VAGUE: Slot.DATE,
    IssueKind.DATE_FUTURE: Slot.DATE,
    IssueKind.DATE_HOLIDAY: Slot.DATE,
    IssueKind.CURRENCY: Slot.CURRENCY,
}
_NUMERIC = (Slot.QUANTITY, Slot.PRICE, Slot.AMOUNT, Slot.FEE)


def choose(reading: TradeReading, issue: IssueKind, value: str, world: World) -> TradeReading:
    """``reading`` after the choice ``value`` ("AAPL", "185.20", "2026-11-25", "keep") was pressed.

    Raises ValueError when ``value`` is not of the kind that the issue asks for.
    """
    if value == KEEP:
        return review(_keep(reading, issue, reading.issue(issue)), world)
    alike = [one for one in reading.issues if one.kind is issue]  # two numbers may be unclear
    offering = (one for one in alike if any(choice.value == value for choice in one.choices))
    asked = next(offering, reading.issue(issue))
    offered = [choice for choice in asked.choices if choice.value == value] if asked else []
    slot = offered[0].slot if offered else SLOT_OF.get(issue)
    if issue is IssueKind.TOTAL_OR_EACH and value in (TOTAL, EACH):
        slot = Slot.FORM
    if slot is None or slot is Slot.NONE:
        raise ValueError(f"{value!r} is no answer to {issue.value}")
    without = replace(reading, issues=tuple(one for one in reading.issues if one is not asked))
    return review(with_slot(without, slot, value), world)


def _keep(reading: TradeReading, issue: IssueKind, asked: Issue | None) -> TradeReading:
    left = tuple(one for one in reading.issues if one is not asked)
    if issue is IssueKind.NUMBER_UNCLEAR:  # there may be another one, about another number
        return replace(reading, issues=left)
    if issue is IssueKind.SYMBOL_UNKNOWN and asked is not None:
        reading = replace(reading, symbol=asked.said.upper())
    return replace(reading, issues=left, kept=reading.kept | {issue})


def with_slot(reading: TradeReading, slot: Slot, value: str) -> TradeReading:
    """``reading`` with one slot changed and what that settles taken off its issues."""
    issues = tuple(one for one in reading.issues if one.kind not in _SETTLES[slot])
    spent = reading.amount is not None and reading.quantity is None and TOTAL in reading.kept
    if slot is Slot.PRICE and spent:  # "$500 of KO": its price makes the quantity
        return replace(reading, issues=issues, price=_decimal(value))
    reading = replace(reading, issues=issues, kept=reading.kept - _REOPENS.get(slot, frozenset()))
    if slot in _NUMERIC:
        return _set_number(reading, slot, _decimal(value))
    if slot is Slot.SIDE:
        return replace(reading, side=Kind(value), short=False)
    if slot is Slot.SYMBOL:
        return replace(reading, symbol=value)
    if slot is Slot.DATE:
        return replace(reading, on=date.fromisoformat(value))
    if slot is Slot.CURRENCY:
        return replace(reading, currency=value)
    if value == TOTAL:
        return replace(reading, kept=reading.kept | {TOTAL})
    return replace(reading, price=reading.amount, amount=None, kept=reading.kept | {EACH})


def _set_number(reading: TradeReading, slot: Slot, value: Decimal) -> TradeReading:
    if slot is Slot.QUANTITY:
        return replace(reading, quantity=value)
    if slot is Slot.FEE:
        return replace(reading, fee=value)
    if slot is Slot.AMOUNT:
        return replace(reading, amount=value)
    assumed = tuple(name for name in reading.assumed if name not in (TOTAL, "pence", "decimal"))
    return replace(reading, price=value, amount=None, assumed=assumed)


def _decimal(value: str) -> Decimal:
    try:
        made = Decimal(value)
    except InvalidOperation as error:
        raise ValueError(f"not a number: {value[:40]!r}") from error
    if not made.is_finite():
        raise ValueError(f"not a number: {value[:40]!r}")
    return made
