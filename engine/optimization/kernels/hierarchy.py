"""Hierarchical risk parity: clusters by correlation, money split from the top down."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from engine.arrays import Floats, Ints

FLOOR = 1e-12  # a smaller variance, as a share of the largest, counts as this much


def hierarchical_weights(covariance: Floats) -> Floats:
    """(N,) weights, all positive, adding up to one, from an (N, N) covariance.

    López de Prado (2016), "Building diversified portfolios that outperform out of sample": single
    linkage of the distances sqrt((1 - correlation) / 2), assets in the order of the tree, the
    list halved again and again, each half given money inversely to the variance of its
    inverse-variance portfolio. Distances are to the correlations, as in PyPortfolioOpt, not
    between their columns, as in the paper. An asset without variance counts as one with very
    little, uncorrelated.
    """
    if len(covariance) == 1:
        return np.ones(1)
    variance = np.diag(covariance)
    size = float(variance.max())
    variance = np.maximum(variance, FLOOR * size) if size > 0.0 else np.ones(len(variance))
    order = _order(covariance, variance)
    ordered = covariance[np.ix_(order, order)]
    np.fill_diagonal(ordered, variance[order])
    weights = np.empty(len(order))
    weights[order] = _bisect(ordered, 1.0 / variance[order])
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _order(covariance: Floats, variance: Floats) -> Ints:
    """Leaves of the tree from left to right."""
    deviation = np.sqrt(variance)
    correlation = covariance / deviation[:, None]
    correlation /= deviation
    distance = np.sqrt(np.clip((1.0 - correlation) / 2.0, 0.0, 1.0))
    tree = linkage(squareform(distance, checks=False), "single")
    return np.asarray(leaves_list(tree), dtype=np.int64)


def _bisect(covariance: Floats, inverse: Floats) -> Floats:
    """Weights before scaling: the product of the shares of every half that an asset is in.

    The sums over the blocks of each level are those of the level below, added by twos: O(N²) in
    all, and nothing is ever subtracted.
    """
    count = len(inverse)
    levels = _levels(count)
    blocks, totals = covariance * inverse[:, None] * inverse, inverse
    below, shares = np.arange(count), np.ones(count)
    for above, starts in reversed(list(pairwise(levels))):
        at = np.searchsorted(below, starts)
        blocks = np.add.reduceat(np.add.reduceat(blocks, at, axis=0), at, axis=1)
        totals = np.add.reduceat(totals, at)
        below = starts
        given = _given(above, starts, np.diag(blocks) / totals**2)
        shares *= np.repeat(given, np.diff(starts, append=count))
    return shares


def _levels(count: int) -> list[Ints]:
    """First positions of the clusters of each level, from the whole down to single assets."""
    levels = [np.zeros(1, np.int64)]
    while len(levels[-1]) < count:
        starts = levels[-1]
        lengths = np.diff(starts, append=count)
        middles = (starts + lengths // 2)[lengths > 1]
        levels.append(np.sort(np.concatenate([starts, middles])))
    return levels


def _given(above: Ints, starts: Ints, variances: Floats) -> Floats:
    """Each cluster's share of the one above that it was cut from; all of it where none was cut."""
    parents = np.searchsorted(above, starts, side="right")
    left = np.flatnonzero(parents[:-1] == parents[1:])
    given = np.ones(len(starts))
    given[left] = 1.0 - variances[left] / (variances[left] + variances[left + 1])
    given[left + 1] = 1.0 - given[left]
    return given
