"""Reading a file into a portfolio: what is new, what is known, what the books cannot take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from conversations.actions import trading
from conversations.actions.files import admitting, isins, merging, openings
from conversations.actions.files.admitting import Quotes
from conversations.actions.files.file_kinds import (
    LARGEST,
    MOST_LINES,
    NotText,
    TooBig,
    decode,
    read_text,
)
from conversations.actions.files.isins import ISIN, Nameless
from conversations.actions.files.merging import Merged, Twins
from conversations.actions.files.openings import Opening
from engine.broker_files.layout import Entry
from engine.broker_files.locale import Order
from engine.broker_files.plain_columns import INVESTOR, Mapped
from engine.broker_files.reading import Reading, read_file
from engine.broker_files.sheet import lines_of
from engine.broker_files.unknown import Unknown, describe
from engine.delimited import Problem
from engine.ledger import Kind, NotEnoughShares, Trade, book
from storage.records import PortfolioRecord
from storage.unit_of_work import UnitOfWork

__all__ = [
    "LARGEST",
    "MOST_LINES",
    "NotText",
    "Preview",
    "Reader",
    "TooBig",
    "decode",
    "describe_file",
    "mapping_of",
    "pack_mapping",
    "preview",
    "record",
]


@dataclass(frozen=True, slots=True)
class Reader:
    """What has to be known of a person to read their file as they mean it."""

    quotes: Quotes
    day_first: bool | None = None
    mappings: Mapping[str, Mapped] = field(default_factory=dict)
    isins: Mapping[str, str] = field(default_factory=dict)  # symbols they meant; "": none
    told: frozenset[UUID] = frozenset()  # trades that they told in words
    twins: Twins | None = None  # what they said of look-alikes of these; None: not asked yet


@dataclass(frozen=True, slots=True)
class Preview:
    """What importing a file would do."""

    layout: str | None  # None: nobody knows it
    title: str
    new: tuple[Trade, ...] = ()
    counts: Mapping[Kind, int] = field(default_factory=dict)  # of all that the books can take
    known: int = 0
    span: tuple[datetime, datetime] | None = None
    problems: tuple[Problem, ...] = ()  # could not be read
    unfit: tuple[Problem, ...] = ()  # could be read, and the books cannot take it
    left_out: tuple[Problem, ...] = ()  # understood, and nothing for the books
    remarks: tuple[Problem, ...] = ()  # taken, but not as it stands there
    oversold: NotEnoughShares | None = None
    currencies: Mapping[str, str] = field(default_factory=dict)  # of symbols that are new to us
    bought: Mapping[str, Decimal] = field(default_factory=dict)  # of what is new, by currency
    sold: Mapping[str, Decimal] = field(default_factory=dict)
    accounts: int = 0
    investors: tuple[str, ...] = ()
    unknown: Unknown | None = None
    order_asked: bool = False
    first: tuple[Entry, ...] = ()  # the first of what is new, with its line
    replaces: tuple[UUID | None, ...] = ()  # for each of ``new`` what it takes the place of
    twins: tuple[Trade, ...] = ()  # what was told in words and looks like lines of the file
    nameless: tuple[Nameless, ...] = ()  # of what is new: which symbol they mean was not said
    openings: tuple[Opening, ...] = ()  # what must have been held before the file begins

    @property
    def remarkable(self) -> bool:
        return bool(self.problems or self.unfit or self.left_out or self.remarks)


def preview(
    data: bytes,
    recorded: Sequence[Trade],
    portfolio: PortfolioRecord,
    reader: Reader,
    now: datetime,
) -> Preview:
    """What is in the file, less what is recorded already; true twins within it are kept.

    Raises NotText, TooBig, and NotEnoughShares or ImpossibleTrade where what is recorded would no
    longer hold.
    """
    read = read_file(read_text(data), day_first=reader.day_first, mappings=reader.mappings)
    if read.layout is None or read.order_asked:
        return Preview(read.layout, read.title, unknown=read.unknown, order_asked=read.order_asked)
    held = frozenset(one.symbol for one in recorded)
    entries = isins.named(read.entries, reader.isins, held)
    placed = admitting.place(entries, reader.quotes, held)
    new = admitting.unknown(placed.entries, recorded, reader.told)
    free = admitting.unmet(placed.entries, recorded, reader.told) if new else []
    merged = _take(recorded, new, free, reader.twins, now, short=portfolio.allow_short)
    taken = merged.taken
    trades = tuple(one.trade for one in taken.entries)
    twins = [one.twin for one in taken.entries if one.twin is not None]
    gone = {one.id for one in twins}
    book([*(t for t in recorded if t.id not in gone), *trades], trading.rules_of(portfolio))
    unfit_lines = {one.line for one in taken.unfit}
    counted = [one for one in placed.entries if one.line not in unfit_lines]
    days = [one.trade.at for one in counted]
    symbols = {trade.symbol for trade in trades}
    return Preview(
        read.layout,
        read.title,
        new=trades,
        counts=Counter(one.trade.kind for one in counted),
        known=len(placed.entries) - len(new) + read.repeated,
        span=(min(days), max(days)) if days else None,
        problems=read.problems,
        unfit=tuple(sorted(taken.unfit, key=lambda one: one.line)),
        left_out=_worth_saying(read, [*placed.elsewhere, *merged.kept]),
        remarks=_remarks(taken.entries, reader.quotes),
        oversold=taken.oversold[0] if taken.oversold else None,
        currencies={symbol: its for symbol, its in placed.currencies.items() if symbol in symbols},
        bought=_turnover(taken.entries, Kind.BUY, reader.quotes.home),
        sold=_turnover(taken.entries, Kind.SELL, reader.quotes.home),
        accounts=len({one.account for one in placed.entries if one.account}),
        investors=tuple(
            dict.fromkeys(
                one.account.removeprefix(INVESTOR)
                for one in read.entries
                if one.account.startswith(INVESTOR)
            )
        ),
        first=tuple(taken.entries[:3]),
        replaces=tuple(one.twin.id if one.twin else None for one in taken.entries),
        twins=tuple(twins),
        nameless=isins.nameless(new, reader.isins, held, reader.quotes.listed),
        openings=openings.missing(recorded, new, taken.unfit),
    )


def _take(
    recorded: Sequence[Trade],
    new: Sequence[Entry],
    free: Sequence[Trade],
    twins: Twins | None,
    now: datetime,
    *,
    short: bool,
) -> Merged:
    """What the books take; what looks like a ``free`` trade is one with it until told otherwise."""
    if twins is Twins.BOTH:
        return Merged(admitting.admit(recorded, new, now, short=short))
    return merging.merge(recorded, merging.pair(new, free), now, short=short)


def _worth_saying(read: Reading, elsewhere: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted([*read.left_out, *elsewhere], key=lambda one: one.line))


def _remarks(entries: Sequence[Entry], quotes: Quotes) -> tuple[Problem, ...]:
    told = [Problem(one.line, one.remark, one.trade.symbol) for one in entries if one.remark]
    told += [
        Problem(one.line, "named_by_isin", one.trade.symbol)
        for one in entries
        if ISIN.fullmatch(one.trade.symbol) and one.trade.symbol not in quotes.listed
    ]
    return tuple(sorted(told, key=lambda one: one.line))


def _turnover(entries: Sequence[Entry], kind: Kind, home: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for one in entries:
        if one.trade.kind is kind:
            currency = one.currency or home
            paid = one.trade.quantity * one.trade.price
            sums[currency] = sums.get(currency, Decimal(0)) + paid
    return sums


def describe_file(data: bytes) -> Unknown | None:
    """What can be asked about a file that nobody knows. Raises NotText, TooBig."""
    return describe(lines_of(read_text(data)))


def pack_mapping(mapping: Mapped) -> dict[str, Any]:
    return {"columns": dict(mapping.columns), "decimal": mapping.decimal, "order": mapping.order}


def mapping_of(packed: Mapping[str, Any]) -> Mapped:
    order = packed["order"]
    return Mapped(packed["columns"], packed["decimal"], Order(order) if order else None)


async def record(
    work: UnitOfWork,
    portfolio: PortfolioRecord,
    new: Sequence[Trade],
    now: datetime,
    currencies: Mapping[str, str] | None = None,
    replaces: Sequence[UUID | None] = (),
) -> UUID:
    """Add ``new`` as one batch that can be undone as one. The portfolio is locked.

    ``currencies``: in what symbols that no list has are quoted. ``replaces``: for each of ``new``
    the trade that it takes the place of.
    """
    batch = uuid4()
    own = [replace(trade, id=uuid4()) for trade in new]
    await work.layouts.quote(portfolio.id, currencies or {})
    await work.trades.add_many(
        portfolio.id, own, source="file", batch=batch, now=now, replaces=replaces
    )
    await trading.settle(work, portfolio, trading.rules_of(portfolio))
    return batch
