"""What can be traded, and by what names people call it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.market.instruments import Instrument, Universe
from storage import listings
from storage.market_cache import MarketCache
from storage.repositories.loads import Loads
from storage.repositories.locks import hold
from storage.tables import instruments

SOURCE = "instruments"  # what they are called among the loads


class Instruments:
    def __init__(self, connection: AsyncConnection, loads: Loads, cache: MarketCache) -> None:
        self._connection = connection
        self._loads = loads
        self._cache = cache

    async def universe(self) -> Universe:
        """All instruments, by symbol; read once per process and version."""
        version = (await self._loads.versions([SOURCE])).get(SOURCE, 0)
        if self._cache.universe is None or self._cache.universe[0] != version:
            rows = await self._connection.execute(
                select(instruments).order_by(instruments.c.symbol)
            )
            known = Universe.of(
                Instrument(
                    row.symbol, row.name, row.currency, row.exchange, row.sector, tuple(row.aliases)
                )
                for row in rows
            )
            self._cache.universe = (version, known)
        return self._cache.universe[1]

    async def add(self, told: Iterable[Instrument], *, digest: bytes | None = None) -> None:
        """Keep instruments; what was known under the same symbols is replaced."""
        rows = [
            {
                "symbol": one.symbol,
                "name": one.name,
                "currency": one.currency,
                "exchange": one.exchange,
                "sector": one.sector,
                "aliases": list(one.aliases),
            }
            for one in told
        ]
        if not rows:
            return
        await hold(self._connection, "load", SOURCE)
        new = insert(instruments)
        changed = {name: new.excluded[name] for name in rows[0] if name != "symbol"}
        await self._connection.execute(
            new.on_conflict_do_update(index_elements=["symbol"], set_=changed), rows
        )
        await self._loads.renew(SOURCE, digest=digest)

    async def seed(self) -> bool:
        """Add the instruments that come with the program. False when they are there."""
        await hold(self._connection, "load", SOURCE)
        digest = hashlib.sha256(listings.FILE.read_bytes()).digest()
        if await self._loads.digest(SOURCE) == digest:
            return False
        await self.add(listings.read(), digest=digest)
        return True
