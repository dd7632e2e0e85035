"""What a method answers: weights, what they are worth, and what stood in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.arrays import Floats


class Status(StrEnum):
    OPTIMAL = "optimal"  # proved, to the tolerance of the kernel
    HEURISTIC = "heuristic"  # feasible and good; no proof that nothing is better
    FELL_BACK = "fell back"  # the method failed; the weights are those of ``fallback[-1]``


@dataclass(frozen=True, slots=True)
class Solution:
    """Weights of N assets within the constraints to 1e-9; with cash they add up to 1 to 1e-10.

    ``objective``: recomputed from the weights, never taken from a solver; its meaning is the
    method's. ``binding``: keys of the constraints that hold with equality ("upper:KO",
    "group:tech", "turnover", "cash"). ``fallback``: what was tried before, each with its reason.
    """

    method: str
    symbols: tuple[str, ...]
    weights: Floats  # (N,)
    cash: float
    objective: float
    status: Status
    binding: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()
    measures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The least change of one constraint, all others kept, that lets a portfolio exist."""

    key: str  # "upper:KO", "upper:*" for one bound that all share, "group:tech", "cash", ...
    bound: float  # as it is
    needed: float  # as it would have to be


class Infeasible(Exception):
    """No portfolio satisfies the constraints. ``clashing``: a smallest set that clashes, by key."""

    def __init__(self, clashing: tuple[str, ...], relaxations: tuple[Relaxation, ...]) -> None:
        super().__init__(", ".join(clashing))
        self.clashing = clashing
        self.relaxations = relaxations


class Unsolvable(Exception):
    """The question has no answer for a reason other than its constraints.

    ``reason``: the key of a sentence: "no_asset_beats_cash", "target_out_of_reach", "too_few_days",
    "singular", "one_asset"; ``facts`` what it needs.
    """

    def __init__(self, reason: str, **facts: float | str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts
