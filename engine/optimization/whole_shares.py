"""From weights to orders: whole shares or lots, fees, the smallest order worth placing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, Context, Decimal, localcontext
from fractions import Fraction
from math import floor

import numpy as np

from engine.amounts import EXACT, STEP, ZERO
from engine.arrays import Floats, Ints
from engine.optimization.constraints import Constraints
from engine.optimization.kernels.rounding import Choices, choose
from engine.optimization.solution import Unsolvable

ONE = Decimal(1)
_UP = Context(prec=60, rounding=ROUND_CEILING)
_TOLERANCE = 1e-9  # of the value: less is not told apart while searching
_AROUND = (-2, -1, 0, 1, 2, 3)  # lots about what is wanted
_CENT = 0.01
_CLEAN = 1e-7  # of the value: what is as good is better without a remainder
_FORBIDDEN = 1e6  # the charge for debt, per unit of the value
_IDLE = 0.005  # of the value: what whole shares leave of a portfolio without cash is not told
_UNWANTED = 1e2  # for a constraint missed: more than any error of rounding


@dataclass(frozen=True, slots=True)
class Fees:
    """Of one order: ``fixed`` and ``rate`` of its value, at least ``least`` in all."""

    fixed: Decimal = ZERO
    rate: Decimal = ZERO
    least: Decimal = ZERO

    def of(self, value: Decimal) -> Decimal:
        """0 for an order of nothing. Rounded up to 10 decimals."""
        if not value:
            return ZERO
        asked = _UP.add(self.fixed, _UP.multiply(self.rate, value))
        return _UP.quantize(max(asked, self.least), STEP).normalize(_UP)


@dataclass(frozen=True, slots=True)
class Order:
    """``shares`` are bought, sold where below zero; ``value`` = |shares| x price."""

    symbol: str
    shares: Decimal
    price: Decimal
    value: Decimal
    fee: Decimal


@dataclass(frozen=True, slots=True)
class Terms:
    """Prices and rules of N assets. ``lots``: (N,) smallest step of an order, 0.001 where a broker
    sells thousandths; whole shares without. ``ticket``: the least value of an order."""

    symbols: tuple[str, ...]
    prices: tuple[Decimal, ...]
    lots: tuple[Decimal, ...] = ()
    fees: Fees = field(default_factory=Fees)
    ticket: Decimal = ZERO

    def __post_init__(self) -> None:
        if len(self.prices) != len(self.symbols) or len(self.lots) not in (0, len(self.symbols)):
            raise ValueError(f"{len(self.prices)} prices of {len(self.symbols)} assets")
        if not all(amount > ZERO for amount in (*self.prices, *self.lots)):
            raise ValueError("prices and lots are above zero")

    def lot(self, n: int) -> Decimal:
        return self.lots[n] if self.lots else ONE


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is there: ``shares`` of N assets, ``cash``, and what may not be sold or bought."""

    shares: tuple[Decimal, ...]
    cash: Decimal
    never_sell: frozenset[str] = frozenset()
    never_buy: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rounding:
    """``orders``: sales first. ``shares`` (N,) and ``cash`` after them, exact. ``weights`` (N,): of
    the value before fees. ``error``: Σ|w - wanted|, cash included: the part of the money, counted
    from both sides, that is not where it should be. ``missed``: by key, constraints that whole
    shares cannot keep; "cash" also where more is left than is allowed, by half a percent where none
    is."""

    orders: tuple[Order, ...]
    shares: tuple[Decimal, ...]
    cash: Decimal
    fees: Decimal
    weights: Floats
    error: float
    missed: tuple[str, ...] = ()


