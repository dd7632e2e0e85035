"""What is known so far of whether each class helps, over all who were compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from conversations.nudging.experiments.outcomes import outcomes
from engine.inference import sequential
from engine.inference.sequential import Effect, Verdict
from storage.comparisons import LEFT_ALONE, SPOKEN
from storage.nudge_records import Reading, Readings

# Whoever held next to nothing before has changes of any size: beyond these bounds, fixed before
# anything was measured, a change counts as if it were at them.
FARTHEST = 10.0  # units of an outcome
DEAREST = 1.0  # of what was held, a year
TOGETHER = 5  # people of each arm that become known at once: of fewer, two looks would tell whose


@dataclass(frozen=True, slots=True)
class Known:
    """``habit`` in units of θ, ``cost`` as a share of what is held a year; of those spoken to less
    of those left alone."""

    group: str
    habit: Effect
    cost: Effect
    verdict: Verdict  # on the habit, all classes judged together


@lru_cache(maxsize=2)
def effects(readings: Readings) -> dict[str, Known]:
    """Each class that has an outcome, whether anybody was measured or not."""
    groups = list(outcomes())
    far = {one: FARTHEST * outcomes()[one].unit for one in groups}
    habits = [_effect(readings.of.get(one, ()), "theta", far[one]) for one in groups]
    costs = [_effect(readings.of.get(one, ()), "cost", DEAREST) for one in groups]
    verdicts = sequential.judge(habits, [outcomes()[one].wanted for one in groups])
    each = zip(groups, habits, costs, verdicts, strict=True)
    return {one[0]: Known(*one) for one in each}


def published(readings: Sequence[Reading]) -> Sequence[Reading]:
    """The first of them, in the order in which they were measured, up to the last moment at which
    five more of either arm had come together."""
    new, known = Counter[str](), 0
    for n, one in enumerate(readings, 1):
        new[one.arm] += 1
        if min(new[SPOKEN], new[LEFT_ALONE]) >= TOGETHER:
            new, known = Counter(), n
    return readings[:known]


def _effect(readings: Sequence[Reading], name: str, far: float) -> Effect:
    known = published([one for one in readings if getattr(one, name) is not None])
    return sequential.compare(
        np.clip(np.array([getattr(one, name) for one in known], dtype=np.float64), -far, far),
        np.array([one.arm == SPOKEN for one in known], dtype=bool),
        np.array([one.share for one in known], dtype=np.float64),
        np.array([one.day.toordinal() for one in known], dtype=np.int64),
    )
