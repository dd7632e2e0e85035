"""Money is exact also where a float would do for most: large amounts with all their decimals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Context, Decimal
from uuid import UUID

import pytest

from engine.ledger import Kind, LotMethod, Rules, Trade, book

START = datetime(2022, 12, 28, tzinfo=UTC)
WIDE = Context(prec=80)
PRICE = Decimal("98765432109.8765432109")


@pytest.mark.parametrize("method", LotMethod)
@pytest.mark.parametrize("sold", [1, 2, 3, 5, 6])
def test_the_cost_of_a_part_is_the_exact_quotient_cut_to_ten_decimals(
    method: LotMethod, sold: int
) -> None:
    quantities = ((Kind.BUY, 7), (Kind.SELL, sold), (Kind.SELL, 7 - sold))
    trades = [
        Trade(UUID(int=n), START + timedelta(days=n), kind, "AAPL", Decimal(quantity), PRICE)
        for n, (kind, quantity) in enumerate(quantities)
    ]
    first, rest = book(trades, Rules(method)).closures
    total = WIDE.multiply(PRICE, Decimal(7))
    exact = WIDE.divide(WIDE.multiply(total, Decimal(sold)), Decimal(7))
    assert first.cost == exact.quantize(Decimal("1e-10"), ROUND_DOWN, WIDE)
    assert WIDE.add(first.cost, rest.cost) == total
    assert (first.gain, rest.gain) == (Decimal(0), Decimal(0))
