"""Scenario programmes as inequalities, their many variables eliminated: for ``barrier.descend``.

The variables are the moves, the threshold, the excess z of each loss and, of drawdowns, the fall d
since the last peak, with d_t >= max(0, d_{t-1} - r_t·w) (Chekhlov, Uryasev and Zabarankin 2005).
Both systems are symmetric, and what is left to factorise is of the moves and the threshold alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, lapack

from engine.arrays import Flags, Floats, Ints
from engine.optimization.kernels.barrier import Newton, factored
from engine.optimization.kernels.scenario_program import Structure

STEEP = 1.0  # a price so many times as large as its slack: the limit is reached


@dataclass(frozen=True, slots=True)
class Moves:
    """The structure's moves (n,) that can be made, and the inequalities (m, n) of them alone."""

    equal: Floats
    wanted: Floats
    capped: Flags  # (n,) which have an upper bound
    sides: Floats  # (k, n) rows that demand at least so much
    demand: Floats  # (m,): of n moves >= 0, of the caps, of the sides

    @classmethod
    def of(cls, structure: Structure) -> Moves:
        same = structure.row_lower == structure.row_upper
        above = np.isfinite(structure.row_lower) & ~same
        below = np.isfinite(structure.row_upper) & ~same
        capped = np.isfinite(structure.upper)
        demand = [
            np.zeros(len(structure.asset)),
            -structure.upper[capped],
            structure.row_lower[above],
            -structure.row_upper[below],
        ]
        return cls(
            structure.rows[same],
            structure.row_lower[same],
            capped,
            np.vstack([structure.rows[above], -structure.rows[below]]),
            np.concatenate(demand),
        )

    def times(self, x: Floats) -> Floats:
        return np.concatenate([x, -x[self.capped], self.sides @ x])

    def back(self, prices: Floats) -> Floats:
        low, high, side = self._parts(prices)
        at = low + prices[len(prices) - len(side) :] @ self.sides
        at[self.capped] -= high
        return at

    def add(self, matrix: Floats, weights: Floats) -> None:
        """What they bring to the normal matrix, added to its first n rows and columns."""
        low, high, side = self._parts(weights)
        n = len(self.capped)
        diagonal = low.copy()
        diagonal[self.capped] += high
        matrix[np.arange(n), np.arange(n)] += diagonal
        matrix[:n, :n] += (self.sides.T * side) @ self.sides

    def settle(self, prices: Floats, weights: Floats, missing: Floats) -> None:
        """Gives what is ``missing`` (n,) of the slope to the moves at zero, whose price it is.

        There the product of a large weight and a small move has no digits left.
        """
        n = len(self.capped)
        prices[:n] += np.where(weights[:n] > STEEP, missing, 0.0)

    def _parts(self, values: Floats) -> tuple[Floats, Floats, Floats]:
        n, k = len(self.capped), len(self.sides)
        return values[:n], values[n : len(values) - k], values[len(values) - k :]


class Hinges:
    """min cost·x + t + Σ cap_s z_s over z >= 0 and z_s >= loss_s - gains_s·x - t.

    ``gains``: (T, n) of the moves; several hinges may have the same: ``scenario`` (P,). ``loss``,
    ``cap``: (P,). ``threshold``: whether there is a t.
    """

    def __init__(
        self,
        moves: Moves,
        cost: Floats,
        gains: Floats,
        scenario: Ints,
        loss: Floats,
        cap: Floats,
        threshold: bool,
    ) -> None:
        n, hinges = len(cost), len(cap)
        self.moves, self.gains, self.scenario = moves, gains, scenario
        self.count, self.free, self.hinges = n, int(threshold), hinges
        self.wide = np.hstack([gains, np.ones((len(gains), self.free))])
        self.cost = np.concatenate([cost, np.ones(self.free), cap])
        self.demand = np.concatenate([moves.demand, np.zeros(hinges), loss])
        padding = np.zeros((len(moves.wanted), self.free + hinges))
        self.equal, self.wanted = np.hstack([moves.equal, padding]), moves.wanted

    def _split(self, values: Floats) -> tuple[Floats, Floats, Floats]:
        """Of the inequalities: the moves' own, z >= 0, z above the losses."""
        own = len(self.moves.demand)
        return values[:own], values[own : own + self.hinges], values[own + self.hinges :]

    def _by_scenario(self, values: Floats) -> Floats:
        together = np.bincount(self.scenario, values, minlength=len(self.gains))
        return np.asarray(together, dtype=np.float64)

    def times(self, v: Floats) -> Floats:
        reached, z = self.wide @ v[: self.count + self.free], v[self.count + self.free :]
        return np.concatenate([self.moves.times(v[: self.count]), z, z + reached[self.scenario]])

    def back(self, prices: Floats) -> Floats:
        own, floor, above = self._split(prices)
        head = self._by_scenario(above) @ self.wide
        head[: self.count] += self.moves.back(own)
        return np.concatenate([head, floor + above])

    def factor(self, weights: Floats) -> Newton:
        own, floor, above = self._split(weights)
        total = floor + above
        together = np.sqrt(self._by_scenario(floor * above / total))
        scaled = self.wide * together[:, None]
        matrix = scaled.T @ scaled
        self.moves.add(matrix, own)
        head, share = factored(matrix), above / total

        def solve(slope: Floats, rows: Floats) -> tuple[Floats, Floats]:
            right = slope + self.back(weights * rows)
            size = self.count + self.free
            pushed = right[size:]
            first = head(right[:size] - self._by_scenario(share * pushed) @ self.wide)
            v = np.concatenate([first, pushed / total - share * (self.wide @ first)[self.scenario]])
            prices = weights * (rows - self.times(v))
            missing = -slope - self.back(prices)
            self.moves.settle(prices, own, missing[: self.count])
            return v, prices

        return solve

    def begin(self, x: Floats) -> tuple[Floats, Floats]:
        """A start: moves x (n,), and prices that lie within the caps."""
        cap = self.cost[self.count + self.free :]
        loss = self.demand[len(self.moves.demand) + self.hinges :]
        over = loss - (self.gains @ x)[self.scenario]
        share = min(0.5, 1.0 / float(cap.sum())) if self.free else 0.5
        free = np.full(self.free, np.quantile(over, 1.0 - share))
        z = np.maximum(over - free.sum(), 0.0) + float(np.abs(over).mean())
        own = np.full(len(self.moves.demand), float(np.abs(over).mean()))
        return np.concatenate([x, free, z]), np.concatenate([own, (1 - share) * cap, share * cap])

    def certify(self, prices: Floats) -> tuple[Floats, float, Floats]:
        """A slope (n,) and a constant, with slope·x + constant at most the objective of any x.

        And the weights (P,) of the losses in it: within the caps, adding up to one with t.
        """
        cap = self.cost[self.count + self.free :]
        weights = _within(self._split(prices)[2], cap, 1.0 if self.free else None)
        slope = self.cost[: self.count] - self._by_scenario(weights) @ self.gains
        loss = self.demand[len(self.moves.demand) + self.hinges :]
        return slope, float(weights @ loss), weights


