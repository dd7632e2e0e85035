"""What the trades add up to, kept for those who read the database; never read back to compute."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.repositories.amounts import kept, plain
from storage.tables import DECIMALS, portfolios, positions

_FINEST = Decimal(1).scaleb(-DECIMALS)


class Positions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def replace(self, portfolio: UUID, rows: Iterable[tuple[str, Decimal, Decimal]]) -> None:
        """Say anew what is held: symbol, quantity (negative: short) and average cost of a share.

        An average is a quotient, so it is rounded to the decimals we keep. Raises TooFine for a
        quantity, which is not.
        """
        await self._connection.execute(delete(positions).filter_by(portfolio_id=portfolio))
        held = [
            {
                "portfolio_id": portfolio,
                "symbol": symbol,
                "quantity": kept(quantity),
                "average_cost": cost.quantize(_FINEST, ROUND_HALF_EVEN),
            }
            for symbol, quantity, cost in rows
        ]
        if held:
            await self._connection.execute(insert(positions), held)

    async def of(self, portfolio: UUID) -> list[tuple[str, Decimal, Decimal]]:
        """Symbol, quantity and average cost, by symbol."""
        rows = await self._connection.execute(
            select(positions).filter_by(portfolio_id=portfolio).order_by(positions.c.symbol)
        )
        return [(row.symbol, plain(row.quantity), plain(row.average_cost)) for row in rows]

    async def symbols(self, *, demo: bool) -> list[str]:
        """Everything that anybody holds, in demo portfolios or in people's own."""
        rows = await self._connection.execute(
            select(positions.c.symbol)
            .distinct()
            .join(portfolios, portfolios.c.id == positions.c.portfolio_id)
            .where(portfolios.c.demo == demo)
            .order_by(positions.c.symbol)
        )
        return list(rows.scalars())
