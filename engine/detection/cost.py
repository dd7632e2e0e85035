"""What a bias cost per year, with a 90 % interval from resampled blocks of days (biases.md 0.6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.detection.scoring import attributable, shrink
from engine.inference.bootstrap import resample_days
from engine.inference.strata import COLUMNS, Strata, log_odds_of, terms
from engine.record.record import Record
from engine.record.valuation import value_months


@dataclass(frozen=True, slots=True)
class Cost:
    """Money per year; negative where the bias helped. None: cannot be said."""

    yearly: float | None = None
    interval: tuple[float, float] | None = None
    share: float | None = None  # of the mean portfolio value


@dataclass(frozen=True, slots=True)
class Resampled:
    """What the strata and the evidence became in each of B replications."""

    theta: Floats  # (B,), NaN where a replication drew no informative stratum
    cost: Floats  # (B,) attributable money over the whole record
    cells: Floats  # (B, 4) summed a, b, c, d


def resample(
    record: Record,
    strata: Strata,
    evidence_day: Ints,
    kappa: Floats,
    theta50: float,
    rng: np.random.Generator,
) -> Resampled:
    """Resample strata and evidence together, by day.

    ``strata``: one per day of the history. ``evidence_day``: (E,) day indices of the evidence,
    ``kappa``: (E,) its hypothetical cost, NaN where it is not known.
    """
    first, length = record.span()
    active = np.flatnonzero(strata.a + strata.b + strata.c + strata.d > 0)
    cells = np.stack([strata.a, strata.b, strata.c, strata.d], axis=1)[active]
    known = ~np.isnan(kappa)
    values = np.zeros((len(active) + int(known.sum()), COLUMNS + 5))
    values[: len(active), :COLUMNS] = terms(strata)[active]
    values[: len(active), COLUMNS : COLUMNS + 4] = cells
    values[len(active) :, -1] = kappa[known]
    day = record.row_of(np.concatenate([active, evidence_day[known]])) - first
    sums = resample_days(np.clip(day, 0, length - 1), values, length, rng)
    theta, se = log_odds_of(sums[:, :COLUMNS])
    shrunk = shrink(np.nan_to_num(theta), np.nan_to_num(se), theta50)
    return Resampled(theta, attributable(shrunk) * sums[:, -1], sums[:, COLUMNS : COLUMNS + 4])


def cost_of(
    record: Record, total: float, replications: Floats | None, known: Flags, horizon: int
) -> Cost:
    """The yearly cost of evidence worth ``total`` money; nothing when no horizon is complete."""
    if not known.any():
        return Cost()
    years = record.years(horizon)
    yearly = total / years
    worth = value_months(record).mean_value
    share = yearly / worth if worth > 0 else None
    if replications is None:
        return Cost(yearly, None, share)
    low, high = np.quantile(replications / years, [0.05, 0.95])
    return Cost(yearly, (float(low), float(high)), share)
