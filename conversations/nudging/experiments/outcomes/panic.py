"""Nudges in falls are to keep people from selling in them: θ of panic selling."""

from __future__ import annotations

from functools import partial
from math import log

from conversations.nudging.experiments.outcome import Outcome, Shown
from engine.diagnosis.shifts import bias_shift

OUTCOME = Outcome(
    group="panic",
    about="sales on days of stress",
    measure=partial(bias_shift, name="panic_selling"),
    unit=log(3),
    wanted=-1.0,
    biases=("panic_selling",),
    shown=Shown(1.0, 2, "in log-rates"),
)
