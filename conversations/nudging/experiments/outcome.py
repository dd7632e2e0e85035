"""What a class of nudges is measured by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from engine.diagnosis.shifts import Shift, Windows
from engine.record.record import Record

BEFORE = timedelta(days=365)
AFTER = timedelta(days=90)
SETTLE = timedelta(days=31)  # until all trades of a window have 21 trading days of prices


@dataclass(frozen=True, slots=True)
class Shown:
    """How a change is written: times ``scale``, with so many digits, and what it counts."""

    scale: float
    digits: int
    what: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """``about``: what is compared, in plain words; ``measure``: its change, of one person;
    ``unit``: of θ, that of the average investor or what else makes classes comparable; ``wanted``:
    +1 where more is better, -1 where less is; ``biases``: whose findings are kept as the habit
    before."""

    group: str
    about: str
    measure: Callable[[Record, Windows], Shift]
    unit: float
    wanted: float
    biases: tuple[str, ...]
    shown: Shown
