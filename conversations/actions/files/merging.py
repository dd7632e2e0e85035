"""Trades of a file that look like ones the person told us in words: one and the same, or two?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from conversations.actions.files.admitting import Admitted, admit
from conversations.actions.twins import day_of
from engine.broker_files.layout import Entry
from engine.delimited import Problem
from engine.ledger import Kind, NotEnoughShares, Trade

_APART = timedelta(days=1)
_DEARER = Decimal("0.005")  # of the price that was told


class Twins(StrEnum):
    """What the person said of the look-alikes."""

    MERGE = "merge"  # the same: the file says more exactly when, at what price, for what fee
    BOTH = "both"  # two trades each


@dataclass(frozen=True, slots=True)
class Merged:
    """What the books take; ``kept``: lines that could not take the place of what was told."""

    taken: Admitted
    kept: tuple[Problem, ...] = ()


def pair(new: Sequence[Entry], told: Sequence[Trade]) -> list[Entry]:
    """``new``, each with the trade among ``told`` that it looks like: same side, share and
    quantity, at most a day and 0.5 % of the price apart. Each of those is used once, the nearest
    first, so that true twins stay two."""
    free: dict[tuple[Kind, str, Decimal], list[Trade]] = {}
    for trade in told:
        free.setdefault((trade.kind, trade.symbol, trade.quantity), []).append(trade)
    near = [
        (*apart, place, trade)
        for place, one in enumerate(new)
        for trade in free.get((one.trade.kind, one.trade.symbol, one.trade.quantity), ())
        if (apart := _apart(one.trade, trade)) is not None
    ]
    twins: dict[int, Trade] = {}
    used: set[UUID] = set()
    for *_, place, trade in sorted(near, key=lambda one: (one[0], one[1], one[2])):
        if place not in twins and trade.id not in used:
            twins[place] = trade
            used.add(trade.id)
    return [
        replace(one, twin=twins[place]) if place in twins else one for place, one in enumerate(new)
    ]


def _apart(one: Trade, other: Trade) -> tuple[timedelta, Decimal] | None:
    """How far two trades are apart in days and price; None where that is too far."""
    days, price = abs(day_of(one) - day_of(other)), abs(one.price - other.price)
    return (days, price) if days <= _APART and price <= _DEARER * other.price else None


def merge(recorded: Sequence[Trade], new: Sequence[Entry], now: datetime, *, short: bool) -> Merged:
    """Let what has a twin take its place, with what the person said of it.

    Where the books could not take the file's moment (something was sold before it) what was told
    stays as it is. Raises what ``admit`` raises of what has no twin.
    """
    kept: list[Problem] = []
    told = [_as_mine(one) for one in new]
    while True:
        gone = {one.twin.id for one in told if one.twin is not None}
        rest = [trade for trade in recorded if trade.id not in gone]
        try:
            taken = admit(rest, told, now, short=short)
        except NotEnoughShares as fact:
            lines = {one.line for one in told if one.twin and one.trade.symbol == fact.symbol}
            if not lines:
                raise
        else:
            unfit = {one.line for one in taken.unfit}
            lines = {one.line for one in told if one.twin and one.line in unfit}
            if not lines:
                return Merged(taken, tuple(kept))
        kept += [Problem(one.line, "told_before", _text(one)) for one in told if one.line in lines]
        told = [one for one in told if one.line not in lines]


def _as_mine(one: Entry) -> Entry:
    """The file's moment, price and fee, and the person's own words."""
    if one.twin is None:
        return one
    note, planned = one.twin.note or one.trade.note, one.twin.planned or one.trade.planned
    return replace(one, trade=replace(one.trade, note=note, planned=planned))


def _text(one: Entry) -> str:
    return f"{one.trade.kind} {one.trade.symbol}"
