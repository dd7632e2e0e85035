"""Nudges about the pace are to slow trading that has no edge: θ of overconfidence, with its edge
and the price of a switch as they were known before (to know them anew takes a year of prices)."""

from __future__ import annotations

from conversations.nudging.experiments.outcome import Outcome, Shown
from engine.diagnosis.shifts import pace_shift

OUTCOME = Outcome(
    group="pace",
    about="how much you switch",
    measure=pace_shift,
    unit=0.75,
    wanted=-1.0,
    biases=("overconfidence",),
    shown=Shown(1.0, 2, "times your holdings a year"),
)
