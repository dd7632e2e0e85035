"""What was found about a person's habits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.detection.finding import BiasFinding
from storage.repositories.findings import pack, unpack
from storage.tables import bias_scores


class Scores:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, portfolio: UUID, version: int, findings: Sequence[BiasFinding], now: datetime
    ) -> None:
        """Keep the findings of one look at ``version`` of a portfolio's trades."""
        if not findings:
            raise ValueError("a look at the trades has at least one finding")
        review = uuid4()
        await self._connection.execute(
            insert(bias_scores),
            [
                {
                    "portfolio_id": portfolio,
                    "review": review,
                    "version": version,
                    "bias": found.bias,
                    "score": None if found.intensity != found.intensity else found.intensity,
                    "finding": pack(found),
                    "at": now,
                }
                for found in findings
            ],
        )

    async def looked_at(self, portfolio: UUID) -> tuple[int, datetime] | None:
        """The version of the trades that was looked at last, and when; None: never."""
        rows = await self._connection.execute(
            select(bias_scores.c.version, bias_scores.c.at)
            .where(bias_scores.c.portfolio_id == portfolio)
            .order_by(bias_scores.c.id.desc())
            .limit(1)
        )
        row = rows.one_or_none()
        return None if row is None else (row.version, row.at)

    async def latest(self, portfolio: UUID) -> tuple[int, tuple[BiasFinding, ...]] | None:
        """The findings of the last look, in the order given, and the version it was taken at."""
        mine = bias_scores.c.portfolio_id == portfolio
        newest = (
            select(bias_scores.c.review)
            .where(mine)
            .order_by(bias_scores.c.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        rows = (
            await self._connection.execute(
                select(bias_scores.c.version, bias_scores.c.finding)
                .where(mine, bias_scores.c.review == newest)
                .order_by(bias_scores.c.id)
            )
        ).all()
        if not rows:
            return None
        return rows[0].version, tuple(unpack(row.finding) for row in rows)

    async def history(
        self, portfolio: UUID, *, bias: str | None = None, since: datetime | None = None
    ) -> list[tuple[datetime, BiasFinding]]:
        """What was told at each look, of one bias or all, oldest first; without the evidence."""
        kept = bias_scores.c
        bare = kept.finding.concat(literal({"evidence": []}, JSONB))
        query = select(kept.at, bare).where(kept.portfolio_id == portfolio)
        if bias is not None:
            query = query.where(kept.bias == bias)
        if since is not None:
            query = query.where(kept.at >= since)
        rows = await self._connection.execute(query.order_by(kept.id))
        return [(at, unpack(finding)) for at, finding in rows.all()]
