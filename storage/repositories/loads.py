"""Which version of its data each source has been loaded with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import load_order, market_loads


async def versions(connection: AsyncConnection, sources: Sequence[str]) -> dict[str, int]:
    """The version of each source that has been loaded, in the order of ``sources``."""
    rows = await connection.execute(
        select(market_loads.c.source, market_loads.c.version).where(
            market_loads.c.source.in_(sources)
        )
    )
    known = {row.source: row.version for row in rows}
    return {source: known[source] for source in sources if source in known}


async def digest(connection: AsyncConnection, source: str) -> bytes | None:
    """The digest of the last whole load, unless something was loaded since."""
    rows = await connection.execute(select(market_loads.c.digest).filter_by(source=source))
    found: bytes | None = rows.scalar_one_or_none()
    return found


async def last_day(connection: AsyncConnection, sources: Sequence[str]) -> date | None:
    rows = await connection.execute(
        select(func.max(market_loads.c.last_day)).where(market_loads.c.source.in_(sources))
    )
    newest: datetime | None = rows.scalar_one()
    return None if newest is None else newest.astimezone(UTC).date()


async def renew(
    connection: AsyncConnection,
    source: str,
    *,
    last_day: datetime | None = None,
    digest: bytes | None = None,
) -> None:
    """Say that a source has new data, so that what was read before is out of date."""
    new = insert(market_loads).values(
        source=source, version=load_order.next_value(), last_day=last_day, digest=digest
    )
    await connection.execute(
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
