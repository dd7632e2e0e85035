"""What to buy and sell to get to a proposed portfolio, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from engine.amounts import ZERO
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.outlook import Change, Outlook, look_ahead
from engine.optimization.solution import Solution, Status
from engine.optimization.trade_reasons import Case, Reason, find_reasons
from engine.optimization.whole_shares import Holdings, Order, Terms, round_to_shares

if TYPE_CHECKING:  # for storage, which keeps recommendations, it would be half a second of imports
    from engine.optimization.debiasing import Adjustment

# After the day of the closes; then prices, holdings and what was learned are too old to trade on.
VALID_DAYS = 10
MOST_MOVED = 0.05  # a price further off than this, and whole shares and limits no longer fit


@dataclass(frozen=True, slots=True)
class Move:
    """One order. ``before``, ``after``: weights of the symbol, of the value before fees."""

    order: Order
    before: float
    after: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Trades in whole shares, and what they are for.

    ``turnover``: Σ|traded| of the value, both directions added. ``cost``: fees in money.
    ``prices``: of what is traded, at ``at``. ``cash``: after all. ``binding``: constraints that the
    proposal is up against; ``missed``: those that whole shares cannot keep. ``caveats``: "no_tax"
    always; "heuristic", "fell_back" of the method.
    """

    method: str
    at: datetime
    expires_at: datetime
    most_moved: float
    moves: tuple[Move, ...]
    before: Outlook
    after: Outlook
    changes: Mapping[str, Change]
    turnover: float
    cost: Decimal
    cash: Decimal
    prices: Mapping[str, Decimal]
    binding: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()


def recommend(
    at: datetime,
    estimates: Estimates,
    constraints: Constraints,
    solution: Solution,
    terms: Terms,
    holdings: Holdings,
    *,
    believes_means: bool,
    adjustments: Sequence[Adjustment] = (),
    valid_days: int = VALID_DAYS,
    most_moved: float = MOST_MOVED,
    closes_at: datetime | None = None,
) -> Recommendation:
    """The orders from ``holdings`` to ``solution``, each with its reasons.

    All four speak of the same N symbols in the same order, ``terms`` of prices of ``closes_at``
    (``at`` where nothing is said), from which the ``valid_days`` are counted: it may be too old
    from the start.
    ``adjustments``: what measured biases changed in the constraints. Without moves the portfolio
    is as near as whole shares allow. Raises what ``round_to_shares`` raises.
    """
    if not estimates.symbols == solution.symbols == terms.symbols:
        raise ValueError("estimates, solution and terms are about different assets")
    rounding = round_to_shares(solution.weights, terms, holdings, constraints)
    held = [share * price for share, price in zip(holdings.shares, terms.prices, strict=True)]
    value = holdings.cash + sum(held, ZERO)
    now = np.array([float(worth / value) for worth in held])
    case = Case(
        estimates,
        constraints,
        now,
        rounding.weights,
        believes_means,
        solution.binding,
        adjustments,
    )
    before, after, changes = look_ahead(estimates, now, rounding.weights)
    traded = sum((order.value for order in rounding.orders), ZERO)
    return Recommendation(
        method=solution.method,
        at=at,
        expires_at=(closes_at or at) + timedelta(days=valid_days),
        most_moved=most_moved,
        moves=_moves(case, rounding.orders),
        before=before,
        after=after,
        changes=changes,
        turnover=float(traded / value),
        cost=rounding.fees,
        cash=rounding.cash,
        prices={order.symbol: order.price for order in rounding.orders},
        binding=solution.binding,
        missed=rounding.missed,
        caveats=_caveats(solution),
    )


def _moves(case: Case, orders: Sequence[Order]) -> tuple[Move, ...]:
    column = {symbol: n for n, symbol in enumerate(case.estimates.symbols)}
    buys: list[bool | None] = [None] * len(column)
    for order in orders:
        buys[column[order.symbol]] = order.shares > ZERO
    reasons = find_reasons(case, buys)
    made = []
    for order in orders:
        n = column[order.symbol]
        made.append(Move(order, float(case.now[n]), float(case.after[n]), reasons[n]))
    return tuple(made)


def _caveats(solution: Solution) -> tuple[str, ...]:
    told = {Status.HEURISTIC: ("heuristic",), Status.FELL_BACK: ("fell_back",)}
    return ("no_tax", *told.get(solution.status, ()))