class Falls:
    """min cost·x + t + cap·Σ z over z >= 0, z >= d - t and the falls d of a path.

    ``gains``: (T, n) of the moves a day; ``drift`` (T,): what each day earns without any move.
    """

    free = 1

    def __init__(
        self, moves: Moves, cost: Floats, gains: Floats, drift: Floats, cap: float
    ) -> None:
        days, n = gains.shape
        self.moves, self.gains, self.count, self.days, self.cap = moves, gains, n, days, cap
        self.cost = np.concatenate([cost, np.ones(1), np.full(days, cap), np.zeros(days)])
        self.demand = np.concatenate([moves.demand, np.zeros(3 * days), -drift])
        padding = np.zeros((len(moves.wanted), 1 + 2 * days))
        self.equal, self.wanted = np.hstack([moves.equal, padding]), moves.wanted

    def _split(self, values: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """Of the inequalities: the moves' own, z >= 0, z >= d - t, d >= 0, d after a day."""
        own = len(self.moves.demand)
        z, excess, fall, path = values[own:].reshape(4, self.days)
        return values[:own], z, excess, fall, path

    def _unknowns(self, v: Floats) -> tuple[Floats, float, Floats, Floats]:
        x, t, rest = v[: self.count], float(v[self.count]), v[self.count + 1 :]
        return x, t, rest[: self.days], rest[self.days :]

    def times(self, v: Floats) -> Floats:
        x, t, z, d = self._unknowns(v)
        after = _change(d) + self.gains @ x
        return np.concatenate([self.moves.times(x), z, z - d + t, d, after])

    def back(self, prices: Floats) -> Floats:
        own, z, excess, fall, path = self._split(prices)
        x = self.moves.back(own) + path @ self.gains
        falls = fall - excess + _change_back(path)
        return np.concatenate([x, [excess.sum()], z + excess, falls])

    def factor(self, weights: Floats) -> Newton:
        """By Woodbury: of the days there remains a tridiagonal matrix of sums of positive terms."""
        own, z, excess, fall, path = self._split(weights)
        total, share = z + excess, excess / (z + excess)
        both = z * share
        each = fall + both
        days, inverse = self.days, 1.0 / each
        wide = np.empty((days, self.count + 1), order="F")
        wide[:, :-1], wide[:, -1] = self.gains, _change(both * inverse)
        lower = _pivots(path, each)
        halves = _forward(lower, wide)
        matrix = halves.T @ halves
        matrix[-1, -1] += float(np.sum(both * fall * inverse))
        self.moves.add(matrix, own)
        head = factored(matrix)

        def solve(slope: Floats, rows: Floats) -> tuple[Floats, Floats]:
            asked = rows[-days:]
            forced = weights * rows
            forced[-days:] = 0.0
            x, t, of_z, of_d = self._unknowns(slope + self.back(forced))
            of_d = of_d + share * of_z
            level = asked - _change(of_d * inverse)
            right = np.append(x, t - float(share @ of_z) + float((both * inverse) @ of_d))
            first = head(right + _backward(lower, level) @ wide)
            prices = _backward(lower, level - wide @ first)
            fixed = (of_d + both * first[-1] + _change_back(prices)) * inverse
            stepped = np.cumsum(asked - self.gains @ first[:-1] - prices / path)
            d = _joined(fixed, stepped, each > path)
            v = np.concatenate([first, of_z / total - share * (first[-1] - d), d])
            own_way, floor_way, excess_way, fall_way, _ = self._split(
                weights * (rows - self.times(v))
            )
            _, _, slope_z, slope_d = self._unknowns(-slope)
            _, row_z, row_excess, _, _ = self._split(rows)
            excess_way = both * (row_excess - row_z + d - first[-1]) + share * slope_z
            floor_way = slope_z - excess_way
            steep = fall > STEEP
            fall_way[steep] = (slope_d + excess_way - _change_back(prices))[steep]
            others = self.moves.back(own_way) + prices @ self.gains
            self.moves.settle(own_way, own, -slope[: self.count] - others)
            return v, np.concatenate([own_way, floor_way, excess_way, fall_way, prices])

        return solve

    def begin(self, x: Floats) -> tuple[Floats, Floats]:
        daily = self.gains @ x - self.demand[len(self.demand) - self.days :]
        path = np.concatenate([[0.0], np.cumsum(daily)])
        d = (np.maximum.accumulate(path) - path)[1:]
        size = float(d.mean()) or 1.0
        share = min(0.5, 1.0 / (self.cap * self.days))
        t = float(np.quantile(d, 1.0 - share))
        z = np.maximum(d - t, 0.0) + size
        flow = share * self.cap * np.arange(self.days, 0, -1) / 2.0
        own = np.full(len(self.moves.demand), size)
        above = np.full(self.days, share * self.cap)
        prices = [own, self.cap - above, above, above / 2.0, flow]
        return np.concatenate([x, [t], z, d + size]), np.concatenate(prices)

    def certify(self, prices: Floats) -> tuple[Floats, float, Floats]:
        """As of ``Hinges``: every drawdown is at least what was lost since any day before.

        What flows from one day to the next is that of the day after and of its own price at most.
        """
        _, _, excess, _, path = self._split(prices)
        weights = _within(excess, np.full(self.days, self.cap), 1.0)
        flows, later = np.zeros(self.days), 0.0
        for day in range(self.days - 1, -1, -1):
            later = min(float(path[day]), later + float(weights[day]))
            flows[day] = later
        slope = self.cost[: self.count] - flows @ self.gains
        return slope, float(flows @ self.demand[len(self.demand) - self.days :]), weights


def _within(weights: Floats, cap: Floats, total: float | None) -> Floats:
    """Between zero and the caps, adding up to ``total``."""
    inside = np.clip(weights, 0.0, cap)
    if total is None:
        return inside
    size = float(inside.sum())
    if size >= total:
        return inside * (total / size)
    room = cap - inside
    return np.asarray(inside + room * ((total - size) / float(room.sum())))


def _change(values: Floats) -> Floats:
    """(T,) each less the one before it, the first less nothing."""
    return np.diff(values, prepend=0.0)


def _joined(values: Floats, sums: Floats, known: Flags) -> Floats:
    """``values`` where ``known``, elsewhere the last of these and what ``sums`` grew since."""
    last = np.maximum.accumulate(np.where(known, np.arange(1, len(known) + 1), 0))
    begin = np.concatenate([[0.0], np.where(known, values - sums, 0.0)])
    return np.asarray(sums + begin[last])


def _change_back(values: Floats) -> Floats:
    """The transpose: each less the one after it."""
    return -np.diff(values, append=0.0)


def _pivots(path: Floats, each: Floats) -> tuple[Floats, Floats]:
    """D and the side of L with L·D·Lᵀ = 1 / path + B·(1 / each)·Bᵀ, B the change from day to day.

    Without one subtraction, so that every digit is kept however far apart the weights are (as the
    differential quotient-difference algorithm: Fernando and Parlett, Numerische Mathematik 67,
    1994).
    """
    left, kept = 0.0, []
    for of_path, of_day in zip((1.0 / path).tolist(), each.tolist(), strict=True):
        left += of_path
        kept.append(left)
        left /= 1.0 + of_day * left
    grown = np.array(kept)
    return 1.0 / each + grown, -1.0 / (1.0 + each * grown)[:-1]


def _backward(factor: tuple[Floats, Floats], right: Floats) -> Floats:
    solved, failed = lapack.dpttrs(*factor, right)
    if failed:
        raise LinAlgError
    return np.asarray(solved)


def _forward(factor: tuple[Floats, Floats], right: Floats) -> Floats:
    """D^(-1/2)·L⁻¹·right."""
    pivots, lower = factor
    band = np.ones((2, len(pivots)), order="F")
    band[1, :-1] = lower
    solved, failed = lapack.dtbtrs(band, right, uplo="L", diag="U")
    if failed:
        raise LinAlgError
    return np.asarray(solved / np.sqrt(pivots)[:, None])
