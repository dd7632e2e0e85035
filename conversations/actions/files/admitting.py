"""Which entries of a file go into the books: in what currency, which are known, which fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import TypeVar
from uuid import UUID

from conversations.actions.twins import day_of, looks
from engine.amounts import ZERO, scaled, split_ratio
from engine.broker_files.entries import per_share, ten
from engine.broker_files.layout import Entry
from engine.delimited import Problem, Unreadable
from engine.ledger import Kind, NotEnoughShares, Trade

T = TypeVar("T")
_AHEAD = timedelta(days=1)  # time zones
_TRADED = (Kind.BUY, Kind.SELL)


@dataclass(frozen=True, slots=True)
class Quotes:
    """In what symbols are quoted: those that are listed, and the portfolio's own beside them."""

    listed: Mapping[str, str]
    own: Mapping[str, str]
    home: str  # of the portfolio: that of cash, and of symbols that nothing is known of


@dataclass(slots=True)
class Placed:
    entries: list[Entry] = field(default_factory=list)
    elsewhere: list[Problem] = field(default_factory=list)
    currencies: dict[str, str] = field(default_factory=dict)  # of symbols that are new to us


def place(entries: Sequence[Entry], quotes: Quotes, held: frozenset[str]) -> Placed:
    """Each entry under the symbol that is quoted in its currency; nothing is ever converted.

    ``held``: symbols that are recorded already.
    """
    placed, listings = Placed(), _listings(quotes)
    found: dict[tuple[str, str], str | None] = {}
    for one in entries:
        symbol, currency = one.trade.symbol, one.currency
        if not symbol:
            if currency and currency != quotes.home:
                amount = f"{one.trade.price:f} {currency}"
                placed.elsewhere.append(Problem(one.line, "cash_elsewhere", amount))
            else:
                placed.entries.append(one)
            continue
        if (symbol, currency) not in found:
            found[symbol, currency] = _resolve(
                symbol, currency, quotes, held, placed.currencies, listings
            )
        resolved = found[symbol, currency]
        if resolved is None:
            placed.elsewhere.append(
                Problem(one.line, "currency_differs", f"{symbol} in {currency}")
            )
        elif resolved == symbol:
            placed.entries.append(one)
        else:
            placed.entries.append(replace(one, trade=replace(one.trade, symbol=resolved)))
    return placed


def _listings(quotes: Quotes) -> dict[tuple[str, str], list[str]]:
    """What is listed under a symbol of which only the place is left out, by that and currency."""
    found: dict[tuple[str, str], list[str]] = {}
    for one, its in quotes.listed.items():
        base = one.partition(".")[0]
        if base != one:
            found.setdefault((base, its), []).append(one)
    return found


def _resolve(
    symbol: str,
    currency: str,
    quotes: Quotes,
    held: frozenset[str],
    new: dict[str, str],
    listings: Mapping[tuple[str, str], Sequence[str]],
) -> str | None:
    for spelled in (symbol, symbol.replace(".", "-"), symbol.replace("/", "-")):
        if spelled in quotes.listed and currency in ("", quotes.listed[spelled]):
            return spelled
    if not currency:
        return symbol
    elsewhere = listings.get((symbol, currency), ())
    if len(elsewhere) == 1:
        return elsewhere[0]
    if symbol in quotes.listed:
        return None
    known = quotes.own.get(symbol) or new.get(symbol) or (quotes.home if symbol in held else "")
    if known and known != currency:
        return None
    if not known:
        new[symbol] = currency
    return symbol


def unknown(
    told: Sequence[Entry], recorded: Sequence[Trade], in_words: Collection[UUID] = ()
) -> list[Entry]:
    """What of ``told`` is not recorded; of true twins as many as are more than recorded ones.

    First what is the same to the second counts, then what is the same but for the time: a file may
    name only days, as people do. What was told ``in_words`` must have the same fee as well.
    """
    others = _beyond([*recorded], [one.trade for one in told], lambda t: t, _exactly)
    exact = _beyond(told, recorded, lambda one: one.trade, _exactly)
    spoken = [one for one in others if one.id in in_words and one.kind in _TRADED]
    written = [one for one in others if one.id not in in_words or one.kind not in _TRADED]
    rest = _beyond(exact, written, lambda one: one.trade, _alike)
    return _beyond(rest, spoken, lambda one: one.trade, _alike_and_as_dear)


def unmet(
    told: Sequence[Entry], recorded: Sequence[Trade], in_words: Collection[UUID]
) -> list[Trade]:
    """What was told ``in_words`` and is not found among ``told``."""
    spoken = [one for one in recorded if one.id in in_words and one.kind in _TRADED]
    others = _beyond(spoken, [one.trade for one in told], lambda t: t, _exactly)
    rest = _beyond(told, recorded, lambda one: one.trade, _exactly)
    return _beyond(others, [one.trade for one in rest], lambda t: t, _alike_and_as_dear)


def _beyond(
    told: Sequence[T],
    known: Sequence[Trade],
    trade: Callable[[T], Trade],
    like: Callable[[Trade], object],
) -> list[T]:
    """Those of ``told`` that are not ``like`` one of ``known``, each of which counts once."""
    if not told or not known:
        return [*told]
    left = Counter(like(one) for one in known)
    new = []
    for one in told:
        what = like(trade(one))
        if left[what] > 0:
            left[what] -= 1
        else:
            new.append(one)
    return new


