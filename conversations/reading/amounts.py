"""Quantities, prices, totals and fees: which number of a phrase plays which part."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from conversations.reading.alternatives import any_of, compiled
from conversations.reading.currencies import (
    AFTER,
    BEFORE,
    CODES,
    EDGE,
    currency_of,
    is_hundredth,
    money,
)
from conversations.reading.fees import FEE_ALONE, FEE_RATE, FEES, NO_FEE
from conversations.reading.hedges import find_guesses
from conversations.reading.masks import Rest
from conversations.reading.numbers import AMOUNT, Number, read_number

_N, _COUNT = money("n"), rf"{EDGE}(?P<q>{AMOUNT})"
_ROUGHLY = r"(?:(?:around|about|approx\.?|approximately|roughly|circa|like|nearly|almost|~)\s?)?"
_SHARES = r"(?:shares?|shs?|stocks?|units?|pcs|pieces?)\b"
_LOOSE = (
    r"(?:more|of|my|the|last|additional|extra|full|whole|other|remaining|further|new|those|shares?)"
)


_SIZE = r"\d{1,9}(?:[.,]\d{1,9})?"
_RESULT = r"(?:gain(?:ed|s)?|loss(?:es)?|lost|profits?|made|p&l|pnl|upside|downside)"
_PLANNED = r"(?:price )?(?:target(?:s|ing|ed)?|tgt|stop(?:[ -]?loss)?|take[- ]profit|tp|sl|goal)"
_UNIT = r"(?:year|yr|month|week|wk|day|hour|minute)s?"
_REFERENCE = r"(?:order|ref(?:erence)?|ticket|confirmation|conf|transaction|txn|id|account|acct)"
# What came of it, what is held now, what is planned: numbers that are no terms of the trade.
_NOISE = compiled(
    any_of(
        rf"""
        \b{_RESULT}(?:\s(?:of|a|about|by|is|was)){{0,2}}[\s:]{{0,2}}[+-]?{money("n", "")}(?:\s?%)?
        [+-]?{money("m", EDGE)}\s(?:gains?|profits?|loss)\b
        \b(?:up|down|{_RESULT})(?:\s(?:of|by|about)){{0,2}}\s[+-]?{_SIZE}\s?%
        [(]?[+-]?(?<![\w.,]){_SIZE}\s?%\s?[)]?\s?(?:gain|profit|loss|up|down|upside)\b
        \b(?:(?:now|still) (?:i )?(?:have|own|hold|holding)|i now (?:have|own|hold))\s{AMOUNT}
        \b(?:leaving(?: me with)?|left with)\s{AMOUNT}
        \b(?:it'?s|it is|which is)\s(?:(?:now|currently|already|back|trading)\s){{0,2}}at\s{AMOUNT}
        \b{_PLANNED}(?:\s(?:price|of|at|is|was|set|to)){{0,3}}[\s:=@]{{1,3}}{money("t", "")}
        \b(?:hold(?:ing)?|until|till|keep(?:ing)?)\s(?:(?:it|them|for|until|till|to)\s){{0,2}}{AMOUNT}
        (?<![\w.,]){_SIZE}[\s-]?{_UNIT}\b(?!\s(?:ago|back|prior|earlier|before|after|later|since|of)\b)
        \b{_REFERENCE}\.?(?:\s(?:id|no|nr|number))?\.?[\s:]{{0,2}}#?\d{{4,20}}\b|\#\d{{4,20}}\b
        \b401\(?k\b\)?|\bt\s?\+\s?[0-3]\b
        """
    )
)
_IN_CURRENCY = compiled(rf"\bin\s(?:{CODES}|dollars|euros?|pounds|francs|yen)\b")
_TIMES = compiled(rf"{_COUNT}\s?x\s?{money('n', '')}")
_ONE_SHARE = any_of(
    r"""
    /\s?(?:share|sh|shr|unit|ea|pc)\b|(?:per|a|an|each|every)\s(?:share|sh|unit|piece|stock|pop)\b
    (?:each|apiece|ea|pps|p/s)\b
    """
)
_PRICE_NAME = r"(?:prices?|px|pps|fill(?:ed)? price|limit price|cost per share|per share)"
_EACH = (
    compiled(rf"(?:(?:@|\b(?:at|for|paid))\s?)?{_ROUGHLY}{_N}\s?{_ONE_SHARE}"),
    compiled(rf"\b{_PRICE_NAME}(?:\s(?:of|was|is|paid|at|per share))?[\s:=@]{{0,3}}{_ROUGHLY}{_N}"),
)
_TOTAL_OF = r"(?:of|was|is|cost|price|amount|proceeds|value|paid)"
_TOTAL_NAME = any_of(
    rf"""
    (?:(?:for|at) )?(?:(?:an?|the|my)\s)?total(?:l?ing|s|ed)?(?:\s{_TOTAL_OF}){{0,2}}
    worth(?: of)?|amounting to|(?:net )?proceeds(?: of)?|spent|invest(?:ed|ing)|cost(?:ing)? me
    (?:(?:net|gross|total|market|order)\s)?(?:amount|value|consideration|principal)(?:\sof)?
    altogether|sum(?: of)?|(?:net|gross)(?=[\s:=]{{1,3}}[$€£]?\d)
    (?:that|which|it|this)\s(?:makes|made|comes to|came to|gave me|gives me|brought me|netted me)
    (?:and )?(?:netting(?: me)?|netted(?: me)?)|(?:giving|bringing) me
    """
)
_IN_TOTAL = any_of(
    r"""
    in total|total|altogether|all[ -]in|worth(?: of)?|overall|in all|all together|all told|combined
    """
)
_TOTALS = (
    compiled(rf"\b{_TOTAL_NAME}[\s:=]{{0,3}}(?:a total of )?{_ROUGHLY}{_N}"),
    compiled(rf"(?<=\s)=\s?{_N}"),
    compiled(rf"(?:\b(?:for|at|paid)\s)?{_N}\s?{_IN_TOTAL}\b"),
    compiled(
        rf"\b(?:put|poured|threw|invested|stuck|sank)\s(?:another\s)?{_N}"
        r"(?=\s(?:more\s)?(?:in|into|on|to|toward)\b)"
    ),
    compiled(
        rf"(?:(?P<n_before>{BEFORE})\s?(?P<n>{AMOUNT})|"
        rf"{EDGE}(?P<m>{AMOUNT})\s?(?P<m_after>{AFTER}))"
        r"(?=(?:\s(?:of|in|into|on))?\s(?:my\s|some\s)?\x01)"
    ),
)
_AT = compiled(
    r"(?:@|\b(?:at|filled at|filled|average|avg|averaging)\b)[\s=]?"
    rf"(?:a price of |an average of |price |an avg of )?{_ROUGHLY}{_N}"
)
_FOR = compiled(
    rf"\b(?:for|paid|paying|cost)\s(?:only |just )?{_ROUGHLY}{_N}"
    rf"(?!\s?(?:\x01|{_SHARES}|of\b|x\b))"
)
_RANGE = compiled(
    rf"(?:\b(?:at|for|@|between|from)\s)?{money('n')}\s?(?:\s(?:or|to|and maybe)\s|"
    rf"(?<=\d)-(?=\d))\s?{money('m', '')}"
    rf"|\bbetween\s{money('a')}\sand\s{money('b')}"
)
_QUANTITIES = (
    compiled(
        rf"{EDGE}(?P<q>{AMOUNT})\s(?:out )?of\s(?:my |the |those )?{AMOUNT}(?=\s(?:shares?\b|"
        rf"\x01))"
    ),
    compiled(rf"\b(?:qty|quantity|size)[\s:=]{{0,3}}(?P<q>{AMOUNT})"),
    compiled(rf"{EDGE}(?P<sign>[+-])?(?P<q>{AMOUNT})\s?(?:{_LOOSE}\s){{0,3}}{_SHARES}"),
    compiled(rf"\bby\s(?P<q>{AMOUNT})"),
    compiled(rf"(?<!\w)x\s?(?P<q>{AMOUNT})|{EDGE}(?P<q2>{AMOUNT})\s?x(?!\w)"),
    compiled(
        rf"(?<![\w.,)])(?P<sign>[+-])?(?<![.,])(?<!\w)(?<![$€£¥₹₩])(?P<q>{AMOUNT})\s"
        rf"(?:{_LOOSE}\s){{0,4}}(?=\x01)"
    ),
    compiled(rf"{EDGE}(?P<q>{AMOUNT})\smore\b"),
    compiled(rf"(?<![\w.,)])(?P<sign>[+-])(?P<q>{AMOUNT})(?!\s?{AFTER})"),
)
_LEFT = compiled(rf"{_N}")
_PERCENT_LEFT = compiled(r"(?<![\w.,])\d{1,9}(?:[.,]\d{1,9})?\s?(?:%|percent\b)")


@dataclass(slots=True)
class Terms:
    """The numbers of one phrase in their parts."""

    quantity: Number | None = None
    price: Number | None = None
    each: bool = False  # they said that the price is that of one share
    amount: Number | None = None
    total: bool = False  # they said that the amount is that of all shares
    fee: Number | None = None
    fee_included: bool = False
    fee_rate: Decimal | None = None  # per cent
    currencies: list[str] = field(default_factory=list)
    negative: bool = False
    fee_negative: bool = False  # "fee -1": a fee as a statement prints it, or a refund?
    sign: str = ""  # "+" or "-" written before the quantity
    unclear: list[str] = field(default_factory=list)
    left: list[Number] = field(default_factory=list)  # numbers with no part yet
    left_money: list[bool] = field(default_factory=list)  # with a currency beside them
    fees_said: int = 0
    fees: list[Decimal] = field(default_factory=list)  # each sum that was called one
    fee_unnamed: bool = False  # "including fees", and no sum
    swappable: bool = False  # "10 x 185.2": only the day's prices show which is which


def read_terms(rest: Rest) -> Terms:
    """Take all numbers out of ``rest`` (names, days and notes painted over) into their parts."""
    terms = Terms()
    terms.unclear += find_guesses(rest.text)
    _take_fees(rest, terms)
    for _ in rest.take(_NOISE):
        pass
    named = [currency_of(match[0]) for match in rest.take(_IN_CURRENCY)]
    terms.currencies += [code for code in named if code]
    terms.unclear += [match[0].strip() for match in rest.take(_RANGE)]
    _takemoney(rest, terms)
    _take_quantities(rest, terms)
    _take_left(rest, terms)
    return terms


def _takemoney(rest: Rest, terms: Terms) -> None:
    for pattern in _EACH:
        for match in rest.take(pattern):
            _put_price(terms, match)
            terms.each = True
    for match in rest.take(_TIMES):
        _put_quantity(terms, match["q"], "")
        _put_price(terms, match)
        terms.swappable = True
    for pattern in _TOTALS:
        for match in rest.take(pattern):
            _put_amount(terms, match, total=True)
    for match in rest.take(_AT):
        _put_price(terms, match)
    for match in rest.take(_FOR):
        _put_amount(terms, match, total=False)


def _take_quantities(rest: Rest, terms: Terms) -> None:
    for pattern in _QUANTITIES:
        if terms.quantity is not None:
            return
        for match in rest.take(pattern):
            groups = match.groupdict()
            _put_quantity(terms, groups["q"] or groups["q2"], groups.get("sign") or "")


def _take_fees(rest: Rest, terms: Terms) -> None:
    for match in rest.take(NO_FEE):
        terms.fees_said += 1
        terms.fee = terms.fee or Number(Decimal(0), (), match[0])
    for match in rest.take(FEE_RATE):
        terms.fee_rate = Decimal((match["q"] or match["q2"]).replace(",", "."))
    for pattern in FEES:
        for match in rest.take(pattern):
            terms.fees_said += 1
            if match["percent"]:
                terms.fee_rate = read_number(match["n"]).value
                continue
            terms.fee = _sum_of(terms, match, "n")
            terms.fee_negative = terms.fee_negative or terms.negative
            terms.negative = False
            terms.fees.append(terms.fee.value)
            terms.fee_included = bool(match["incl"])
    terms.fee_unnamed = terms.fees_said == 0 and bool(FEE_ALONE.search(rest.text))


def _sum_of(terms: Terms, match: re.Match[str], name: str) -> Number:
    said = match[name]
    number = read_number(said.lstrip("-"))
    if said.startswith("-"):
        terms.negative = True
    groups = match.groupdict()
    mark = (groups.get(f"{name}_before") or groups.get(f"{name}_after") or "").strip()
    if is_hundredth(mark):
        number = Number(number.value / 100, (), number.said)
    terms.currencies += [code] if (code := currency_of(mark)) else []
    return number


def _put_price(terms: Terms, match: re.Match[str]) -> None:
    number = _sum_of(terms, match, "n")
    if terms.price is not None and terms.price.value != number.value:
        terms.unclear.append(match[0].strip())
    terms.price = terms.price or number


def _put_amount(terms: Terms, match: re.Match[str], *, total: bool) -> None:
    name = "n" if match["n"] else "m"
    number = _sum_of(terms, match, name)
    if terms.amount is not None and terms.amount.value != number.value:
        terms.unclear.append(match[0].strip())
    if terms.amount is None:
        terms.amount, terms.total = number, total


def _put_quantity(terms: Terms, said: str, sign: str) -> None:
    number = read_number(said)
    if terms.quantity is not None and terms.quantity.value != number.value:
        terms.unclear.append(said)
        return
    terms.quantity, terms.sign = number, terms.sign or sign


def _take_left(rest: Rest, terms: Terms) -> None:
    for match in rest.take(_LEFT):
        before = len(terms.currencies)
        terms.left.append(_sum_of(terms, match, "n"))
        terms.left_money.append(len(terms.currencies) > before or bool(match["n_after"]))
    terms.unclear += [match[0] for match in rest.take(_PERCENT_LEFT)]
