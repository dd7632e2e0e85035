"""Nudges about winners and losers are to even out which of them go: θ of the disposition effect."""

from __future__ import annotations

from functools import partial

from conversations.nudging.experiments.outcome import Outcome, Shown
from engine.diagnosis.shifts import bias_shift

OUTCOME = Outcome(
    group="disposition",
    about="winners sold sooner than losers",
    measure=partial(bias_shift, name="disposition"),
    unit=0.52,
    wanted=-1.0,
    biases=("disposition",),
    shown=Shown(1.0, 2, "in log-odds"),
)
