"""Familiarity: buying what one knows already (biases.md 2); reported, not tested."""

from __future__ import annotations

from math import log, nan, sqrt

import numpy as np

from engine.detection.cost import Cost
from engine.detection.declaration import Bias, describe
from engine.detection.finding import BiasFinding, Calibration
from engine.detection.scoring import Z90
from engine.record.record import Record

BIAS = Bias("familiarity", "purchases", 20, log(2.0), Calibration.WEAK)


def detect(record: Record, rng: np.random.Generator | None) -> BiasFinding:
    """ln of the purchases of names held now or before, over what chance gives, half a purchase
    added to each. Nearly everybody prefers names they know."""
    bought = record.purchases
    familiar = bought.owned.familiar
    count = len(bought.decision)
    symbol = record.history.decisions.symbol[bought.decision]
    known = int(familiar[bought.group, symbol].sum())
    priced = np.flatnonzero(bought.columns >= 0)
    among = familiar[:, priced] & bought.universe[:, bought.columns[priced]]
    share = among.sum(axis=1) / np.maximum(bought.universe.sum(axis=1), 1)
    chances = share[bought.group]
    expected = float(chances.sum())
    value, spread = nan, nan
    variance = float((chances * (1 - chances)).sum())
    if variance > 0:  # else nothing unfamiliar, or nothing familiar, could have been bought
        value = log((known + 0.5) / (expected + 0.5))
        spread = Z90 * sqrt(variance) / expected
    return describe(
        BIAS,
        value=value,
        ci=(value - spread, value + spread),
        n=count,
        cost=Cost(),
        horizon=record.horizon,
        measures={"familiar_buys": float(known), "buys": float(count), "expected_buys": expected},
        caveats=("small_universe",) if bought.small else (),
    )
