"""At most k assets: which ones, by elimination, greedy addition and exchanges of one for one.

An exchange is first judged in closed form: without one of the k the others are solved exactly, and
those assets that would then be bought at all are entered by a rank-one update of the inverse.
Only what looks better than the best so far is solved exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats, Ints
from engine.optimization.kernels.box import Boxed, solve_box

# The value and the weights (K,) of the best portfolio of those assets, or None.
Evaluate = Callable[[Ints], tuple[float, Floats] | None]
Found = tuple[float, Ints, Floats]  # value, support, weights

_RIDGE = 1e-13  # of the mean variance: keeps duplicates from making anything singular
_GAIN = 1e-12  # of the largest variance: less is no improvement
_DUST = 1e-9  # a smaller weight is none
_CHOICE = 0.1  # of an upper bound: less room than that is none
_SOLVED_AT_MOST = 25  # of those that look better in the place of one asset


@dataclass(frozen=True, slots=True)
class Selection:
    """``weights``: (N,). ``objective``: of them. ``bound``: of the problem without the limit on
    names; nothing can be below, so that equal means proved. ``solved``: supports solved exactly."""

    weights: Floats
    objective: float
    bound: float
    solved: int


@dataclass(slots=True)
class _Search:
    matrix: Floats
    linear: Floats
    lower: Floats
    upper: Floats
    least: float
    most: float
    evaluate: Evaluate | None
    solved: int = 0

    def value(self, weights: Floats, support: Ints) -> float:
        inside = self.matrix[support[:, None], support]
        return float(weights @ inside @ weights) / 2.0 - float(self.linear[support] @ weights)

    def box(self, support: Ints) -> Boxed | None:
        self.solved += 1
        return solve_box(
            self.matrix[support[:, None], support],
            self.linear[support],
            self.lower[support],
            self.upper[support],
            self.least,
            self.most,
        )

    def solve(self, support: Ints) -> Found | None:
        if self.evaluate is not None:
            self.solved += 1
            found = self.evaluate(support)
            return None if found is None else (found[0], support, found[1])
        boxed = self.box(support)
        if boxed is None:
            return None
        return self.value(boxed.weights, support), support, boxed.weights


def select(
    matrix: Floats,
    linear: Floats,
    lower: Floats,
    upper: Floats,
    total: tuple[float, float],
    names: int,
    evaluate: Evaluate | None = None,
    start: Ints | None = None,
) -> Selection | None:
    """min ½ w'Sw - q'w over lower <= w <= upper, Σw within ``total``, at most ``names`` not zero.

    An asset with lower > 0 is always among them; the others may be 0 whatever their bounds.
    ``evaluate`` replaces the solver on given assets where more is demanded than bounds and a
    budget, or more is charged. ``start``: assets to begin with as well. None where no beginning
    was feasible. A heuristic, compared with
    enumeration in the tests.
    """
    count = len(linear)
    lifted = matrix + np.eye(count) * (_RIDGE * float(np.trace(matrix)) / count)
    search = _Search(lifted, linear, lower, upper, *total, evaluate)
    whole = search.solve(np.arange(count))
    if whole is None:
        return None
    forced = np.flatnonzero(lower > 0.0)
    if np.count_nonzero(np.abs(whole[2]) > _DUST) <= names:
        best: Found | None = whole
    else:
        best = _search(search, whole[2], forced, names, start)
    if best is None:
        return None
    weights = np.zeros(count)
    weights[best[1]] = np.where(np.abs(best[2]) > _DUST, best[2], 0.0)
    value = best[0]
    if evaluate is None:
        value = float(weights @ matrix @ weights) / 2.0 - float(linear @ weights)
    return Selection(weights, value, whole[0], search.solved)


def _search(
    search: _Search, weights: Floats, forced: Ints, names: int, given: Ints | None
) -> Found | None:
    best: Found | None = None
    tried: list[list[int]] = []
    beginnings = (_eliminate(search, weights, forced, names), _add(search, forced, names), given)
    for support in beginnings:
        if support is None or support.tolist() in tried:
            continue
        tried.append(support.tolist())
        found = _exchange(search, support, forced)
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    return best


def _eliminate(search: _Search, weights: Floats, forced: Ints, names: int) -> Ints | None:
    """Of the unlimited optimum drop the smallest weights, a third of the surplus at a time."""
    support = np.union1d(np.flatnonzero(np.abs(weights) > _DUST), forced)
    sizes = np.abs(weights[support])
    while len(support) > names:
        drop = max(1, (len(support) - names) // 3)
        order = np.argsort(np.where(np.isin(support, forced), np.inf, sizes), kind="stable")
        kept = np.sort(order[drop:])
        support, solved = support[kept], search.solve(support[kept])
        sizes = sizes[kept] if solved is None else np.abs(solved[2])
        if len(forced) > names:
            return None
    return _fill(search, support, forced, names)


def _add(search: _Search, forced: Ints, names: int) -> Ints | None:
    """One asset after another, each that which looks best without the limits of each."""
    support, total = forced.copy(), (search.least, search.most)
    everything = np.arange(len(search.linear))
    while len(support) < min(names, len(everything)):
        judged = _enter(search, support, everything, search.linear, total)
        judged[support] = np.inf
        support = np.append(support, int(np.argmin(judged)))
    return _fill(search, support, forced, names)


def _fill(search: _Search, support: Ints, forced: Ints, names: int) -> Ints | None:
    """Free places go to the largest upper bounds; so do taken ones while the caps leave too little
    room for the budget."""
    upper = search.upper
    if len(support) > names:
        return None
    others = np.setdiff1d(np.arange(len(upper)), support)
    others = others[np.argsort(-upper[others], kind="stable")]
    free = names - len(support)
    support = np.concatenate([support, others[:free]]).astype(np.int64)
    for other in others[free:].tolist():
        movable = np.flatnonzero(~np.isin(support, forced))
        if float(upper[support].sum()) >= search.least or not len(movable):
            break
        weakest = int(movable[np.argmin(upper[support[movable]])])
        if upper[support[weakest]] >= upper[other]:
            break
        support[weakest] = other
    return np.sort(support)


def _exchange(search: _Search, support: Ints, forced: Ints) -> Found | None:
    """Assets leave in turn, the smallest first, until no exchange of any of them helps."""
    held = search.solve(support)
    if held is None:
        return None
    gain = _GAIN * float(np.max(np.diag(search.matrix)))
    order = np.argsort(np.abs(held[2]), kind="stable")
    turn = [asset for asset in held[1][order].tolist() if asset not in forced]
    failed = 0
    while failed < len(turn):
        leaving = turn.pop(0)
        better = _replace(search, held, leaving, held[0] - gain)
        if better is None:
            failed += 1
            turn.append(leaving)
        else:
            turn.append(int(np.setdiff1d(better[1], held[1])[0]))
            failed, held = 0, better
    return held


def _replace(search: _Search, held: Found, leaving: int, below: float) -> Found | None:
    """The best asset to take the place of ``leaving``, if any is worth more than ``below``."""
    rest = held[1][held[1] != leaving]
    judged = _judge(search, rest)
    judged[held[1]] = np.inf
    best: Found | None = None
    promising = np.flatnonzero(judged < below)
    promising = promising[np.argsort(judged[promising], kind="stable")]
    for added in promising[:_SOLVED_AT_MOST].tolist():
        if judged[added] >= below:
            break
        solved = search.solve(np.sort(np.append(rest, added)))
        if solved is not None and solved[0] < below:
            below, best = solved[0], solved
    return best


def _judge(search: _Search, rest: Ints) -> Floats:
    """(N,) about what the assets of ``rest`` are worth with each other one added; ∞ where it would
    not be bought."""
    boxed = search.box(rest)
    if boxed is None:
        return _complete(search, rest)
    weights = boxed.weights
    inside = (weights > search.lower[rest] + _DUST) & (weights < search.upper[rest] - _DUST)
    fixed, at = rest[~inside], weights[~inside]
    pushed = search.linear - search.matrix[:, fixed] @ at
    spent = float(at.sum())
    slope = search.matrix[:, rest] @ weights - search.linear - boxed.price
    bought = np.flatnonzero(slope < 0.0)
    left = (search.least - spent, search.most - spent)
    judged = np.full(len(slope), np.inf)
    judged[bought] = _enter(search, rest[inside], bought, pushed, left)
    return judged + search.value(at, fixed)


def _complete(search: _Search, rest: Ints) -> Floats:
    """(N,) where ``rest`` leaves too little room: all of it as full as can be, and what is missing
    in the one added. Where that leaves some choice after all, the optimum without limits."""
    full = search.upper[rest]
    missing = search.least - float(full.sum())
    along = search.matrix[:, rest] @ full - search.linear
    tight = missing * along + missing**2 * np.diag(search.matrix) / 2.0
    tight += search.value(full, rest)
    total = (search.least, search.most)
    everything = np.arange(len(search.linear))
    loose = _enter(search, rest, everything, search.linear, total)
    room = search.upper - missing
    judged = np.where(room < _CHOICE * search.upper, tight, loose)
    return np.where(room >= -_DUST, judged, np.inf)


def _enter(
    search: _Search, support: Ints, added: Ints, linear: Floats, total: tuple[float, float]
) -> Floats:
    """(M,) the optimum of ``support`` and each of the M assets ``added``, without limits of each.

    With a = 1'A1, b = 1'Aq, c = q'Aq of the inverse A of the support's matrix, the minimum over
    Σw = s is (s - b)² / 2a - c/2, and one asset more adds u²/d, uv/d, v²/d to a, b and c, where d
    is its variance given the support, u = 1 - σ'A1 and v = q - σ'Aq.
    """
    across = search.matrix[support[:, None], added]  # (K, M)
    right = np.concatenate([across, np.ones((len(support), 1)), linear[support, None]], axis=1)
    solved = np.linalg.solve(search.matrix[support[:, None], support], right)
    of_ones, of_linear = solved[:, -2], solved[:, -1]
    variance = np.diag(search.matrix)[added]
    given = np.maximum(variance - np.sum(across * solved[:, :-2], axis=0), 1e-12 * variance)
    u, v = 1.0 - of_ones @ across, linear[added] - of_linear @ across
    a = float(of_ones.sum()) + u * u / given
    b = float(of_linear.sum()) + u * v / given
    c = float(of_linear @ linear[support]) + v * v / given
    judged: Floats = (np.clip(b, *total) - b) ** 2 / (2.0 * a) - c / 2.0
    return judged
