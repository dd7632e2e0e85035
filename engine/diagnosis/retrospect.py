"""A record as it stood on an earlier day, without reconstructing it again."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import TypeVar

import numpy as np

from engine.arrays import Flags
from engine.record.discretion import find_discretionary
from engine.record.fills import Fills
from engine.record.market import open_market
from engine.record.reconstruction import Decisions, History, Holdings, Steps
from engine.record.record import Record

_Table = TypeVar("_Table", Decisions, Holdings, Steps)


def known_by(record: Record, day: date) -> Record:
    """What ``prepare`` would have made of the same trades at the end of ``day``.

    All that a history keeps is known day by day, so that later days are cut off; what looks at
    several days at once (plans, total sales, breaks of prices) is judged anew. Symbols first
    traded later keep their columns, without decisions.
    """
    count = int(np.searchsorted(record.history.days, np.datetime64(day, "D"), side="right"))
    history, market = _history_until(record, count), record.market
    return replace(
        record,
        fills=_fills_until(record.fills, count),
        history=history,
        discretionary=find_discretionary(history, record.convention),
        market=open_market(
            market.prices.until(day),
            market.symbols,
            None if market.quotes is None else market.quotes.until(day),
        ),
        until=day,
        context=record.context.until(day),
        given_signals=record.signals,
    )


def _history_until(record: Record, count: int) -> History:
    """The first ``count`` days of the history."""
    whole = record.history
    made = int(np.searchsorted(whole.decisions.day, count))
    held = int(np.searchsorted(whole.holdings.day, count))
    left = {id for id, day in zip(record.fills.ids, record.fills.day, strict=True) if day >= count}
    return History(
        symbols=whole.symbols,
        days=whole.days[:count],
        decisions=_part(whole.decisions, slice(made)),
        holdings=_part(whole.holdings, slice(held)),
        steps=_part(whole.steps, whole.steps.day < count),
        final=whole.final if count == len(whole.days) else _open_at(whole, count),
        dropped=tuple(one for one in whole.dropped if one.trade_id not in left),
    )


def _part(table: _Table, rows: slice | Flags) -> _Table:
    return replace(table, **{one.name: getattr(table, one.name)[rows] for one in fields(table)})


def _open_at(whole: History, day: int) -> tuple[tuple[int, float, float, int], ...]:
    """What was held at the open of a day with trades is what the days before it left open."""
    held = whole.holdings
    rows = slice(*np.searchsorted(held.day, [day, day + 1]).tolist())
    columns = (held.symbol, held.quantity, held.cost, held.opened)
    return tuple(zip(*(column[rows].tolist() for column in columns), strict=True))


def _fills_until(whole: Fills, count: int) -> Fills:
    inside = whole.day < count
    kept = np.flatnonzero(inside).tolist()
    return replace(
        whole,
        days=whole.days[:count],
        symbol=whole.symbol[inside],
        day=whole.day[inside],
        moment=whole.moment[inside],
        side=whole.side[inside],
        quantity=whole.quantity[inside],
        price=whole.price[inside],
        fee=whole.fee[inside],
        planned=whole.planned[inside],
        ids=tuple(whole.ids[n] for n in kept),
        trades=whole.trades - (len(inside) - len(kept)),
    )
