"""How much risk somebody is willing to take: the scale of Grable and Lytton, and a short cut.

Grable, J. and Lytton, R. H. (1999), "Financial risk tolerance revisited: the development of a risk
assessment instrument", *Financial Services Review* 8, 163-181: 13 questions with 1 to 4 points,
13 to 47 in all. Kuzniak, Rabbani, Heo, Ruiz-Menjivar and Grable (2015), "The Grable and Lytton
risk-tolerance scale: a 15-year retrospective", *Financial Services Review* 24, 177-192: Cronbach's
alpha 0.77 in 160,279 answers. The scale tells willingness, not what somebody can afford to lose.
Our questions are short words after that form: neither its alpha nor its bands were tested on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median_low

import numpy as np

from engine.arrays import Days, Floats
from engine.performance.drawdowns import Fall, find_falls

# Points of each answer, in the order in which the published form lists them.
POINTS: tuple[tuple[int, ...], ...] = (
    (4, 3, 2, 1),
    (1, 2, 3, 4),
    (1, 2, 3, 4),
    (1, 2, 3),
    (1, 2, 3),
    (1, 2, 3, 4),
    (1, 2, 3, 4),
    (1, 2, 3, 4),
    (1, 3),
    (1, 3),
    (1, 2, 3, 4),
    (1, 2, 3),
    (1, 2, 3, 4),
)
LOWEST = sum(min(points) for points in POINTS)
HIGHEST = sum(max(points) for points in POINTS)
RELIABILITY = 0.77  # Cronbach's alpha, Kuzniak et al. 2015
QUICK = 3  # answers of the short cut


class Band(StrEnum):
    """The five bands in which the authors' form reports a score."""

    LOW = "low"  # to 18
    BELOW = "below average"  # 19 to 22
    AVERAGE = "average"  # 23 to 28
    ABOVE = "above average"  # 29 to 32
    HIGH = "high"  # from 33


_UPPER = ((18, Band.LOW), (22, Band.BELOW), (28, Band.AVERAGE), (32, Band.ABOVE))


class Leaning(StrEnum):
    """What one to three answers say, provisionally."""

    CAUTIOUS = "cautious"
    BALANCED = "balanced"
    BOLD = "bold"


@dataclass(frozen=True, slots=True)
class Score:
    points: int
    band: Band


def score(answers: Sequence[int]) -> Score:
    """``answers``: which one was chosen of each question, counted from 0.

    Raises ValueError unless all 13 are answered with something that is there.
    """
    if len(answers) != len(POINTS) or any(
        not 0 <= chosen < len(points) for chosen, points in zip(answers, POINTS, strict=False)
    ):
        raise ValueError("the scale needs an answer to each of its 13 questions")
    total = sum(points[chosen] for chosen, points in zip(answers, POINTS, strict=True))
    return Score(total, next((band for upper, band in _UPPER if total <= upper), Band.HIGH))


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
