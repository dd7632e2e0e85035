"""Nudges about jumps are to keep people from chasing them: θ of FOMO buying."""

from __future__ import annotations

from functools import partial

from conversations.nudging.experiments.outcome import Outcome, Shown
from engine.diagnosis.shifts import bias_shift

OUTCOME = Outcome(
    group="fomo",
    about="purchases after a jump",
    measure=partial(bias_shift, name="fomo"),
    unit=0.69,
    wanted=-1.0,
    biases=("fomo",),
    shown=Shown(1.0, 2, "in log-odds"),
)
