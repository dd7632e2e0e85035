"""What a figure of performance declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from engine.performance.sample import Sample
from engine.performance.undefined import Value


class Unit(StrEnum):
    SHARE = "share"  # 0.1 is 10 %
    SHARE_A_YEAR = "share a year"
    SHARE_A_DAY = "share a day"
    RATIO = "ratio"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Figure:
    """``better``: 1 where more is better, -1 where less is, 0 where neither. ``agrees``: libraries
    that give the same number to 1e-9 (docs/metrics.md says which others differ, and why).
    ``headline``: shown first, and never without its interval.
    """

    key: str
    name: str
    unit: Unit
    better: int
    definition: str
    source: str
    agrees: tuple[str, ...]
    compute: Callable[[Sample], Value]
    headline: bool = False
