"""Why a figure has no value."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeGuard


class Undefined(StrEnum):
    TOO_FEW = "too few days"
    STILL = "no movement"
    NO_BENCHMARK = "no benchmark"
    STILL_BENCHMARK = "benchmark does not move"
    ONE_SIDED_BENCHMARK = "benchmark never rose, or never fell"
    RUIN = "ruin"  # a day that lost everything or more: nothing is left to compound
    NO_LOSS = "no loss"  # nothing to divide by
    NO_DATES = "no dates"
    NO_TRADES = "no trades"
    TOO_GREAT = "too great for a number"


Value = float | Undefined


def known(value: Value) -> TypeGuard[float]:
    return not isinstance(value, Undefined)
