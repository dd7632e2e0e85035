"""Layer D: the ledgers of five real investors, with some of their choices drawn again, tilted."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from math import exp, log
from pathlib import Path
from uuid import UUID

import numpy as np

from benchmarks.validation.investor import LEVELS, Investor
from engine.arrays import Floats
from engine.ledger import Kind, Trade
from engine.prices import Prices

DATA = Path(__file__).parents[3] / "shared" / "domain" / "data"
SHARES = (0.5, 1.0)  # of the choices that are drawn again
PUBLISHED: Mapping[str, float] = {  # log odds of the average investor (biases.md 1 and 2)
    "disposition": 0.52,
    "regret": 0.46,
    "sunk_cost": log(1.5),
}
OTHERS = (
    *("anchoring", "attention", "confirmation", "fomo", "herding", "house_money", "loss_aversion"),
    *("lottery", "overconfidence", "panic_selling", "recency"),
)
NONE = 0.3  # of the draws implant nothing: choices drawn again without a tilt
_CLEAR = 0.002  # of a price, on either side of the cost: neither a gain nor a loss


class NoLedgers(LookupError):
    """The files of the five investors are not beside the repository."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What one real investor did: M orders, and the prices of J names at the minute of each.

    ``quotes``: (M, J), NaN where a name had no price. ``prices``: daily, of the days with orders.
    """

    name: str
    symbols: tuple[str, ...]
    moments: tuple[datetime, ...]
    buys: tuple[bool, ...]
    asset: tuple[int, ...]
    quantity: tuple[float, ...]
    price: tuple[float, ...]
    quotes: Floats
    prices: Prices


@dataclass(frozen=True, slots=True)
class Implant:
    """``bias`` at ``level`` times the published log odds, in a ``share`` of what it is about: sales
    (disposition), additions (sunk cost) or repurchases (regret). Level 0 draws without a tilt."""

    bias: str
    level: float
    share: float

    @property
    def tilt(self) -> float:
        return self.level * PUBLISHED[self.bias]


def population(seed: int, count: int) -> Iterator[Investor]:
    """The five in turn, each time with an implant of its own; equal arguments give equal people.

    ``labels`` holds the level; ``family`` names the share and the tilt. The rest of each ledger is
    real, so of every other bias nothing is known (``unclear``); where only a half is drawn again
    and nothing is implanted, of the bias itself neither. Raises NoLedgers.
    """
    ledgers = read_ledgers()
    for number in range(count):
        rng = np.random.default_rng([seed, number, 0xD])
        bias = sorted(PUBLISHED)[int(rng.integers(len(PUBLISHED)))]
        level = 0.0 if rng.random() < NONE else float(rng.choice(LEVELS))
        implant = Implant(bias, level, float(rng.choice(SHARES)))
        yield plant(ledgers[number % len(ledgers)], implant, rng, f"implanted-{seed}-{number}")


def plant(ledger: Ledger, implant: Implant, rng: np.random.Generator, name: str) -> Investor:
    """Live through ``ledger`` again and draw some of its choices anew."""
    book = _Book(ledger, implant, rng)
    trades = book.write()
    last = ledger.prices.last_day
    assert last is not None
    labelled = implant.level > 0 and book.drawn > 0
    certain = labelled or (implant.level == 0 and implant.share >= 1)
    return Investor(
        name=name,
        family=f"implanted: {implant.bias} q={implant.share:g} theta={implant.tilt:.3f}",
        trades=trades,
        prices=ledger.prices,
        until=last,
        labels={implant.bias: implant.level} if labelled else {},
        exposure={implant.bias: book.occasions} if labelled else {},
        market=f"real: {ledger.name}",
        unclear=frozenset({*OTHERS, *PUBLISHED} - ({implant.bias} if certain else set())),
    )


class _Book:
    """The ledger as it becomes. Sales keep their share of the position, purchases their value."""

    def __init__(self, ledger: Ledger, implant: Implant, rng: np.random.Generator) -> None:
        self.ledger, self.implant, self.rng = ledger, implant, rng
        self.real: dict[int, float] = {}  # quantities of the investor of flesh and blood
        self.held: dict[int, tuple[float, float]] = {}  # quantity, cost per share
        self.sold: dict[int, tuple[float, bool]] = {}  # price of the last full sale, a gain or not
        self.drawn, self.occasions = 0, 0
        self.trades: list[Trade] = []

    def write(self) -> tuple[Trade, ...]:
        # The same chances whatever the level: two for each order of the ledger.
        chances = self.rng.random((len(self.ledger.moments), 2))
        for row, buys in enumerate(self.ledger.buys):
            (self._buy if buys else self._sell)(row, chances[row])
        return tuple(self.trades)

    def _sell(self, row: int, chance: Floats) -> None:
        ledger = self.ledger
        asset, had = ledger.asset[row], self.real.get(ledger.asset[row], 0.0)
        if had <= 0:  # a short sale; what it opens is left out
            return
        share = min(ledger.quantity[row] / had, 1.0)
        self.real[asset] = had - share * had
        quotes = ledger.quotes[row]
        # Of what was bought this very minute nothing can be in gain or loss.
        held = [n for n in self.held if not np.isnan(quotes[n])]
        about = self.implant.bias == "disposition"
        if about and len(held) > 1:
            self.occasions += 1
        if asset not in held or (about and len(held) > 1 and chance[0] < self.implant.share):
            if not held:
                return
            ahead = [float(quotes[n] / self.held[n][1] - 1) for n in held]
            tilt = self.implant.tilt if about else 0.0
            weight = [tilt * ((r > _CLEAR) - 0.5 * (abs(r) <= _CLEAR)) for r in ahead]
            asset = held[self._draw(weight, chance[1])]
            self.drawn += about
        quantity, cost = self.held[asset]
        price = float(quotes[asset]) if asset != ledger.asset[row] else ledger.price[row]
        going = quantity if share > 0.999 else round(quantity * share, 4)
        if going <= 0:
            return
        self._enter(row, Kind.SELL, asset, going, price)
        if quantity - going < 1e-6:
            del self.held[asset]
            self.sold[asset] = (price, price > cost)
        else:
            self.held[asset] = (round(quantity - going, 4), cost)

    def _buy(self, row: int, chance: Floats) -> None:
        ledger = self.ledger
        asset, quotes = ledger.asset[row], ledger.quotes[row]
        self.real[asset] = self.real.get(asset, 0.0) + ledger.quantity[row]
        money = ledger.quantity[row] * ledger.price[row]
        pool, weight = self._choices(asset, quotes)
        if len(pool) > 1:
            self.occasions += 1
            if chance[0] < self.implant.share:
                asset = pool[self._draw(weight, chance[1])]
                self.drawn += 1
        price = float(quotes[asset]) if asset != ledger.asset[row] else ledger.price[row]
        quantity = round(money / price, 4)
        if quantity <= 0:
            return
        self._enter(row, Kind.BUY, asset, quantity, price)
        held, cost = self.held.get(asset, (0.0, 0.0))
        total = round(held + quantity, 4)
        self.held[asset] = (total, (held * cost + quantity * price) / total)

    def _choices(self, asset: int, quotes: Floats) -> tuple[list[int], list[float]]:
        """Among what a purchase is drawn again, and with what tilts; nothing where the implant is
        not about it."""
        if self.implant.bias == "sunk_cost" and asset in self.held:
            pool = [n for n in self.held if not np.isnan(quotes[n])]
            down = [float(quotes[n]) < self.held[n][1] * (1 - _CLEAR) for n in pool]
            return pool, [self.implant.tilt * one for one in down]
        if self.implant.bias == "regret" and asset in self.sold and asset not in self.held:
            pool = [n for n in self.sold if n not in self.held and not np.isnan(quotes[n])]
            ease = [0.5 * (1 if self.sold[n][1] else -1) for n in pool]
            ease = [
                e + (0.5 if quotes[n] < self.sold[n][0] else -0.5)
                for e, n in zip(ease, pool, strict=True)
            ]
            return pool, [self.implant.tilt * one for one in ease]
        return [], []

    def _draw(self, tilts: list[float], chance: float) -> int:
        odds = np.cumsum([exp(one) for one in tilts])
        return min(int(np.searchsorted(odds, chance * odds[-1], side="right")), len(tilts) - 1)

    def _enter(self, row: int, kind: Kind, asset: int, quantity: float, price: float) -> None:
        self.trades.append(
            Trade(
                id=UUID(int=len(self.trades) + 1),
                at=self.ledger.moments[row],
                kind=kind,
                symbol=self.ledger.symbols[asset],
                quantity=Decimal(str(quantity)),
                price=Decimal(str(round(price, 8))),
            )
        )


@cache
def read_ledgers() -> tuple[Ledger, ...]:
    """The five investors by name. Raises NoLedgers."""
    orders, quotes = DATA / "investors_transactions.csv", DATA / "investors_marketprices.csv"
    if not (orders.exists() and quotes.exists()):
        raise NoLedgers("shared/domain/data is not beside the repository")
    market: dict[str, dict[str, float]] = {}
    with quotes.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            market.setdefault(line["datetime"], {})[line["asset"]] = float(line["price"])
    people: dict[str, list[dict[str, str]]] = {}
    with orders.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            people.setdefault(line["investor"], []).append(line)
    return tuple(_ledger(name, rows, market) for name, rows in sorted(people.items()))


def _ledger(
    name: str, lines: list[dict[str, str]], market: Mapping[str, Mapping[str, float]]
) -> Ledger:
    rows = sorted((line for line in lines if float(line["quantity"]) > 0), key=_moment)
    symbols = tuple(sorted({row["asset"] for row in rows}))
    place = {symbol: n for n, symbol in enumerate(symbols)}
    quotes = np.full((len(rows), len(symbols)), np.nan)
    for n, row in enumerate(rows):
        for symbol, price in market.get(row["datetime"], {}).items():
            if symbol in place:
                quotes[n, place[symbol]] = price
        quotes[n, place[row["asset"]]] = float(row["price"])
    moments = tuple(_moment(row) for row in rows)
    return Ledger(
        name=name,
        symbols=symbols,
        moments=moments,
        buys=tuple(row["type"] == "B" for row in rows),
        asset=tuple(place[row["asset"]] for row in rows),
        quantity=tuple(float(row["quantity"]) for row in rows),
        price=tuple(float(row["price"]) for row in rows),
        quotes=quotes,
        prices=_daily(symbols, moments, quotes),
    )


def _moment(row: Mapping[str, str]) -> datetime:
    return datetime.fromisoformat(row["datetime"]).replace(tzinfo=UTC)


def _daily(symbols: tuple[str, ...], moments: tuple[datetime, ...], quotes: Floats) -> Prices:
    """Bars of the quotes of each day: the first, highest, lowest and last."""
    stamps = np.array([moment.date() for moment in moments], dtype="datetime64[D]")
    days, first = np.unique(stamps, return_index=True)
    bars = np.full((4, len(days), len(symbols)), np.nan)
    for n, part in enumerate(np.split(quotes, first[1:])):
        for column in np.flatnonzero(~np.isnan(part).all(axis=0)):
            known = part[~np.isnan(part[:, column]), column]
            bars[:, n, column] = known[0], known.max(), known.min(), known[-1]
    opened, high, low, close = bars
    return Prices(symbols, days, opened, high, low, close, np.full(close.shape, np.nan))
