"""Trades, as they happened: added, voided and restored, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from engine.ledger import Kind, Trade
from storage.repositories.amounts import kept, plain
from storage.repositories.audit import Audit
from storage.repositories.replacing import hand_over, replaced
from storage.repositories.rights import Rights
from storage.tables import MOMENT, journal_entries, portfolios, trade_voids, trades

_COPIED = (
    "id", "portfolio_id", "number", "at", "kind", "symbol", "quantity", "price", "fee", "planned",
    "note", "source", "batch", "replaces",
)  # fmt: skip

# A trade is never changed; that it was planned may be said afterwards, in the journal.
_PLANNED = trades.c.planned | exists().where(
    journal_entries.c.trade_id == trades.c.id, journal_entries.c.planned
)
_TOLD = (
    trades.c.id, trades.c.at, trades.c.kind, trades.c.symbol, trades.c.quantity, trades.c.price,
    trades.c.fee, _PLANNED.label("planned"), trades.c.note, trades.c.number,
)  # fmt: skip
DEMO = "demo"  # the source of trades that nobody told
_KINDS = {kind.value: kind for kind in Kind}


class Trades:
    def __init__(self, connection: AsyncConnection, audit: Audit, rights: Rights) -> None:
        self._connection = connection
        self._audit = audit
        self._rights = rights

    async def of(self, portfolio: UUID) -> list[Trade]:
        """Oldest first; those of the same instant in the order they were recorded."""
        rows = await self._connection.execute(
            _standing(portfolio).order_by(trades.c.at, trades.c.recorded)
        )
        return [_trade(*row) for row in rows.all()]

    async def count(self, portfolio: UUID) -> int:
        """How many trades are not voided."""
        counted = select(func.count()).select_from(_standing(portfolio).subquery())
        found: int = (await self._connection.execute(counted)).scalar_one()
        return found

    async def get(self, portfolio: UUID, number: int) -> Trade | None:
        """Trade #``number``, unless it is voided or was never recorded."""
        return await self._one(_standing(portfolio).where(trades.c.number == number))

    async def by_id(self, portfolio: UUID, id: UUID) -> Trade | None:
        """The portfolio's trade of this id, voided or not."""
        return await self._one(
            select(*_TOLD).where(trades.c.portfolio_id == portfolio, trades.c.id == id)
        )

    async def recorded_at(self, portfolio: UUID, id: UUID) -> datetime | None:
        """When a trade was told to us, which is not when it happened."""
        rows = await self._connection.execute(
            select(trades.c.recorded_at).where(
                trades.c.portfolio_id == portfolio, trades.c.id == id
            )
        )
        found: datetime | None = rows.scalar_one_or_none()
        return found

    async def last(self, portfolio: UUID) -> tuple[Trade, datetime] | None:
        """The trade recorded last, of those not voided, and when it was recorded."""
        rows = await self._connection.execute(
            _standing(portfolio)
            .add_columns(trades.c.recorded_at)
            .order_by(trades.c.recorded.desc())
            .limit(1)
        )
        row = rows.one_or_none()
        return None if row is None else (_trade(*row[:-1]), row[-1])

    async def batch_of(self, portfolio: UUID, id: UUID) -> tuple[UUID, int, datetime] | None:
        """The import a trade came with: its id, how many of its trades stand, when it was told."""
        batch = select(trades.c.batch).filter_by(portfolio_id=portfolio, id=id).scalar_subquery()
        standing = (
            _standing(portfolio).add_columns(trades.c.recorded_at).where(trades.c.batch == batch)
        ).subquery()
        rows = await self._connection.execute(
            select(batch, func.count(), func.max(standing.c.recorded_at)).select_from(standing)
        )
        found, count, recorded = rows.one()
        return (found, count, recorded) if found is not None and count else None

    async def add(
        self,
        portfolio: UUID,
        trade: Trade,
        *,
        source: str = "chat",
        batch: UUID | None = None,
        replaces: UUID | None = None,
        now: datetime | None = None,
    ) -> int:
        """Record a trade and say its number. Takes the portfolio's lock, as all changes do.

        ``now``: when it was told; None: by the database's clock.

        ``replaces`` is the trade that this one corrects; voiding that one is another step.
        Raises TooFine, LooksOnly.
        """
        (row,) = _rows(portfolio, [trade], await self._number(portfolio, 1), source, batch)
        row |= {"replaces": replaces} if now is None else {"replaces": replaces, "recorded_at": now}
        await self._connection.execute(insert(trades).values(**row))
        number: int = row["number"]
        if source != DEMO:
            await self._note(portfolio, "saved", now, _told_of(row))
        return number

    async def add_many(
        self,
        portfolio: UUID,
        trades: Sequence[Trade],
        *,
        source: str,
        batch: UUID | None,
        now: datetime | None = None,
        replaces: Sequence[UUID | None] = (),
    ) -> None:
        """Record trades in the order given, with consecutive numbers.

        ``now``: when they were told; None: by the database's clock. ``replaces``: which earlier
        trades they take the place of, as many as ``trades`` where there are any: those are voided,
        and what was said of them is said of the new ones. Raises TooFine.
        """
        if not trades:
            return
        first = await self._number(portfolio, len(trades))  # also begins the transaction for COPY
        rows = _rows(portfolio, trades, first, source, batch)
        for row, older in zip(rows, replaces, strict=bool(replaces)):
            row["replaces"] = older
        raw: Any = (await self._connection.get_raw_connection()).driver_connection
        told = () if now is None else (now,)
        await raw.copy_records_to_table(
            "trades",
            columns=_COPIED if now is None else (*_COPIED, "recorded_at"),
            records=[(*(row[name] for name in _COPIED), *told) for row in rows],
        )
        if now is not None and any(replaces):
            await self._exchange(portfolio, [row["id"] for row in rows], now, back=False)
        if source != DEMO:
            last = first + len(trades) - 1
            await self._note(portfolio, "imported", now, {"numbers": [first, last]})

    async def void(self, portfolio: UUID, id: UUID, now: datetime) -> bool:
        """Take a trade out of the books. False when it is out already, or not in this portfolio."""
        return len(await self._set(portfolio, trades.c.id == id, voided=True, now=now)) == 1

    async def restore(self, portfolio: UUID, id: UUID, now: datetime) -> bool:
        """Put a voided trade back. False when it is in the books, or not in this portfolio."""
        return len(await self._set(portfolio, trades.c.id == id, voided=False, now=now)) == 1

    async def of_batch(self, portfolio: UUID, batch: UUID) -> tuple[int, int, int]:
        """How many trades an import brought, whether they stand or not, and their first and last
        number; 0 of everything where there is no such import."""
        number = trades.c.number
        counted = select(func.count(), func.min(number), func.max(number))
        rows = await self._connection.execute(
            counted.where(trades.c.portfolio_id == portfolio, trades.c.batch == batch)
        )
        count, first, last = rows.one()
        return count, first or 0, last or 0

    async def void_batch(self, portfolio: UUID, batch: UUID, now: datetime) -> int:
        """Void what is left of an import, and put back what it took the place of; how many trades
        that were."""
        gone = await self._set(portfolio, trades.c.batch == batch, voided=True, now=now)
        await self._exchange(portfolio, gone, now, back=True)
        return len(gone)

    async def restore_batch(self, portfolio: UUID, batch: UUID, now: datetime) -> int:
        """Put back what the last ``void_batch`` took out; how many trades that were.

        What had been voided one by one before that stays out.
        """
        of_batch = select(trades.c.id).filter_by(portfolio_id=portfolio, batch=batch)
        voids = select(trade_voids.c.trade_id).where(
            trade_voids.c.portfolio_id == portfolio,
            trade_voids.c.trade_id.in_(of_batch),
            trade_voids.c.voided,
        )
        last = select(func.max(trade_voids.c.at)).where(
            trade_voids.c.portfolio_id == portfolio,
            trade_voids.c.trade_id.in_(of_batch),
            trade_voids.c.voided,
        )
        together = trades.c.id.in_(voids.where(trade_voids.c.at == last.scalar_subquery()))
        which = (trades.c.batch == batch) & together
        back = await self._set(portfolio, which, voided=False, now=now)
        await self._exchange(portfolio, back, now, back=False)
        return len(back)

    async def told_in_chat(self, portfolio: UUID) -> frozenset[UUID]:
        """Which trades the person told us in words, voided or not."""
        rows = await self._connection.execute(
            select(trades.c.id).filter_by(portfolio_id=portfolio, source="chat")
        )
        return frozenset(rows.scalars())

    async def _exchange(
        self, portfolio: UUID, newer: Sequence[UUID], now: datetime, *, back: bool
    ) -> None:
        """Void what ``newer`` took the place of; or put it ``back``. The log tells of ``newer``."""
        pairs = await replaced(self._connection, portfolio, newer)
        if pairs:
            which = trades.c.id.in_(pairs.values())
            await self._set(portfolio, which, voided=not back, now=now, noted=False)
            await hand_over(self._connection, pairs, back=back)

    async def _set(
        self,
        portfolio: UUID,
        which: ColumnElement[bool],
        *,
        voided: bool,
        now: datetime,
        noted: bool = True,
    ) -> Sequence[UUID]:
        self._rights.check(portfolio)
        await self._connection.execute(
            select(portfolios.c.id).filter_by(id=portfolio).with_for_update()
        )
        is_void = _voided(portfolio)
        chosen = select(trades.c.portfolio_id, trades.c.id).where(
            trades.c.portfolio_id == portfolio, which, ~is_void if voided else is_void
        )
        changed = await self._connection.execute(
            insert(trade_voids)
            .from_select(
                ["portfolio_id", "trade_id", "voided", "at"],
                chosen.add_columns(literal(voided), literal(now, MOMENT)),
            )
            .returning(trade_voids.c.trade_id)
        )
        ids = list(changed.scalars())
        if ids and noted:
            rows = await self._connection.execute(
                select(func.min(trades.c.number), func.max(trades.c.number), func.count()).where(
                    trades.c.id.in_(ids), trades.c.source != DEMO
                )
            )
            first, last, told = rows.one()
            if told:
                numbers = [first] if told == 1 else [first, last]
                kind = "undone" if voided else "restored"
                await self._note(portfolio, kind, now, {"numbers": numbers, "count": told})
        return ids

    async def _note(
        self, portfolio: UUID, kind: str, now: datetime | None, details: dict[str, Any]
    ) -> None:
        if now is None:
            now = (await self._connection.execute(select(func.now()))).scalar_one()
        await self._audit.note(portfolio, kind, now, details)

    async def _number(self, portfolio: UUID, count: int) -> int:
        """The first of ``count`` numbers that nobody else will get; holds the portfolio."""
        self._rights.check(portfolio)
        rows = await self._connection.execute(
            update(portfolios)
            .filter_by(id=portfolio)
            .values(numbers=portfolios.c.numbers + count)
            .returning(portfolios.c.numbers)
        )
        last: int = rows.scalar_one()
        return last - count + 1

    async def _one(self, query: Select[Any]) -> Trade | None:
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _trade(*row)


