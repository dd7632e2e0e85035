"""Loss aversion: how much more a loss weighs than a gain of its size (biases.md 1.2).

Tversky and Kahneman 1992 for bets, Barberis and Xiong 2012 for the joy and pain of selling.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, isnan, log, nan, sqrt

import numpy as np

from engine.arrays import Floats
from engine.detection.cost import Cost
from engine.detection.declaration import Bias, conclude
from engine.detection.finding import BiasFinding, Calibration
from engine.detection.scoring import Z90
from engine.inference.choice_model import PRIOR_VARIANCE, ChoiceSets, fit_choices
from engine.record.choices import Choices, choose
from engine.record.context import Quiz
from engine.record.record import Record

# From sales alone; answers to the quiz are what the cited study asked, so they are not weak.
BIAS = Bias("loss_aversion", "sale days", 150, log(2.25), Calibration.WEAK)

ANSWERS = 6  # losses of 2 … 7 per cent
WIN = 6.0  # per cent
_CURVATURE = 0.88
_PRIOR = 5.0  # standard deviation of each weight, around 0
_REJECTED_NEXT = 8.5  # the loss that would have been rejected when all were accepted
_HALF_STEP = 0.5
_MOST = 700.0  # beyond it there is no float
_ACCEPTED_BEFORE = 1.0  # the one that would have been accepted when none was


@dataclass(frozen=True, slots=True)
class Weights:
    """What gains and losses weigh in the choice of what to sell, from ``days`` informative days."""

    gain: float
    loss: float
    covariance: Floats  # (2, 2), gain first
    days: int

    @property
    def v_shape(self) -> bool:
        """Large losses are sold as well: no sign of pain."""
        return self.loss >= 0.0

    @property
    def identified(self) -> bool:
        return self.gain > Z90 * sqrt(self.covariance[0, 0]) and self.loss < 0.0

    def ratio(self) -> tuple[float, float]:
        """ln λ = ln(-loss / gain) and its standard error (delta method). Identified ones only."""
        slope = np.array([-1.0 / self.gain, 1.0 / self.loss])
        return log(-self.loss / self.gain), sqrt(float(slope @ self.covariance @ slope))


def weigh(choices: Choices) -> Weights | None:
    """The conditional logit of sales: u = γ_gain·max(r, 0)^.88 + γ_loss·max(-r, 0)^.88.

    Every sale is a choice among itself and what was not sold that day. Prior N(0, 5²) for both
    weights. None without a sale that had an alternative.
    """
    sold = np.flatnonzero(choices.usable & choices.chosen)
    kept = np.flatnonzero(choices.usable & ~choices.chosen)
    kept = kept[np.argsort(choices.day[kept], kind="stable")]
    begin = np.searchsorted(choices.day[kept], choices.day[sold], side="left")
    count = np.searchsorted(choices.day[kept], choices.day[sold], side="right") - begin
    sold, begin, count = sold[count > 0], begin[count > 0], count[count > 0]
    if not len(sold):
        return None
    first = np.cumsum(count + 1) - (count + 1)
    within = np.arange(int((count + 1).sum())) - np.repeat(first, count + 1)
    others = kept[np.maximum(np.repeat(begin, count + 1) + within - 1, 0)]
    rows = np.where(within == 0, np.repeat(sold, count + 1), others)
    result = choices.result[rows]
    powers = [np.maximum(result, 0.0) ** _CURVATURE, np.maximum(-result, 0.0) ** _CURVATURE]
    # The model has a prior of its own; in other units of x it is the one that is wanted.
    unit = _PRIOR / sqrt(PRIOR_VARIANCE)
    days, cluster = np.unique(choices.day[sold], return_inverse=True)
    fit = fit_choices(
        ChoiceSets(
            x=np.stack(powers, axis=1) * unit,
            first=first,
            chosen=(within == 0).astype(np.float64),
            weight=np.ones(len(rows)),
            cluster=cluster.astype(np.int64),
        )
    )
    beta = fit.beta * unit
    return Weights(float(beta[0]), float(beta[1]), fit.inverse_hessian * unit**2, len(days))


def score_quiz(quiz: Quiz) -> tuple[float, float]:
    """ln λ and its standard error from the largest accepted and the smallest rejected loss.

    λ = 6 / mean of the two; the truth is taken to lie anywhere between them (in logs). Answers
    that contradict each other span the same range the other way round.
    """
    accepted = _ACCEPTED_BEFORE if quiz.accepted is None else quiz.accepted
    rejected = _REJECTED_NEXT if quiz.rejected is None else quiz.rejected
    if accepted == rejected:  # the same bet, taken once and refused once
        accepted, rejected = accepted - _HALF_STEP, rejected + _HALF_STEP
    return log(WIN / ((accepted + rejected) / 2.0)), abs(log(rejected / accepted)) / sqrt(12.0)


def judge_quiz(quiz: Quiz) -> tuple[float, float]:
    """The same with what people err added: ln λ and its whole standard error.

    ``score_quiz`` knows only how coarse the questions are. Asked again, people move by about a
    step: with an error that is even over one step up or down, a variance of step²/3, the step²/12
    of the grid become 5·step²/12. Without it, half of those who weigh both alike would be found
    loss-averse.
    """
    middle, coarse = score_quiz(quiz)
    return middle, coarse * sqrt(5.0)


def pool(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float]:
    """Two estimates and their standard errors, weighted by their inverse variances."""
    weight = [1.0 / first[1] ** 2, 1.0 / second[1] ** 2]
    mean = (first[0] * weight[0] + second[0] * weight[1]) / sum(weight)
    return mean, 1.0 / sqrt(sum(weight))


def detect(record: Record, rng: np.random.Generator | None) -> BiasFinding:
    """ln λ from sales, where there are enough of them, and from the quiz, where it was taken.

    Its cost would need what lies in cash, which the record does not hold: none is given.
    """
    weights = weigh(choose(record, closing=True))
    quiz = record.context.quiz
    days = 0 if weights is None else weights.days
    enough = weights is not None and days >= BIAS.n_min
    caveats = ["cost_unknown"]
    measures: dict[str, float] = {}
    from_sales = from_quiz = None
    if weights is not None:
        measures |= {"gamma_gain": weights.gain, "gamma_loss": weights.loss}
        if weights.identified:
            from_sales = weights.ratio()
        if enough and from_sales is not None:
            measures["lambda_sales"] = _ratio(from_sales[0])
        if enough and from_sales is None:
            caveats.append("v_shape" if weights.v_shape else "not_identified")
    if quiz is not None:
        from_quiz = judge_quiz(quiz)
        measures["lambda_quiz"] = exp(from_quiz[0])
        if _contradicts(quiz):
            caveats.append("quiz_inconsistent")
    else:
        caveats.append("ask_the_quiz")
    # Few sale days put λ far too low (biases.md 1.2), so they do not water down the answers.
    joined = from_sales if enough or from_quiz is None else None
    if joined is not None and from_quiz is not None:
        theta, se = pool(joined, from_quiz)
    elif from_quiz is not None:
        theta, se = from_quiz
        caveats.append("quiz_only")
    else:
        theta, se = joined or (nan, nan)
    bias = replace(BIAS, calibration=Calibration.WEAK if quiz is None else Calibration.PUBLISHED)
    if quiz is not None and joined is None:
        bias, days = replace(bias, unit="answers", n_min=ANSWERS), ANSWERS
    return _finding(record, bias, theta, se, days, measures, tuple(caveats))


def _contradicts(quiz: Quiz) -> bool:
    return (
        quiz.accepted is not None and quiz.rejected is not None and quiz.accepted >= quiz.rejected
    )


def _ratio(log: float) -> float:
    """λ; with a handful of sale days the error of its logarithm may lie in the thousands."""
    return exp(min(log, _MOST))


def _finding(
    record: Record,
    bias: Bias,
    theta: float,
    se: float,
    n: int,
    measures: dict[str, float],
    caveats: tuple[str, ...],
) -> BiasFinding:
    none = "v_shape" in caveats and isnan(theta)
    if not isnan(theta):
        measures = measures | {
            "lambda": _ratio(theta),
            "lambda_lo": _ratio(theta - Z90 * se),
            "lambda_hi": _ratio(theta + Z90 * se),
        }
    found = conclude(
        bias,
        theta=theta,
        se=se,
        n=n,
        cost=Cost(),
        horizon=record.horizon,
        evidence=(),
        measures=measures,
        caveats=caveats,
        p_present=0.0 if none else None,
    )
    # Enough sales and no sign of pain in them: "no evidence", not "cannot be said".
    return replace(found, intensity=0.0) if none else found
