"""Which version of its data each source has been loaded with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import load_order, market_loads


class Loads:
    """Read once in a unit of work: within a turn of talk the market stands still."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._known: dict[str, Any] | None = None

    async def versions(self, sources: Sequence[str]) -> dict[str, int]:
        """The version of each source that has been loaded, in the order of ``sources``."""
        known = await self._all()
        return {source: known[source].version for source in sources if source in known}

    async def last_day(self, sources: Sequence[str]) -> date | None:
        """The newest day that any of the sources has a bar of."""
        known = await self._all()
        days = [known[one].last_day for one in sources if one in known and known[one].last_day]
        return max(days).astimezone(UTC).date() if days else None

    async def digest(self, source: str) -> bytes | None:
        """The digest of the last whole load, unless something was loaded since."""
        rows = await self._connection.execute(
            select(market_loads.c.digest).filter_by(source=source)
        )
        found: bytes | None = rows.scalar_one_or_none()
        return found

    async def renew(
        self, source: str, *, last_day: datetime | None = None, digest: bytes | None = None
    ) -> None:
        """Say that a source has new data, so that what was read before is out of date."""
        new = insert(market_loads).values(
            source=source, version=load_order.next_value(), last_day=last_day, digest=digest
        )
        await self._connection.execute(
            new.on_conflict_do_update(
                index_elements=["source"],
                set_={
                    "version": new.excluded.version,
                    "digest": new.excluded.digest,
                    "last_day": func.greatest(market_loads.c.last_day, new.excluded.last_day),
                    "loaded_at": func.now(),
                },
            )
        )
        self._known = None

    async def _all(self) -> dict[str, Any]:
        if self._known is None:
            rows = await self._connection.execute(
                select(market_loads.c.source, market_loads.c.version, market_loads.c.last_day)
            )
            self._known = {row.source: row for row in rows}
        return self._known
