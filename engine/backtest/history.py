"""From prices to the panel of a simulation: every trouble is found, none is decided silently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from engine.arrays import Days, Flags, Floats
from engine.backtest.panel import Panel, Problem, Trouble, Unfit, Way
from engine.backtest.troubles import find_troubles
from engine.optimization.estimation.window import find_trading_days, has_weekends
from engine.prices import Prices

_YEAR = 365.0
_TRADING_DAYS = 252.0
Decision = tuple[Way, str]  # what to do, and the proxy's symbol or ""
Decisions = Mapping[str, Decision | Sequence[Decision]]
Dividends = Mapping[str, Sequence[tuple[date, float]]]  # ex-days and money per share

_DECIDES = {
    Trouble.NO_PRICES: {Way.LEAVE_OUT, Way.PROXY},
    Trouble.STARTS_LATE: {Way.LEAVE_OUT, Way.PROXY, Way.START_THERE, Way.ACCEPT},
    Trouble.ENDS_EARLY: {Way.LEAVE_OUT, Way.PROXY, Way.ACCEPT},
    Trouble.GAPS: {Way.LEAVE_OUT, Way.ACCEPT},
    Trouble.JUMP: {Way.LEAVE_OUT, Way.ACCEPT},
    Trouble.NO_VOLUME: {Way.LEAVE_OUT, Way.ACCEPT},
}


class NoDays(ValueError):
    """No trading day between ``since`` and ``until``, or the start is after the end."""

    def __init__(self, since: date, until: date) -> None:
        super().__init__(since, until)
        self.since = since
        self.until = until


def open_panel(
    prices: Prices,
    symbols: Sequence[str],
    *,
    since: date,
    until: date,
    ways: Decisions | None = None,
    dividends: Dividends | None = None,
    rate: float = 0.0,
) -> Panel:
    """The trading days from ``since`` to ``until`` of ``symbols``, in one currency.

    ``ways``: by symbol what was decided about its troubles, one decision or several. ``dividends``
    in the same adjusted shares as the closes, on the first trading day from the ex-day on; none
    where closes are adjusted for them. ``rate``: of cash, a year, compounding over calendar days.
    A day counts if half of the assets then listed have a price; weekends only where all trade on
    them. What comes before ``since`` is kept as the past. Raises NoDays, ValueError for no symbols
    or one named twice, and Unfit with all troubles (unknown symbols among them) left to decide.
    """
    if since > until:
        raise NoDays(since, until)
    if not symbols or len(set(symbols)) < len(symbols):
        raise ValueError(f"symbols {tuple(symbols)}")
    chosen = {symbol: _several(decision) for symbol, decision in (ways or {}).items()}
    left_out = tuple(s for s in symbols if Way.LEAVE_OUT in chosen.get(s, {}))
    kept = tuple(s for s in symbols if s not in left_out)
    if not kept:
        raise Unfit(tuple(Problem(s, Trouble.NO_PRICES) for s in symbols))
    series = _read(prices, kept, chosen, since, until, dividends or {})
    problems: list[Problem] = []
    doubts: list[tuple[str, str]] = [(symbol, "left out") for symbol in left_out]
    last = []
    for n, symbol in enumerate(kept):
        column = _Column(series, n, symbol, chosen.get(symbol, {}))
        last.append(column.decide(prices, dividends or {}, problems, doubts))
    if problems:
        raise Unfit(tuple(problems))
    return _panel(kept, series, tuple(last), tuple(doubts), rate)


def share_out(weights: Mapping[str, float], symbols: Sequence[str]) -> dict[str, float]:
    """``weights`` of those among ``symbols``: what was left out gives its weight to the others in
    proportion. All to cash (nothing) where none of them is left."""
    kept = {symbol: weight for symbol, weight in weights.items() if symbol in symbols}
    there = sum(kept.values())
    scale = sum(weights.values()) / there if there > 0.0 else 0.0
    return {symbol: weight * scale for symbol, weight in kept.items()}


@dataclass(slots=True)
class _Series:
    """R trading days, the simulated ones from ``first`` on: (R,) and (R, N)."""

    days: Days
    first: int
    close: Floats
    volume: Floats
    dividends: Floats
    tradable: Flags = field(init=False)

    def __post_init__(self) -> None:
        self.tradable = ~np.isnan(self.close)


def _read(
    prices: Prices,
    symbols: tuple[str, ...],
    chosen: Mapping[str, Mapping[Way, str]],
    since: date,
    until: date,
    dividends: Dividends,
) -> _Series:
    seen = prices.until(until)
    close, volume = _columns(seen, symbols, seen.close), _columns(seen, symbols, seen.volume)
    close[~(np.isfinite(close) & (close > 0.0))] = np.nan  # 0 and less are no prices
    # A proxy's days count where the asset itself has none.
    proxies = [way[Way.PROXY] for way in chosen.values() if Way.PROXY in way]
    others = _columns(seen, tuple(proxies), seen.close)
    trading = find_trading_days(seen.days, np.hstack((close, others)))
    days, close, volume = seen.days[trading], close[trading], volume[trading]
    first = int(np.searchsorted(days, np.datetime64(since, "D")))
    for n, symbol in enumerate(symbols):
        there = np.flatnonzero(~np.isnan(close[:, n]))
        if Way.START_THERE in chosen.get(symbol, {}) and len(there):
            first = max(first, int(there[0]))
    if first >= len(days):
        raise NoDays(since, until)
    paid = np.zeros(close.shape)
    for n, symbol in enumerate(symbols):
        paid[:, n] = _paid(days, dividends.get(symbol, ()))
    return _Series(days, first, close, volume, paid)


@dataclass(slots=True)
class _Column:
    """One asset: its troubles, and what was decided about them."""

    series: _Series
    n: int
    symbol: str
    ways: Mapping[Way, str]

    def decide(
        self,
        prices: Prices,
        dividends: Dividends,
        problems: list[Problem],
        doubts: list[tuple[str, str]],
    ) -> int:
        """Apply the decisions, tell what is left and what is in doubt; the row of the last price
        counted from the first simulated one, -1 where it trades to the end."""
        series, n = self.series, self.n
        if Way.START_THERE in self.ways:
            doubts.append((self.symbol, f"starts the simulation {series.days[series.first]}"))
        close, volume = series.close[:, n].copy(), series.volume[:, n]
        last = -1
        for trouble in find_troubles(self.symbol, series.days, close, volume, series.first):
            open_ways = _DECIDES[trouble.trouble] & set(self.ways)
            if not open_ways:
                problems.append(trouble)
            elif Way.PROXY in open_ways:
                proxy = self.ways[Way.PROXY]
                problems += self._splice(prices, dividends, trouble, proxy, doubts)
            elif Way.ACCEPT in open_ways:
                last = max(last, self._accept(trouble, close, doubts))
        return last

    def _accept(self, trouble: Problem, close: Floats, doubts: list[tuple[str, str]]) -> int:
        series, n = self.series, self.n
        said = {
            Trouble.STARTS_LATE: f"starts {trouble.since}",
            Trouble.ENDS_EARLY: f"paid out {trouble.until}",
            Trouble.GAPS: f"carried {trouble.count}",
            Trouble.JUMP: f"jump believed {trouble.since}",
            Trouble.NO_VOLUME: f"no volume {trouble.count}",
        }
        doubts.append((self.symbol, said[trouble.trouble]))
        if trouble.trouble is Trouble.NO_VOLUME:
            series.tradable[series.volume[:, n] == 0.0, n] = False
        if trouble.trouble is Trouble.ENDS_EARLY:
            return int(np.flatnonzero(~np.isnan(close))[-1]) - series.first
        return -1

    def _splice(
        self,
        prices: Prices,
        dividends: Dividends,
        trouble: Problem,
        proxy: str,
        doubts: list[tuple[str, str]],
    ) -> list[Problem]:
        """The proxy's returns where the asset has none, joined to its own first or last close."""
        series, n = self.series, self.n
        if proxy not in prices:
            return [Problem(proxy, Trouble.NO_PRICES, trouble.since, trouble.until)]
        other = _aligned(prices, proxy, series.days)
        own = np.flatnonzero(~np.isnan(series.close[:, n]))
        if trouble.trouble is Trouble.NO_PRICES:
            # Prices before the days asked for are another story: the proxy stands for all.
            rows, joint, said = slice(0, None), -1, f"proxied {proxy}"
        elif trouble.trouble is Trouble.STARTS_LATE:
            rows, joint = slice(0, int(own[0])), int(own[0])
            said = f"proxied {proxy} until {trouble.since}"
        else:
            rows, joint = slice(int(own[-1]) + 1, None), int(own[-1])
            said = f"proxied {proxy} from {trouble.until}"
        needed = np.zeros(len(series.days), np.bool_)
        needed[rows] = True
        needed[: series.first] = False
        if joint >= 0:
            needed[joint] = True
        missing = np.flatnonzero(needed & np.isnan(other))
        if len(missing):
            since, until = str(series.days[missing[0]]), str(series.days[missing[-1]])
            return [Problem(proxy, Trouble.GAPS, since, until, len(missing))]
        scale = float(series.close[joint, n] / other[joint]) if joint >= 0 else 1.0
        series.close[rows, n] = other[rows] * scale
        series.volume[rows, n] = np.nan
        series.tradable[rows, n] = ~np.isnan(other[rows])
        series.dividends[rows, n] = _paid(series.days, dividends.get(proxy, ()))[rows] * scale
        doubts.append((self.symbol, said))
        return []


