"""From a message to the trades it tells of, each with what has to be asked about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from conversations.reading.alternatives import any_of, compiled
from conversations.reading.amounts import Terms, read_terms
from conversations.reading.assigning import fill_numbers
from conversations.reading.clauses import Clause, Page, named_in, read_page, split_clauses
from conversations.reading.dates import agree
from conversations.reading.dating import date_readings
from conversations.reading.doubts import corrected_in, find_doubts, speaks_of_short_sale
from conversations.reading.events import Event, read_event
from conversations.reading.fees import FEE_SUM, NO_FEE
from conversations.reading.masks import SYMBOL, Rest
from conversations.reading.meaning import (
    KEEP,
    Choice,
    DayRange,
    Issue,
    IssueKind,
    Slot,
    TradeReading,
    World,
)
from conversations.reading.numbers import decimal_mark
from conversations.reading.parts import WHOLE, Part, take_part
from conversations.reading.plain import plain_text
from conversations.reading.plausibility import review
from conversations.reading.slots import amend, choose
from conversations.reading.symbols import SymbolMention, nearest, settle
from engine.ledger import Kind

__all__ = [
    "KEEP",
    "Choice",
    "DayRange",
    "Issue",
    "IssueKind",
    "Slot",
    "TradeReading",
    "World",
    "amend",
    "choose",
    "read_trades",
    "review",
]

MOST = 50  # trades read from one message

_PRONOUN = re.compile(r"(?i)\b(?:it|them|those|more|another|these)\b")
# Words that may stand beside "10 AAPL at 185" without making it something else than a trade.
_BESIDE = compiled(
    any_of(
        r"""
        ^(?:at|for|x|shares?|shs?|of|each|per|on|the|my|an?|total|in|usd|eur|gbp|more|and|pls)$
        ^(?:please|thx|trade|new|price|qty|quantity|fees?|no|with|ok|also|then|filled|executed)$
        ^(?:units?|now|just|ticker|symbol|ea|apiece)$
        """
    )
)
_SHARING = r"(?:each|both|per trade|apiece|together|total|combined)"
_SHARED_FEE = compiled(
    rf"\b(?:fees?|commissions?)\b[^\n;]{{0,16}}\b{_SHARING}\b"
    r"|\b(?:each|both|together)\b[^\n;]{0,16}\b(?:fees?|commissions?)\b"
)
_WORD = re.compile(r"[A-Za-z]+")


def read_trades(text: str, world: World) -> tuple[TradeReading, ...]:
    """The trades, dividends, splits, fees and payments that ``text`` tells of; () for none.

    Never raises. A reading without issues may be put on a card as it is; each issue is one
    question. Nothing is taken from the clock: days are relative to ``world.today``, and a trade
    without a day is of today. "monday" is the most recent Monday, today included.
    """
    plain = plain_text(text)
    if not plain:
        return ()
    page = read_page(plain, world)
    mark = decimal_mark(page.text)
    found: list[tuple[Clause, TradeReading]] = []
    others: list[tuple[Decimal, ...]] = []
    for clause in split_clauses(page)[:MOST]:
        previous = found[-1][1] if found else None
        made = None if clause.denied else _read_clause(page, clause, world, mark, previous)
        if made is not None:
            found.append((clause, made[0]))
            others.append(made[1])
    if len(found) == 1:
        found = [(found[0][0], replace(found[0][1], source=plain))]
    readings = _with_shared_fee(page, date_readings(page, found, world))
    readings = _with_lost_fee(page, readings)
    return tuple(
        review(_with_number_words(page, reading), world, other)
        for reading, other in zip(readings, others, strict=True)
    )


def _with_shared_fee(page: Page, readings: list[TradeReading]) -> list[TradeReading]:
    """ "fee 1 each": asked of the trades beside which it does not stand."""
    fees = {f"{reading.fee:f}" for reading in readings if reading.fee}
    if len(readings) == 1 or not fees or not _SHARED_FEE.search(page.words):
        return readings
    issue = Issue(IssueKind.FEE_UNCLEAR, "", tuple(Choice(Slot.FEE, fee) for fee in fees))
    return [one if one.fee else replace(one, issues=(*one.issues, issue)) for one in readings]


def _with_lost_fee(page: Page, readings: list[TradeReading]) -> list[TradeReading]:
    """A fee that stands in a part of the text which tells of no trade: asked, never dropped."""
    told = any(
        one.fee or one.side is Kind.FEE or one.issue(IssueKind.FEE_UNCLEAR) for one in readings
    )
    said = "".join(match[0] for match in FEE_SUM.finditer(page.text))
    if not readings or told or NO_FEE.search(page.text) or not set(said) & set("123456789"):
        return readings
    first = readings[0]
    issue = Issue(IssueKind.FEE_UNCLEAR)
    return [replace(first, issues=(*first.issues, issue)), *readings[1:]]


def _with_number_words(page: Page, reading: TradeReading) -> TradeReading:
    """ "one eighty five": number words that can be read in two ways, asked where they are used."""
    found = []
    for said, values in page.unclear:
        for slot, value in ((Slot.PRICE, reading.price), (Slot.QUANTITY, reading.quantity)):
            if value == values[0]:
                choices = tuple(Choice(slot, f"{one:f}") for one in values)
                found.append(Issue(IssueKind.NUMBER_UNCLEAR, said, choices))
        if reading.amount in values:
            found.append(Issue(IssueKind.NUMBER_UNCLEAR, said))
    return replace(reading, issues=(*reading.issues, *found))


def _read_clause(
    page: Page, clause: Clause, world: World, mark: str | None, previous: TradeReading | None
) -> tuple[TradeReading, tuple[Decimal, ...]] | None:
    """The reading of ``clause`` and what else the digits of its price could mean."""
    text, mentions = named_in(page, clause)
    symbol, issues = _symbol(mentions, world)
    base = TradeReading(
        source=page.words[clause.start : clause.end].strip(" ,;\n"),
        symbol=symbol,
        note=_note(page, clause),
        on=_likely_day(page, clause, world),
        issues=tuple(issues),
    )
    traded = any(not verb.weak for verb in clause.verbs)
    named = any(one.symbols or one.strength >= 3 for one in mentions)
    words = text if named else page.text[clause.start : clause.end]
    event = read_event(words, traded=traded, named=named)
    if event is not None:
        return _event_reading(base if named else replace(base, issues=()), event), ()
    rest = Rest(text)
    for verb in clause.verbs:
        if not verb.pays:
            rest.paint(verb.start - clause.start, verb.end - clause.start)
    part = take_part(rest)
    terms = read_terms(rest)
    reading = _with_side(base, clause, terms, rest, previous)
    if reading is None or not _is_trade(clause, terms, part, mentions, reading, rest):
        return None
    if part is None and reading.side is Kind.SELL and any(verb.whole for verb in clause.verbs):
        part = WHOLE
    if not mentions:
        reading = _same_symbol(reading, text, world, previous)
    reading = fill_numbers(reading, terms, part, world, mark)
    found = [*reading.issues, *find_doubts(page, clause, text)]
    correction = None if found else corrected_in(page, clause, text)
    reading = replace(reading, issues=(*found, correction) if correction else tuple(found))
    written = terms.price.others if terms.price and reading.price == terms.price.value else ()
    return reading, written if mark is None else ()


def _note(page: Page, clause: Clause) -> str:
    inside = [
        page.words[start:end].strip(" -()[]|/#>=\"'.,!")
        for start, end in page.notes
        if clause.start <= start < clause.end
    ]
    return "; ".join(note for note in inside if note)


def _likely_day(page: Page, clause: Clause, world: World) -> date:
    """The day whose prices tell a price from a quantity; the day of the trade is settled later."""
    inside = [day for day in page.days if clause.start <= day.start < clause.end]
    found = agree(inside or page.days)
    return found[0][0] if found and len(found[0]) == 1 else world.today


def _symbol(mentions: Sequence[SymbolMention], world: World) -> tuple[str | None, list[Issue]]:
    """The symbol that ``mentions`` agree on, or the question about it."""
    if not mentions:
        return None, []
    known = dict.fromkeys(symbol for one in mentions for symbol in settle(one, world))
    if len(known) == 1 and all(one.symbols for one in mentions):
        return next(iter(known)), []
    if known:
        choices = tuple(Choice(Slot.SYMBOL, symbol) for symbol in known)[:6]
        return None, [Issue(IssueKind.SYMBOL_AMBIGUOUS, mentions[0].said, choices)]
    said = mentions[0].said
    near = tuple(Choice(Slot.SYMBOL, symbol) for symbol in nearest(said, world))
    return None, [Issue(IssueKind.SYMBOL_UNKNOWN, said, (*near, Choice(Slot.SYMBOL, KEEP)))]


def _same_symbol(
    reading: TradeReading, text: str, world: World, previous: TradeReading | None
) -> TradeReading:
    """The instrument that was talked about: "5 more at 184.50", "sold it"."""
    if previous is not None and previous.symbol is not None:
        return replace(reading, symbol=previous.symbol)
    if world.last_symbol is not None and _PRONOUN.search(text):
        return replace(reading, symbol=world.last_symbol, assumed=(*reading.assumed, "symbol"))
    return reading


def _with_side(
    reading: TradeReading, clause: Clause, terms: Terms, rest: Rest, previous: TradeReading | None
) -> TradeReading | None:
    """``reading`` with its side; without one where that is to be asked; None: no trade at all."""
    if any(verb.unsided for verb in clause.verbs):
        return replace(reading, side=None)
    strong = [verb for verb in clause.verbs if not verb.weak]
    sides = {verb.side for verb in strong or clause.verbs}
    if short := next((verb for verb in clause.verbs if verb.short), None):
        return replace(reading, side=short.side, short=True)
    if sides and speaks_of_short_sale(rest.text):
        return replace(reading, side=None, short=True)
    if sides:
        return replace(reading, side=sides.pop() if len(sides) == 1 else None)
    if terms.sign and terms.quantity is not None:
        return replace(reading, side=Kind.BUY if terms.sign == "+" else Kind.SELL)
    beside = _is_bare(rest)
    if previous is not None and previous.side in (Kind.BUY, Kind.SELL):
        return replace(reading, side=previous.side) if beside or _has_numbers(terms) else None
    counted = terms.quantity is not None or len(terms.left) + (terms.price is not None) >= 2
    named = beside and SYMBOL in rest.text
    return reading if named and (counted or _has_decimals(terms)) else None


def _is_bare(rest: Rest) -> bool:
    """Whether nothing stands beside names and numbers that could tell of something else."""
    return all(_BESIDE.match(word) for word in _WORD.findall(rest.text))


def _has_decimals(terms: Terms) -> bool:
    """ "AAPL 185.20": a price, of a trade whose side and quantity they left out."""
    said = [*terms.left, *((terms.price,) if terms.price else ())]
    return len(said) == 1 and said[0].value != said[0].value.to_integral_value()


def _is_trade(
    clause: Clause,
    terms: Terms,
    part: Part | None,
    mentions: Sequence[SymbolMention],
    reading: TradeReading,
    rest: Rest,
) -> bool:
    """Whether enough was said: a name, a strong verb with a number, or a weak one with two."""
    numbers = _has_numbers(terms)
    if any(one.symbols for one in mentions):
        return bool(clause.verbs or reading.side) or numbers or part is not None
    strong = any(not verb.weak for verb in clause.verbs)
    unknown = any(one.strength >= 3 for one in mentions)
    if strong:
        return numbers or unknown or part is not None
    if numbers and (unknown or (not clause.verbs and reading.side is not None)):
        return True
    grabbed = any(verb.weak and not verb.pays and not verb.unsided for verb in clause.verbs)
    count = (terms.quantity is not None) + (terms.price is not None) + len(terms.left)
    return grabbed and count == 2 and terms.price is not None and _is_bare(rest)


def _has_numbers(terms: Terms) -> bool:
    return bool(terms.quantity or terms.price or terms.amount or terms.left or terms.unclear)


def _event_reading(base: TradeReading, event: Event) -> TradeReading:
    unclear = [Issue(IssueKind.NUMBER_UNCLEAR, said) for said in event.unclear]
    return replace(
        base,
        side=event.side,
        amount=event.amount,
        quantity=event.quantity,
        price=Decimal(0) if event.side is Kind.SPLIT else event.price,
        currency=event.currency,
        fee=event.fee,
        issues=(*base.issues, *unclear),
    )
