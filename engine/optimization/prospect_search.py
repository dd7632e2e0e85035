"""Where the best prospect of a feasible set is looked for: starts, climbs, and assets let in."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.optimization.constraints import Constraints, Group
from engine.optimization.feasible_set import HELD, Polyhedron, held_now, polyhedron
from engine.optimization.horizons import Outlook
from engine.optimization.kernels.bundle import Range
from engine.optimization.kernels.interior_point import Insoluble
from engine.optimization.kernels.multistart import Found, scatter, search
from engine.optimization.kernels.programme import Curvature
from engine.optimization.kernels.risk_tolerance import Frontier
from engine.optimization.prospect import Prospects

_SCATTERED = 96  # portfolios spread over the set, to choose the starts from
_CLIMBS, _CLIMBS_OF_MANY = 6, 4
_ROUNDS = 5  # of looking again around the best
_FEW = 30  # assets up to which there is time for these rounds
_TOLERANCES = (0.1, 0.3, 1.0, 3.0, 10.0, 100.0)  # of risk, for starts on the frontier
_MANY = 60  # assets from which only the likely ones are let in at first
_LET_IN = 25  # at a time
_WIDENINGS = 6


@dataclass(frozen=True, slots=True)
class Landscape:
    """The prospect value of V variables, whose outcomes are ``matrix @ x + offset``."""

    matrix: Floats  # (T, V)
    offset: float
    prospects: Prospects

    @classmethod
    def over(
        cls, allowed: Polyhedron, rates: Floats, outlook: Outlook, prospects: Prospects, zero: float
    ) -> Landscape:
        """``rates``: (N,) costs of trading; ``zero``: the reference."""
        charge, constant = allowed.trading(rates)
        matrix = np.tile(-charge, (len(outlook.outcomes), 1))
        matrix[:, : allowed.assets] += outlook.outcomes - outlook.interest
        return cls(matrix, outlook.interest - zero - constant, prospects)

    def climb(self, point: Floats) -> tuple[float, Floats]:
        """The value and its gradient (V,)."""
        value, margin = self.prospects.climb(self.matrix @ point + self.offset)
        return value, np.asarray(margin @ self.matrix)

    def values(self, points: Floats) -> Floats:
        return self.prospects.value(self.matrix @ points.T + self.offset)


def find_prospect(
    constraints: Constraints, outlook: Outlook, prospects: Prospects, reference: float
) -> Found | None:
    """The best (N,) weights found; None where the constraints allow nothing.

    Of many assets only those of the frontier, those held or bound, and those with the steepest
    slopes are climbed with; then those that are steeper than something held at the top are let
    in, until none is or none helps.
    """
    count = len(constraints.lower)
    allowed = polyhedron(constraints, count)
    rates = np.zeros(count) if constraints.cost_rate is None else constraints.cost_rate
    land = Landscape.over(allowed, rates, outlook, prospects, reference)
    frontier = _frontier(allowed, land.matrix)
    if frontier is None:
        return None
    if count >= _MANY:
        found = _widen(constraints, allowed, land, frontier)
    else:
        found = _search(allowed, land, frontier, several=True)
    return replace(found, point=found.point[:count])


def _widen(
    constraints: Constraints, allowed: Polyhedron, land: Landscape, frontier: Floats
) -> Found:
    count = allowed.assets
    inside, starts = _likely(constraints, land, frontier), frontier
    best: Found | None = None
    for _ in range(_WIDENINGS):
        kept = np.flatnonzero(inside).astype(np.int64)
        columns = _columns(allowed, kept)
        narrow = polyhedron(_only(constraints, kept), len(kept))
        view = replace(land, matrix=land.matrix[:, columns])
        found = _search(narrow, view, starts[:, columns], several=best is None)
        if best is not None and found.value <= best.value:
            return best
        point = np.zeros(land.matrix.shape[1])
        point[columns] = found.point
        tops = found.tops if best is None else np.append(found.value, best.tops)
        best, starts = replace(found, point=point, tops=tops), point[None, :]
        slopes = land.climb(point)[1][:count]
        least = slopes[inside & (point[:count] > HELD)].min(initial=np.inf)
        order = np.argsort(np.where(inside, np.inf, -slopes), kind="stable")[:_LET_IN]
        entering = order[(slopes[order] > least) & ~inside[order]]
        if not len(entering):
            break
        inside[entering] = True
    assert best is not None
    return best


def _search(allowed: Polyhedron, land: Landscape, frontier: Floats, *, several: bool) -> Found:
    over = Range(allowed)
    mean = land.matrix[:, : allowed.assets].mean(axis=0)
    starts = _starts(allowed, over, frontier, mean) if several else frontier
    few = allowed.assets <= _FEW
    climbs = (_CLIMBS if few else _CLIMBS_OF_MANY) if several else 1
    rounds = _ROUNDS if several and few else 0
    return search(land.climb, over, starts, land.values, climbs=climbs, rounds=rounds)


def _frontier(allowed: Polyhedron, matrix: Floats) -> Floats | None:
    """(S, V) a few portfolios between least variance and highest mean; None if none is allowed."""
    mean = matrix.mean(axis=0)
    away = matrix[:, : allowed.assets] - mean[: allowed.assets]
    line = Frontier(Curvature(matrix=away.T @ away / len(away)), mean, 0.0, allowed)
    try:
        places = [line.at(0.0)]
        unit = line.unit(places[0])
        for tolerance in _TOLERANCES:
            places.append(line.at(unit * tolerance, places[-1]))
    except Insoluble:
        return None
    return np.stack([place.x for place in places])


def _starts(allowed: Polyhedron, over: Range, frontier: Floats, mean: Floats) -> Floats:
    """(S, V) allowed portfolios: the frontier's, equal, held, spread evenly, single assets.

    Assets are taken in the order of their means, so that how they are numbered changes nothing.
    """
    count = allowed.assets
    spread = np.zeros((_SCATTERED, count))
    spread[:, np.argsort(mean, kind="stable")] = scatter(_SCATTERED, count)
    equal = np.full((1, count), 1.0 / count)
    wanted = np.vstack([equal, allowed.current[None, :], spread, np.eye(count)])
    bought = np.maximum(wanted - allowed.current, 0.0)[:, allowed.split]
    others = over.towards(frontier.mean(axis=0), np.hstack([wanted, bought]))
    return np.vstack([frontier, others])


def _likely(constraints: Constraints, land: Landscape, frontier: Floats) -> Flags:
    """(N,) assets that cannot be left out, those of the frontier, and the steepest from it."""
    count = len(constraints.lower)
    inside: Flags = (constraints.lower != 0.0) | (held_now(constraints) != 0.0)
    inside |= (np.abs(frontier[:, :count]) > HELD).any(axis=0)
    best = frontier[int(np.argmax(land.values(frontier)))]
    inside[np.argsort(-land.climb(best)[1][:count], kind="stable")[:_LET_IN]] = True
    return inside


def _only(constraints: Constraints, kept: Ints) -> Constraints:
    """The same demands of the assets kept; the others are and stay at nothing."""
    place = np.full(len(constraints.lower), -1)
    place[kept] = np.arange(len(kept))
    groups = []
    for group in constraints.groups:
        members = place[group.members]
        groups.append(
            Group(group.name, members[members >= 0].astype(np.int64), group.lower, group.upper)
        )
    return replace(
        constraints,
        lower=constraints.lower[kept],
        upper=constraints.upper[kept],
        groups=tuple(groups),
        current=None if constraints.current is None else constraints.current[kept],
        cost_rate=None if constraints.cost_rate is None else constraints.cost_rate[kept],
    )


def _columns(allowed: Polyhedron, kept: Ints) -> Ints:
    """Of the V variables, those that the set of the kept assets alone has, in its order."""
    split = np.flatnonzero(np.isin(allowed.split, kept))
    return np.concatenate([kept, allowed.assets + split]).astype(np.int64)
