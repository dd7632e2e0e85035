"""Choice-tilt agents: a random trader whose choices are tilted by exactly one definition.

They choose by the detectors' own formulas, so what is found of them is an upper bound, and they
serve the mandatory tests only (ground-truth.md, "First results"). Two years, 75 trades after the
first purchases: sales, additions and purchases, one a day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import exp, log
from uuid import UUID

import numpy as np

from benchmarks.validation.markets import draw_garch, quote
from engine.arrays import Flags, Floats, Ints
from engine.ledger import Kind, Trade
from engine.prices import Prices
from engine.record.context import Context, Panel
from engine.record.signals import Signals, read_signals

FIRST, YEARS, AFTER = 260, 2, 255
SALES, PURCHASES, ADDITIONS = 25, 24, 26  # 75 trades; the number of positions stays
POSITIONS = 8
_PARTIAL = 0.05  # of the sales are of half a position
_NEWS = 0.85  # of the tilt on each side, so that the definition's θ comes out at it
_KNOWN = 0.5  # of the purchases choose among names sold within a year

# One published average (θ50) of each tilt: log odds, or the ratio of stakes, or the cost rate.
TILTS = {
    "anchoring": 0.40,
    "attention": 0.30,
    "confirmation": 0.50,
    "disposition": 0.52,
    "fomo": 0.69,
    "herding": 0.80,  # ln((.5 + m) / (.5 - m)) for this crowd
    "house_money": 0.20,
    "lottery": 0.30,
    "overconfidence": 0.059 + 0.0235,  # round trip and lag behind what was sold (Odean 1999)
    "panic_selling": log(3.0),
    "recency": 0.40,
    "regret": 0.46,
    "sunk_cost": log(1.5),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A market that many agents share, with a crowd and news that know nothing of its prices."""

    prices: Prices
    signals: Signals
    context: Context
    crowd: Floats  # (T, N) share of buys less that of the day
    good: Flags  # (T, N) within five days after supportive news
    bad: Flags
    stress: Flags  # (T,)

    @property
    def until(self) -> date:
        last: date = self.prices.days[-1].item()
        return last


def build_stage(seed: int, names: int = 60) -> Stage:
    rng = np.random.default_rng([seed, 11])
    length = FIRST + YEARS * 252 + AFTER
    prices = quote(rng, draw_garch(rng, length, names))
    flow = 1 / (1 + np.exp(-rng.normal(0, 0.9, (length, names))))
    tone = np.where(rng.random((length, names)) < 0.30, rng.normal(0, 1.6, (length, names)), 0.0)
    crowd, news = (Panel(prices.symbols, prices.days, values) for values in (flow, tone))
    market = np.concatenate([[0.0], np.diff(np.log(prices.close), axis=0).mean(axis=1)])
    return Stage(
        prices,
        read_signals(prices),
        Context(crowd=crowd, news=news),
        flow - flow.mean(axis=1, keepdims=True),
        _after(tone >= 1),
        _after(tone <= -1),
        _stress(market),
    )


def _after(event: Flags) -> Flags:
    found = np.zeros_like(event)
    for lag in range(1, 6):
        found[lag:] |= event[:-lag]
    return found


def _stress(market: Floats) -> Flags:
    level = np.cumsum(market)
    month = level - np.concatenate([np.zeros(21), level[:-21]])
    deep = level - np.maximum.accumulate(level) <= log(0.9)
    found = (month <= -1.645 * market.std() * np.sqrt(21)) | (deep & (month < 0))
    return np.asarray(np.concatenate([[False], found[:-1]]))


