"""The two measures of disposition, and how they are summed up over assets."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from engine.arrays import Floats


def disposition_effect(
    realised_gains: Floats, paper_gains: Floats, realised_losses: Floats, paper_losses: Floats
) -> Floats:
    """RG/(RG+PG) - abs(RL/(RL+PL)), any shape; 0/0 is 0, and NaN where nothing was evaluated."""
    gains = _share(realised_gains, paper_gains)
    losses = np.abs(_share(realised_losses, paper_losses))
    difference: Floats = gains - losses
    return difference


def disposition_difference(gains: Floats, losses: Floats) -> Floats:
    """What was realised as gains less what was realised as losses, in their own unit."""
    difference: Floats = gains - np.abs(losses)
    return difference


def _share(part: Floats, rest: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        share = part / (part + rest)
    undefined = np.isnan(share) & ~np.isnan(part) & ~np.isnan(rest)
    filled: Floats = np.where(undefined, 0.0, share)
    return filled


@dataclass(frozen=True, slots=True)
class Summary:
    """Over the assets that were evaluated; NaN without any. Quartiles are linear (type 7)."""

    n: int
    min: float
    q1: float
    median: float
    q3: float
    mean: float
    max: float
    sd: float  # with n - 1; NaN for one asset


def summarise(values: Floats) -> Summary:
    """The seven figures of ``disposition_summary``: assets count alike, whatever their size."""
    known = values[~np.isnan(values)]
    if not known.size:
        return Summary(0, nan, nan, nan, nan, nan, nan, nan)
    lowest, q1, median, q3, highest = np.quantile(known, (0.0, 0.25, 0.5, 0.75, 1.0)).tolist()
    spread = float(np.std(known, ddof=1)) if known.size > 1 else nan
    return Summary(known.size, lowest, q1, median, q3, float(known.mean()), highest, spread)
