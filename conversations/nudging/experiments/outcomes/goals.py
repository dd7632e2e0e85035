"""Nudges about goals are to keep people saving: what comes in a year. The funded ratio would mostly
show what the market did."""

from __future__ import annotations

from conversations.nudging.experiments.outcome import Outcome, Shown
from engine.diagnosis.shifts import saving_shift

OUTCOME = Outcome(
    group="goals",
    about="what you add",
    measure=saving_shift,
    unit=0.1,
    wanted=1.0,
    biases=(),
    shown=Shown(100.0, 1, "% of your holdings a year"),
)
