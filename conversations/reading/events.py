"""What is not a purchase or a sale: dividends, splits, fees, interest, money in and out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from conversations.reading.amounts import Terms, read_terms
from conversations.reading.masks import Rest
from conversations.reading.numbers import Number
from engine.ledger import Kind

_DIVIDEND = re.compile(r"(?i)\b(?:dividends?|divs?|divis?|divvy|distribution)\b")
_REINVESTED = re.compile(r"(?i)\b(?:re-?invest\w*|drip(?:ped)?)\b")
_SPLIT = re.compile(
    r"(?i)(?<![\w.,])(\d{1,4})\s?(?:-?(?:for|to)-?|\s(?:for|to)\s|:|/)\s?(\d{1,4})(?![\d.,])"
)
_SPLIT_WORD = re.compile(r"(?i)\bsplits?\b(?! (?:it|them|the|my|between))|\bsplitted\b")
_REVERSE = re.compile(r"(?i)\breverse|\bconsolidat")
_IN = re.compile(
    r"(?i)\b(?:deposit(?:s|ed|ing)?|(?:paid|transferred|wired|moved|sent|put|added|"
    r"topped)\s(?:\S+\s){0,4}?"
    r"(?:in(?:to)?|to|up)\s(?:my|the)\s(?:\w+\s)?(?:account|portfolio|broker|brokerage|depot)|"
    r"(?:paid|transferred|wired|moved|put|sent)\s(?:\S+\s){1,3}?in(?=\s?(?:$|[.,;\x02]))|"
    r"paid in|cash in(?:flow)?|funded|"
    r"(?:added|put in|transferred|wired)\s(?:\S+\s){0,3}?(?:cash|money|funds)|(?:wired|"
    r"transferred) in)\b"
)
_OUT = re.compile(
    r"(?i)\b(?:withdr(?:e?w|awn|awal|awing)s?|(?:took|pulled|cashed|transferred|moved|wired|paid)\s"
    r"(?:\S+\s){0,3}?out(?!\sof\s\x01|\s\x01)|(?:transferred|moved|wired)\s(?:\S+\s){0,3}?"
    r"(?:to|into)\smy\s(?:bank|checking|savings|current)\b(?:\saccount)?)\b"
)
_INTEREST = re.compile(
    r"(?i)\bint(?:e?re?|er)sts?\b(?!\s(?:rates?|charges?|expenses?|cover\w*|in)\b)"
)
_RECEIVED = re.compile(
    r"(?i)\b(?:received|recieved|got|earned|credited|collected|booked|came in|(?:paid|gave) me|"
    r"(?:bank|broker|brokerage|account|depot|cash|(?-i:[A-Z])\w{1,20})\s(?:has\s)?paid)\b"
)
_OWED = re.compile(r"(?i)\b(?:margin|charged|owed?|debit|loan|borrow\w*|paid)\b")
_SHARE = re.compile(r"\d\s?(?:%|percent\b|pct\b|bps\b)")
_FEE = re.compile(
    r"(?i)\b(?:fees?|commission|charged|charges|custody|interest charge|margin interest)\b"
)
_HOW_MANY = re.compile(
    r"(?i)\b(?:on|for)\s(?:my\s|the\s|all\s)?(?P<q>\d{1,9}(?:\.\d{1,9})?)(?=\s?(?:shares?\b|"
    r"shs?\b|\x01|$))"
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a holding or to the cash, as far as it was said."""

    side: Kind | None
    amount: Decimal | None = None
    quantity: Decimal | None = None
    price: Decimal | None = None
    unclear: tuple[str, ...] = ()
    currency: str | None = None
    fee: Decimal = Decimal(0)


def read_event(text: str, *, traded: bool, named: bool) -> Event | None:
    """The event in ``text`` (names, days and notes painted over), or nothing.

    ``traded``: a verb of buying or selling was found in it, which outweighs a mere "for the
    dividend"; ``named``: an instrument was.
    """
    if named and not traded and _SPLIT_WORD.search(text):
        return _split(text)
    if _DIVIDEND.search(text) and not traded:
        return _dividend(text)
    if not named and _OUT.search(text):
        return _cash(text, Kind.WITHDRAWAL)
    if not named and _IN.search(text):
        return _cash(text, Kind.DEPOSIT)
    if not traded and not named and _INTEREST.search(text) and not _SHARE.search(text):
        return _interest(text)
    if not traded and _FEE.search(text) and not named:
        return _fee(text)
    return None


def _split(text: str) -> Event | None:
    found = _SPLIT.search(text)
    if found is None or int(found[1]) == 0 or int(found[2]) == 0:
        return Event(Kind.SPLIT)
    new, old = Decimal(found[1]), Decimal(found[2])
    if _REVERSE.search(text) and new > old:
        new, old = old, new
    ratio = new / old
    exact = ratio == ratio.quantize(Decimal("1e-9"))
    quantity = ratio.normalize() if exact else ratio.quantize(Decimal("1e-9"))
    return Event(Kind.SPLIT, quantity=quantity, unclear=() if exact else (found[0],))


def _dividend(text: str) -> Event:
    rest = Rest(text)
    counted = rest.take_first(_HOW_MANY)
    terms = read_terms(rest)
    money, unclear = _money(terms)
    side = None if _REINVESTED.search(text) else Kind.DIVIDEND
    quantity = (
        Decimal(counted["q"]) if counted else terms.quantity.value if terms.quantity else None
    )
    currency = terms.currencies[0] if terms.currencies else None
    if terms.each and terms.price is not None:
        return Event(side, None, quantity, terms.price.value, tuple(terms.unclear), currency)
    if quantity is not None and money is not None:  # 20.40 on 40 shares: in total, or each?
        unclear = (*unclear, str(money))
    fee = terms.fee.value if terms.fee else Decimal(0)
    return Event(side, money, None, None, unclear, currency, fee)


def _money(terms: Terms) -> tuple[Decimal | None, tuple[str, ...]]:
    """The one sum among ``terms``, and what is left over."""
    named = [terms.amount, terms.price, *terms.left]
    sums = [number for number in named if number is not None]
    if not sums and terms.quantity is not None:
        sums = [terms.quantity]
    if sums and (terms.negative or terms.sign == "-"):
        sums[0] = Number(-abs(sums[0].value), (), sums[0].said)
    over = (*terms.unclear, *(number.said for number in sums[1:]))
    if sums and sums[0].others and "." in sums[0].said:  # 1.000: no sum has three decimals
        over = (*over, sums[0].said)
    return (sums[0].value if sums else None), over


def _cash(text: str, side: Kind) -> Event:
    terms = read_terms(Rest(text))
    money, unclear = _money(terms)
    currency = terms.currencies[0] if terms.currencies else None
    return Event(side, money, unclear=unclear, currency=currency)


def _interest(text: str) -> Event | None:
    """On cash: what came in is income, what was paid for borrowed money is a fee."""
    received = bool(_RECEIVED.search(text))
    if not received and _OWED.search(text):
        return _fee(text)
    told = _cash(text, Kind.INTEREST)
    return told if received or told.amount is not None else None


def _fee(text: str) -> Event | None:
    terms = read_terms(Rest(text))
    money, unclear = _money(terms)
    if terms.fee is not None:
        unclear = unclear if money is None else (*unclear, str(money))
        money = terms.fee.value
    if money is None or not money:
        return None
    currency = terms.currencies[0] if terms.currencies else None
    return Event(Kind.FEE, money, unclear=unclear, currency=currency)
