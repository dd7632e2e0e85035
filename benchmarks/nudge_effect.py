"""Whether a nudge that helps is found, and one that does nothing is not, with a look every day.

Simulated people: five measured a day in each of nine classes, one in five left alone, outcomes as
skewed as an exponential, one standard deviation wide within an arm.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.conversation import row
from conversations.nudging.experiments.outcomes import outcomes
from engine.arrays import Floats
from engine.inference.sequential import LEVEL, e_bh, scores, sequence

SHARE, A_DAY = 0.2, 5
RUNS, PEOPLE = 200, 2000  # of each class
EFFECTS, SIZES, POWER_RUNS = (0.1, 0.2, 0.3, 0.5), (500, 1000, 2000, 5000), 200


def measure() -> list[dict[str, Any]]:
    rng = np.random.default_rng(2024)
    ever, at_end, found = discoveries(rng, helped=0)
    rows = [
        row("nothing helps: false find on any day", ever, "share of runs", f"<= {LEVEL}"),
    ]
    ever, at_end, found = discoveries(rng, helped=2)
    rows += [
        row("two of nine help by 0.4: false among finds", at_end, "share", f"<= {LEVEL}"),
        row("two of nine help by 0.4: found", found, "share", ">= 0.8"),
    ]
    for effect in EFFECTS:
        shown = powers(rng, effect)
        rows += [
            row(f"effect of {effect} found among nine, {n:,} people", share, "share", None)
            for n, share in zip(SIZES, shown, strict=True)
        ]
    return rows


def e_values(rng: np.random.Generator, people: int, effect: float) -> Floats:
    """Of one class, day by day: (people / 5,); 1 while nothing is counted."""
    spoken = rng.random(people) >= SHARE
    outcome = rng.standard_exponential(people) - 1.0 - effect * spoken
    day = np.arange(people) // A_DAY
    values, at, counts = scores(outcome, spoken, np.full(people, SHARE), day)
    known = np.ones(people // A_DAY)
    known[np.unique(at)] = sequence(values, at, counts).e_value
    return known


def discoveries(rng: np.random.Generator, helped: int) -> tuple[float, float, float]:
    """The share of runs with a false find on any day; on the last day the false share of the finds
    and the share of what helps that was found."""
    classes = len(outcomes())
    ever = false = found = 0.0
    for _ in range(RUNS):
        days = np.stack(
            [e_values(rng, PEOPLE, 0.4 if n < helped else 0.0) for n in range(classes)], axis=1
        )
        # Below classes / (classes · level) nothing can be found on a day.
        busy = days[days.max(axis=1) >= 1.0 / LEVEL]
        ever += any(any(e_bh(day.tolist())[helped:]) for day in busy)
        last = np.array(e_bh(days[-1].tolist()))
        false += last[helped:].sum() / max(last.sum(), 1)
        found += last[:helped].mean() if helped else 0.0
    return ever / RUNS, false / RUNS, found / RUNS


def powers(rng: np.random.Generator, effect: float) -> list[float]:
    """How often an effect in one class of nine, the others without, is found by each size."""
    needed = len(outcomes()) / LEVEL
    hits = np.zeros(len(SIZES))
    for _ in range(POWER_RUNS):
        days = e_values(rng, max(SIZES), effect)
        hits += [days[n // A_DAY - 1] >= needed for n in SIZES]
    return [float(one) for one in hits / POWER_RUNS]
