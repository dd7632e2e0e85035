"""What every bias file declares, and how its figures become a finding."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan

from engine.detection.cost import Cost
from engine.detection.finding import BiasFinding, Calibration, Evidence, Instead, Label
from engine.detection.scoring import (
    Z90,
    intensity,
    interval,
    label_of,
    normal_cdf,
    presence,
    shrink,
)


@dataclass(frozen=True, slots=True)
class Bias:
    """A bias as a file of this folder declares it, under the name ``BIAS``."""

    name: str
    unit: str  # what n counts
    n_min: int
    theta50: float  # of the average retail investor in the cited study
    calibration: Calibration
    instead: Instead | None = None  # None: no single trade can be undone


P_VALUE = "p_value"
"""The key of ``BiasFinding.measures`` under which a detector leaves its one-sided p-value."""


def conclude(
    bias: Bias,
    *,
    theta: float,
    se: float,
    n: int,
    cost: Cost,
    horizon: int,
    evidence: tuple[Evidence, ...],
    measures: dict[str, float],
    caveats: tuple[str, ...],
    p_present: float | None = None,
    enough: bool = True,
) -> BiasFinding:
    """The finding for one statistic (biases.md 0.5 and 0.7).

    ``p_present`` replaces the probability computed from theta and se where a bias defines its own.
    ``enough`` is False where something else than n is missing. ``detected`` is decided later, over
    all biases together.
    """
    if p_present is None:
        p_present = presence(theta, se, bias.theta50)
        p_value = nan if isnan(theta) else 1.0 - (normal_cdf(theta / se) if se > 0 else p_present)
    else:
        p_value = 1.0 - p_present
    label = label_of(p_present, enough and n >= bias.n_min)
    return BiasFinding(
        bias=bias.name,
        theta=theta,
        se=se,
        n=n,
        n_min=bias.n_min,
        unit=bias.unit,
        intensity=intensity(float(shrink(theta, se, bias.theta50)), bias.theta50),
        ci90=interval(theta, se, bias.theta50),
        p_present=p_present,
        label=label,
        detected=False,
        opposite=label is not Label.INSUFFICIENT and theta + 1.645 * se < 0,
        cost=cost.yearly,
        cost_ci=cost.interval,
        cost_share=cost.share,
        horizon=horizon,
        evidence=evidence,
        calibration=bias.calibration,
        measures=measures | {P_VALUE: p_value},
        caveats=caveats,
    )


def describe(
    bias: Bias,
    *,
    value: float,
    n: int,
    cost: Cost,
    horizon: int,
    measures: dict[str, float],
    caveats: tuple[str, ...],
    ci: tuple[float, float] = (nan, nan),
    evidence: tuple[Evidence, ...] = (),
) -> BiasFinding:
    """The finding for a state that is measured, not tested, with ``ci`` its 90 % interval.

    ``theta50`` is the value at which the intensity is 50.
    """
    enough = n >= bias.n_min and not isnan(value)
    return BiasFinding(
        bias=bias.name,
        theta=value,
        se=(ci[1] - ci[0]) / (2 * Z90),
        n=n,
        n_min=bias.n_min,
        unit=bias.unit,
        intensity=intensity(value, bias.theta50),
        ci90=(intensity(ci[0], bias.theta50), intensity(ci[1], bias.theta50)),
        p_present=nan,
        label=Label.MEASURED if enough else Label.INSUFFICIENT,
        detected=False,
        opposite=False,
        cost=cost.yearly,
        cost_ci=cost.interval,
        cost_share=cost.share,
        horizon=horizon,
        evidence=evidence,
        calibration=bias.calibration,
        measures=measures,
        caveats=caveats,
    )
