"""The five days after news about something held, and five days without any: what was done then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.record.record import Record

LENGTH = 5  # trading days
STRONG = 1.0  # news of this tone or more, in standard deviations


@dataclass(frozen=True, slots=True)
class NewsWindows:
    """W windows that do not overlap within a name: (W,) arrays."""

    row: Ints  # of the market: the day of the news, at whose close the name was held
    symbol: Ints
    tone: Ints  # 1 good news, -1 bad news, 0 none
    gain: Flags  # of the position at that close
    added: Flags  # in the five trading days after it
    reduced: Flags


def find_windows(record: Record) -> NewsWindows:
    """Every window of the record; positions too close to their cost are in none."""
    news, market = record.context.news, record.market
    none = np.zeros(0, dtype=np.int64)
    empty = NewsWindows(none, none, none, none != 0, none != 0, none != 0)
    if news is None or not len(news.days) or not len(record.history.days) or not market.length:
        return empty
    first = max(int(market.rows(record.history.days[:1])[0]), 0)
    tone = _tone_by_row(record)
    held = record.quantities(market.prices.days.astype(np.int64)) > 0
    held[:first] = False
    starts = [
        (row, symbol)
        for symbol in np.flatnonzero((~np.isnan(tone)).any(axis=0) & held.any(axis=0)).tolist()
        for row in _starts(tone[:, symbol], held[:, symbol])
    ]
    if not starts:
        return empty
    row, symbol = (np.array(part, dtype=np.int64) for part in zip(*starts, strict=True))
    result = market.close[row, symbol] / _cost_after(record, row, symbol) - 1.0
    clear = np.abs(np.nan_to_num(result)) > record.convention.dead_band
    row, symbol, gain = row[clear], symbol[clear], result[clear] > 0
    return NewsWindows(
        row,
        symbol,
        _strength(tone[row, symbol]),
        gain,
        _acted(record, row, symbol, 1),
        _acted(record, row, symbol, -1),
    )


def _strength(tone: Floats) -> Ints:
    return np.where(np.abs(tone) >= STRONG, np.sign(tone), 0).astype(np.int64)


def _tone_by_row(record: Record) -> Floats:
    """The strongest tone of each row of the market and symbol of the person: (T, N).

    News of days without trading belongs to the row before, as it is known before the next one.
    Days that the panel leaves out had no news; NaN before its first and after its last day.
    """
    news, market = record.context.news, record.market
    assert news is not None, "find_windows asks only where there is news"
    column = news.columns(record.history.symbols)
    own = np.flatnonzero(column >= 0)
    found = np.full((market.length, len(column)), np.nan)
    bounds = np.searchsorted(market.prices.days, [news.days[0], news.days[-1]], side="right")
    known = slice(max(int(bounds[0]) - 1, 0), int(bounds[1]))
    found[known, own] = 0.0
    values, row = news.values[:, column[own]], market.rows(news.days)
    # The first days of all rows at once, then the second days of those that have several.
    place = np.where(row >= 0, np.arange(len(row)) - np.searchsorted(row, row), -1)
    for n in range(int(place.max(initial=-1)) + 1):
        days = np.flatnonzero(place == n)
        here, said = (row[days][:, None], own[None, :]), values[days]
        line = found[here]
        stronger = np.isnan(line) | (np.abs(said) > np.abs(line))
        stronger |= np.isnan(said) & (line == 0.0)
        found[here] = np.where(stronger, said, line)
    return found


def _starts(tone: Floats, held: Flags) -> list[int]:
    """Rows on which windows of one name begin: each strong news that no window covers yet, and
    whole stretches without any between them."""
    strong = np.abs(np.nan_to_num(tone)) >= STRONG
    # Strong or unknown within the next five days: no quiet window may begin here.
    ahead = np.cumsum(np.concatenate([[0], strong | np.isnan(tone)]))
    quiet = ahead[LENGTH + 1 :] == ahead[: -LENGTH - 1]
    loud = strong[: len(quiet)]
    usable = np.flatnonzero((held & ~np.isnan(tone))[: len(quiet)] & (loud | quiet))
    found, free = [], 0
    for row in usable.tolist():
        if row >= free:
            found.append(row)
            free = row + LENGTH
    return found


def _cost_after(record: Record, row: Ints, symbol: Ints) -> Floats:
    """Cost per share at the close of each row."""
    history = record.history
    cost = np.full((len(history.days) + 1, len(history.symbols)), np.nan)
    cost[history.holdings.day, history.holdings.symbol] = history.holdings.cost
    for name, _, last, _ in history.final:
        cost[-1, name] = last
    # What is held at the open of the next day of trading was held at this close.
    following = np.searchsorted(history.days, record.market.prices.days[row], side="right")
    return cost[following, symbol]


def _acted(record: Record, row: Ints, symbol: Ints, side: int) -> Flags:
    """Whether the holding was added to (``side`` 1) or reduced (-1) within the window."""
    made = record.history.decisions
    counted = np.flatnonzero((made.side == side) & (made.held > 0) & record.discretionary)
    width = record.market.length + 1
    when = np.maximum(record.row_of(made.day[counted]), 0) + made.symbol[counted] * width
    when = np.sort(when)
    begin = symbol * width + row
    acted: Flags = np.searchsorted(when, begin + LENGTH, "right") > np.searchsorted(
        when, begin, "right"
    )
    return acted
