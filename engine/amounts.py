"""Exact arithmetic with amounts of money and numbers of shares."""

from __future__ import annotations

from decimal import (
    ROUND_DOWN,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)
from fractions import Fraction

ZERO = Decimal(0)
STEP = Decimal("1e-10")  # quantities, prices and fees are multiples of it

_SOUND = [InvalidOperation, DivisionByZero, Overflow]
# For ``localcontext``: a sum or product that would have to be rounded is a crash, not a wrong cent.
EXACT = Context(prec=100, traps=[*_SOUND, Inexact])
_CUT = Context(prec=60, rounding=ROUND_DOWN, traps=_SOUND)
_NEAR = Context(prec=100, traps=_SOUND)
_SHOWN = Context(prec=28, traps=_SOUND)
_FITS = Context(prec=22, traps=[InvalidOperation, Inexact])  # 12 digits before, 10 after the point


def fits(value: Decimal) -> bool:
    """Whether ``value`` is a number below 10^12 in size with at most 10 decimals."""
    try:
        _FITS.quantize(value, STEP)  # a quiet NaN goes through
        return value == value
    except (InvalidOperation, Inexact):
        return False


def share(total: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """``total`` x ``part`` / ``whole``, cut to 10 decimals.

    Cut, not rounded: what is left of ``total`` never changes its sign.
    """
    if not total:
        return ZERO
    found = _CUT.divide(_CUT.multiply(total, part), whole)
    return _neat(found, _CUT.quantize(found, STEP))


def each(total: Decimal, quantity: Decimal) -> Decimal:
    """``total`` / ``quantity`` to 28 significant digits: to be shown, not to be added up."""
    return _SHOWN.divide(total, quantity)


def split_ratio(quantity: Decimal) -> Fraction:
    """New shares per old one. One for three, told as 0.3333333333, is a third.

    A quantity of ten decimals that is the rounding of a fraction with a denominator up to 1000 is
    that fraction (there is at most one: two of them are 10^-6 apart or more).
    """
    told = Fraction(quantity)
    simple = told.limit_denominator(1000)
    return simple if scaled(Decimal(1), simple) == quantity else told


def scaled(quantity: Decimal, ratio: Fraction) -> Decimal:
    """``quantity`` x ``ratio``, to the nearest 10^-10."""
    product = _NEAR.multiply(quantity, Decimal(ratio.numerator))
    found = _NEAR.divide(product, Decimal(ratio.denominator))
    return _neat(found, _NEAR.quantize(found, STEP))


def _neat(found: Decimal, rounded: Decimal) -> Decimal:
    """7.5 rather than 7.5000000000, where they are the same."""
    return found if found == rounded else rounded