def _alike(trade: Trade) -> object:
    """A split is told by its ratio or by what it added: there is one of a share on a day."""
    if trade.kind is Kind.SPLIT:
        return (trade.kind, trade.symbol, day_of(trade))
    return looks(trade)


def _alike_and_as_dear(trade: Trade) -> object:
    return (_alike(trade), trade.fee)


def _exactly(trade: Trade) -> object:
    if trade.kind is Kind.SPLIT:
        return (trade.at, trade.kind, trade.symbol)
    return (trade.at, trade.kind, trade.symbol, trade.quantity, trade.price)


@dataclass(slots=True)
class Admitted:
    entries: list[Entry] = field(default_factory=list)
    unfit: list[Problem] = field(default_factory=list)
    oversold: list[NotEnoughShares] = field(default_factory=list)


def admit(
    recorded: Sequence[Trade], told: Sequence[Entry], now: datetime, *, short: bool
) -> Admitted:
    """Those of ``told`` that the books can take after ``recorded``, in the order of booking.

    What sells or pays on shares that nobody bought is unfit: they came before the file begins. A
    line goes in whole or not at all. Raises NotEnoughShares where a recorded sale would no longer
    fit, ImpossibleTrade.
    """
    unfit: list[Problem] = []
    while True:
        out = _admit(recorded, told, now, short=short)
        bad = {one.line for one in out.unfit}
        unfit += out.unfit
        if not any(one.line in bad for one in out.entries):
            out.unfit = unfit
            return out
        told = [one for one in told if one.line not in bad]


def _admit(
    recorded: Sequence[Trade], told: Sequence[Entry], now: datetime, *, short: bool
) -> Admitted:
    fold = _Fold(short)
    out = Admitted()
    dated: list[tuple[datetime, Trade | Entry]] = [
        (one.at.astimezone(UTC), one) for one in recorded
    ]
    for entry in told:
        if entry.trade.at > now + _AHEAD:
            out.unfit.append(Problem(entry.line, "in_the_future", f"{entry.trade.at.date()}"))
        else:
            dated.append((entry.trade.at, entry))
    dated.sort(key=lambda one: one[0])
    for _, group in groupby(dated, key=lambda one: one[0]):
        waiting: list[Entry] = []
        for _, one in group:
            if isinstance(one, Trade):
                fold.take(one)
            else:
                waiting.append(one)
        _admit_together(fold, waiting, out)
    return out


def _admit_together(fold: _Fold, waiting: list[Entry], out: Admitted) -> None:
    """Entries of one moment, as they come; what does not fit yet is tried again after the rest."""
    progress = True
    while waiting and progress:
        left, progress = [], False
        for one in waiting:
            if fold.fits(one):
                out.entries.append(fold.admit(one))
                progress = True
            else:
                left.append(one)
        waiting = left
    for one in waiting:
        out.unfit.append(fold.why(one))
        if one.trade.kind is Kind.SELL:
            out.oversold.append(NotEnoughShares(one.trade, fold.held.get(one.trade.symbol, ZERO)))


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"


class _Fold:
    """Shares held, and nothing else of the books."""

    def __init__(self, short: bool) -> None:
        self.held: dict[str, Decimal] = {}
        self._short = short

    def fits(self, one: Entry) -> bool:
        trade = one.trade
        if trade.kind is Kind.SELL:
            return self._short or trade.quantity <= self.held.get(trade.symbol, ZERO)
        if trade.kind is Kind.DIVIDEND:
            return trade.symbol in self.held
        if trade.kind is Kind.SPLIT:
            held = self.held.get(trade.symbol, ZERO)
            return held != 0 and (not one.extra or self._ratio(one) is not None)
        return True

    def admit(self, one: Entry) -> Entry:
        if one.extra:
            ratio = self._ratio(one)
            assert ratio is not None, "only what fits is admitted"
            one = replace(one, trade=replace(one.trade, quantity=ratio), extra=ZERO)
        self.take(one.trade)
        return one

    def take(self, trade: Trade) -> None:
        """Raises NotEnoughShares."""
        symbol, held = trade.symbol, self.held.get(trade.symbol, ZERO)
        if trade.kind is Kind.BUY:
            self.held[symbol] = held + trade.quantity
        elif trade.kind is Kind.SELL:
            if trade.quantity > held and not self._short:
                raise NotEnoughShares(trade, held)
            self.held[symbol] = held - trade.quantity
        elif trade.kind is Kind.SPLIT:
            self.held[symbol] = scaled(held, split_ratio(trade.quantity))

    def _ratio(self, one: Entry) -> Decimal | None:
        """New shares for each old one, where ``extra`` were added; None where that is no ratio."""
        held = self.held.get(one.trade.symbol, ZERO)
        try:
            ratio = ten(per_share(held + one.extra, held))
        except Unreadable:
            return None
        right = scaled(held, split_ratio(ratio)) == held + one.extra
        return ratio if right and held + one.extra > 0 else None

    def why(self, one: Entry) -> Problem:
        trade, held = one.trade, self.held.get(one.trade.symbol, ZERO)
        if trade.kind is Kind.SELL:
            return Problem(
                one.line,
                "sold_unbought",
                f"{_plain(trade.quantity)} {trade.symbol}, {_plain(held)} held",
            )
        if trade.kind is Kind.DIVIDEND:
            return Problem(one.line, "paid_on_unbought", trade.symbol)
        return Problem(one.line, "split_of_unbought", trade.symbol)
