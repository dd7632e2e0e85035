"""Model B: which share was bought among all that could have been (biases.md 0.4 and 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.inference.choice_model import ChoiceFit, ChoiceSets, fit_choices

if TYPE_CHECKING:
    from engine.record.record import Record

TERMS = ("z21", "z252", "zmax", "hot", "zvol", "familiar", "held", "down", "regret")
SAMPLED = 100  # ordinary alternatives of a set, where there are more
SMALL = 30  # names; a universe below it says little
MEMORY = 252  # trading days for which a sale is remembered
_SAME = 1e-9
_GOLDEN = 0.6180339887498949  # its multiples spread evenly over 0 … 1


@dataclass(frozen=True, slots=True)
class Owned:
    """How a person stood to their N symbols at the open of G days with purchases: (G, N)."""

    familiar: Flags  # held now or ever before
    held: Flags
    down: Flags  # held, at a loss
    sold: Flags  # not held, but sold within the last 252 days
    prior_gain: Floats  # of that sale; NaN where not sold
    since_sale: Floats  # price over the sale price, less 1; NaN where not known
    regret: Floats  # biases.md 1.8: -1 ... 1, 0 where not sold


@dataclass(frozen=True, slots=True)
class Estimate:
    """One coefficient of the model."""

    theta: float  # NaN without purchases, or where the term never varies
    se: float
    row: Ints  # (C,) rows of the market of the days of purchases
    influence: Floats  # (C,) what each of these days adds to theta in one Newton step
    pull: float  # what the prior takes away


@dataclass(frozen=True, slots=True)
class Purchases:
    """B discretionary purchases of shares with prices, on G days. (B,) arrays unless said."""

    decision: Ints  # index into History.decisions
    group: Ints  # the day, 0 … G - 1
    column: Ints  # of the prices
    row: Ints  # of the market, on or before the day
    days: Ints  # (G,) index into History.days
    seen: Ints  # (G,) row of the signals: what was known before the day
    universe: Flags  # (G, J) what could have been bought
    columns: Ints  # (N,) of the history's symbols in the prices; -1 without
    owned: Owned
    after: Floats  # return of the bought share over the record's horizon; NaN: not complete
    market: Floats  # mean return of the universe over the same
    unpriced: int  # purchases left out: no prices, or none before
    unknown: int  # values of the market's terms that were not known, taken for the mean
    sets: ChoiceSets | None  # None without purchases
    fit: ChoiceFit | None

    @property
    def small(self) -> bool:
        """Whether the universe is too small for the signals to mean much."""
        sizes = self.universe.sum(axis=1)
        return bool(len(sizes)) and float(np.median(sizes)) < SMALL

    def estimate(self, term: str) -> Estimate:
        """The coefficient of ``term`` with its standard error."""
        place, row = TERMS.index(term), self.row[np.unique(self.group, return_index=True)[1]]
        if self.fit is None or not self.fit.varies[place]:
            return Estimate(np.nan, np.nan, row, np.zeros(len(row)), 0.0)
        return Estimate(
            float(self.fit.beta[place]),
            float(np.sqrt(self.fit.inverse_hessian[place, place])),
            row,
            self.fit.influence(place),
            self.fit.pull(place),
        )


def model_purchases(record: Record) -> Purchases:
    """The discretionary long purchases as choices, and the fit of all terms together.

    A purchase on a day without prices looks at the same signals as the next row: all closes before
    the day, or one less after the end of the prices. Several purchases of one day share their set.
    """
    made, market, signals = record.history.decisions, record.market, record.signals
    columns = np.array(
        [market.prices.column(s) if s in market.prices else -1 for s in market.symbols],
        dtype=np.int64,
    )
    bought = np.flatnonzero((made.side > 0) & (made.held >= 0) & record.discretionary)
    days = record.history.days
    seen = np.searchsorted(market.prices.days, days[made.day[bought]])
    priced = (columns[made.symbol[bought]] >= 0) & (seen > 0)
    decision = bought[priced]
    day, group = np.unique(made.day[decision], return_inverse=True)
    seen = np.minimum(np.searchsorted(market.prices.days, days[day]), market.length - 1)
    column, row = columns[made.symbol[decision]], record.row_of(made.day[decision])
    universe = signals.tradable[seen].copy()
    universe[group, column] = True
    owned = _owned(record, day, seen)
    sets, unknown = None, 0
    if len(decision):
        sets, unknown = _sets(
            record, universe, group, column, seen, _widen(owned, columns, universe)
        )
    return Purchases(
        decision=decision,
        group=group,
        column=column,
        row=row,
        days=day,
        seen=seen,
        universe=universe,
        columns=columns,
        owned=owned,
        after=market.forward(row, made.symbol[decision], record.horizon),
        market=market.benchmark(row, record.horizon),
        unpriced=len(bought) - len(decision),
        unknown=unknown,
        sets=sets,
        fit=None if sets is None else fit_choices(sets),
    )


def _owned(record: Record, day: Ints, seen: Ints) -> Owned:
    """Prices are the closes before the day; within the dead band is neither gain nor loss."""
    made, held_then, market = record.history.decisions, record.history.holdings, record.market
    shape, band = (len(day), len(record.history.symbols)), record.convention.dead_band
    before = seen - 1
    price, breaks = market.close[before], market.breaks[before]
    place = np.full(len(record.history.days), -1)
    place[day] = np.arange(len(day))
    mine = (place[held_then.day] >= 0) & (held_then.quantity > 0)
    at, symbol = place[held_then.day[mine]], held_then.symbol[mine]
    held, down = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
    held[at, symbol] = True
    opened = np.maximum(record.row_of(held_then.opened[mine]), 0)
    whole = breaks[at, symbol] == market.breaks[opened, symbol]
    down[at, symbol] = whole & (price[at, symbol] / held_then.cost[mine] - 1.0 < -band)

    first = np.full(shape[1], len(record.history.days))
    np.minimum.at(first, made.symbol, made.day)
    sale = _last_sales(record)[day]
    known = np.maximum(sale, 0)
    row = np.maximum(record.row_of(made.day[known]), 0)
    sold = (sale >= 0) & ~held & (seen[:, None] - row <= MEMORY)
    price_then = np.where(sold, made.price[known], np.nan)
    gain = price_then / np.where(sold, made.cost[known], np.nan) - 1.0
    since = price / price_then - 1.0
    since[np.abs(since) < _SAME] = 0.0  # sold at the last close: not cheaper by rounding
    since[breaks != market.breaks[row, np.arange(shape[1])]] = np.nan
    sign = np.where(np.abs(gain) < band, 0.0, np.sign(gain))
    regret = np.where(np.isnan(since), 0.0, 0.5 * sign + np.where(since < 0, 0.5, -0.5))
    return Owned(first < day[:, None], held, down, sold, gain, since, np.nan_to_num(regret))


def _last_sales(record: Record) -> Ints:
    """The last long sale of each symbol before each day of the history, -1 for none: (D, N)."""
    made = record.history.decisions
    count = len(record.history.days)
    last = np.full((count + 1, len(record.history.symbols)), -1, dtype=np.int64)
    sales = np.flatnonzero((made.side < 0) & (made.held > 0))  # in the order of time
    np.maximum.at(last, (made.day[sales] + 1, made.symbol[sales]), sales)
    return np.maximum.accumulate(last, axis=0)[:count]


def _widen(owned: Owned, columns: Ints, universe: Flags) -> dict[str, Floats]:
    """The person's side of the terms for all J columns of the prices."""
    own = np.flatnonzero(columns >= 0)
    wide = {}
    for name in ("familiar", "held", "down", "regret"):
        wide[name] = np.zeros(universe.shape)
        wide[name][:, columns[own]] = getattr(owned, name)[:, own]
    return wide


