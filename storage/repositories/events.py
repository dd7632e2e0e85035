"""Moments in which a habit showed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import behavioral_events


class Events:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, portfolio: UUID, kind: str, severity: float, context: dict[str, Any], at: datetime
    ) -> None:
        await self._connection.execute(
            insert(behavioral_events).values(
                portfolio_id=portfolio, kind=kind, severity=severity, context=context, at=at
            )
        )
