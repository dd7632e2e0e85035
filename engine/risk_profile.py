"""How much risk somebody is willing to take: the risk part of the Global Preference Survey.

Falk, Becker, Dohmen, Huffman and Sunde, "The Preference Survey Module: a validated instrument for
measuring risk, time, and social preferences" (IZA Discussion Paper 9674, 2016; *Management Science*
2023), chose two items for how well they foretell paid choices in a laboratory (409 students in
Germany); Falk et al., "Global Evidence on Economic Preferences" (*Quarterly Journal of Economics*
133, 2018), asked them of 80,000 people in 76 countries:

1. how willing somebody is to take risks, from 0 to 10, by their own word;
2. a staircase of five choices between a sure payment and an even chance of 300 or nothing.

They add the two up, standardised within their sample, with the weights 0.4729985 (staircase) and
0.5270015 (own word). The means and deviations of that sample are not known to us, so we do not: the
two answers are told side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import log
from statistics import median_low

import numpy as np

from engine.arrays import Days, Floats
from engine.performance.drawdowns import Fall, find_falls

PRIZE = 300  # of the chance, 0.5; the rest of the time it pays nothing
EVEN = PRIZE // 2  # what the chance pays on average
FIRST = 160  # the sure payment of the first choice
STEPS = (80, 40, 20, 10)  # how far the next is moved: up after the chance, down after the sure sum
CHOICES = len(STEPS) + 1
GRID = STEPS[-1]  # what the five choices tell apart
WILLING = 10  # the top of the scale of one's own word, from 0


class Band(StrEnum):
    """How the questions asked here before this instrument reported their points."""

    LOW = "low"
    BELOW = "below average"
    AVERAGE = "average"
    ABOVE = "above average"
    HIGH = "high"


class Attitude(StrEnum):
    """Of a chance against what it pays on average; neutral where the grid cannot tell."""

    AVERSE = "careful"
    NEUTRAL = "neutral"
    SEEKING = "bold"


class Leaning(StrEnum):
    """What one to three answers say, provisionally."""

    CAUTIOUS = "cautious"
    BALANCED = "balanced"
    BOLD = "bold"


@dataclass(frozen=True, slots=True)
class Worth:
    """The sure payments between which the chance of ``PRIZE`` is worth as much to somebody: more
    than ``low``, less than ``high``; None: it was taken over every sure payment."""

    low: int
    high: int | None

    @property
    def sensible(self) -> bool:
        """Whether the chance was never taken over as much for sure as it can pay at best."""
        return self.high is not None and self.high <= PRIZE

    @property
    def attitude(self) -> Attitude:
        if self.high is not None and self.high < EVEN:
            return Attitude.AVERSE
        return Attitude.SEEKING if self.low > EVEN else Attitude.NEUTRAL


def sure_payment(took: Sequence[bool]) -> int:
    """The sure payment of the next choice, after these: True where the chance was taken.

    Raises ValueError after the fifth.
    """
    if len(took) >= CHOICES:
        raise ValueError(f"the staircase has {CHOICES} choices")
    moves = zip(STEPS, took, strict=False)
    return FIRST + sum(step if chance else -step for step, chance in moves)


def worth(took: Sequence[bool]) -> Worth:
    """What five choices say. Each of the 32 answers is an interval of its own on a grid of 10.

    Raises ValueError unless there are five.
    """
    if len(took) != CHOICES:
        raise ValueError(f"the staircase needs {CHOICES} choices, not {len(took)}")
    asked = [(sure_payment(took[:n]), chance) for n, chance in enumerate(took)]
    low = max((sure for sure, chance in asked if chance), default=0)
    return Worth(low, min((sure for sure, chance in asked if not chance), default=None))


def risk_aversion(found: Worth) -> tuple[float | None, float | None]:
    """The relative risk aversion g that the two ends imply, the lower first.

    With the utility x ** (1 - g) / (1 - g) of the payments alone, wealth left out, a sure x is
    worth the chance where g = 1 - log(0.5) / log(x / PRIZE); 0 is neutral, and g < 1, since a
    chance of nothing would be worth nothing else. None: without bound, from a sure PRIZE on.
    """
    return _aversion(found.high), _aversion(found.low)


def _aversion(sure: int | None) -> float | None:
    if sure is None or sure >= PRIZE:
        return None
    return 1.0 if sure <= 0 else 1.0 - log(0.5) / log(sure / PRIZE)


def lean(answers: Sequence[Leaning]) -> Leaning:
    """The middle of one to three answers, of two the more cautious. Not a measured scale.

    Raises ValueError without an answer.
    """
    if not answers:
        raise ValueError("nobody leans without an answer")
    order = list(Leaning)
    return order[median_low([order.index(one) for one in answers])]


@dataclass(frozen=True, slots=True)
class Cushion:
    """What has to stay in cash so that a fall like the worst of today's weights stays bearable."""

    worst: Fall
    since: str  # the first day of the prices, ISO 8601
    cash: float  # share of the value, 0 where the worst fall was bearable as it is


def cushion(tolerance: float, weights: Floats, closes: Floats, days: Days) -> Cushion | None:
    """Replay today's ``weights`` (N,), summing to 1, over ``closes`` (T, N) of ``days`` (T,).

    Weights are kept by daily rebalancing; only days on which all N are known count. With a share
    c of cash that earns nothing the same fall is (1 - c) of its depth to first order, so
    c = 1 - tolerance / depth, which errs to the safe side: a mix falls a little less than its
    share. ``tolerance``: 0 to 1. None without a fall on at least two days. Past falls are no bound
    of future ones.
    """
    known = np.isfinite(closes).all(axis=1)
    closes, days = closes[known], days[known]
    if len(closes) < 3:
        return None
    falls = find_falls((closes[1:] / closes[:-1] - 1.0) @ weights, days[1:], most=1)
    if not falls:
        return None
    cash = max(0.0, 1.0 - tolerance / falls[0].depth)
    return Cushion(falls[0], str(days[0]), cash)
