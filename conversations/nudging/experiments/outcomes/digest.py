"""The weekly summary is about all habits: the mean change of those that were detected before, each
in units of the average investor."""

from __future__ import annotations

from conversations.nudging.experiments.outcome import Outcome, Shown
from engine.diagnosis.shifts import habits_shift

OUTCOME = Outcome(
    group="digest",
    about="your detected habits",
    measure=habits_shift,
    unit=1.0,
    wanted=-1.0,
    biases=(),
    shown=Shown(1.0, 2, "of an average investor's habit"),
)
