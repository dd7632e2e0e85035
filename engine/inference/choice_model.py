"""The conditional logit of one alternative chosen among many (McFadden 1974), with a ridge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Flags, Floats, Ints

PRIOR_VARIANCE = 2.0**2  # of each coefficient, around 0
_STEPS = 50
_SETTLED = 1e-7  # the last step is still taken, and squares what is missing
_ROUNDING = 1e-12
_NEVER = 1e-300  # instead of a chance too small for a number
_FLAT = 1e-12  # a difference within a set below it is rounding


@dataclass(frozen=True, slots=True)
class ChoiceSets:
    """S sets of alternatives, R of them in all, one set after the other.

    ``x`` (R, P) describes them; ``first`` (S,) is where each set begins (none is empty);
    ``chosen`` (R,) how often an alternative was taken; ``weight`` (R,) how many alternatives it
    stands for where a set is a sample (McFadden 1978: what was sampled must be as likely whichever
    of its like-weighted members was chosen); ``cluster`` (S,) 0 … C - 1, the sets that may depend
    on each other.
    """

    x: Floats
    first: Ints
    chosen: Floats
    weight: Floats
    cluster: Ints

    def sums(self, values: Floats) -> Floats:
        """Of each set: (S, ...)."""
        total: Floats = np.add.reduceat(values, self.first, axis=0)
        return total

    def spread(self, of_sets: Floats) -> Floats:
        """One value per set, for each of its alternatives: (R, ...)."""
        sizes = np.diff(np.append(self.first, len(self.x)))
        repeated: Floats = np.repeat(of_sets, sizes, axis=0)
        return repeated

    @property
    def choices(self) -> Floats:
        """How many were made from each set: (S,)."""
        return self.sums(self.chosen)


@dataclass(frozen=True, slots=True)
class ChoiceFit:
    """The posterior mode and how uncertain it is."""

    beta: Floats  # (P,)
    inverse_hessian: Floats  # (P, P)
    scores: Floats  # (C, P) gradient of the log likelihood by cluster, without the prior
    varies: Flags  # (P,) whether a term differs within any set at all

    @property
    def sandwich(self) -> Floats:
        """Variance robust to dependence within clusters: (P, P)."""
        reach = self.scores @ self.inverse_hessian
        count = len(self.scores)
        robust: Floats = reach.T @ reach * (count / max(count - 1, 1))
        return robust

    def influence(self, term: int) -> Floats:
        """What each cluster adds to a coefficient in one Newton step: (C,)."""
        reach: Floats = self.scores @ self.inverse_hessian[:, term]
        return reach

    def pull(self, term: int) -> float:
        """What the prior takes away in the same step; equal to the sum of the influence."""
        return float(self.inverse_hessian[term] @ self.beta) / PRIOR_VARIANCE

    def without(self, term: int) -> Floats:
        """The other coefficients if this one were 0, in one Newton step: (P,)."""
        column = self.inverse_hessian[:, term]
        restricted: Floats = self.beta - column * (self.beta[term] / column[term])
        restricted[term] = 0.0
        return restricted


def probabilities(sets: ChoiceSets, beta: Floats) -> Floats:
    """Of each alternative within its set: (R,)."""
    utility = sets.x @ beta
    peak = np.maximum.reduceat(utility, sets.first)
    odds = sets.weight * np.exp(utility - sets.spread(peak))
    share: Floats = odds / sets.spread(sets.sums(odds))
    return share


def fit_choices(sets: ChoiceSets) -> ChoiceFit:
    """The mode of the posterior with a N(0, 2²) prior on each coefficient, by Newton's method.

    A term that never differs within a set stays at 0 with the variance of the prior. Raises
    ArithmeticError when the steps do not settle, which a concave function does not do.
    """
    count = sets.x.shape[1]
    prior = np.eye(count) / PRIOR_VARIANCE
    beta, moved = np.zeros(count), np.zeros(count)
    value = -np.inf
    for _ in range(_STEPS):
        share = probabilities(sets, beta)
        gradient, hessian = _slopes(sets, share)
        step = np.linalg.solve(hessian + prior, gradient.sum(axis=0) - prior @ beta)
        before, value = value, _log_posterior(sets, share, beta)
        if value < before - _ROUNDING * abs(before):  # overshot: half of the last step
            moved = moved / 2
            beta, value = beta - moved, before
            continue
        moved, beta = step, beta + step
        if np.abs(step).max(initial=0.0) < _SETTLED:
            break
    else:
        raise ArithmeticError("the choice model did not settle")
    clusters = int(sets.cluster.max()) + 1 if len(sets.cluster) else 0
    scores = np.zeros((clusters, count))
    np.add.at(scores, sets.cluster, gradient)
    inverse = np.linalg.inv(hessian + prior)
    return ChoiceFit(beta, (inverse + inverse.T) / 2, scores, _varying(sets))


def _slopes(sets: ChoiceSets, share: Floats) -> tuple[Floats, Floats]:
    """Gradient by set (S, P) and the negative Hessian (P, P) of the log likelihood."""
    made = sets.choices
    expected = share * sets.spread(made)
    gradient = sets.sums(sets.x * (sets.chosen - expected)[:, None])
    mean = sets.sums(sets.x * share[:, None])
    around = sets.x - sets.spread(mean)
    return gradient, around.T @ (around * expected[:, None])


def _log_posterior(sets: ChoiceSets, share: Floats, beta: Floats) -> float:
    taken = sets.chosen > 0
    likelihood = float(sets.chosen[taken] @ np.log(np.maximum(share[taken], _NEVER)))
    return likelihood - float(beta @ beta) / (2 * PRIOR_VARIANCE)


def _varying(sets: ChoiceSets) -> Flags:
    lowest = np.minimum.reduceat(sets.x, sets.first, axis=0)
    highest = np.maximum.reduceat(sets.x, sets.first, axis=0)
    return np.asarray((highest - lowest > _FLAT).any(axis=0), dtype=np.bool_)
