"""Fear of missing out: buying what has just jumped (biases.md 1.10)."""

from __future__ import annotations

from dataclasses import replace
from math import log, nan, sqrt

import numpy as np

from engine.arrays import Floats
from engine.detection.declaration import P_VALUE, Bias
from engine.detection.finding import BiasFinding, Calibration, Instead
from engine.detection.purchase_bias import (
    Check,
    conclude_purchases,
    exposure_of,
    is_new_money,
    purchase_facts,
    value_today,
)
from engine.inference.choice_model import probabilities
from engine.inference.counting import middle_p
from engine.ledger import Trade
from engine.record.purchases import TERMS, Purchases
from engine.record.record import Record

BIAS = Bias("fomo", "purchases", 20, 0.69, Calibration.WEAK, Instead.MARKET)


def detect(record: Record, rng: np.random.Generator | None) -> BiasFinding:
    """Log odds of being bought, hot against not. The p-value is the one of the count of hot
    purchases, as hot shares are few."""
    bought, signals = record.purchases, record.signals
    exposure = exposure_of(bought, signals.hot[bought.seen])
    finding = conclude_purchases(
        BIAS,
        record,
        rng,
        term="hot",
        exposure=exposure,
        check=ratio(int(exposure.bought.sum()), exposure.share),
        facts={"week_return": signals.week[bought.seen[bought.group], bought.column]},
    )
    return replace(finding, measures=finding.measures | {P_VALUE: _p_value(bought)})


def ratio(hot: int, chances: Floats) -> Check:
    """ln of hot purchases over what chance gives, half a purchase added to each; ``chances``: (B,)
    share of the universe that was hot at each purchase."""
    expected = float(chances.sum())
    if not expected > 0:
        return Check()
    spread = sqrt(float((chances * (1 - chances)).sum()))
    return Check(log((hot + 0.5) / (expected + 0.5)), spread / expected)


def _p_value(bought: Purchases) -> float:
    """That of the count of hot purchases, by the Poisson-binomial distribution, with the chances
    that the other terms of Model B leave them: who chases a rising month meets hot shares."""
    place = TERMS.index("hot")
    if bought.sets is None or bought.fit is None or not bought.fit.varies[place]:
        return nan
    hot = (bought.sets.x[:, place] > 0).astype(np.float64)
    share = bought.sets.sums(hot * probabilities(bought.sets, bought.fit.without(place)))
    chances = np.repeat(share, bought.sets.choices.astype(np.int64))
    return middle_p(int(bought.sets.chosen @ hot), chances)


def feeds(record: Record, proposed: Trade) -> bool:
    """A share that has just jumped."""
    hot = record.today.hot.astype(np.float64)
    return is_new_money(record, proposed) and value_today(record, proposed.symbol, hot) > 0


def facts(record: Record, proposed: Trade, finding: BiasFinding) -> dict[str, float | str]:
    """How far it jumped, and what came of earlier purchases of that kind."""
    week = value_today(record, proposed.symbol, record.today.week)
    return purchase_facts(finding, proposed, {"week_return": week})
