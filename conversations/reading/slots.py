"""Short answers while a card is open: "fee 1", "no, 12", "at 184.9", "monday", "sold", "AAPL"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from conversations.reading.amounts import Terms, read_terms
from conversations.reading.calendar_words import correct_spelling
from conversations.reading.choosing import SLOT_OF, choose, with_slot
from conversations.reading.currencies import currency_of
from conversations.reading.dates import DayMention, Sure, agree, find_days, find_times
from conversations.reading.masks import DAY, SYMBOL, Rest
from conversations.reading.meaning import Choice, Issue, IssueKind, Slot, TradeReading, World
from conversations.reading.numbers import Number, write_digits
from conversations.reading.parts import Part, take_part
from conversations.reading.plain import plain_text
from conversations.reading.plausibility import EACH, TOTAL, day_range, fits, review
from conversations.reading.sides import is_asking
from conversations.reading.symbols import SymbolMention, find_symbols, nearest, settle
from conversations.reading.verbs import Verb, find_verbs
from conversations.reading.vocabulary import CAPITALS
from engine.ledger import Kind

__all__ = ["amend", "choose"]

LONGEST_ANSWER = 300  # characters; what is longer is no answer to a question

_NOTE = re.compile(
    r"(?is)^\s*(?:note|reason|memo|comment|why)\s*[:=]\s*(.{1,280})$|^\s*(because\b.{1,280})$"
)
_LEAD = re.compile(
    r"(?i)^[\s,.!]*(?:(?:no(?!\s(?:fees?|commissions?)\b)|nope|nah|actually|sorry|oops|wait|"
    r"i mean|i meant|make it|make that|"
    r"it was|it's|"
    r"that was|was|should be|should have been|change(?: it| that)? to|set(?: it)?(?: to)?|edit|"
    r"correct|"
    r"correction|rather|it is|instead|use|take|only|just|for)\b[\s,:.!]*){1,4}"
)
_FORM = re.compile(
    r"(?i)^(?:(?:in |the )?(total|all together|altogether)|(each|per share|apiece|a share|"
    r"a piece))$"
)
_FILLER = re.compile(
    r"(?i)^(?:the|a|an|it|was|is|at|on|for|of|my|to|and|with|please|pls|fee|price|date|qty|"
    r"quantity|side|"
    r"symbol|ticker|shares?|not|that|then|instead|change|set|usd|eur|gbp|dollars?|each|total|i|"
    r"per|amount|sum|day)$"
)
_WORD = re.compile(r"[A-Za-z][A-Za-z']*")
_PERIOD = re.compile(
    r"(?i)^(?:since|until|till|between|from|over|during)\b(?!\s(?:it|i was|they)\b)"
)

_LONE = re.compile(r"\$?[A-Z]{2,6}(?:[.-][A-Z]{1,3})?$")
_CASH = (Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.FEE, Kind.INTEREST, Kind.DIVIDEND)


@dataclass(slots=True)
class _Answer:
    """What a short answer was understood to say."""

    symbols: Sequence[SymbolMention]
    days: Sequence[DayMention]
    verbs: Sequence[Verb]
    terms: Terms
    part: Part | None
    words: list[str]  # not understood
    unclear: Sequence[tuple[str, tuple[Decimal, ...]]]  # "one eighty five"


def amend(reading: TradeReading, text: str, world: World) -> TradeReading | None:
    """``reading`` changed by a short answer; None when ``text`` is no such answer.

    A bare number answers the first open issue that asks for a number; without one it is the
    quantity, or the price if it has decimals and fits the prices of the day (the sum of money for
    a dividend, fee, deposit or withdrawal). Never raises.
    """
    plain = plain_text(text)
    if not plain or len(plain) > LONGEST_ANSWER:
        return None
    if note := _NOTE.match(plain):
        return review(replace(reading, note=(note[1] or note[2]).strip()), world)
    if is_asking(plain) or plain.endswith("?") or _PERIOD.match(plain):
        return None  # "since 2019" is the period of a test, never the day of a trade
    bare = _LEAD.sub("", plain, count=1).strip(" .!,")
    if form := _FORM.match(bare):
        return _reform(reading, TOTAL if form[1] else EACH, world)
    if currency := currency_of(bare):
        return review(with_slot(reading, Slot.CURRENCY, currency), world)
    answer = _read(bare, world)
    if answer.words == [bare] and _LONE.match(bare) and bare not in CAPITALS:
        answer.symbols = [SymbolMention(0, len(bare), bare, (), 0)]
        answer.words = []
    if any(not _FILLER.match(word) for word in answer.words) or _is_trade(answer):
        return None
    changed = _with_unclear(_apply(reading, answer, bare, world), answer)
    return None if changed is reading else review(changed, world)


def _reform(reading: TradeReading, form: str, world: World) -> TradeReading | None:
    """ "total", "each": what the sum that was said is."""
    if reading.amount is None and form == TOTAL and reading.price is not None:
        reading = replace(reading, amount=reading.price, price=None, kept=reading.kept - {EACH})
    elif reading.amount is None:
        return None
    return review(with_slot(reading, Slot.FORM, form), world)


def _read(text: str, world: World) -> _Answer:
    rewritten = write_digits(correct_spelling(text))
    words = rewritten.text
    rest = Rest(words)
    days = find_days(words, world.today, world.day_first)
    for day in days:
        rest.paint(day.start, day.end, DAY)
    for time in find_times(rest.text):
        rest.paint(time.start, time.end, DAY)
    symbols = [
        one for one in find_symbols(words, world) if DAY not in rest.text[one.start : one.end]
    ]
    best = max((one.strength for one in symbols), default=0)
    symbols = [one for one in symbols if one.strength == best and (best or len(words.split()) == 1)]
    for one in symbols:
        rest.paint(one.start, one.end, SYMBOL)
    verbs = find_verbs(rest.text)
    for verb in verbs:
        rest.paint(verb.start, verb.end)
    part = take_part(rest)
    terms = read_terms(rest)
    return _Answer(symbols, days, verbs, terms, part, _WORD.findall(rest.text), rewritten.unclear)


def _is_trade(answer: _Answer) -> bool:
    """A whole new trade, which is for a card of its own."""
    terms = answer.terms
    numbers = terms.quantity or terms.price or terms.amount or terms.left or answer.part
    signed = bool(terms.sign) or terms.negative
    return bool(answer.verbs and answer.symbols and numbers) or signed or bool(terms.unclear)


def _with_unclear(reading: TradeReading, answer: _Answer) -> TradeReading:
    found = []
    for said, values in answer.unclear:
        for slot, value in ((Slot.QUANTITY, reading.quantity), (Slot.PRICE, reading.price)):
            if value == values[0]:
                choices = tuple(Choice(slot, f"{one:f}") for one in values)
                found.append(Issue(IssueKind.NUMBER_UNCLEAR, said, choices))
    return replace(reading, issues=(*reading.issues, *found)) if found else reading


def _apply(reading: TradeReading, answer: _Answer, text: str, world: World) -> TradeReading:
    changed = reading
    sides = {verb.side for verb in answer.verbs if not verb.unsided}
    if len(sides) == 1:
        changed = with_slot(changed, Slot.SIDE, sides.pop().value)
    changed = _with_symbol(changed, answer.symbols, world)
    changed = _with_day(changed, answer.days, text)
    if times := find_times(text):
        changed = replace(changed, at_time=times[0].at)
    return _with_terms(changed, answer, world)


def _with_symbol(
    reading: TradeReading, mentions: Sequence[SymbolMention], world: World
) -> TradeReading:
    if not mentions:
        return reading
    known = list(dict.fromkeys(symbol for one in mentions for symbol in settle(one, world)))
    if len(known) == 1:
        return with_slot(reading, Slot.SYMBOL, known[0])
    cleared = replace(with_slot(reading, Slot.SYMBOL, ""), symbol=None)
    kind = IssueKind.SYMBOL_AMBIGUOUS if known else IssueKind.SYMBOL_UNKNOWN
    names = known or [*nearest(mentions[0].said, world), "keep"]
    choices = tuple(Choice(Slot.SYMBOL, name) for name in names)
    return replace(cleared, issues=(*cleared.issues, Issue(kind, mentions[0].said, choices)))


def _with_day(reading: TradeReading, mentions: Sequence[DayMention], text: str) -> TradeReading:
    found = agree(mentions)
    if found is None:
        return reading
    days, sure = found
    if sure is Sure.CLEAR:
        return with_slot(reading, Slot.DATE, days[0].isoformat())
    cleared = replace(with_slot(reading, Slot.DATE, date.min.isoformat()), on=None)
    kind = IssueKind.DATE_VAGUE if sure is Sure.VAGUE else IssueKind.DATE_UNCLEAR
    choices = tuple(Choice(Slot.DATE, day.isoformat()) for day in days)
    return replace(cleared, issues=(*cleared.issues, Issue(kind, text, choices)))


def _with_terms(reading: TradeReading, answer: _Answer, world: World) -> TradeReading:
    terms = answer.terms
    changed = reading
    if answer.part is not None and terms.quantity is None:
        held = world.holdings.get(reading.symbol or "")
        if held is None or held <= 0 or reading.side is not Kind.SELL:
            return changed
        changed = with_slot(changed, Slot.QUANTITY, f"{answer.part.of(held):f}")
    named = (
        (Slot.QUANTITY, terms.quantity),
        (Slot.PRICE, terms.price),
        (Slot.FEE, terms.fee),
    )
    for slot, number in named:
        if number is not None:
            changed = with_slot(changed, slot, f"{_value(number, changed, slot, world):f}")
    if terms.each:
        changed = replace(changed, kept=changed.kept | {EACH})
    if terms.amount is not None:
        changed = _with_amount(changed, terms, terms.amount)
    for number, money in zip(terms.left, terms.left_money, strict=True):
        slot = _slot_for(changed, number, world, money=money)
        if reading.issue(IssueKind.CURRENCY) and not terms.currencies:
            changed = replace(changed, currency=None)  # it was asked for in the share's own
        changed = with_slot(changed, slot, f"{_value(number, changed, slot, world):f}")
    if terms.currencies and (terms.price or terms.amount or terms.left):
        changed = replace(changed, currency=terms.currencies[0])
    return changed


def _with_amount(reading: TradeReading, terms: Terms, amount: Number) -> TradeReading:
    if reading.side in _CASH:
        return with_slot(reading, Slot.AMOUNT, f"{amount.value:f}")
    without = replace(with_slot(reading, Slot.PRICE, "0"), price=None, amount=amount.value)
    return replace(without, kept=without.kept | ({TOTAL} if terms.total else set()))


def _slot_for(reading: TradeReading, number: Number, world: World, *, money: bool) -> Slot:
    """Which slot a number without a name is meant for."""
    day = day_range(reading, world)
    decimals = number.value != number.value.to_integral_value()
    if reading.issue(IssueKind.PRICE_MISSING) and decimals and day and fits(number.value, day):
        return Slot.PRICE
    if reading.issues and reading.issues[0].kind is IssueKind.CURRENCY:
        return Slot.PRICE if reading.amount is None else Slot.AMOUNT
    for issue in reading.issues:
        offered = [choice.slot for choice in issue.choices if choice.slot is not Slot.NONE]
        slot = SLOT_OF.get(issue.kind) or (offered[0] if offered else None)
        if slot in (Slot.QUANTITY, Slot.PRICE, Slot.AMOUNT, Slot.FEE) and not (
            money and slot is Slot.QUANTITY
        ):
            return slot
    if reading.side in _CASH:
        return Slot.AMOUNT
    if money or (decimals and day is not None and fits(number.value, day)):
        return Slot.PRICE
    return Slot.QUANTITY


def _value(number: Number, reading: TradeReading, slot: Slot, world: World) -> Decimal:
    """The value of ``number``; "1.852" is read as the price that fits where only one does."""
    day = day_range(reading, world)
    if slot is Slot.PRICE and day is not None and not fits(number.value, day):
        return next((other for other in number.others if fits(other, day)), number.value)
    return number.value
