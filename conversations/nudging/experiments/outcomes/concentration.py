"""Nudges about a holding that has grown are to spread: the share of the largest holding. It says
more to a person than a sum of squares, and moves with it."""

from __future__ import annotations

from conversations.nudging.experiments.outcome import Outcome, Shown
from engine.diagnosis.shifts import weight_shift

OUTCOME = Outcome(
    group="concentration",
    about="your largest holding",
    measure=weight_shift,
    unit=0.1,
    wanted=-1.0,
    biases=("under_diversification",),
    shown=Shown(100.0, 1, "points of your holdings"),
)
