"""The same rules once more, one transaction after the other and without arrays: to compare with."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from math import fsum, inf, isnan, nan

METHODS = ("count", "total", "value", "duration")
CELLS = tuple(f"{cell}_{method}" for method in METHODS for cell in ("RG", "RL", "PG", "PL"))
SECONDS = {"secs": 1, "mins": 60, "hours": 3600, "days": 86400, "weeks": 604800}

Row = tuple[str, str, float, float, datetime]  # kind (B or S), asset, quantity, price, time
Cells = dict[str, float]


class PlainPrices:
    """Prices by asset and time; of equal times the last row of the file counts."""

    def __init__(self, rows: Sequence[tuple[str, datetime, float]]) -> None:
        self.rows = rows

    @cached_property
    def exact(self) -> dict[tuple[str, datetime], float]:
        return {(asset, at): price for asset, at, price in self.rows}

    @cached_property
    def series(self) -> dict[str, list[tuple[datetime, float]]]:
        found: dict[str, list[tuple[datetime, float]]] = {}
        for asset, at, price in sorted(self.rows, key=lambda row: row[1]):
            found.setdefault(asset, []).append((at, price))
        return found

    def find(self, asset: str, at: datetime, exact: bool) -> float | None:
        if exact:
            return self.exact.get((asset, at))
        series = self.series.get(asset, [])
        place = bisect_right(series, at, key=lambda one: one[0])
        return series[place - 1][1] if place else None


@dataclass
class PlainResult:
    positions: dict[str, tuple[float, float, datetime]] = field(default_factory=dict)
    tables: dict[str, dict[str, Cells]] = field(default_factory=dict)  # whole, positive, negative
    so_far: list[tuple[float, float]] = field(default_factory=list)
    alone: list[tuple[float, float]] = field(default_factory=list)
    missing: list[tuple[int, str]] = field(default_factory=list)
    closest_to_even: float = inf  # the smallest gain or loss of the portfolio, where not just 0


def market_time(start: datetime, end: datetime, unit: int = 3600) -> float:
    evening = start.replace(hour=22, minute=0, second=0, microsecond=0)
    morning = end.replace(hour=8, minute=0, second=0, microsecond=0)
    start, end = min(start, evening), max(end, morning)
    if start.date() == end.date():
        return (end - start).total_seconds() / unit
    days = (end.date() - start.date()).days + 1
    working = sum((start + timedelta(days=day)).weekday() < 5 for day in range(days)) - 2
    if working < 0:
        return 0.0
    first, last = (evening - start).total_seconds(), (end - morning).total_seconds()
    return (working * 14 + first / 3600 + last / 3600) * (3600 / unit)


def one_position(
    quantity: float,
    cost: float,
    change: float,
    price: float,
    closing: bool,
    since_open: float,
    since_last: float,
    allow_short: bool,
    realised_only: bool,
) -> Cells:
    cells = dict.fromkeys(CELLS, 0.0)
    if price == cost or quantity == 0 or (quantity < 0 and not allow_short):
        return cells
    kind = "G" if (price > cost) == (quantity > 0) else "L"
    earned = inf if cost == 0 else (price - cost) / cost
    if quantity < 0:
        earned = -earned
    remains = quantity + change
    stays = remains > 0 if quantity > 0 else remains < 0
    if closing:
        cells[f"R{kind}_count"] = 1.0
        cells[f"R{kind}_total"] = abs(change) if stays else abs(quantity)
        cells[f"R{kind}_value"] = earned
        cells[f"R{kind}_duration"] = since_open
    if not realised_only and (stays or not closing):
        cells[f"P{kind}_count"] = 1.0
        cells[f"P{kind}_total"] = abs(remains) if closing else abs(quantity)
        cells[f"P{kind}_value"] = earned
        cells[f"P{kind}_duration"] = since_last
    return cells


def effect(cells: Cells, method: str) -> float:
    rg, rl, pg, pl = (cells[f"{cell}_{method}"] for cell in ("RG", "RL", "PG", "PL"))
    gains = rg / (rg + pg) if rg + pg else 0.0
    losses = rl / (rl + pl) if rl + pl else 0.0
    return (0.0 if isnan(gains) else gains) - abs(0.0 if isnan(losses) else losses)


def compute(
    rows: Sequence[Row],
    prices: PlainPrices,
    allow_short: bool = True,
    threshold: str = "0 mins",
    exact: bool = True,
    series: bool = True,
) -> PlainResult:
    amount, unit = float(threshold.split()[0]), SECONDS[threshold.split()[1]]
    result = PlainResult(tables={name: {} for name in ("whole", "positive", "negative")})
    held = result.positions
    for number, (kind, asset, shares, price, now) in enumerate(rows):
        change = shares if kind == "B" else -shares
        before = rows[number - 1][4] if number else now
        new, worth = _look(
            result, held, number, kind, asset, change, price, now, before, prices, allow_short,
            amount == 0 or market_time(before, now, unit) >= amount, exact,
        )  # fmt: skip
        for name in ("whole", "positive" if worth >= 0 else "negative"):
            for evaluated, cells in new.items():
                sums = result.tables[name].setdefault(evaluated, dict.fromkeys(CELLS, 0.0))
                for cell in CELLS:
                    sums[cell] += cells[cell]
        if series:
            whole = result.tables["whole"]
            result.so_far.append(_mean(whole) if number else (nan, nan))
            result.alone.append(_mean(new))
        _book(held, kind, asset, change, price, now)
    for table in result.tables.values():
        for asset, sums in table.items():
            count = sum(row[1] == asset for row in rows)
            for cell in ("RG_value", "RL_value", "PG_value", "PL_value"):
                sums[cell] /= count
    return result


def _look(
    result: PlainResult,
    held: dict[str, tuple[float, float, datetime]],
    number: int,
    kind: str,
    asset: str,
    change: float,
    price: float,
    now: datetime,
    before: datetime,
    prices: PlainPrices,
    allow_short: bool,
    reached: bool,
    exact: bool,
) -> tuple[dict[str, Cells], float]:
    portfolio = {name: one for name, one in held.items() if one[0] != 0}
    if not portfolio:
        return {}, 0.0
    new: dict[str, Cells] = {}
    since_last = market_time(before, now)
    gains = []
    if asset in portfolio:
        quantity, cost, opened = portfolio.pop(asset)
        closing = (kind == "S") == (quantity > 0)
        new[asset] = one_position(
            quantity, cost, change, price, closing, market_time(opened, now), since_last,
            allow_short, not reached,
        )  # fmt: skip
        gains.append(quantity * (price - cost))
    for other, (quantity, cost, _) in sorted(portfolio.items()):
        market = prices.find(other, now, exact)
        if market is None:
            result.missing.append((number, other))
            continue
        gains.append(quantity * (market - cost))
        if reached:
            new[other] = one_position(
                quantity, cost, 0.0, market, False, 0.0, since_last, allow_short, False
            )
    worth = fsum(gains)
    if any(gains):
        result.closest_to_even = min(result.closest_to_even, abs(worth))
    return new or {asset: dict.fromkeys(CELLS, 0.0)}, worth


def _book(
    held: dict[str, tuple[float, float, datetime]],
    kind: str,
    asset: str,
    change: float,
    price: float,
    now: datetime,
) -> None:
    if asset not in held:
        held[asset] = (change, price, now)
        return
    quantity, cost, opened = held[asset]
    total = quantity + change
    if total == 0:
        held[asset] = (0.0, 0.0, now)
    elif quantity == 0:
        held[asset] = (total, price, now)
    elif (kind == "B") == (quantity > 0):
        paid = cost * abs(quantity) + price * abs(change)
        held[asset] = (total, paid / (abs(quantity) + abs(change)), opened)
    elif abs(quantity) > abs(change):
        held[asset] = (total, cost, opened)
    else:
        held[asset] = (total, price, now)


def _mean(table: dict[str, Cells]) -> tuple[float, float]:
    if not table:
        return nan, nan
    count, value = (
        fsum(effect(cells, method) for cells in table.values()) / len(table)
        for method in ("count", "value")
    )
    return count, value
