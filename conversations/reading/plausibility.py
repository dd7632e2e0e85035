"""What has to be asked about a reading: against prices, sessions, holdings and the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

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
from conversations.reading.numbers import LARGEST
from engine.ledger import Kind
from engine.market.sessions import holiday, next_session, previous_session

TOLERANCE = Decimal("0.03")  # beyond the day's low and high
EACH = "each"  # in ``kept``: they said that the price is that of one share
TOTAL = "total"  # in ``kept``: they said that the amount is that of all shares
FEE_INCLUDED = "fee included"  # in ``kept``: the amount they said has the fee in it
_FINE = Decimal("0.000001")
_KEEPING = Choice(Slot.NONE, KEEP)
_DOLLARS = frozenset(["USD", "CAD", "AUD", "HKD", "SGD", "NZD"])
_TRADES = (Kind.BUY, Kind.SELL)
_CASH = (Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.FEE, Kind.INTEREST)

# Worked out anew from the fields at every review; the others stay until they are answered.
_DERIVED = frozenset(
    [
        IssueKind.SIDE,
        IssueKind.SHORT,
        IssueKind.SYMBOL_MISSING,
        IssueKind.QUANTITY_MISSING,
        IssueKind.PRICE_MISSING,
        IssueKind.AMOUNT_MISSING,
        IssueKind.TOTAL_OR_EACH,
        IssueKind.DATE_FUTURE,
        IssueKind.DATE_HOLIDAY,
        IssueKind.PRICE_ODD,
        IssueKind.CURRENCY,
        IssueKind.ABSURD,
    ]
)
_ORDER = tuple(IssueKind)


def review(
    reading: TradeReading, world: World, other_prices: tuple[Decimal, ...] = ()
) -> TradeReading:
    """``reading`` with its issues worked out anew, after a field has changed.

    ``other_prices``: what else the digits of the price could mean; one of them is used when only
    it fits the day (nlu.md 2.1). An issue whose kind is in ``kept`` is not raised again.
    """
    said = [issue for issue in reading.issues if issue.kind not in _DERIVED]
    reading = replace(reading, issues=(), unchecked=False)
    found = list(said)
    if reading.side in _TRADES or reading.side is None:
        reading, priced = _price(reading, world, other_prices)
        found += priced
        found += _sessions(reading, world)
        found += _currency(reading, world)
    found += _missing(reading, world, said)
    found += _future(reading, world)
    found += _absurd(reading)
    kept = reading.kept - {IssueKind.ABSURD}
    first = {issue.kind: issue for issue in reversed(found)}
    asked = [
        issue
        for issue in dict.fromkeys(found)
        if issue.kind not in kept and (issue.kind not in _DERIVED or issue is first[issue.kind])
    ]
    none = reading.quantity == 0  # no other question matters then
    return replace(reading, issues=tuple(sorted(asked, key=lambda one: _place(one, none=none))))


def _place(issue: Issue, *, none: bool) -> int:
    return -1 if none and issue.kind is IssueKind.ABSURD else _ORDER.index(issue.kind)


def fits(price: Decimal, day: DayRange) -> bool:
    """Whether a share can have cost ``price`` on that day."""
    return day.low * (1 - TOLERANCE) <= price <= day.high * (1 + TOLERANCE)


def rounded(value: Decimal) -> Decimal:
    """``value`` to a millionth, in as few digits as it takes."""
    if value.adjusted() > 18:
        return value
    fine = value.quantize(_FINE, ROUND_HALF_EVEN).normalize()
    return fine.quantize(Decimal(1)) if fine == fine.to_integral_value() else fine


def day_range(reading: TradeReading, world: World) -> DayRange | None:
    """What the share of ``reading`` cost on its day, if that is known."""
    if reading.symbol is None or reading.on is None:
        return None
    return world.quote(reading.symbol, reading.on)


def _price(
    reading: TradeReading, world: World, other_prices: tuple[Decimal, ...]
) -> tuple[TradeReading, list[Issue]]:
    day = day_range(reading, world)
    foreign = bool(_currency(reading, world))
    if reading.price is None and reading.amount is not None and reading.quantity:
        return _divide(reading, reading.amount, reading.quantity, None if foreign else day)
    if reading.price is None or reading.price <= 0:
        return reading, []
    if reading.quantity is None and reading.amount is not None and TOTAL in reading.kept:
        reading, issues = _count(reading, reading.amount, reading.price)
        if issues:
            return reading, issues
    price = reading.price
    if price is None or day is None or foreign:
        return replace(reading, unchecked=True), []
    if fits(price, day):
        return reading, []
    return _reread(reading, world, day, other_prices)


def _count(
    reading: TradeReading, amount: Decimal, price: Decimal
) -> tuple[TradeReading, list[Issue]]:
    """The quantity that a total and a price make."""
    quantity = rounded(amount / price)
    if quantity * price == amount:
        return replace(
            reading, quantity=quantity, amount=None, assumed=_with(reading, "quantity")
        ), []
    if quantity <= 0:
        return reading, []
    choice = Choice(Slot.QUANTITY, f"{quantity:f}")
    return reading, [Issue(IssueKind.QUANTITY_MISSING, f"{amount:f}", (choice,))]


def _divide(
    reading: TradeReading, amount: Decimal, quantity: Decimal, day: DayRange | None
) -> tuple[TradeReading, list[Issue]]:
    """The price of one share when an amount was said that may be the total."""
    if quantity <= 0 or amount <= 0:
        return reading, []
    shared = replace(
        reading, price=rounded(amount / quantity), amount=None, assumed=_with(reading, TOTAL)
    )
    single = replace(reading, price=amount, amount=None)
    if TOTAL in reading.kept or quantity == 1:
        made = single if quantity == 1 else shared
        return _checked(made, day, (Choice(Slot.PRICE, f"{amount:f}"),))
    if day is not None:
        as_total = fits(amount / quantity, day)
        if as_total != fits(amount, day):
            return (shared if as_total else single), []
    total, each = Choice(Slot.FORM, TOTAL), Choice(Slot.FORM, EACH)
    issue = Issue(IssueKind.TOTAL_OR_EACH, f"{amount:f}", (total, each))
    return replace(reading, unchecked=day is None), [issue]


def _checked(
    reading: TradeReading, day: DayRange | None, others: tuple[Choice, ...]
) -> tuple[TradeReading, list[Issue]]:
    if day is None:
        return replace(reading, unchecked=True), []
    if reading.price is None or reading.price <= 0 or fits(reading.price, day):
        return reading, []  # a price of nothing is absurd, not odd
    fitting = tuple(choice for choice in others if fits(Decimal(choice.value), day))
    return reading, [_odd(reading, day, fitting)]


def _reread(
    reading: TradeReading, world: World, day: DayRange, other_prices: tuple[Decimal, ...]
) -> tuple[TradeReading, list[Issue]]:
    """Other readings of a price that cannot be: the only one that fits is taken, and named."""
    price = reading.price or Decimal(0)
    if IssueKind.PRICE_ODD in reading.kept:
        return reading, []
    taken: dict[Decimal, str] = dict.fromkeys(other_prices, "decimal")
    quoted = world.universe.get(reading.symbol or "")
    if quoted is not None and quoted.currency == "GBP" and reading.currency in (None, "GBP"):
        taken.setdefault(price / 100, "pence")
    if reading.quantity and reading.quantity > 0 and EACH not in reading.kept:
        taken.setdefault(_without_fee(reading, price) / reading.quantity, TOTAL)
    good = {rounded(value): name for value, name in taken.items() if fits(value, day)}
    if len(good) == 1:
        value, name = next(iter(good.items()))
        return replace(reading, price=value, assumed=_with(reading, name)), []
    scaled = [price * factor for factor in map(Decimal, ("10", "0.1", "100", "0.01"))]
    offered = [*good, *(rounded(value) for value in scaled if fits(value, day))]
    choices = tuple(Choice(Slot.PRICE, f"{value:f}") for value in dict.fromkeys(offered))
    return reading, [_odd(reading, day, choices)]


def _without_fee(reading: TradeReading, total: Decimal) -> Decimal:
    """What the shares alone came to, of a total that was said to include the fee."""
    if FEE_INCLUDED not in reading.kept:
        return total
    return total - reading.fee if reading.side is Kind.BUY else total + reading.fee


def _odd(reading: TradeReading, day: DayRange, others: tuple[Choice, ...]) -> Issue:
    close = Choice(Slot.PRICE, f"{day.close:f}")
    choices = (*others, *((close,) if close not in others else ()), _KEEPING)
    return Issue(IssueKind.PRICE_ODD, f"{reading.price or 0:f}", choices)


def _with(reading: TradeReading, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*reading.assumed, name)))


def _sessions(reading: TradeReading, world: World) -> list[Issue]:
    if reading.on is None or reading.on > world.today or day_range(reading, world) is not None:
        return []
    instrument = world.universe.get(reading.symbol or "")
    exchange = instrument.exchange if instrument else "XNYS"
    name = holiday(exchange, reading.on)
    if name is None:
        return []
    days = previous_session(exchange, reading.on), next_session(exchange, reading.on)
    choices = tuple(Choice(Slot.DATE, day.isoformat()) for day in days if day <= world.today)
    return [Issue(IssueKind.DATE_HOLIDAY, name, (*choices, _KEEPING))]


def _currency(reading: TradeReading, world: World) -> list[Issue]:
    instrument = world.universe.get(reading.symbol or "")
    said = reading.currency
    if instrument is None or said is None or said == instrument.currency:
        return []
    if IssueKind.CURRENCY in reading.kept:
        return []
    if said == "USD" and instrument.currency in _DOLLARS:
        return []  # "$" stands for all of them
    return [Issue(IssueKind.CURRENCY, said, (Choice(Slot.CURRENCY, instrument.currency),))]


def _missing(reading: TradeReading, world: World, said: list[Issue]) -> list[Issue]:
    found = []
    offered = any(choice.slot is Slot.QUANTITY for issue in said for choice in issue.choices)
    if reading.side is None:
        sides = tuple(Choice(Slot.SIDE, side.value) for side in _TRADES)
        found.append(Issue(IssueKind.SIDE, "", sides))
    if reading.short:
        choice = (Choice(Slot.SIDE, reading.side.value),) if reading.side else ()
        found.append(Issue(IssueKind.SHORT, "", (*choice, _KEEPING)))
    unnamed = {IssueKind.SYMBOL_UNKNOWN, IssueKind.SYMBOL_AMBIGUOUS} & {
        issue.kind for issue in said
    }
    if reading.symbol is None and not unnamed and reading.side not in _CASH:
        last = (Choice(Slot.SYMBOL, world.last_symbol),) if world.last_symbol else ()
        found.append(Issue(IssueKind.SYMBOL_MISSING, "", last))
    if reading.side in (*_CASH, Kind.DIVIDEND):
        if reading.amount is None and (reading.price is None or reading.quantity is None):
            found.append(Issue(IssueKind.AMOUNT_MISSING))
        return found
    dividing = reading.amount is not None and TOTAL in reading.kept
    later = offered or (dividing and reading.price is None)
    if reading.quantity is None and not later:
        found.append(Issue(IssueKind.QUANTITY_MISSING, "", _held(reading, world)))
    waiting = reading.amount is not None and reading.quantity
    if reading.side is not Kind.SPLIT and reading.price is None and not waiting:
        found.append(Issue(IssueKind.PRICE_MISSING, "", _close(reading, world)))
    return found


def _held(reading: TradeReading, world: World) -> tuple[Choice, ...]:
    held = world.holdings.get(reading.symbol or "")
    if not held or held <= 0 or reading.side is not Kind.SELL:
        return ()
    parts = [rounded(held / 4), rounded(held / 2), held]
    whole = [part for part in parts if part == part.to_integral_value() or part == held]
    return tuple(Choice(Slot.QUANTITY, f"{part:f}") for part in dict.fromkeys(whole))


def _close(reading: TradeReading, world: World) -> tuple[Choice, ...]:
    day = day_range(reading, world)
    return (Choice(Slot.PRICE, f"{day.close:f}"),) if day else ()


def _future(reading: TradeReading, world: World) -> list[Issue]:
    if reading.on is None or reading.on <= world.today:
        return []
    today: date = world.today
    return [Issue(IssueKind.DATE_FUTURE, "", (Choice(Slot.DATE, today.isoformat()),))]


def _absurd(reading: TradeReading) -> list[Issue]:
    free = reading.side is Kind.SPLIT
    for slot, value in (
        (Slot.QUANTITY, reading.quantity),
        (Slot.PRICE, None if free else reading.price),
        (Slot.AMOUNT, reading.amount),
    ):
        if value is not None and (value <= 0 or value > LARGEST or _too_fine(value)):
            return [Issue(IssueKind.ABSURD, slot.value)]
    if reading.fee < 0 or reading.fee > LARGEST or _too_fine(reading.fee):
        return [Issue(IssueKind.ABSURD, Slot.FEE.value)]
    return []


def _too_fine(value: Decimal) -> bool:
    exponent = value.normalize().as_tuple().exponent
    return not isinstance(exponent, int) or exponent < -9
