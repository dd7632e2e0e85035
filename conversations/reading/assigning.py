"""From the numbers of a phrase to the fields of a reading, and the questions that remain."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from conversations.reading.amounts import Terms
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
from conversations.reading.numbers import Number
from conversations.reading.parts import WHOLE, Part
from conversations.reading.plausibility import EACH, FEE_INCLUDED, TOTAL, fits
from engine.ledger import Kind


def assign(terms: Terms, day: DayRange | None, *, has_part: bool) -> None:
    """Give the numbers that stand alone ("AAPL 10 185.20") the parts that are still free.

    ``day``: where it shows which of two numbers is the price, it outweighs their order.
    """
    left = list(zip(terms.left, terms.left_money, strict=True))
    terms.left, terms.left_money = [], []
    priced = terms.price is not None or terms.amount is not None
    if terms.quantity is None and not has_part and not priced and len(left) >= 2:
        (first, money), (second, _) = left[:2]
        left = left[2:]
        swap = money or (_is_price(first, day) and not _is_price(second, day))
        terms.quantity, terms.price = (second, first) if swap else (first, second)
    elif terms.quantity is None and not has_part and not priced and len(left) == 1:
        number, money = left.pop()
        if money or _is_price(number, day):
            terms.price = number
        else:
            terms.quantity = number
    elif terms.quantity is None and not has_part and len(left) == 1 and not left[0][1]:
        terms.quantity = left.pop()[0]
    elif len(left) == 1 and (not priced or _makes_up(terms, left[0][0])):
        terms.price = left.pop()[0]
    terms.unclear += [number.said for number, _ in left]
    quantity, price = terms.quantity, terms.price
    swapped = price is not None and not _is_price(price, day)
    if terms.swappable and swapped and quantity is not None and _is_price(quantity, day):
        terms.quantity, terms.price = price, quantity


def _makes_up(terms: Terms, price: Number) -> bool:
    """Whether ``price`` for each share comes to the total that was said, with or without a fee."""
    if terms.amount is None or terms.price is not None or terms.quantity is None:
        return False
    fee = terms.fee.value if terms.fee else Decimal(0)
    return abs(terms.quantity.value * price.value - terms.amount.value) <= abs(fee)


def _is_price(number: Number, day: DayRange | None) -> bool:
    return day is not None and any(fits(value, day) for value in (number.value, *number.others))


def _chosen(number: Number | None, mark: str | None) -> tuple[Decimal | None, bool]:
    """The value of ``number`` where "," or "." is the decimal ``mark``; whether it is doubtful."""
    if number is None:
        return None, False
    if not number.others:
        return number.value, False
    written = "." if "." in number.said else ","
    as_decimal, as_thousands = number.value, number.others[0]
    if written == ",":
        as_decimal, as_thousands = as_thousands, as_decimal
    if written == "." and mark != "," and (mark is None or number.said.endswith("0")):
        return number.value, True  # "1.852", and nobody writes "1.500" for one and a half
    if mark is None:
        return number.value, False
    return (as_decimal if mark == written else as_thousands), False


def fill_numbers(
    reading: TradeReading, terms: Terms, part: Part | None, world: World, mark: str | None
) -> TradeReading:
    """``reading`` with the numbers of ``terms``, and an issue for each that has no clear part.

    ``mark``: the decimal mark that the rest of the message shows, if it does.
    """
    day = world.quote(reading.symbol, reading.on) if reading.symbol and reading.on else None
    assign(terms, day, has_part=part is not None)
    issues = [
        Issue(IssueKind.NUMBER_UNCLEAR, said[:60], (Choice(Slot.NONE, KEEP),))
        for said in terms.unclear
    ]
    quantity, doubtful = _chosen(terms.quantity, mark)
    if doubtful and terms.quantity is not None:
        issues.append(_either(terms.quantity, Slot.QUANTITY))
    price, doubtful = _chosen(terms.price, mark)
    if doubtful and terms.price is not None and day is None:
        issues.append(_either(terms.price, Slot.PRICE))
    amount, doubtful = _chosen(terms.amount, mark)
    if doubtful and terms.amount is not None:
        issues.append(_either(terms.amount, Slot.AMOUNT))
    if part is not None and quantity is not None and part != WHOLE:
        choice = Choice(Slot.QUANTITY, f"{part.of(quantity):f}")
        issues.append(Issue(IssueKind.NUMBER_UNCLEAR, f"{quantity:f}", (choice,)))
    if quantity is None and part is not None:
        quantity, unclear = _part_of(part, reading, world)
        issues += unclear
    reading = replace(reading, quantity=_signed(terms, reading, quantity))
    reading, more = _with_money(reading, terms, price, amount)
    return replace(reading, issues=(*reading.issues, *issues, *more))


def _either(number: Number, slot: Slot) -> Issue:
    choices = tuple(Choice(slot, f"{value:f}") for value in (number.value, *number.others))
    return Issue(IssueKind.NUMBER_UNCLEAR, number.said, choices)


def _signed(terms: Terms, reading: TradeReading, quantity: Decimal | None) -> Decimal | None:
    """A minus before a quantity that is bought makes no sense, and is left to be asked about."""
    if quantity is not None and terms.sign == "-" and reading.side is Kind.BUY:
        return -quantity
    return quantity


def _with_money(
    reading: TradeReading, terms: Terms, price: Decimal | None, amount: Decimal | None
) -> tuple[TradeReading, list[Issue]]:
    issues = []
    quantity = reading.quantity
    fee = terms.fee.value if terms.fee else Decimal(0)
    if terms.negative and price is not None:
        price = -price
    if amount is not None and terms.fee_included:
        amount += -fee if reading.side is Kind.BUY else fee
    if amount is not None and price is not None and quantity is not None:
        if abs(quantity * price - amount) > max(Decimal("0.01"), abs(fee)):
            issues.append(Issue(IssueKind.NUMBER_UNCLEAR, f"{amount:f}"))
        amount = None
    if terms.fee_rate is not None or terms.fees_said > 1:
        issues.append(_fee_issue(terms, quantity, price))
    worth = quantity * price if quantity and price else amount
    if worth and fee > abs(worth) / 2:  # more likely a total: "total incl. fees 3001"
        issues.append(Issue(IssueKind.FEE_UNCLEAR, f"{fee:f}"))
    if terms.fee_negative:
        issues.append(Issue(IssueKind.FEE_UNCLEAR, f"-{fee:f}", (Choice(Slot.FEE, f"{fee:f}"),)))
    if terms.fee_unnamed and terms.fee is None:
        issues.append(Issue(IssueKind.FEE_UNCLEAR))
    if len(set(terms.currencies)) > 1:
        issues.append(Issue(IssueKind.CURRENCY, "/".join(sorted(set(terms.currencies)))))
    kept = ({EACH} if terms.each else set()) | ({TOTAL} if terms.total else set())
    kept |= {FEE_INCLUDED} if terms.fee_included and price is not None else set()
    filled = replace(
        reading,
        price=price,
        amount=amount,
        fee=fee,
        currency=terms.currencies[0] if terms.currencies else None,
        kept=reading.kept | kept,
    )
    return filled, issues


def _fee_issue(terms: Terms, quantity: Decimal | None, price: Decimal | None) -> Issue:
    if terms.fee_rate is None and len(terms.fees) > 1:  # "commission 1, stamp duty 0.50"
        sums = dict.fromkeys((sum(terms.fees, Decimal(0)), *terms.fees))
        choices = tuple(Choice(Slot.FEE, f"{fee:f}") for fee in sums)[:4]
        return Issue(IssueKind.FEE_UNCLEAR, " + ".join(f"{fee:f}" for fee in terms.fees), choices)
    if terms.fee_rate is None or quantity is None or price is None:
        return Issue(IssueKind.FEE_UNCLEAR, terms.fee.said if terms.fee else "")
    fee = (quantity * price * terms.fee_rate / 100).quantize(Decimal("0.01"))
    return Issue(IssueKind.FEE_UNCLEAR, f"{terms.fee_rate}%", (Choice(Slot.FEE, f"{fee:f}"),))


def _part_of(part: Part, reading: TradeReading, world: World) -> tuple[Decimal | None, list[Issue]]:
    held = world.holdings.get(reading.symbol or "")
    if reading.side is Kind.BUY or held is None or held <= 0:
        return None, []
    shares = part.of(held)
    if part.is_exact(held) and shares > 0:
        return shares, []
    near = [Decimal(int(shares)), Decimal(int(shares)) + 1]
    choices = tuple(Choice(Slot.QUANTITY, f"{one:f}") for one in near if 0 < one <= held)
    return None, [Issue(IssueKind.NUMBER_UNCLEAR, f"{shares:f}", choices)]
