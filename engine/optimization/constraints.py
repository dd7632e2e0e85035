"""What a portfolio must satisfy."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class Group:
    """Assets whose weights add up to something between two bounds: a sector, a country, "tech"."""

    name: str
    members: Ints  # asset indices
    lower: float = 0.0
    upper: float = 1.0


@dataclass(frozen=True, slots=True)
class Constraints:
    """Weights of N assets, as shares of the investable value; cash is what they leave.

    ``current``: (N,) weights held now (zeros: all cash). ``turnover``: at most Σ|w - current|, both
    directions added. ``cost_rate``: (N,) of the money traded, charged in the objective where a
    method has one. ``cash``: bounds of 1 - Σw; (0, 0) is fully invested. ``names``: at most so many
    assets above zero. ``sources``: which words of the person each bound came from, by its key
    ("upper:KO", "group:tech", "turnover"), for explanations.
    """

    lower: Floats  # (N,)
    upper: Floats  # (N,)
    groups: tuple[Group, ...] = ()
    current: Floats | None = None
    turnover: float | None = None
    cost_rate: Floats | None = None
    cash: tuple[float, float] = (0.0, 0.0)
    names: int | None = None
    sources: dict[str, str] = field(default_factory=dict)
