"""The measures of Odean (1998) beside the statistic: PGR, PLR, their difference and ratio."""

from __future__ import annotations

from math import exp, log, nan, sqrt

import numpy as np

from engine.arrays import Floats
from engine.inference.strata import Strata, mantel_haenszel
from engine.record.choices import Choices

_Z90 = 1.645


def proportions(
    realised_gains: float, paper_gains: float, realised_losses: float, paper_losses: float
) -> dict[str, float]:
    """PGR, PLR, PGR - PLR with Odean's standard error and t, the ratio with its 90 % interval
    (Katz), and the log odds ratio of the pooled counts. NaN where a denominator is 0."""
    gains, losses = realised_gains + paper_gains, realised_losses + paper_losses
    pgr = realised_gains / gains if gains else nan
    plr = realised_losses / losses if losses else nan
    se = sqrt(pgr * (1 - pgr) / gains + plr * (1 - plr) / losses) if gains and losses else nan
    found = {
        "rg": realised_gains,
        "pg": paper_gains,
        "rl": realised_losses,
        "pl": paper_losses,
        "pgr": pgr,
        "plr": plr,
        "difference": pgr - plr,
        "odean_se": se,
        "odean_t": (pgr - plr) / se if se > 0 else nan,
        "ratio": pgr / plr if plr > 0 else nan,
    }
    if realised_gains and realised_losses:
        spread = _Z90 * sqrt((1 - pgr) / realised_gains + (1 - plr) / realised_losses)
        found["ratio_lo"] = exp(log(pgr / plr) - spread)
        found["ratio_hi"] = exp(log(pgr / plr) + spread)
        if paper_gains and paper_losses:
            odds = realised_gains * paper_losses / (paper_gains * realised_losses)
            found["pooled_log_odds"] = log(odds)
    return found


def measure(strata: Strata) -> dict[str, float]:
    """The proportions over all sale days with two positions or more at the open."""
    counts = (float(cell.sum()) for cell in (strata.a, strata.b, strata.c, strata.d))
    return proportions(*counts) | {"sale_days": float(strata.contrasting.sum())}


def ratio_interval(cells: Floats) -> dict[str, float]:
    """90 % interval of PGR / PLR from resampled counts (B, 4), half a count added to each."""
    rg, pg, rl, pl = (cells + 0.5).T
    low, high = np.quantile((rg / (rg + pg)) / (rl / (rl + pl)), [0.05, 0.95])
    return {"ratio_lo": float(low), "ratio_hi": float(high)}


def terciles(choices: Choices, count: int) -> dict[str, float]:
    """The statistic within small, middle and large results (the V-shape of Ben-David and
    Hirshleifer 2012); left out where it cannot be computed."""
    size = np.abs(choices.result)
    if choices.usable.sum() < 3:
        return {}
    low, high = np.quantile(size[choices.usable], [1 / 3, 2 / 3])
    bands = (size <= low, (size > low) & (size <= high), size > high)
    found = {}
    for n, band in enumerate(bands, start=1):
        odds = mantel_haenszel(choices.strata(choices.gain, count, band))
        if odds.n:
            found[f"theta_tercile_{n}"] = odds.theta
            found[f"se_tercile_{n}"] = odds.se
    return found
