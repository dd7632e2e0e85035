"""Amounts on their way in and out of NUMERIC(28, 10)."""

from __future__ import annotations

from decimal import Decimal

from storage.tables import DECIMALS

_ONE = Decimal(1)


class TooFine(Exception):
    """An amount with more decimals than we keep. PostgreSQL would round it without a word."""

    def __init__(self, amount: Decimal) -> None:
        super().__init__(f"more than {DECIMALS} decimals")  # the amount itself stays out of logs
        self.amount = amount


def kept(amount: Decimal) -> Decimal:
    """``amount``, if it can be kept exactly. Raises TooFine."""
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -DECIMALS:
        exponent = amount.normalize().as_tuple().exponent
        if isinstance(exponent, int) and exponent < -DECIMALS:
            raise TooFine(amount)
    return amount


def plain(amount: Decimal) -> Decimal:
    """Without the zeros that NUMERIC(28, 10) fills up with: 5, not 5.0000000000."""
    if amount == amount.to_integral_value():
        return amount.quantize(_ONE)
    return amount.normalize()