def _panel(
    symbols: tuple[str, ...],
    series: _Series,
    last: tuple[int, ...],
    doubts: tuple[tuple[str, str], ...],
    rate: float,
) -> Panel:
    first = series.first
    days = series.days[first:]
    passed = np.diff(days).astype(np.float64)
    panel = Panel(
        symbols=symbols,
        days=days,
        close=np.ascontiguousarray(series.close[first:]),
        mark=np.ascontiguousarray(_carried(series.close)[first:]),
        tradable=np.ascontiguousarray(series.tradable[first:]),
        dividends=np.ascontiguousarray(series.dividends[first:]),
        volume=np.ascontiguousarray(series.volume[first:]),
        rate=np.concatenate(([0.0], (1.0 + rate) ** (passed / _YEAR) - 1.0)),
        last=last,
        days_per_year=_YEAR if has_weekends(days) else _TRADING_DAYS,
        doubts=doubts,
        past_days=series.days[:first],
        past_close=np.ascontiguousarray(series.close[:first]),
    )
    for values in (panel.close, panel.mark, panel.tradable, panel.dividends, panel.volume):
        values.flags.writeable = False
    return panel


def _several(decision: Decision | Sequence[Decision]) -> dict[Way, str]:
    match decision:
        case (Way() as way, str() as proxy):
            return {way: proxy}
        case _:
            return dict(decision)


