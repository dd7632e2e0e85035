"""What the engine says of simulated investors, beside the truth: one flat row for each bias."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import isnan, nan
from typing import Any

import numpy as np

from benchmarks.validation.investor import SIZES, Investor
from engine.detection.declaration import P_VALUE
from engine.detection.finding import BiasFinding, Label
from engine.diagnosis.examination import examine
from engine.diagnosis.registry import detectors


@dataclass(frozen=True, slots=True)
class Assessment:
    """One bias of one investor. NaN where nothing is known."""

    investor: str
    family: str
    market: str
    group: str  # "in-family", "single: …", "held-out"
    size: int  # the nearest of SIZES
    bias: str
    carried: float  # times θ50; 0 without; NaN where neither example nor counterexample
    biases: int  # how many the person carries
    exposure: int  # -1 where not counted
    theta: float
    se: float
    n: int
    n_min: int
    intensity: float
    p_present: float
    p_value: float
    label: str
    detected: bool
    opposite: bool
    cost: float
    cost_low: float
    cost_high: float
    lost: float  # the true cost by the twin
    worth: float  # of the portfolio, on average

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def assess(investor: Investor, group: str, seed: int) -> list[Assessment]:
    """Examine with intervals; one row for each bias that is tested."""
    profile = examine(
        investor.trades,
        investor.prices,
        until=investor.until,
        rng=np.random.default_rng(seed),
        context=investor.context,
        signals=investor.signals,
    )
    size = nearest_size(decisions_of(investor))
    return [
        _row(investor, group, size, finding)
        for finding in profile.findings
        if finding.bias in TESTED
    ]


TESTED = tuple(
    one.bias.name
    for one in detectors()
    if one.bias.name not in {"home_bias", "under_diversification", "narrow_framing", "familiarity"}
)


def decisions_of(investor: Investor) -> int:
    """Fills of one day, symbol and side are one decision."""
    return len({(one.at.date(), one.symbol, one.kind) for one in investor.trades})


def nearest_size(decisions: int) -> int:
    away = [abs(np.log(max(decisions, 1) / size)) for size in SIZES]
    return SIZES[int(np.argmin(away))]


def _row(investor: Investor, group: str, size: int, finding: BiasFinding) -> Assessment:
    bias = finding.bias
    carried = investor.labels.get(bias, 0.0)
    low, high = finding.cost_ci or (nan, nan)
    share = finding.cost_share
    return Assessment(
        investor=investor.name,
        family=investor.family,
        market=investor.market,
        group=group,
        size=size,
        bias=bias,
        carried=nan if bias in investor.unclear else carried,
        biases=len(investor.labels),
        exposure=investor.exposure.get(bias, -1),
        theta=finding.theta,
        se=finding.se,
        n=finding.n,
        n_min=finding.n_min,
        intensity=finding.intensity,
        p_present=finding.p_present,
        p_value=finding.measures.get(P_VALUE, nan),
        label=finding.label.value,
        detected=finding.detected,
        opposite=finding.opposite,
        cost=nan if finding.cost is None else finding.cost,
        cost_low=low,
        cost_high=high,
        lost=investor.lost.get(bias, nan),
        worth=_worth(finding.cost, share),
    )


def _worth(cost: float | None, share: float | None) -> float:
    return cost / share if cost and share and not isnan(share) else nan


INSUFFICIENT = Label.INSUFFICIENT.value
