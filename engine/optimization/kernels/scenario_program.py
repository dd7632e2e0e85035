"""Linear programmes over scenarios, with only the scenarios and assets that matter in them.

min over weights w:  cost·w + threshold + Σ_s cap_s · max(0, max over pieces i of s of loss_i(w)),
loss_i(w) = offset_i - gains_i·w - threshold (the threshold is free, or fixed at zero). CVaR, CDaR,
mean absolute deviation and regret are all of this kind (Rockafellar & Uryasev 2000; Chekhlov,
Uryasev & Zabarankin 2005; Konno & Yamazaki 1991).

Solved through its dual: one column per scenario piece, with its cap as a mere bound, and one row
per asset, so that the basis is as small as the number of assets held. Pieces and assets enter
when they are violated; the weights are the duals of the asset rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.optimization.kernels.linear import (
    GrowingProgramme,
    LinearAnswer,
    LinearStatus,
    solve_linear,
)

VIOLATED = 1e-9  # of a scaled loss or reduced cost
COLUMNS_A_ROUND = 20
PIECES_A_ROUND = 60
GROWTH = 4  # or a fourth of what is inside, if that is more
MOST_ROUNDS = 1_000
PATIENCE = 0.25  # of the entries that an interior point's product takes, counted as pivots' entries
AT_LEAST = 2e7  # so many entries of pivots cost less than any other way


@dataclass(frozen=True, slots=True)
class Structure:
    """Weights as ``base`` plus moves x: w[asset_j] += sign_j·x_j, with 0 <= x_j <= upper_j.

    ``rows``: (M, n) of the moves, within ``row_lower`` and ``row_upper`` (what ``base`` uses up is
    already taken off). ``cost``: (n,) of the moves. ``upper`` is infinite where the rows imply it.
    """

    base: Floats  # (N,)
    asset: Ints  # (n,)
    sign: Floats  # (n,)
    upper: Floats  # (n,)
    rows: Floats
    row_lower: Floats  # (M,)
    row_upper: Floats  # (M,)
    cost: Floats  # (n,)
    constant: float = 0.0  # what the base costs

    def weights(self, moves: Floats) -> Floats:
        added = np.bincount(self.asset, self.sign * moves, minlength=len(self.base))
        return np.asarray(self.base + added, dtype=np.float64)


class Losses(Protocol):
    """Pieces of loss, known by numbers; they are looked at only where they matter."""

    @property
    def scale(self) -> float:
        """Of the gains: what they are divided by inside the programme."""

    @property
    def count(self) -> int:
        """Scenarios."""

    @property
    def threshold(self) -> bool:
        """Whether a free threshold is taken off every loss but the fixed ones."""

    def worst(self, weights: Floats, threshold: float, most: int) -> tuple[Ints, Floats]:
        """Pieces with the largest losses over the threshold, largest first, and these losses."""

    def first(self, weights: Floats) -> Ints:
        """The pieces to begin with: enough that their caps add up to one."""

    def gains(self, pieces: Ints) -> Floats: ...  # (k, N)
    def offsets(self, pieces: Ints) -> Floats: ...  # (k,)
    def caps(self, pieces: Ints) -> Floats: ...  # (k,)
    def free(self, pieces: Ints) -> Flags: ...  # (k,) whether the threshold is taken off
    def scenarios(self, pieces: Ints) -> Ints: ...  # (k,) pieces of one scenario share its cap


@dataclass(frozen=True, slots=True)
class ScenarioAnswer:
    """``bound``: no weights have a lower objective (to ``VIOLATED``). ``pieces``: those inside."""

    status: LinearStatus
    weights: Floats
    threshold: float
    bound: float
    rounds: int
    iterations: int
    columns: int
    pieces: int


Otherwise = Callable[[Structure, Losses], ScenarioAnswer | None]


def minimise_losses(
    structure: Structure,
    losses: Losses,
    *,
    all_columns: bool = False,
    otherwise: Otherwise | None = None,
) -> ScenarioAnswer:
    """The weights of least loss; ``status`` infeasible where the structure allows no weights.

    ``all_columns``: every move is in the programme from the start (slower; a second way).
    ``otherwise``: asked once where so many moves and pieces enter that pivoting takes long; where
    it has no answer, pivoting goes on.
    """
    middle = np.full(len(structure.base), 1.0 / len(structure.base))
    pieces = losses.first(middle)
    slope = losses.caps(pieces) @ losses.gains(pieces) / losses.scale
    worth = structure.cost / losses.scale - structure.sign * slope[structure.asset]
    start = solve_linear(
        worth,
        structure.rows,
        structure.row_lower,
        structure.row_upper,
        np.zeros(len(worth)),
        structure.upper,
    )
    if start.status is not LinearStatus.OPTIMAL:
        return _nothing(LinearStatus.INFEASIBLE, structure)
    likely = np.argsort(worth)[: len(worth) if all_columns else COLUMNS_A_ROUND]
    begin = np.union1d(np.flatnonzero(start.values > 0.0), likely)
    master = _Master(structure, losses)
    master.add_pieces(pieces)
    master.add_columns(begin.astype(np.int64))
    return _generate(master, otherwise)


def _generate(master: _Master, otherwise: Otherwise | None) -> ScenarioAnswer:
    iterations, spent, whole = 0, 0.0, float(len(master.structure.asset)) ** 2
    patience = max(PATIENCE * whole * master.losses.count, AT_LEAST)
    for rounds in range(1, MOST_ROUNDS + 1):
        answer = master.solve()
        iterations += answer.iterations
        if answer.status is not LinearStatus.OPTIMAL:
            break
        columns, pieces = master.violated_columns(answer), master.violated_pieces(answer)
        if not len(columns) and not len(pieces):
            structure, scale = master.structure, master.losses.scale
            weights = structure.weights(master.moves(answer))
            bound = structure.constant - answer.objective * scale
            return ScenarioAnswer(
                LinearStatus.OPTIMAL,
                weights,
                master.threshold(answer) * scale,
                bound,
                rounds,
                iterations,
                len(master.columns),
                len(master.pieces),
            )
        spent += float(answer.iterations) * len(answer.values) * len(answer.row_duals)
        if otherwise is not None and spent > patience:
            other = otherwise(master.structure, master.losses)
            if other is not None:
                return other
            otherwise = None
        master.add_pieces(pieces)
        master.add_columns(columns)
    return _nothing(LinearStatus.FAILED, master.structure)


def _nothing(status: LinearStatus, structure: Structure) -> ScenarioAnswer:
    return ScenarioAnswer(status, np.full(len(structure.base), np.nan), np.nan, np.nan, 0, 0, 0, 0)


class _Master:
    """The dual programme: columns [row multipliers, pieces, bound multipliers] as they came."""

    def __init__(self, structure: Structure, losses: Losses) -> None:
        self.structure, self.losses = structure, losses
        self.columns: Ints = np.zeros(0, np.int64)  # moves inside
        self.pieces: Ints = np.zeros(0, np.int64)
        self._programme = GrowingProgramme()
        self._inside = np.zeros(len(structure.asset), bool)
        self._gains: Floats = np.zeros((0, len(structure.base)))  # of the pieces, scaled
        self._piece_at: Ints = np.zeros(0, np.int64)  # their columns
        self._move_at: Ints = np.zeros(0, np.int64)  # rows of the moves
        self._capped: dict[int, int] = {}  # scenario -> row of its shared cap
        self._first_of: dict[int, int] = {}  # scenario -> position of its first piece
        self._width = self._height = 0
        above, below = np.isfinite(structure.row_lower), np.isfinite(structure.row_upper)
        same = above & (structure.row_lower == structure.row_upper)
        self._rows = np.vstack(
            [structure.rows[same], structure.rows[above & ~same], -structure.rows[below & ~same]]
        )
        sides = np.concatenate(
            [
                structure.row_lower[same],
                structure.row_lower[above & ~same],
                -structure.row_upper[below & ~same],
            ]
        )
        floor = np.where(np.arange(len(sides)) < np.count_nonzero(same), -np.inf, 0.0)
        self._programme.add_columns(-sides, floor, np.full(len(sides), np.inf))
        self._width = len(sides)
        if losses.threshold:
            self._add_rows(np.ones(1), np.ones(1), np.zeros((1, self._width)))

    def _add_rows(self, lower: Floats, upper: Floats, entries: Floats) -> None:
        self._programme.add_rows(lower, upper, entries)
        self._height += len(lower)

    def add_pieces(self, pieces: Ints) -> None:
        if not len(pieces):
            return
        losses, structure = self.losses, self.structure
        gains = losses.gains(pieces) / losses.scale
        entries = np.zeros((len(pieces), self._height))
        if losses.threshold:
            entries[:, 0] = losses.free(pieces)
        entries[:, self._move_at] = (
            gains[:, structure.asset[self.columns]] * structure.sign[self.columns]
        )
        at = self._width + np.arange(len(pieces))
        scenarios, caps = losses.scenarios(pieces), losses.caps(pieces)
        shared: list[tuple[int, int]] = []
        for i, scenario in enumerate(scenarios.tolist()):
            row = self._capped.get(scenario)
            if row is not None:
                entries[i, row] = 1.0
            elif scenario in self._first_of:
                shared.append((scenario, i))
            else:
                self._first_of[scenario] = int(at[i])
        loss = losses.offsets(pieces) / losses.scale - gains @ structure.base
        self._programme.add_columns(-loss, np.zeros(len(pieces)), caps, entries)
        self._width += len(pieces)
        self.pieces = np.concatenate([self.pieces, pieces])
        self._piece_at = np.concatenate([self._piece_at, at])
        self._gains = np.vstack([self._gains, gains])
        for scenario, i in shared:
            self._share(scenario, int(at[i]), float(caps[i]))

    def _share(self, scenario: int, column: int, cap: float) -> None:
        """A second or later piece of a scenario: together at most its cap."""
        row = self._capped.get(scenario)
        if row is None:
            entries = np.zeros((1, self._width))
            entries[0, [self._first_of[scenario], column]] = 1.0
            self._capped[scenario] = self._height
            self._add_rows(np.full(1, -np.inf), np.full(1, cap), entries)
        else:
            self._programme.change_entry(row, column, 1.0)

    def add_columns(self, columns: Ints) -> None:
        if not len(columns):
            return
        structure = self.structure
        entries = np.zeros((len(columns), self._width))
        entries[:, : len(self._rows)] = self._rows[:, columns].T
        signs = structure.sign[columns][:, None]
        entries[:, self._piece_at] = self._gains[:, structure.asset[columns]].T * signs
        cost = structure.cost[columns] / self.losses.scale
        at = self._height + np.arange(len(columns))
        self._add_rows(np.full(len(columns), -np.inf), cost, entries)
        self.columns = np.concatenate([self.columns, columns])
        self._move_at = np.concatenate([self._move_at, at])
        self._inside[columns] = True
        bounded = np.isfinite(structure.upper[columns])
        if bounded.any():
            count = int(np.count_nonzero(bounded))
            entries = np.zeros((count, self._height))
            entries[np.arange(count), at[bounded]] = -1.0
            upper = structure.upper[columns][bounded]
            self._programme.add_columns(upper, np.zeros(count), np.full(count, np.inf), entries)
            self._width += count

    def solve(self) -> LinearAnswer:
        return self._programme.run()

    def moves(self, answer: LinearAnswer) -> Floats:
        moves = np.zeros(len(self.structure.asset))
        moves[self.columns] = np.maximum(-answer.row_duals[self._move_at], 0.0)
        return moves

    def threshold(self, answer: LinearAnswer) -> float:
        return -float(answer.row_duals[0]) if self.losses.threshold else 0.0

    def violated_columns(self, answer: LinearAnswer) -> Ints:
        structure = self.structure
        prices = answer.values[self._piece_at]
        used = np.flatnonzero(prices > 0.0)
        worth = prices[used] @ self._gains[used]
        reduced = worth[structure.asset] * structure.sign
        reduced += answer.values[: len(self._rows)] @ self._rows
        reduced -= structure.cost / self.losses.scale
        reduced[self._inside] = -np.inf
        found = np.flatnonzero(reduced > VIOLATED)
        batch = max(COLUMNS_A_ROUND, len(self.columns) // GROWTH)
        return found[np.argsort(-reduced[found])[:batch]].astype(np.int64)

    def violated_pieces(self, answer: LinearAnswer) -> Ints:
        losses, scale = self.losses, self.losses.scale
        weights = self.structure.weights(self.moves(answer))
        batch = max(PIECES_A_ROUND, len(self.pieces) // GROWTH)
        most = len(self.pieces) + batch
        found, excess = losses.worst(weights, self.threshold(answer) * scale, most)
        found = found[excess > VIOLATED * scale]
        return found[~np.isin(found, self.pieces)][:batch]