def _columns(seen: Prices, symbols: tuple[str, ...], table: Floats) -> Floats:
    """(R, N), NaN for symbols without any prices."""
    found = np.full((len(seen.days), len(symbols)), np.nan)
    for n, symbol in enumerate(symbols):
        if symbol in seen:
            found[:, n] = table[:, seen.column(symbol)]
    return found


def _aligned(prices: Prices, symbol: str, days: Days) -> Floats:
    """(R,) closes on exactly ``days``, all of which are days of ``prices``."""
    close = prices.close[np.searchsorted(prices.days, days), prices.column(symbol)]
    return np.where(np.isfinite(close) & (close > 0.0), close, np.nan)


def _paid(days: Days, dividends: Sequence[tuple[date, float]]) -> Floats:
    """(R,) money per share on the first of ``days`` from each ex-day on."""
    paid = np.zeros(len(days))
    for day, money in dividends:
        row = int(np.searchsorted(days, np.datetime64(day, "D")))
        if row < len(days):
            paid[row] += money
    return paid


def _carried(close: Floats) -> Floats:
    """(R, N) the last known close of each row; NaN before the first."""
    row = np.arange(len(close))[:, None]
    known = np.maximum.accumulate(np.where(np.isnan(close), 0, row), axis=0)
    return np.take_along_axis(close, known, axis=0)
