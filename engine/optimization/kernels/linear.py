"""Linear programmes on HiGHS' simplex: one solve, or a programme that grows and stays warm."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats, Ints

TOLERANCE = 1e-10  # of primal and dual feasibility, absolute, the least that HiGHS accepts


class LinearStatus(StrEnum):
    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LinearAnswer:
    """Of n variables and m rows; the arrays are meaningful where ``status`` is optimal.

    ``ray``: where infeasible, (m,) multipliers of the rows that prove it (Farkas), or nothing
    where HiGHS found none: rows with a weight other than zero take part in the clash.
    """

    status: LinearStatus
    values: Floats  # (n,)
    objective: float
    row_duals: Floats  # (m,) change of the objective per unit of the binding row bound
    reduced_costs: Floats  # (n,)
    iterations: int
    ray: Floats | None = None


_STATUS = {
    highspy.HighsModelStatus.kOptimal: LinearStatus.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: LinearStatus.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: LinearStatus.UNBOUNDED,
}


class GrowingProgramme:
    """min cost·x, lower <= A x <= upper, within bounds; rows and columns are added between runs.

    Each run starts from the basis of the last one. Infinite bounds are ``±numpy.inf``.
    """

    def __init__(self, *, presolve: bool = False) -> None:
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (
            ("output_flag", False),
            ("presolve", "on" if presolve else "off"),
            ("solver", "simplex"),
            ("primal_feasibility_tolerance", TOLERANCE),
            ("dual_feasibility_tolerance", TOLERANCE),
        ):
            self._highs.setOptionValue(option, value)

    def add_columns(
        self, cost: Floats, lower: Floats, upper: Floats, entries: Floats | None = None
    ) -> None:
        """``entries``: (k, m) coefficients of the k new columns in the m rows that exist."""
        count, index, values, start = _compressed(entries, len(cost))
        self._highs.addCols(len(cost), cost, lower, upper, count, start, index, values)

    def add_rows(self, lower: Floats, upper: Floats, entries: Floats) -> None:
        """``entries``: (k, n) coefficients of the k new rows in the n columns that exist."""
        count, index, values, start = _compressed(entries, len(lower))
        self._highs.addRows(len(lower), lower, upper, count, start, index, values)

    def change_entry(self, row: int, column: int, value: float) -> None:
        self._highs.changeCoeff(row, column, value)

    def change_cost(self, cost: Floats) -> None:
        """``cost``: (n,) of all columns."""
        self._highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)

    def run(self) -> LinearAnswer:
        """Where the warm basis leads nowhere, once more from nothing and with presolve."""
        status = self._status()
        if status is LinearStatus.FAILED:
            self._highs.clearSolver()
            self._highs.setOptionValue("presolve", "on")
            status = self._status()
        solution, info = self._highs.getSolution(), self._highs.getInfo()
        ray = None
        if status is LinearStatus.INFEASIBLE:
            _, found, multipliers = self._highs.getDualRay()
            ray = np.array(multipliers, dtype=np.float64) if found else None
        return LinearAnswer(
            status,
            np.array(solution.col_value),
            float(info.objective_function_value),
            np.array(solution.row_dual),
            np.array(solution.col_dual),
            int(info.simplex_iteration_count),
            ray,
        )

    def _status(self) -> LinearStatus:
        self._highs.run()
        return _STATUS.get(self._highs.getModelStatus(), LinearStatus.FAILED)


def solve_linear(
    cost: Floats,
    entries: Floats,
    row_lower: Floats,
    row_upper: Floats,
    lower: Floats,
    upper: Floats,
) -> LinearAnswer:
    """min cost·x over row_lower <= entries·x <= row_upper, lower <= x <= upper.

    Shapes: n variables, ``entries`` (m, n). No exception: the answer's status says what it is.
    Solved with presolve; where that fails or finds no point, once more without, for the ray.
    """
    for presolve in (True, False):
        programme = GrowingProgramme(presolve=presolve)
        programme.add_columns(cost, lower, upper)
        programme.add_rows(row_lower, row_upper, entries)
        answer = programme.run()
        if answer.status is LinearStatus.OPTIMAL:
            break
    return answer


def _compressed(entries: Floats | None, rows: int) -> tuple[int, Any, Floats, NDArray[np.int32]]:
    """Count, indices, values and starts of a dense (rows, n) array, rowwise."""
    if entries is None or entries.size == 0:
        empty: Ints = np.zeros(0, dtype=np.int64)
        return 0, empty.astype(np.int32), np.zeros(0), np.zeros(rows, dtype=np.int32)
    row, column = np.nonzero(entries)
    start = np.searchsorted(row, np.arange(rows)).astype(np.int32)
    return len(row), column.astype(np.int32), entries[row, column], start