def _sets(
    record: Record,
    universe: Flags,
    group: Ints,
    column: Ints,
    seen: Ints,
    wide: dict[str, Floats],
) -> tuple[ChoiceSets, int]:
    signals = record.signals
    if universe.shape[1] <= SAMPLED:
        at, alternative = np.nonzero(universe)
        chosen = np.zeros(universe.shape)
        np.add.at(chosen, (group, column), 1.0)
        taken, weight, day = chosen[at, alternative], np.ones(len(at)), at
        cluster = np.arange(len(universe))
    else:
        special = (wide["familiar"] > 0) | signals.hot[seen]
        order = np.nan_to_num(signals.month[seen], nan=-np.inf)
        at, alternative, weight = _sample(universe, special, order, group, column, seen)
        taken, day, cluster = (alternative == column[at]).astype(np.float64), group[at], group
    x = np.empty((len(at), len(TERMS)))
    unknown = 0
    for n, term in enumerate(TERMS):
        if term in wide:
            x[:, n] = wide[term][day, alternative]
            continue
        values = getattr(signals, term)[seen[day], alternative].astype(np.float64)
        missing = np.isnan(values)
        unknown += 0 if missing.all() else int(missing.sum())
        x[:, n] = np.where(missing, 0.0, values)
    return ChoiceSets(x, np.flatnonzero(np.diff(at, prepend=-1)), taken, weight, cluster), unknown


def _sample(
    universe: Flags, special: Flags, order: Floats, group: Ints, column: Ints, seen: Ints
) -> tuple[Ints, Ints, Floats]:
    """A set for each purchase: what is special to the person or the day, and evenly spaced others.

    The others are ordered by ``order``; each q-th is taken, round the end, so that the bought
    one is among them if it is not special. Which of them it is turns with the day: any of them
    would have led to the same sample with the same chance, and so each stands for (all / taken)
    alternatives (McFadden 1978). Returns the purchase, the column and the weight of each row.
    """
    purchases, alternatives, weights = [], [], []
    ranked = np.argsort(np.where(universe & ~special, order, np.inf), axis=1, kind="stable")
    ordinary = (universe & ~special).sum(axis=1)
    turn = np.arange(len(group)) - np.searchsorted(group, group)
    for n, (g, bought) in enumerate(zip(group.tolist(), column.tolist(), strict=True)):
        count = int(ordinary[g])
        others = ranked[g, :count]
        taken = min(count, SAMPLED)
        chance = (_GOLDEN * (int(seen[g]) + 1009 * int(turn[n]))) % 1.0
        if special[g, bought]:
            start = int(chance * count)
        else:
            rank = int(np.flatnonzero(others == bought)[0])
            start = rank - int(chance * taken) * (count // taken)
        kept = others[(start + np.arange(taken) * (count // max(taken, 1))) % max(count, 1)]
        known = np.flatnonzero(special[g] & universe[g])
        purchases.append(np.full(taken + len(known), n))
        alternatives.append(np.concatenate([known, kept]))
        weights.append(np.repeat([1.0, count / max(taken, 1)], [len(known), taken]))
    return np.concatenate(purchases), np.concatenate(alternatives), np.concatenate(weights)