def _standing(portfolio: UUID) -> Select[Any]:
    return select(*_TOLD).where(trades.c.portfolio_id == portfolio, ~_voided(portfolio))


def _voided(portfolio: UUID) -> ColumnElement[bool]:
    """Whether the latest word on a trade is that it is void."""
    latest = (
        select(trade_voids.c.trade_id, trade_voids.c.voided)
        .where(trade_voids.c.portfolio_id == portfolio)
        .ext(distinct_on(trade_voids.c.trade_id))
        .order_by(trade_voids.c.trade_id, trade_voids.c.number.desc())
        .subquery()
    )
    return exists().where(latest.c.trade_id == trades.c.id, latest.c.voided)


def _told_of(row: dict[str, Any]) -> dict[str, Any]:
    """What the log says of a trade."""
    words = ("kind", "symbol", "quantity", "price")
    return {"number": row["number"], **{name: f"{row[name]}" for name in words}}


def _rows(
    portfolio: UUID, told: Sequence[Trade], first: int, source: str, batch: UUID | None
) -> list[dict[str, Any]]:
    return [
        {
            "id": trade.id,
            "portfolio_id": portfolio,
            "number": number,
            "at": trade.at,
            "kind": trade.kind.value,
            "symbol": trade.symbol,
            "quantity": kept(trade.quantity),
            "price": kept(trade.price),
            "fee": kept(trade.fee),
            "planned": trade.planned,
            "note": trade.note,
            "source": source,
            "batch": batch,
            "replaces": None,
        }
        for number, trade in enumerate(told, first)
    ]


def _trade(
    id: UUID,
    at: datetime,
    kind: str,
    symbol: str,
    quantity: Decimal,
    price: Decimal,
    fee: Decimal,
    *told: Any,  # planned, note, number
) -> Trade:
    return Trade(id, at, _KINDS[kind], symbol, plain(quantity), plain(price), plain(fee), *told)
