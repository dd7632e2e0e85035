"""What is held is what the trades add up to, and never negative where shorts are not allowed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.ledger import ImpossibleTrade, LotMethod, NotEnoughShares, Rules, book
from storage.repositories.audit import Audit
from storage.repositories.positions import Positions
from storage.repositories.rights import Rights
from storage.repositories.trades import Trades
from storage.tables import portfolios, trade_voids, trades
from storage.truths.truth import MOST, SHIFT, Truth, in_slice


async def breaches(connection: AsyncConnection, now: datetime) -> Sequence[str]:
    """Portfolios of this look's slice, and all that were changed since the last look."""
    since = now - timedelta(seconds=2 * SHIFT)
    traded = exists().where(trades.c.portfolio_id == portfolios.c.id, trades.c.recorded_at >= since)
    undone = exists().where(
        trade_voids.c.portfolio_id == portfolios.c.id, trade_voids.c.at >= since
    )
    rows = await connection.execute(
        select(portfolios.c.id).where(in_slice(portfolios.c.id, now) | traded | undone)
    )
    found = []
    for portfolio in rows.scalars():
        if await still(connection, str(portfolio)):
            found.append(str(portfolio))
        if len(found) == MOST:
            break
    return found


async def still(connection: AsyncConnection, id: str) -> bool:
    """Somebody may trade between two of our questions: then the portfolio is looked at held."""
    portfolio = UUID(id)
    return not (
        await _holds(connection, portfolio) or await _holds(connection, portfolio, held=True)
    )


async def _holds(connection: AsyncConnection, portfolio: UUID, *, held: bool = False) -> bool:
    query = select(portfolios).filter_by(id=portfolio)
    row = (await connection.execute(query.with_for_update() if held else query)).one_or_none()
    if row is None:
        return True  # gone meanwhile
    told = await Trades(connection, Audit(connection), Rights()).of(portfolio)
    kept = {symbol: quantity for symbol, quantity, _ in await Positions(connection).of(portfolio)}
    try:
        booked = book(told, Rules(LotMethod(row.lot_method), row.allow_short))
    except (ImpossibleTrade, NotEnoughShares):
        return False
    return kept == {one.symbol: one.quantity for one in booked.positions()}


TRUTH = Truth("positions", "what is held is what the trades add up to", breaches, still)
