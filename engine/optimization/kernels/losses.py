"""The losses that portfolios are judged by, piece by piece, for the scenario programmes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Flags, Floats, Ints

FIRST_SHARE = 3.0  # as many pieces to begin with as three times those of the tail


@dataclass(frozen=True, slots=True)
class ScenarioLosses:
    """Piece i: offset_i - returns[scenario_i]·w, weighed at most ``cap_i``; P pieces.

    ``returns``: (T, N). ``threshold``: whether a free threshold is taken off (CVaR, the largest
    regret) or none (mean absolute deviation, penalties).
    """

    returns: Floats
    scenario: Ints  # (P,) rows of ``returns``
    offset: Floats  # (P,)
    cap: Floats  # (P,)
    threshold: bool
    scale: float

    @classmethod
    def plain(
        cls, returns: Floats, offset: Floats, cap: float, *, threshold: bool
    ) -> ScenarioLosses:
        """One piece for each row of ``returns``, all with the same cap."""
        rows = len(returns)
        return cls(
            returns,
            np.arange(rows),
            offset,
            np.full(rows, cap),
            threshold,
            spread(returns),
        )

    @property
    def count(self) -> int:
        return len(self.returns)

    def losses(self, weights: Floats) -> Floats:
        held = np.flatnonzero(weights)
        few = 4 * len(held) < len(weights)
        gained = self.returns[:, held] @ weights[held] if few else self.returns @ weights
        return self.offset - gained[self.scenario]

    def worst(self, weights: Floats, threshold: float, most: int) -> tuple[Ints, Floats]:
        return _largest(self.losses(weights) - threshold, most)

    def first(self, weights: Floats) -> Ints:
        losses = self.losses(weights)
        if self.threshold:
            enough = int(np.ceil(FIRST_SHARE / float(self.cap.min()))) + 1
        else:
            enough = int(np.count_nonzero(losses > 0.0))
        return _largest(losses, enough)[0]

    def gains(self, pieces: Ints) -> Floats:
        return self.returns[self.scenario[pieces]]

    def offsets(self, pieces: Ints) -> Floats:
        return self.offset[pieces]

    def caps(self, pieces: Ints) -> Floats:
        return self.cap[pieces]

    def free(self, pieces: Ints) -> Flags:
        return np.full(len(pieces), self.threshold)

    def scenarios(self, pieces: Ints) -> Ints:
        return pieces


@dataclass(frozen=True, slots=True)
class DrawdownLosses:
    """Piece (s, t): what the sum of returns lost from day s to day t, for s <= t.

    ``paths``: (T + 1, N) sums of simple returns from zero, not compounded, so that drawdowns are
    linear in the weights. ``tolerance``: drawdowns may not exceed it; each excess costs
    ``penalty`` a unit, or nothing is asked where it is None. Numbers: s·(T + 1) + t, and as many
    again for the pieces of the tolerance.
    """

    paths: Floats
    cap: float
    scale: float
    drift: float = 0.0  # what the path earns a day whatever the weights: the interest of cash
    tolerance: float | None = None
    penalty: float = 0.0
    threshold: bool = True

    @property
    def count(self) -> int:
        return len(self.paths) - 1

    def path(self, weights: Floats) -> Floats:
        """(T + 1,) sum of the portfolio's returns, from zero."""
        return self.paths @ weights + self.drift * np.arange(len(self.paths))

    def worst(self, weights: Floats, threshold: float, most: int) -> tuple[Ints, Floats]:
        numbers, fallen = self._fallen(weights)
        pieces, excess = _largest(fallen - threshold, most)
        pieces = numbers[pieces]
        if self.tolerance is not None:
            over, beyond = _largest(fallen - self.tolerance, most)
            pieces = np.concatenate([pieces, numbers[over] + len(self.paths) ** 2])
            excess = np.concatenate([excess, beyond])
            order = np.argsort(-excess, kind="stable")
            pieces, excess = pieces[order], excess[order]
        return pieces, excess

    def first(self, weights: Floats) -> Ints:
        numbers, fallen = self._fallen(weights)
        enough = min(len(numbers), int(np.ceil(FIRST_SHARE / self.cap)) + 1)
        return numbers[_largest(fallen, enough)[0]]

    def _fallen(self, weights: Floats) -> tuple[Ints, Floats]:
        """Number of the piece from the last peak to each day, and what was lost since."""
        path = self.path(weights)
        peak = np.maximum.accumulate(path)
        since = np.maximum.accumulate(np.where(path >= peak, np.arange(len(path)), 0))
        days = np.arange(1, len(path))
        return since[1:] * len(path) + days, (peak - path)[1:]

    def _split(self, pieces: Ints) -> tuple[Ints, Ints, Flags]:
        days = len(self.paths)
        plain = pieces % days**2
        return plain // days, plain % days, pieces < days**2

    def gains(self, pieces: Ints) -> Floats:
        since, until, _ = self._split(pieces)
        return self.paths[until] - self.paths[since]

    def offsets(self, pieces: Ints) -> Floats:
        since, until, free = self._split(pieces)
        tolerance = 0.0 if self.tolerance is None else self.tolerance
        return np.asarray(np.where(free, 0.0, -tolerance) - self.drift * (until - since))

    def caps(self, pieces: Ints) -> Floats:
        return np.where(self.free(pieces), self.cap, self.penalty)

    def free(self, pieces: Ints) -> Flags:
        return self._split(pieces)[2]

    def scenarios(self, pieces: Ints) -> Ints:
        since, until, free = self._split(pieces)
        return np.where(free, until, len(self.paths) * (2 + since) + until)


def tail_mean(losses: Floats, level: float) -> float:
    """Mean of the worst 1 - ``level`` share of (T,) losses, the last one counted in part.

    Rockafellar & Uryasev (2000), equation 4, in closed form.
    """
    count = (1.0 - level) * len(losses)
    whole = int(np.floor(count + 1e-12))
    worst = np.sort(losses)[::-1]
    total = float(worst[:whole].sum())
    if count - whole > 1e-12 and whole < len(worst):
        total += (count - whole) * float(worst[whole])
    return total / count


def drawdowns(path: Floats) -> Floats:
    """(T,) of a (T + 1,) path of summed returns from zero: what was lost since the last peak."""
    return (np.maximum.accumulate(path) - path)[1:]


def spread(returns: Floats) -> float:
    """The size of a return in a scenario matrix: root mean square, one where all are zero."""
    size = float(np.sqrt(np.vdot(returns, returns) / max(returns.size, 1)))
    return size if size > 0.0 else 1.0


def _largest(values: Floats, most: int) -> tuple[Ints, Floats]:
    order = np.argsort(-values, kind="stable")[:most]
    return order.astype(np.int64), values[order]
