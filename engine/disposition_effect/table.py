"""Realised and paper gains and losses per asset, by four methods."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.disposition_effect.ratios import disposition_difference, disposition_effect
from engine.disposition_effect.rules import Outcomes


class Method(IntEnum):
    """What is added up."""

    COUNT = 0
    TOTAL = 1
    VALUE = 2
    DURATION = 3


class Cell(IntEnum):
    """Realised gains and losses, paper gains and losses."""

    RG = 0
    RL = 1
    PG = 2
    PL = 3


@dataclass(frozen=True, slots=True)
class Table:
    """``amounts``: (A, 4 methods, 4 cells); NaN for assets that no transaction looked at."""

    amounts: Floats

    def cell(self, cell: Cell, method: Method) -> Floats:
        """One column, (A,)."""
        column: Floats = self.amounts[:, method, cell]
        return column

    def effect(self, method: Method) -> Floats:
        """The disposition effect of each asset, (A,) between -1 and 1."""
        rg, rl, pg, pl = (self.cell(cell, method) for cell in Cell)
        return disposition_effect(rg, pg, rl, pl)

    def difference(self, method: Method) -> Floats:
        """Realised gains less losses of each asset (A,), in hours for durations."""
        return disposition_difference(self.cell(Cell.RG, method), self.cell(Cell.RL, method))

    def measures(self) -> dict[str, Floats]:
        """What ``disposition_compute`` gives for all methods, (A,) each."""
        effects = (Method.COUNT, Method.TOTAL, Method.VALUE)
        found = {f"DE_{method.name.lower()}": self.effect(method) for method in effects}
        return found | {"DD_duration": self.difference(Method.DURATION)}

    def columns(self) -> dict[str, Floats]:
        """All 16 by the names the package gives them: RG_count, RL_count, ... PL_duration."""
        return {
            f"{cell.name}_{method.name.lower()}": self.cell(cell, method)
            for method in Method
            for cell in Cell
        }


def tabulate(asset: Ints, outcomes: Outcomes, trades: Ints, rows: Flags | None = None) -> Table:
    """Add up the ``rows`` of ``outcomes`` by asset; ``trades`` (A,) transactions of each.

    The sums of the method value are divided by the number of transactions of the asset, whatever
    they were (``update_expectedvalue``).
    """
    loss, realised, paper = outcomes.loss, outcomes.realised, outcomes.paper
    if rows is not None:
        asset, loss, realised, paper = asset[rows], loss[rows], realised[rows], paper[rows]
    size = len(trades)
    place = 2 * asset + loss
    amounts = np.empty((size, len(Method), len(Cell)))
    for method in Method:
        for first, column in ((Cell.RG, realised), (Cell.PG, paper)):
            sums = np.bincount(place, weights=column[:, method], minlength=2 * size)
            amounts[:, method, first : first + 2] = sums.reshape(size, 2)
    amounts[:, Method.VALUE] /= np.maximum(trades, 1)[:, None]
    amounts[np.bincount(asset, minlength=size) == 0] = np.nan
    return Table(amounts)