def round_to_shares(
    wanted: Floats,
    terms: Terms,
    holdings: Holdings,
    constraints: Constraints | None = None,
) -> Rounding:
    """The orders that bring ``holdings`` nearest to weights ``wanted`` (N,).

    Nearest: the least Σ|value - wanted value| over assets and cash, plus fees. Cash after fees is
    never below zero, nothing is sold that is not held, orders are whole lots of at least the
    ticket (a fraction may be sold with the rest where nothing is wanted). Bounds, groups, turnover
    and least cash of ``constraints`` are kept where whole shares can. A heuristic: rounding, then
    changes of up to three orders at once. Raises ValueError for weights below zero or above one in
    sum, and Unsolvable("not_enough_cash", missing) where no orders end without debt.
    """
    held = holdings.shares
    if np.any(wanted < 0.0) or float(wanted.sum()) > 1.0 + 1e-9 or min(held, default=ZERO) < ZERO:
        raise ValueError("weights and holdings are not below zero, weights at most one in sum")
    with localcontext(EXACT):
        worth = [shares * price for shares, price in zip(held, terms.prices, strict=True)]
        value = holdings.cash + sum(worth, ZERO)
        if value <= ZERO:
            raise Unsolvable("not_enough_cash", missing=float(-value))
        tried = [
            _nearest(wanted, aim, terms, holdings, value, constraints)
            for aim in _aims(wanted, terms, worth, value)
        ]
    paid = [one for one in tried if one.cash >= ZERO]
    if not paid:
        raise Unsolvable("not_enough_cash", missing=float(-tried[0].cash))
    return min(paid, key=lambda one: (len(one.missed), one.error + float(one.fees) / float(value)))


def _aims(
    wanted: Floats, terms: Terms, worth: Sequence[Decimal], value: Decimal
) -> Iterator[Floats]:
    """``wanted``, and a little less of everything where the fees take more than a share's price:
    no orders around ``wanted`` itself would leave the money for them."""
    yield wanted
    whole = float(value)
    moves = [abs(w * whole - float(own)) for w, own in zip(wanted.tolist(), worth, strict=True)]
    fees = sum(float(terms.fees.of(Decimal(f"{move:.2f}"))) for move in moves if move >= _CENT)
    unpaid = fees - max(1.0 - float(wanted.sum()), 0.0) * whole
    if float(min(terms.prices)) < unpaid < whole:
        yield wanted * (1.0 - unpaid / whole)


def _nearest(
    wanted: Floats,
    aim: Floats,
    terms: Terms,
    holdings: Holdings,
    value: Decimal,
    constraints: Constraints | None,
) -> Rounding:
    """The best orders around ``aim``, told against ``wanted``; its cash is below zero where none
    end without debt."""
    orders = _possible(aim, terms, holdings, value)
    for margin in (-_TOLERANCE, _TOLERANCE):
        picked = choose(_choices(aim, terms, holdings, value, orders, constraints, margin))
        rounding = _round(wanted, terms, holdings, value, [orders[at] for at in picked])
        if rounding.cash >= ZERO:
            break
    missed = _missed(rounding, terms.symbols, float(value), constraints)
    return replace(rounding, missed=missed)


def _possible(
    wanted: Floats, terms: Terms, holdings: Holdings, value: Decimal
) -> list[tuple[int, Decimal]]:
    """For each asset the orders worth looking at: none, and those about what is wanted."""
    found = []
    for n, symbol in enumerate(terms.symbols):
        price, lot, held = terms.prices[n], terms.lot(n), holdings.shares[n]
        target = Fraction(float(wanted[n])) * Fraction(value) / Fraction(price)
        lots = floor((target - Fraction(held)) / Fraction(lot))
        sizes = {(lots + step) * lot for step in _AROUND}
        if wanted[n] == 0.0:
            sizes.add(-held)
        found.append((n, ZERO))
        for size in sorted(sizes, key=lambda size: (abs(size), size)):
            dust = not size or abs(size) * price < terms.ticket
            barred = symbol in (holdings.never_sell if size < ZERO else holdings.never_buy)
            if not dust and not barred and held + size >= ZERO:
                found.append((n, size))
    return found


