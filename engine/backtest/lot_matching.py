"""Which shares were sold by which sale: FIFO by cumulative quantities, or at average cost.

Quantities are counted in whole steps of today's shares (int64), so that what is sold out is exactly
nothing: no dust of floating point. Where no step of 10^-10 and more surely fits all of a symbol (a
third of a share after a reverse split, 10^4 shares with ten decimals), and where a split may have
rounded what was held, the exact ledger matches that symbol.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from engine.amounts import split_ratio
from engine.arrays import Days, Flags, Floats, Ints
from engine.backtest.journal import Journal
from engine.ledger import Kind, LotMethod, Rules, book, replay

_TOLERANCE = 8 * np.finfo(np.float64).eps  # of quantity x ratio, each rounded once
_CLEAR = 0.01  # of a step, for that tolerance: a tenth of a step is no rounding error
_SAFE = 0.25  # of a step, for that tolerance: the whole step nearest to it is the right one
_MOST = 2.0**61  # steps of all symbols, in and out
_ROUND = 1e4  # steps per share that no split leaves a rest of; the ledger's own are 10^10
_LARGE = 1e8  # of those steps


@dataclass(frozen=True, slots=True)
class Lots:
    """M parts of lots: (M,) arrays, in the order of closing, oldest first.

    What was sold short has a negative quantity, cost and proceeds, as in ``engine.lots``.
    ``quantity``: in the shares of the day of closing. ``cost``, ``proceeds``: money after fees. Of
    what is still open, ``closed`` is the last day, ``closed_by`` -1 and ``proceeds`` the worth.
    """

    symbol: Ints  # columns
    opened: Days
    closed: Days
    opened_by: Ints  # places in the order of booking
    closed_by: Ints
    quantity: Floats
    cost: Floats
    proceeds: Floats

    @property
    def gain(self) -> Floats:
        gained: Floats = self.proceeds - self.cost
        return gained

    @property
    def days_held(self) -> Ints:
        """Calendar days."""
        return (self.closed - self.opened).astype(np.int64)

    def pick(self, which: Ints | Flags) -> Lots:
        """Some of them."""
        return Lots(
            self.symbol[which],
            self.opened[which],
            self.closed[which],
            self.opened_by[which],
            self.closed_by[which],
            self.quantity[which],
            self.cost[which],
            self.proceeds[which],
        )


@dataclass(frozen=True, slots=True)
class Matched:
    """``parts``: closed and open ones (``closed_by`` -1, worth nothing yet). ``after``: (B,) of
    today's shares of its symbol that each entry leaves; 0 for what is no purchase or sale."""

    parts: Lots
    after: Floats


def match(journal: Journal, rules: Rules) -> Matched:
    """Lots of all symbols. Raises NotEnoughShares and ImpossibleTrade, as ``book`` does."""
    orders = journal.orders()
    order = orders[np.argsort(journal.column[orders], kind="stable")]
    signed = journal.sign[order] * journal.quantity[order] * journal.ratio[order]
    column = journal.column[order]
    steps, unit, odd = _in_steps(signed, column, len(journal.symbols))
    first = np.searchsorted(column, np.arange(len(journal.symbols) + 1))
    held = _running(steps, column, first)
    odd |= _doubtful(journal, order, held / unit[column], first, rules)
    told = journal.of_kind(Kind.SPLIT, Kind.DIVIDEND)
    if odd.any() or (journal.column[told] < 0).any():
        book(journal.trades, rules)  # says what is wrong with them, if anything is
    after = np.zeros(len(journal.trades))
    after[order] = held / unit[column]
    plain = ~odd[column]
    found = [_plain(journal, order[plain], steps[plain], held[plain], unit, rules)]
    for number in np.flatnonzero(odd).tolist():
        parts, place, left = _exact(journal, number, rules)
        found.append(parts)
        after[place] = left
    return Matched(_in_order(found), after)


def _in_steps(signed: Floats, column: Ints, count: int) -> tuple[Ints, Floats, Flags]:
    """Signed quantities as whole steps, (N,) steps per share, and (N,) symbols that have none."""
    rest = np.arange(len(signed))
    unit = np.ones(count)
    for digits in range(11):
        unit[column[rest]] = 10.0**digits
        scaled = signed[rest] * 10.0**digits
        doubt = _TOLERANCE * np.abs(scaled)
        rest = rest[(np.abs(scaled - np.rint(scaled)) > doubt) | (doubt > _CLEAR)]
        if not len(rest):
            break
    steps = signed * unit[column]
    odd = np.zeros(count, dtype=np.bool_)
    odd[column[rest]] = True
    odd[column[_TOLERANCE * np.abs(steps) > _SAFE]] = True
    odd |= np.bincount(column, weights=np.abs(steps), minlength=count) > _MOST / max(count, 1)
    return np.rint(np.where(odd[column], 0.0, steps)).astype(np.int64), unit, odd


