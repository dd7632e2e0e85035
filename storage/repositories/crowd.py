"""What all the others traded, day by day, and never what one of them did."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, cast, func, select, true
from sqlalchemy.dialects.postgresql import DATE
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.ledger import Kind
from engine.record.context import Panel
from storage.tables import members, portfolios, teams, trade_voids, trades

FEWEST = 5  # people who traded a symbol that day; of fewer nothing is said


class Crowd:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def shares(self, portfolio: UUID, since: date) -> Panel | None:
        """The share of buyers among the buyers and sellers of each symbol on each UTC day from
        ``since`` on; None where nothing can be said.

        Only other people than the owner of ``portfolio`` count. Each counts once for each side, so
        that an order of many fills weighs no more than one (Lakonishok, Shleifer and Vishny 1992
        count traders). Demo portfolios, undone and planned trades are left out.
        """
        owner = select(portfolios.c.user_id).where(portfolios.c.id == portfolio).scalar_subquery()
        return await self._shares(portfolios.c.user_id != owner, since)

    async def shares_within(self, team: UUID, person: UUID | None, since: date) -> Panel | None:
        """The same of those who share ``team`` with ``person`` (None: of all who share it), by what
        each trades alone.

        Nothing is said of days on which fewer than five of them traded a symbol either.
        """
        others = select(members.c.user_id).where(members.c.portfolio_id == team)
        if person is not None:
            others = others.where(members.c.user_id != person)
        alone = portfolios.c.id.not_in(select(teams.c.portfolio_id))
        return await self._shares(portfolios.c.user_id.in_(others) & alone, since)

    async def _shares(self, whose: ColumnElement[bool], since: date) -> Panel | None:
        latest = (
            select(trade_voids.c.voided)
            .where(trade_voids.c.trade_id == trades.c.id)
            .order_by(trade_voids.c.number.desc())
            .limit(1)
            .lateral()
        )
        day = cast(func.timezone("UTC", trades.c.at), DATE)
        person = func.distinct(portfolios.c.user_id)
        buyers = func.count(person).filter(trades.c.kind == Kind.BUY.value)
        sellers = func.count(person).filter(trades.c.kind == Kind.SELL.value)
        rows = (
            await self._connection.execute(
                select(trades.c.symbol, day, buyers, sellers)
                .join(portfolios, portfolios.c.id == trades.c.portfolio_id)
                .outerjoin(latest, true())
                .where(
                    trades.c.at >= datetime.combine(since, time(), UTC),
                    trades.c.kind.in_([Kind.BUY.value, Kind.SELL.value]),
                    ~trades.c.planned,
                    ~portfolios.c.demo,
                    whose,
                    func.coalesce(latest.c.voided, False).is_(False),
                )
                .group_by(trades.c.symbol, day)
                .having(func.count(person) >= FEWEST)
            )
        ).all()
        if not rows:
            return None
        symbols = sorted({symbol for symbol, *_ in rows})
        days = sorted({day for _, day, *_ in rows})
        values = np.full((len(days), len(symbols)), np.nan)
        at_symbol = {symbol: n for n, symbol in enumerate(symbols)}
        at_day = {day: n for n, day in enumerate(days)}
        for symbol, on, bought, sold in rows:
            values[at_day[on], at_symbol[symbol]] = bought / (bought + sold)
        return Panel(tuple(symbols), np.array(days, dtype="datetime64[D]"), values)
