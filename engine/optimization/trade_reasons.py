"""Why a trade is proposed: facts with their numbers, no words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from engine.arrays import Floats
from engine.optimization.constraints import Constraints, Group
from engine.optimization.estimates import Estimates
from engine.optimization.risk_contributions import attribute_risk

if TYPE_CHECKING:  # for storage, which keeps reasons, it would be half a second of imports
    from engine.optimization.debiasing import Adjustment

_AT_LIMIT = 1e-6
_TOLD = 0.01  # of all risk, or of the money as cash: less is no reason


@dataclass(frozen=True, slots=True)
class Reason:
    """A fact that a trade answers.

    "limit": ``about`` is the key of a constraint ("upper:NVDA", "group:tech", "lower:KO", "cash")
    that the portfolio misses now and the trade mends; ``numbers``: now, after, bound.
    "bias": ``about`` a measured bias whose cap the holding exceeds; numbers: facts of the
    adjustment, strength, now, bound. A limit that is no more than this cap is not told as well.
    "risk": ``about`` the symbol, sold because it brings more of the risk than of the money, or
    bought because it brings less; numbers: weight, share (of all risk), weight_after, share_after.
    "mean": ``about`` the symbol; numbers: expected (a year), error, portfolio (what it expects
    now); only of methods that believe in means. "bound": ``about`` the constraint that the trade
    ends at; numbers: after, bound. "rest": none of these; the trade belongs to the whole.
    """

    key: str
    about: str
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """What reasons are made of; weights (N,) ``now`` and ``after`` the trades.

    ``binding``: keys of the solution. ``adjustments``: what measured biases changed in
    ``constraints``.
    """

    estimates: Estimates
    constraints: Constraints
    now: Floats
    after: Floats
    believes_means: bool
    binding: tuple[str, ...]
    adjustments: Sequence[Adjustment]


def find_reasons(case: Case, buys: Sequence[bool | None]) -> list[tuple[Reason, ...]]:
    """For each of the N assets, whether it is bought, sold (False) or neither (None): why."""
    now = attribute_risk(case.now, case.estimates.covariance).share
    after = attribute_risk(case.after, case.estimates.covariance).share
    return [
        () if bought is None else _reasons(case, n, bought, float(now[n]), float(after[n]))
        for n, bought in enumerate(buys)
    ]


def _reasons(case: Case, n: int, buys: bool, now: float, after: float) -> tuple[Reason, ...]:
    found = [
        *_limits(case, n, buys),
        *_biases(case, n, buys),
        *_risk(case, n, buys, now, after),
        *_mean(case, n, buys),
        *_stops(case, n, buys),
    ]
    return tuple(found) or (Reason("rest", case.estimates.symbols[n]),)


def _limits(case: Case, n: int, buys: bool) -> list[Reason]:
    """Limits that the portfolio misses now and this trade mends."""
    found = []
    own, *groups = _spans(case, n, "lower" if buys else "upper")
    for key, group in (own, *groups):
        now, after = (float(weights[group.members].sum()) for weights in (case.now, case.after))
        bound = group.lower if buys else group.upper
        if (bound - now if buys else now - bound) > _AT_LIMIT:
            found.append(Reason("limit", key, {"now": now, "after": after, "bound": bound}))
    now, after = (1.0 - float(weights.sum()) for weights in (case.now, case.after))
    bound = case.constraints.cash[1] if buys else case.constraints.cash[0]
    if (now - bound if buys else bound - now) > _TOLD:
        found.append(Reason("limit", "cash", {"now": now, "after": after, "bound": bound}))
    if any(not buys and _cap(one, n) <= own[1].upper + _AT_LIMIT for one in case.adjustments):
        return [reason for reason in found if reason.about != own[0]]
    return found


def _spans(case: Case, n: int, side: str) -> list[tuple[str, Group]]:
    """What bounds asset ``n``, by key: its own bounds first, then its groups."""
    bounds, symbol = case.constraints, case.estimates.symbols[n]
    own = Group(symbol, np.array([n]), float(bounds.lower[n]), float(bounds.upper[n]))
    groups = [(f"group:{group.name}", group) for group in bounds.groups if n in group.members]
    return [(f"{side}:{symbol}", own), *groups]


def _biases(case: Case, n: int, buys: bool) -> list[Reason]:
    """Caps of measured biases that the holding exceeds now."""
    now = float(case.now[n])
    return [
        Reason(
            "bias",
            one.bias,
            dict(one.facts) | {"strength": one.strength, "now": now, "bound": _cap(one, n)},
        )
        for one in case.adjustments
        if not buys and now > _cap(one, n) + _AT_LIMIT
    ]


def _cap(one: Adjustment, n: int) -> float:
    return inf if one.upper is None else float(one.upper[n])


def _risk(case: Case, n: int, buys: bool, now: float, after: float) -> list[Reason]:
    """Sold although, or bought because, its part of the risk is not that of its weight."""
    weight = float(case.now[n])
    sold = not buys and now > weight + _TOLD and after < now
    bought = buys and after < float(case.after[n]) - _TOLD
    if not (sold or bought):
        return []
    symbol = case.estimates.symbols[n]
    weighs = {"weight": weight, "share": now, "weight_after": float(case.after[n])}
    return [Reason("risk", symbol, weighs | {"share_after": after})]


def _mean(case: Case, n: int, buys: bool) -> list[Reason]:
    """Expected to earn more than the portfolio does now where bought, less where sold."""
    if not case.believes_means:
        return []
    one = case.estimates
    whole = float(one.mean @ case.now) + (1.0 - float(case.now.sum())) * one.risk_free
    mean = float(one.mean[n])
    if (mean <= whole) if buys else (mean >= whole):
        return []
    numbers = {"expected": mean, "portfolio": whole}
    if np.isfinite(one.mean_se[n]):
        numbers["error"] = float(one.mean_se[n])
    return [Reason("mean", one.symbols[n], numbers)]


def _stops(case: Case, n: int, buys: bool) -> list[Reason]:
    """Bounds at which the proposal ends, and with it this trade."""
    found = []
    for key, group in _spans(case, n, "upper" if buys else "lower"):
        after = float(case.after[group.members].sum())
        low, high = abs(after - group.lower), abs(after - group.upper)
        if key in case.binding and (high <= low) == buys:
            bound = group.upper if buys else group.lower
            found.append(Reason("bound", key, {"after": after, "bound": bound}))
    return found