def _running(steps: Ints, column: Ints, first: Ints) -> Ints:
    """Steps held after each order; the orders come by symbol."""
    total = np.concatenate((np.zeros(1, np.int64), np.cumsum(steps)))
    held: Ints = total[1:] - total[first[:-1]][column]
    return held


def _doubtful(journal: Journal, order: Ints, held: Floats, first: Ints, rules: Rules) -> Flags:
    """(N,) symbols of which the exact ledger has to say whether their history is possible."""
    odd = np.zeros(len(journal.symbols), dtype=np.bool_)
    column = journal.column
    if not rules.allow_short:
        odd[column[order][held < 0]] = True
    for place in journal.of_kind(Kind.SPLIT, Kind.DIVIDEND).tolist():
        symbol = column[place]
        if symbol < 0:
            continue
        begin, end = int(first[symbol]), int(first[symbol + 1])
        before = begin + int(np.searchsorted(order[begin:end], place))
        if before == begin:
            odd[symbol] = True
        elif journal.trades[place].kind is Kind.SPLIT:
            shares = abs(held[before - 1]) / journal.ratio[place]
            odd[symbol] |= not 1e-6 < shares < 1e11
            odd[symbol] |= _rounds(journal, place, order[begin:before])
    return odd


def _rounds(journal: Journal, split: int, earlier: Ints) -> bool:
    """Whether the ledger may have rounded some of the ``earlier`` entries' shares at a split."""
    by = float(split_ratio(journal.trades[split].quantity))
    if by.is_integer():
        return False
    after = journal.quantity[earlier] * journal.ratio[earlier] / journal.ratio[split] * _ROUND
    off = np.abs(after - np.rint(after)) > _TOLERANCE * after
    return bool((off | (after > _LARGE)).any())


def _plain(
    journal: Journal, order: Ints, steps: Ints, held: Ints, unit: Floats, rules: Rules
) -> Lots:
    found = []
    before = held - steps
    for side in (1, -1) if (held < 0).any() else (1,):
        change = np.maximum(side * held, 0) - np.maximum(side * before, 0)
        moved = np.flatnonzero(change)
        if not len(moved):
            continue
        pair = _average if rules.lot_method is LotMethod.AVERAGE else _fifo
        found.append(pair(journal, order[moved], change[moved], side, unit))
    return _joined(found)


def _fifo(journal: Journal, place: Ints, change: Ints, side: int, unit: Floats) -> Lots:
    """Oldest first. ``change``: steps opened or closed by the entries at ``place``, by symbol."""
    opens, column = change > 0, journal.column[place]
    sold, entries, closers = _with_the_end(change, column, place)
    opened, closed = np.cumsum(change[opens]), np.cumsum(sold)
    cuts = np.union1d(opened, closed)
    size = np.diff(cuts, prepend=0)
    lot, sale = np.searchsorted(opened, cuts), np.searchsorted(closed, cuts)
    opener, closer = place[opens][lot], closers[sale]
    shares = size / unit[entries[sale]]
    part = shares / (journal.quantity[opener] * journal.ratio[opener])
    cost = part * _paid(journal, opener, side)
    return _parts(journal, opener, closer, entries[sale], side * shares, cost)


def _average(journal: Journal, place: Ints, change: Ints, side: int, unit: Floats) -> Lots:
    """At average cost: one lot, which keeps the day of its first purchase."""
    column = journal.column[place]
    share = np.abs(change) / unit[column] / (journal.quantity[place] * journal.ratio[place])
    paid = (share * _paid(journal, place, side)).tolist()
    rows: list[tuple[int, int, int, int, float]] = []
    cost, held, opener, current = 0.0, 0, -1, -1
    entries = zip(place.tolist(), column.tolist(), change.tolist(), paid, strict=True)
    for entry, symbol, moved, money in entries:
        if symbol != current and held:
            rows.append((opener, -1, current, held, cost))
        if symbol != current or not held:
            cost, held, opener, current = 0.0, 0, entry, symbol
        if moved > 0:
            cost += money
        else:
            taken = cost if held == -moved else cost * (-moved / held)
            rows.append((opener, entry, symbol, -moved, taken))
            cost -= taken
        held += moved
    if held:
        rows.append((opener, -1, current, held, cost))
    start, end, symbols = (np.array([row[n] for row in rows], dtype=np.int64) for n in range(3))
    today = side * np.array([row[3] for row in rows], dtype=np.float64) / unit[symbols]
    money = np.array([row[4] for row in rows], dtype=np.float64)
    return _parts(journal, start, end, symbols, today, money)