@dataclass(slots=True)
class _Agent:
    stage: Stage
    rng: np.random.Generator
    bias: str | None
    tilt: float
    made: list[Trade] = field(default_factory=list)
    held: dict[int, tuple[float, float, int]] = field(default_factory=dict)
    gone: dict[int, tuple[int, float, bool]] = field(default_factory=dict)
    owner: int = 0
    results: list[tuple[int, float]] = field(default_factory=list)

    def live(self) -> tuple[Trade, ...]:
        for name in self._pick_first():
            self._buy(FIRST, int(name))
        for row, kind in self._calendar():
            if kind == "sale" and len(self.held) > 3:
                self._sell(row)
            elif kind == "addition" and self.held:
                self._add(row)
            else:
                self._purchase(row)
        return tuple(self.made)

    def _pick_first(self) -> Ints:
        """Without replacement, by the same tilt as all purchases (Gumbel's trick)."""
        names = np.arange(self.stage.prices.close.shape[1])
        luck = self.rng.gumbel(size=len(names))
        appeal = self.tilt * np.nan_to_num(self._appeal(FIRST, names))
        return np.argsort(-(luck + appeal))[:POSITIONS].astype(np.int64)

    def _calendar(self) -> list[tuple[int, str]]:
        """Seventy-five days and what is done on each; the panicking sell on days of stress."""
        rows = np.arange(FIRST + 1, FIRST + YEARS * 252)
        odds = np.ones(len(rows))
        if self.bias == "panic_selling":
            odds = np.where(self.stage.stress[rows], exp(self.tilt), 1.0)
        sales = np.sort(self.rng.choice(rows, size=SALES, replace=False, p=odds / odds.sum()))
        free = set(rows.tolist()) - set(sales.tolist())
        found = [(int(row), "sale") for row in sales]
        for row in sales[SALES - PURCHASES :].tolist():
            day = row + int(self.rng.integers(1, 9))
            while day not in free and day <= rows[-1]:
                day += 1
            if day in free:
                free.discard(day)
                found.append((day, "purchase"))
        lacking = SALES + PURCHASES + ADDITIONS - len(found)
        rest = self.rng.choice(np.array(sorted(free)), size=lacking, replace=False)
        return sorted(found + [(int(row), "addition") for row in rest])

    def _draw(self, names: Ints, weight: Floats) -> int:
        odds = np.exp(weight - weight.max())
        return int(names[int(self.rng.choice(len(names), p=odds / odds.sum()))])

    def _standing(self, row: int) -> tuple[Ints, Floats, Floats]:
        names = np.array(list(self.held), dtype=np.int64)
        cost = np.array([self.held[int(name)][1] for name in names])
        return names, cost, self.stage.prices.close[row, names] / cost - 1.0

    def _sell(self, row: int) -> None:
        names, cost, result = self._standing(row)
        exposed = np.zeros(len(names))
        if self.bias == "disposition":
            exposed = (result > 0).astype(np.float64)
        elif self.bias == "anchoring":
            exposed = self._anchored(row, names, cost).astype(np.float64)
        elif self.bias == "herding":
            exposed = (self.stage.crowd[row, names] <= -0.1).astype(np.float64)
        elif self.bias == "confirmation":
            exposed = -_NEWS * self.stage.bad[row, names]
        name = self._draw(names, self.tilt * exposed)
        quantity, paid, _ = self.held[name]
        part = quantity // 2 if self.rng.random() < _PARTIAL and quantity > 2 else quantity
        price = float(self.stage.prices.close[row, name])
        self.results.append((row, part * (price - paid)))
        self._record(row, Kind.SELL, name, part, price)
        if part == quantity:
            del self.held[name]
            self.gone[name] = (row, price, price > paid)
        else:
            self.held[name] = (quantity - part, paid, self.held[name][2])

    def _anchored(self, row: int, names: Ints, cost: Floats) -> Flags:
        close = self.stage.prices.close
        deepest = np.array(
            [
                close[self.held[int(name)][2] : row, name].min(initial=np.inf) / own
                for name, own in zip(names, cost, strict=True)
            ]
        )
        level = (deepest <= 0.92) & (np.abs(close[row, names] / cost - 1) <= 0.02)
        return np.asarray((self.stage.signals.high[row, names] >= 0.98) | level)

    def _add(self, row: int) -> None:
        names, _, result = self._standing(row)
        exposed = np.nan_to_num(self._appeal(row, names))
        if self.bias == "sunk_cost":
            exposed = (result < 0).astype(np.float64)
        elif self.bias == "confirmation":
            exposed = _NEWS * self.stage.good[row, names]
        self._buy(row, self._draw(names, self.tilt * exposed), share=0.8)

    def _purchase(self, row: int) -> None:
        known = [
            n for n, (when, _, _) in self.gone.items() if n not in self.held and row - when <= 250
        ]
        everything = np.arange(self.stage.prices.close.shape[1])
        free = np.setdiff1d(everything, np.array(list(self.held), dtype=np.int64))
        if len(known) >= 2 and self.rng.random() < _KNOWN:
            free = np.array(sorted(known), dtype=np.int64)
        self._buy(row, self._draw(free, self.tilt * np.nan_to_num(self._appeal(row, free))))

    def _appeal(self, row: int, names: Ints) -> Floats:
        signals = self.stage.signals
        covariates = {
            "recency": signals.z21,
            "lottery": signals.zmax,
            "fomo": signals.hot,
            "attention": signals.zvol,
        }
        if self.bias in covariates:
            return np.asarray(covariates[self.bias][row, names], dtype=np.float64)
        if self.bias == "herding":
            return np.where(self.stage.crowd[row, names] >= 0.1, 1.0, 0.0)
        if self.bias == "regret":
            return np.array([self._comfort(row, int(name)) for name in names])
        return np.zeros(len(names))

    def _comfort(self, row: int, name: int) -> float:
        if name not in self.gone or row - self.gone[name][0] > 252:
            return 0.0
        _, price, gained = self.gone[name]
        below = float(self.stage.prices.close[row - 1, name]) < price
        return 0.5 * (1 if gained else -1) + (0.5 if below else -0.5)

    def _buy(self, row: int, name: int, share: float = 1.0) -> None:
        price = float(self.stage.prices.close[row, name])
        stake = 10_000 * share * float(np.exp(self.rng.normal(0, 0.15)))
        if self.bias == "house_money":
            lately = sum(result for when, result in self.results if row - when <= 15)
            stake *= exp(self.tilt / 2 * float(np.sign(lately)))
        quantity = max(round(stake / price, 3), 0.001)
        before, paid, opened = self.held.get(name, (0.0, 0.0, row))
        cost = (before * paid + quantity * price * (1 + self._fee)) / (before + quantity)
        self.held[name] = (before + quantity, cost, opened)
        self._record(row, Kind.BUY, name, quantity, price)

    @property
    def _fee(self) -> float:
        """Half of the round trip."""
        return self.tilt / 2 if self.bias == "overconfidence" else 0.0

    def _record(self, row: int, kind: Kind, name: int, quantity: float, price: float) -> None:
        day = self.stage.prices.days[row].item()
        number = len(self.made) + 1
        at = datetime(day.year, day.month, day.day, 15, tzinfo=UTC) + timedelta(seconds=number)
        fee = Decimal(f"{quantity * price * self._fee:.4f}")
        share = Decimal(f"{quantity:.3f}")
        symbol = self.stage.prices.symbols[name]
        id = UUID(int=(self.owner << 64) + number)
        self.made.append(Trade(id, at, kind, symbol, share, Decimal(f"{price:.6f}"), fee))


def tilted_agent(
    stage: Stage, seed: int, bias: str | None = None, multiple: float = 2.0
) -> tuple[Trade, ...]:
    """The trades of somebody with one bias at ``multiple`` times θ50, or with none."""
    tilt = multiple * TILTS[bias] if bias is not None else 0.0
    return _Agent(stage, np.random.default_rng([seed, 3]), bias, tilt, owner=seed).live()
