"""Which class goes first: those that help more, as far as that is known (Thompson 1933)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from conversations.nudging.experiments.effects import Known, effects
from conversations.nudging.experiments.outcomes import outcomes
from engine.inference.thompson import Posterior, draw, posteriors
from storage.unit_of_work import UnitOfWork


async def preferences(work: UnitOfWork, listener: UUID, now: datetime) -> Mapping[str, float]:
    """Class → factor (> 0) of its weights; what is missing counts as 1.

    One draw a day and listener, on their calendar, so that the order of a day stays. It changes
    which of several occasions goes first, never how many there are. While nothing was measured,
    there is nothing to prefer.
    """
    known = effects(await work.arms.readings(now))
    if not any(isfinite(one.habit.se) for one in known.values()):
        return {}
    day = now.astimezone(ZoneInfo(await work.arms.zone_of(listener))).date()
    return draw(beliefs(known), np.random.default_rng([listener.int, day.toordinal()]))


def beliefs(known: Mapping[str, Known]) -> dict[str, Posterior]:
    """What is believed of each class, in units of the average investor's habit, more is better."""
    return posteriors({group: _benefit(one) for group, one in known.items()})


def _benefit(known: Known) -> tuple[float, float] | None:
    if not isfinite(known.habit.se):
        return None
    outcome = outcomes()[known.group]
    return known.habit.mean * outcome.wanted / outcome.unit, known.habit.se / outcome.unit
