"""Comparing two randomised arms while people come in, looked at as often as one likes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf, log, sqrt

import numpy as np

from engine.arrays import Flags, Floats, Ints

LEVEL = 0.10  # intervals of 90 %, and false discoveries among the classes
BEST_AT = 200  # people at which the interval is made as narrow as it can be
FEWEST_LEARNT = 5  # people of each arm, only to know about where the arms lie
FEWEST_COUNTED = 100  # people afterwards; with fewer, a 90 % interval misses what is skewed
FEWEST_JUDGED = 400  # a verdict among many classes needs the far tail, which comes later
EVEN = 0.2  # of the smaller arm: below it each person counts for (share / EVEN)², as weights grow


class Verdict(StrEnum):
    """What may be said of an effect after all classes were looked at together."""

    HELPS = "shown to help"
    HARMS = "shown to harm"
    UNKNOWN = "not known yet"


@dataclass(frozen=True, slots=True)
class Effect:
    """Mean of those spoken to minus mean of those left alone, as known by now."""

    spoken: int  # people, all of them
    left_alone: int
    mean: float  # NaN while nothing can be said
    se: float
    low: float  # anytime-valid; -inf and inf while nothing can be said
    high: float
    e_value: float  # against "no effect"; 1 while nothing can be judged


@dataclass(frozen=True, slots=True)
class Course:
    """The estimate and its interval after each moment: (M,) arrays, NaN, ±inf and 1 at first."""

    counted: Ints
    mean: Floats
    se: Floats
    low: Floats
    high: Floats
    e_value: Floats


def boundary(n: Floats | float, level: float = LEVEL, best_at: float = BEST_AT) -> Floats:
    """How far a sum of ``n`` terms of mean 0 and variance 1 ever is from 0, except with
    probability ``level`` (Robbins' normal mixture; Waudby-Smith and others 2024, eq. 9)."""
    rho2 = _mixture(level, best_at)
    grown = np.asarray(n, dtype=np.float64) * rho2 + 1.0
    return np.asarray(np.sqrt(2.0 * grown / rho2 * (0.5 * np.log(grown) - log(level))))


def evidence(total: Floats | float, n: Floats | float, best_at: float = BEST_AT) -> Floats:
    """The mixture likelihood ratio against mean 0 of a sum ``total`` of ``n`` terms of variance 1:
    its expectation under "no effect" is 1 whenever one stops (Johari and others 2022)."""
    rho2 = _mixture(LEVEL, best_at)
    grown = np.asarray(n, dtype=np.float64) * rho2 + 1.0
    power = rho2 * np.square(total) / (2.0 * grown) - 0.5 * np.log(grown)
    return np.asarray(np.exp(np.minimum(power, 700.0)))  # beyond it there is no float


def _mixture(level: float, best_at: float) -> float:
    """The variance of the mixture whose interval is narrowest at ``best_at`` (the same, B.2)."""
    return (-2.0 * log(level) + log(1.0 - 2.0 * log(level))) / best_at


def scores(
    outcome: Floats, spoken: Flags, share: Floats, time: Ints
) -> tuple[Floats, Ints, Floats]:
    """What each person says about the effect, when, and for how many people they count towards the
    least that it takes (``EVEN``): (C,) for those who are counted.

    ``outcome``: (N,) in any order; ``spoken``: who was spoken to; ``share``: the probability with
    which each was left alone; ``time``: when each was measured, whole numbers. Inverse-probability
    weights around what both arms had shown *before* (augmented, as in Waudby-Smith and others 2024,
    §3), so that each has the effect as its mean, however unequal the arms are. People before there
    are five of each arm serve only as that past. Raises ValueError for a share outside of (0, 1)
    and for outcomes that are not finite.
    """
    if np.any((share <= 0) | (share >= 1)) or not np.isfinite(outcome).all():
        raise ValueError("a share outside of (0, 1), or an outcome that is not known")
    order = np.argsort(time, kind="stable")
    y, one, p, at = outcome[order], spoken[order].astype(np.float64), share[order], time[order]
    before = np.searchsorted(at, at, side="left")
    n1, n0 = (np.append(0.0, np.cumsum(arm))[before] for arm in (one, 1.0 - one))
    # Sums around one value keep their digits where the outcomes are far from 0.
    around = float(y[0]) if len(y) else 0.0
    s1, s0 = (np.append(0.0, np.cumsum(arm * (y - around)))[before] for arm in (one, 1.0 - one))
    fit = (n1 >= FEWEST_LEARNT) & (n0 >= FEWEST_LEARNT)
    m1, m0 = around + s1 / np.maximum(n1, 1.0), around + s0 / np.maximum(n0, 1.0)
    found = m1 - m0 + one * (y - m1) / (1.0 - p) - (1.0 - one) * (y - m0) / p
    counts = np.minimum(np.minimum(p, 1.0 - p) / EVEN, 1.0) ** 2
    return found[fit], at[fit], counts[fit]


def sequence(values: Floats, time: Ints, counts: Floats, level: float = LEVEL) -> Course:
    """The asymptotic confidence sequence of the mean of ``values`` (C,), sorted by ``time``: it
    covers at all moments at once with probability 1 - ``level``, so that one may look daily and
    stop when one likes (Waudby-Smith and others 2024, Theorem 2.2). ``counts``: as of ``scores``;
    nothing is said before they add up."""
    last = np.flatnonzero(np.append(time[1:] != time[:-1], True)) if len(time) else np.zeros(0, int)
    n = (last + 1).astype(np.float64)
    enough = np.cumsum(counts)[last] + 1e-6  # what is 1 apart from rounding is 1
    around = float(values[0]) if len(values) else 0.0
    off = values - around
    mean = np.cumsum(off)[last] / n
    variance = np.maximum(np.cumsum(np.square(off))[last] / n - mean**2, 0.0)
    spread = np.sqrt(variance * n / np.maximum(n - 1.0, 1.0))
    ready = (enough >= FEWEST_COUNTED) & (
        spread > 1e-12 * np.maximum(np.abs(mean + around), 1e-300)
    )
    mean = mean + around
    half = np.where(ready, boundary(n, level) * spread / n, inf)
    total = np.where(ready, mean * n / np.where(ready, spread, 1.0), 0.0)
    return Course(
        counted=last + 1,
        mean=np.where(ready, mean, np.nan),
        se=np.where(ready, spread / np.sqrt(n), np.nan),
        low=np.where(ready, mean - half, -inf),
        high=np.where(ready, mean + half, inf),
        e_value=np.where(ready & (enough >= FEWEST_JUDGED), evidence(total, n), 1.0),
    )


def compare(outcome: Floats, spoken: Flags, share: Floats, time: Ints) -> Effect:
    """What is known by now of the difference between both arms; arguments as of ``scores``."""
    many = int(np.sum(spoken)), int(len(spoken) - np.sum(spoken))
    found = sequence(*scores(outcome, spoken, share, time))
    if not len(found.mean) or np.isnan(found.mean[-1]):
        return Effect(*many, np.nan, np.nan, -inf, inf, 1.0)
    kept = (found.mean, found.se, found.low, found.high, found.e_value)
    return Effect(*many, *(float(one[-1]) for one in kept))


def e_bh(e_values: Sequence[float], level: float = LEVEL) -> list[bool]:
    """Which of the hypotheses are rejected, with at most ``level`` false ones among them on
    average, however they depend on each other (Wang and Ramdas 2022): the k largest, for the
    largest k of which the smallest is at least K / (k · level)."""
    e = np.asarray(e_values, dtype=np.float64)
    order = np.argsort(-e, kind="stable")
    enough = e[order] >= e.size / (level * np.arange(1, e.size + 1))
    chosen = int(np.flatnonzero(enough)[-1]) + 1 if enough.any() else 0
    found = np.zeros(e.size, dtype=bool)
    found[order[:chosen]] = True
    return [bool(one) for one in found]


def judge(effects: Sequence[Effect], wanted: Sequence[float]) -> list[Verdict]:
    """The verdict on each class, all looked at together; ``wanted``: +1 where more is better, -1
    where less is."""
    rejected = e_bh([one.e_value for one in effects])
    return [
        Verdict.UNKNOWN if not shown else Verdict.HELPS if e.mean * sign > 0 else Verdict.HARMS
        for e, sign, shown in zip(effects, wanted, rejected, strict=True)
    ]


def people_needed(effect: float, spread: float, share: float, level: float = LEVEL) -> int:
    """About how many people it takes until ``effect`` stands out from nothing on average, where
    outcomes vary by ``spread`` within an arm. Raises ValueError where that is never."""
    if not effect or not 0 < share < 1:
        raise ValueError("no effect, or no second arm")
    sd = spread * sqrt(1.0 / (share * (1.0 - share)))
    first = FEWEST_COUNTED / min(min(share, 1.0 - share) / EVEN, 1.0) ** 2
    n = np.unique(np.geomspace(first, 10_000_000, 4000).astype(int))
    wide = boundary(n.astype(np.float64), level) * sd / n
    shown = np.flatnonzero(wide <= abs(effect))
    if not len(shown):
        raise ValueError("an effect too small")
    return int(n[shown[0]])
