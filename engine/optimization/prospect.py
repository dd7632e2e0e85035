"""What gains and losses are worth to a person: cumulative prospect theory and its gradient."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from engine.arrays import Floats

CURVATURE = 0.88  # of gains and of losses (Tversky and Kahneman 1992)
LOSS_AVERSION = 2.25  # the same
WEIGHTING_GAINS = 0.61  # the same
WEIGHTING_LOSSES = 0.69  # the same
LEAST_WEIGHTING = 0.278  # below it the weighting function is not increasing
_NEAREST = 1e-12  # to the reference; the power's slope has no end there


class Utility(Protocol):
    """Value of a gain (above 0) or a loss (below 0), increasing, 0 at 0."""

    def value(self, outcome: Floats) -> Floats: ...

    def slope(self, outcome: Floats) -> Floats: ...

    def inverse(self, value: float) -> float: ...


@dataclass(frozen=True, slots=True)
class PowerUtility:
    """x^α for gains and -λ(-x)^β for losses (Tversky and Kahneman 1992, eq. 5)."""

    loss_aversion: float = LOSS_AVERSION
    gains: float = CURVATURE
    losses: float = CURVATURE

    def value(self, outcome: Floats) -> Floats:
        """Same shape as ``outcome``."""
        size = np.abs(outcome)
        if self.gains == self.losses:
            return np.where(outcome < 0, -self.loss_aversion, 1.0) * size**self.gains
        return np.where(outcome < 0, -self.loss_aversion * size**self.losses, size**self.gains)

    def slope(self, outcome: Floats) -> Floats:
        """First derivative; at the reference that of the nearest gain told apart from it."""
        size = np.maximum(np.abs(outcome), _NEAREST)
        gain = self.gains * size ** (self.gains - 1.0)
        loss = self.loss_aversion * self.losses * size ** (self.losses - 1.0)
        return np.asarray(np.where(outcome < 0, loss, gain))

    def inverse(self, value: float) -> float:
        """The sure gain or loss that is worth ``value``."""
        if value < 0:
            return -float((-value / self.loss_aversion) ** (1.0 / self.losses))
        return float(value ** (1.0 / self.gains))


@dataclass(frozen=True, slots=True)
class ExponentialUtility:
    """1 - exp(-γ⁺x) for gains, exp(γ⁻x) - 1 for losses (Luxenberg, Schiele and Boyd 2024, sec. 2).

    Bounded: neither a large gain nor a large loss is worth more than 1. ``losses`` at least as
    large as ``gains`` is loss aversion; at the reference its size is their ratio.
    """

    gains: float
    losses: float

    def value(self, outcome: Floats) -> Floats:
        """Same shape as ``outcome``."""
        away = np.expm1(-np.where(outcome < 0, self.losses, self.gains) * np.abs(outcome))
        return np.asarray(np.where(outcome < 0, away, -away))

    def slope(self, outcome: Floats) -> Floats:
        """First derivative."""
        rate = np.where(outcome < 0, self.losses, self.gains)
        return np.asarray(rate * np.exp(-rate * np.abs(outcome)))

    def inverse(self, value: float) -> float:
        """The sure gain or loss that is worth ``value``, which lies in (-1, 1)."""
        if value < 0:
            return float(np.log1p(value)) / self.losses
        return -float(np.log1p(-value)) / self.gains


def weigh_probability(probability: Floats | float, exponent: float) -> Floats:
    """w(p) = p^δ / (p^δ + (1-p)^δ)^(1/δ) (Tversky and Kahneman 1992, eq. 6); 1 is no distortion."""
    p = np.asarray(probability, dtype=np.float64)
    if exponent == 1.0:
        return p
    mixed: Floats = p**exponent / (p**exponent + (1.0 - p) ** exponent) ** (1.0 / exponent)
    return mixed


def weigh_ranks(count: int, exponent: float, *, monotone: bool) -> Floats:
    """(T,) decision weights of T equally probable outcomes, the most extreme first.

    ``monotone``: as cptopt has them, never rising again towards the middling outcomes: those after
    the least one are lowered to it, and the weights no longer add up to 1.
    """
    weights: Floats = np.diff(weigh_probability(np.arange(count + 1) / count, exponent))
    if monotone:
        weights = np.minimum.accumulate(weights)
    return weights


@dataclass(frozen=True, slots=True)
class Preferences:
    """How somebody values outcomes: utility, distortion of probabilities of gains and of losses.

    Exponents of 1 do not distort; with them and λ = 1 and a straight utility it is the mean.
    """

    utility: Utility = field(default_factory=PowerUtility)
    gains_weighting: float = WEIGHTING_GAINS
    losses_weighting: float = WEIGHTING_LOSSES
    monotone: bool = False


@dataclass(frozen=True, slots=True)
class Prospects:
    """The values of T equally probable outcomes to one person, for many portfolios at once."""

    utility: Utility
    losses: Floats  # (T,) decision weights, the worst first
    gains: Floats  # (T,) decision weights, the best last

    @classmethod
    def of(cls, preferences: Preferences, count: int) -> Prospects:
        """``count``: T, the number of scenarios."""
        monotone = preferences.monotone
        gains = weigh_ranks(count, preferences.gains_weighting, monotone=monotone)
        losses = weigh_ranks(count, preferences.losses_weighting, monotone=monotone)
        return cls(preferences.utility, losses, gains[::-1].copy())

    def value(self, outcomes: Floats) -> Floats:
        """``outcomes``: (T,) or (T, S), gains and losses against the reference. () or (S,)."""
        ordered = np.sort(outcomes, axis=0)
        shape = (-1,) + (1,) * (outcomes.ndim - 1)
        weight = np.where(ordered < 0, self.losses.reshape(shape), self.gains.reshape(shape))
        total: Floats = np.sum(weight * self.utility.value(ordered), axis=0)
        return total

    def split(self, outcomes: Floats) -> tuple[float, float]:
        """U⁺ and U⁻ of (T,) outcomes, both as positive numbers; the value is U⁺ - U⁻."""
        lost = np.minimum(outcomes, 0.0)
        below = -float(self.value(lost))
        return float(self.value(outcomes)) + below, below

    def climb(self, outcomes: Floats) -> tuple[float, Floats]:
        """The value of (T,) outcomes, and (T,) what a little more of each of them is worth.

        The latter times the scenarios is the gradient: exact where no two outcomes tie and none is
        at the reference, since then no rank changes.
        """
        order = np.argsort(outcomes, kind="stable")
        ordered = outcomes[order]
        weight = np.where(ordered < 0, self.losses, self.gains)
        margin = np.empty(len(outcomes))
        margin[order] = weight * self.utility.slope(ordered)
        return float(weight @ self.utility.value(ordered)), margin


def evaluate(outcomes: Floats, probabilities: Floats, preferences: Preferences) -> float:
    """The value of a gamble with (K,) outcomes of given probabilities (TK 1992, eqs. 1 and 2)."""
    return float(decide(outcomes, probabilities, preferences) @ preferences.utility.value(outcomes))


def decide(outcomes: Floats, probabilities: Floats, preferences: Preferences) -> Floats:
    """(K,) decision weights of a gamble: steps of w⁺ from the best gain, of w⁻ from the worst."""
    order = np.argsort(outcomes, kind="stable")
    sorted_outcomes, chance = outcomes[order], probabilities[order]
    upto = np.clip(np.cumsum(chance), 0.0, 1.0)
    beyond = np.clip(np.cumsum(chance[::-1]), 0.0, 1.0)
    losses = np.diff(weigh_probability(upto, preferences.losses_weighting), prepend=0.0)
    gains = np.diff(weigh_probability(beyond, preferences.gains_weighting), prepend=0.0)[::-1]
    weights = np.empty(len(outcomes))
    weights[order] = np.where(sorted_outcomes < 0, losses, gains)
    return weights


def certainty_equivalent(value: float, preferences: Preferences) -> float:
    """The sure gain or loss that is as good as a gamble worth ``value``."""
    return preferences.utility.inverse(value)
