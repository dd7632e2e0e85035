"""Attention: buying what is traded unusually much (Barber and Odean 2008; biases.md 2)."""

from __future__ import annotations

import numpy as np

from engine.detection.declaration import Bias
from engine.detection.finding import BiasFinding, Calibration, Instead
from engine.detection.purchase_bias import (
    conclude_purchases,
    exposure_of,
    is_in_top_fifth,
    is_new_money,
    mean_of_days,
    purchase_facts,
    top_fifth,
    value_today,
)
from engine.ledger import Trade
from engine.record.record import Record

BIAS = Bias("attention", "purchases", 20, 0.30, Calibration.WEAK, Instead.MARKET)


def detect(record: Record, rng: np.random.Generator | None) -> BiasFinding:
    """Log odds of being bought per standard deviation of yesterday's volume over its mean of a
    year. Nothing can be said without volumes."""
    bought, signals = record.purchases, record.signals
    seen = bought.seen[bought.group], bought.column
    without = bool(np.isnan(signals.zvol[bought.seen]).all())
    return conclude_purchases(
        BIAS,
        record,
        rng,
        term="zvol",
        exposure=exposure_of(bought, top_fifth(signals.zvol[bought.seen], bought.universe)),
        check=mean_of_days(bought, signals.zvol[seen]),
        facts={"volume_z": signals.zvol[seen]},
        caveats=("no_volume",) if without else (),
    )


def feeds(record: Record, proposed: Trade) -> bool:
    """A share that was traded unusually much yesterday, more so than four fifths of the others."""
    return is_new_money(record, proposed) and is_in_top_fifth(
        record, proposed.symbol, record.today.zvol
    )


def facts(record: Record, proposed: Trade, finding: BiasFinding) -> dict[str, float | str]:
    """How unusual it was, and what came of earlier purchases of that kind."""
    volume = value_today(record, proposed.symbol, record.today.zvol)
    return purchase_facts(finding, proposed, {"volume_z": volume})
