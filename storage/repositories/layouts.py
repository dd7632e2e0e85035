"""How people described files that we did not know, and what their shares are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import isin_symbols, layouts, symbol_currencies


class Layouts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, person: UUID) -> dict[str, dict[str, Any]]:
        """What a person said of headers, by their key; the one used last comes first."""
        rows = await self._connection.execute(
            select(layouts.c.header, layouts.c.mapping)
            .where(layouts.c.user_id == person)
            .order_by(layouts.c.used_at.desc())
        )
        return {row.header: row.mapping for row in rows}

    async def keep(self, person: UUID, header: str, mapping: dict[str, Any], now: datetime) -> None:
        told = {"mapping": mapping, "used_at": now}
        await self._connection.execute(
            insert(layouts)
            .values(user_id=person, header=header, **told)
            .on_conflict_do_update(index_elements=["user_id", "header"], set_=told)
        )

    async def forget(self, person: UUID, header: str | None = None) -> int:
        """Forget what was said of one header, or of all; how many that were."""
        which = layouts.c.user_id == person
        if header is not None:
            which &= layouts.c.header == header
        gone = await self._connection.execute(
            delete(layouts).where(which).returning(layouts.c.header)
        )
        return len(gone.all())

    async def currencies(self, portfolio: UUID) -> dict[str, str]:
        """In what symbols that no list has are quoted in this portfolio."""
        rows = await self._connection.execute(
            select(symbol_currencies.c.symbol, symbol_currencies.c.currency).where(
                symbol_currencies.c.portfolio_id == portfolio
            )
        )
        return {row.symbol: row.currency for row in rows}

    async def quote(self, portfolio: UUID, currencies: Mapping[str, str]) -> None:
        """Say in what symbols are quoted; what was said before stays."""
        if not currencies:
            return
        rows = [
            {"portfolio_id": portfolio, "symbol": symbol, "currency": currency}
            for symbol, currency in currencies.items()
        ]
        await self._connection.execute(insert(symbol_currencies).on_conflict_do_nothing(), rows)

    async def symbols(self, person: UUID) -> dict[str, str]:
        """Which listing a person means by an ISIN; "" where they said that it is none."""
        rows = await self._connection.execute(
            select(isin_symbols.c.isin, isin_symbols.c.symbol).where(
                isin_symbols.c.user_id == person
            )
        )
        return {row.isin: row.symbol for row in rows}

    async def name(self, person: UUID, isins: Iterable[str], symbol: str, now: datetime) -> None:
        """Remember what a person said of these; the last word counts."""
        rows = [{"user_id": person, "isin": one, "symbol": symbol, "at": now} for one in isins]
        await self._connection.execute(
            insert(isin_symbols).on_conflict_do_update(
                index_elements=["user_id", "isin"], set_={"symbol": symbol, "at": now}
            ),
            rows,
        )