def _choices(
    wanted: Floats,
    terms: Terms,
    holdings: Holdings,
    value: Decimal,
    orders: list[tuple[int, Decimal]],
    constraints: Constraints | None,
    margin: float,
) -> Choices:
    """In parts of the value."""
    whole, prices = float(value), terms.prices
    owner = np.array([n for n, _ in orders], dtype=np.int64)
    traded = np.array([float(size * prices[n]) for n, size in orders]) / whole
    fees = np.array([float(terms.fees.of(abs(size) * prices[n])) for n, size in orders]) / whole
    now = np.array([float(own * p) for own, p in zip(holdings.shares, prices, strict=True)]) / whole
    after = now[owner] + traded
    ended = np.array([not holdings.shares[n] + size for n, size in orders])
    cost = np.abs(after - wanted[owner]) + fees - _CLEAN * ended
    cheapest = np.lexsort((cost, owner))[np.flatnonzero(np.diff(owner, prepend=-1))]
    if constraints is not None:
        over = np.maximum(constraints.lower[owner] - after, after - constraints.upper[owner])
        cost += _UNWANTED * np.maximum(over - _TOLERANCE, 0.0)
    start = float(holdings.cash) / whole
    rows, lower, upper = _bounds(owner, after, traded, fees, start, margin, constraints)
    ideal = np.arange(len(wanted))
    ideal_rows, _, _ = _bounds(
        ideal, wanted, wanted - now, fees[cheapest], start, margin, constraints
    )
    return Choices(
        owner=owner,
        cost=cost,
        balance=traded,
        goal=start - max(1.0 - float(wanted.sum()), 0.0),
        rows=rows,
        lower=lower,
        upper=upper,
        weights=np.array([_FORBIDDEN] + [_UNWANTED] * (len(rows) - 1)),
        ideal_balance=wanted - now,
        ideal_rows=ideal_rows,
    )


def _bounds(
    owner: Ints,
    after: Floats,
    traded: Floats,
    fees: Floats,
    start: float,
    margin: float,
    constraints: Constraints | None,
) -> tuple[Floats, Floats, Floats]:
    """Sums with their bounds: what is spent with fees, twice (debt; least cash), the turnover and
    what is held of each group."""
    rows, lower, upper = [traded + fees], [-np.inf], [start - margin]
    if constraints is not None:
        most = np.inf if constraints.turnover is None else constraints.turnover
        rows += [traded + fees, np.abs(traded)]
        lower += [-np.inf, -np.inf]
        upper += [start - constraints.cash[0], most + _TOLERANCE]
        for group in constraints.groups:
            rows.append(np.where(np.isin(owner, group.members), after, 0.0))
            lower.append(group.lower - _TOLERANCE)
            upper.append(group.upper + _TOLERANCE)
    return np.array(rows), np.array(lower), np.array(upper)


def _round(
    wanted: Floats,
    terms: Terms,
    holdings: Holdings,
    value: Decimal,
    picked: list[tuple[int, Decimal]],
) -> Rounding:
    orders = []
    for n, size in picked:
        if size:
            price = terms.prices[n]
            traded = abs(size) * price
            fee = terms.fees.of(traded)
            orders.append(Order(terms.symbols[n], size, price, traded, fee))
    orders.sort(key=lambda order: (order.shares > ZERO, -order.value, order.symbol))
    shares = tuple(holdings.shares[n] + size for n, size in picked)
    fees = sum((order.fee for order in orders), ZERO)
    spent = sum((order.shares * order.price for order in orders), ZERO)
    cash = holdings.cash - spent - fees
    worth = [float(own * price) for own, price in zip(shares, terms.prices, strict=True)]
    weights = np.array(worth) / float(value)
    idle = abs(float(cash) / float(value) - max(1.0 - float(wanted.sum()), 0.0))
    error = float(np.abs(weights - wanted).sum()) + idle
    return Rounding(tuple(orders), shares, cash, fees, weights, error)


def _missed(
    rounding: Rounding, symbols: Sequence[str], value: float, constraints: Constraints | None
) -> tuple[str, ...]:
    if constraints is None:
        return ()
    weights, near = rounding.weights, 2.0 * _TOLERANCE
    keys = [
        f"upper:{symbols[n]}" for n in np.flatnonzero(weights > constraints.upper + near).tolist()
    ]
    keys += [
        f"lower:{symbols[n]}" for n in np.flatnonzero(weights < constraints.lower - near).tolist()
    ]
    for group in constraints.groups:
        share = float(weights[group.members].sum())
        if not group.lower - near <= share <= group.upper + near:
            keys.append(f"group:{group.name}")
    traded = float(sum((order.value for order in rounding.orders), ZERO)) / value
    if constraints.turnover is not None and traded > constraints.turnover + near:
        keys.append("turnover")
    left, (least, most) = float(rounding.cash) / value, constraints.cash
    if not least - near <= left <= (most + near if most > 0.0 else _IDLE):
        keys.append("cash")
    return tuple(keys)
