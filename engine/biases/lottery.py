"""Lottery preference: buying what had a spectacular day (Kumar 2009; Bali, Cakici and Whitelaw
2011; biases.md 2)."""

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

BIAS = Bias("lottery", "purchases", 20, 0.30, Calibration.WEAK, Instead.MARKET)


def detect(record: Record, rng: np.random.Generator | None) -> BiasFinding:
    """Log odds of being bought per standard deviation of the largest daily return of the month."""
    bought, signals = record.purchases, record.signals
    seen = bought.seen[bought.group], bought.column
    return conclude_purchases(
        BIAS,
        record,
        rng,
        term="zmax",
        exposure=exposure_of(bought, top_fifth(signals.zmax[bought.seen], bought.universe)),
        check=mean_of_days(bought, signals.zmax[seen]),
        facts={"best_day": signals.best[seen]},
    )


def feeds(record: Record, proposed: Trade) -> bool:
    """A share whose best day of the month was better than those of four fifths of the others."""
    return is_new_money(record, proposed) and is_in_top_fifth(
        record, proposed.symbol, record.today.zmax
    )


def facts(record: Record, proposed: Trade, finding: BiasFinding) -> dict[str, float | str]:
    """That day, and what came of earlier purchases of that kind."""
    best = value_today(record, proposed.symbol, record.today.best)
    return purchase_facts(finding, proposed, {"best_day": best})
