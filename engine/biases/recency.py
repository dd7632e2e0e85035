"""Recency: buying what rose last month (Greenwood and Shleifer 2014; biases.md 1.4)."""

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

BIAS = Bias("recency", "purchases", 20, 0.40, Calibration.WEAK, Instead.MARKET)


def detect(record: Record, rng: np.random.Generator | None) -> BiasFinding:
    """Log odds of being bought per standard deviation of the 21-day return, the return of the
    eleven months before held fixed: buying a long trend is not recency."""
    bought, signals = record.purchases, record.signals
    seen = bought.seen[bought.group], bought.column
    return conclude_purchases(
        BIAS,
        record,
        rng,
        term="z21",
        exposure=exposure_of(bought, top_fifth(signals.z21[bought.seen], bought.universe)),
        check=mean_of_days(bought, signals.z21[seen]),
        facts={"month_return": signals.month[seen]},
        by_share=True,
    )


def feeds(record: Record, proposed: Trade) -> bool:
    """A share that rose more over the last month than four fifths of the others."""
    return is_new_money(record, proposed) and is_in_top_fifth(
        record, proposed.symbol, record.today.z21
    )


def facts(record: Record, proposed: Trade, finding: BiasFinding) -> dict[str, float | str]:
    """How the share did, and what came of earlier purchases of that kind."""
    month = value_today(record, proposed.symbol, record.today.month)
    return purchase_facts(finding, proposed, {"month_return": month})