def _with_the_end(change: Ints, column: Ints, place: Ints) -> tuple[Ints, Ints, Ints]:
    """What was closed, with what is still open closed after the last entry of each symbol: steps,
    column, and by which entry (-1)."""
    closes = change < 0
    last = np.flatnonzero(np.diff(column, append=-1))
    net = np.diff(np.cumsum(change)[last], prepend=0)
    left = net > 0
    at = np.cumsum(closes)[last][left]
    return (
        np.insert(-change[closes], at, net[left]),
        np.insert(column[closes], at, column[last][left]),
        np.insert(place[closes], at, -1),
    )


def _paid(journal: Journal, place: Ints, side: int) -> Floats:
    """Signed cost of whole entries that open: with the fee, negative for what is sold short."""
    paid: Floats = side * journal.quantity[place] * journal.price[place] + journal.fee[place]
    return paid


def _parts(
    journal: Journal, opener: Ints, closer: Ints, symbol: Ints, today: Floats, cost: Floats
) -> Lots:
    """``today``: signed quantity in today's shares."""
    ended = closer >= 0
    quantity = today / np.where(ended, journal.ratio[closer], 1.0)
    received = np.zeros(len(today))
    by, signed = closer[ended], quantity[ended]
    fee = journal.fee[by] * (np.abs(signed) / journal.quantity[by])
    received[ended] = signed * journal.price[by] - fee
    closed = np.where(ended, journal.days[closer], journal.days[-1])
    return Lots(symbol, journal.days[opener], closed, opener, closer, quantity, cost, received)


def _exact(journal: Journal, number: int, rules: Rules) -> tuple[Lots, Ints, Floats]:
    """The same from the exact ledger, for one symbol; what its orders leave."""
    name = journal.symbols[number]
    place = np.array([n for n, t in enumerate(journal.trades) if t.symbol == name], dtype=np.int64)
    # Known by their places: nobody promises that the ids of a told history differ.
    own = [replace(journal.trades[n], id=UUID(int=n)) for n in place.tolist()]
    booked = book(own, rules)
    rows = [
        (c.opened_by.int, c.trade_id.int, float(c.quantity), float(c.cost), float(c.proceeds))
        for c in booked.closures
    ]
    last_ratio = journal.ratio[place[-1]]
    rows += [
        (lot.trade_id.int, -1, float(lot.quantity) * last_ratio, float(lot.cost), 0.0)
        for lot in booked.lots
    ]
    left = np.array([float(held) for _, held, _ in replay(own, rules)]) * journal.ratio[place]
    table = np.array(rows, dtype=np.float64).reshape(-1, 5)
    opener, closer = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
    closed = np.where(closer >= 0, journal.days[closer], journal.days[-1])
    symbol = np.full(len(rows), number, dtype=np.int64)
    parts = Lots(
        symbol, journal.days[opener], closed, opener, closer, table[:, 2], table[:, 3], table[:, 4]
    )
    ordered = np.isin(place, journal.orders())
    return parts, place[ordered], left[ordered]


def _in_order(found: list[Lots]) -> Lots:
    """Closed ones by what closed them, then the open ones by symbol; oldest first."""
    whole = _joined(found)
    closer = np.where(whole.closed_by < 0, np.iinfo(np.int64).max, whole.closed_by)
    return whole.pick(np.lexsort((whole.symbol, closer)))


def _joined(found: list[Lots]) -> Lots:
    if len(found) == 1:
        return found[0]
    none, day = np.zeros(0, np.int64), np.zeros(0, "datetime64[D]")
    empty = Lots(none, day, day, none, none, np.zeros(0), np.zeros(0), np.zeros(0))
    every = [empty, *found]
    return Lots(
        *(
            np.concatenate([getattr(one, name) for one in every])
            for name in Lots.__dataclass_fields__
        )
    )
