"""What every method file declares under the name ``METHOD``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.solution import Solution


class Family(StrEnum):
    CLASSICAL = "classical"
    RISK = "risk"  # uses no expected returns
    TAIL = "tail"
    BEHAVIOURAL = "behavioural"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number a person may set; ``None`` as default means that it must be given."""

    default: float | None
    lowest: float
    highest: float


Solve = Callable[..., Solution]  # (estimates, constraints, **parameters)


@dataclass(frozen=True, slots=True)
class Method:
    """``solve(estimates, constraints, **parameters)``; raises Infeasible and Unsolvable.

    ``maximises``: whether a larger objective is better. ``needs_mean``: whether it believes in
    expected returns, which is said to the person.
    """

    name: str
    family: Family
    solve: Callable[[Estimates, Constraints], Solution] | Solve
    maximises: bool
    needs_mean: bool
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
