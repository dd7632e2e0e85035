"""Narrow framing: trades decided one by one rather than together (Kumar and Lim 2008)."""

from __future__ import annotations

from math import nan

import numpy as np

from engine.arrays import Floats
from engine.detection.cost import Cost
from engine.detection.declaration import Bias, describe
from engine.detection.finding import BiasFinding, Calibration
from engine.record.record import Record

# No study says how much is average, so there is no intensity: it is reported, not scored.
BIAS = Bias("narrow_framing", "trades", 20, nan, Calibration.WEAK)


def clustering(trade_days: int, trades: int) -> float:
    """1 - trade days / trades: 0 where every trade has a day of its own. NaN without trades."""
    return 1.0 - trade_days / trades if trades else nan


def expected_days(per_share: Floats, length: int) -> float:
    """Days with a trade if each share's days of trading fell anywhere among ``length`` days.

    ``per_share``: how many days each share was traded on. This is the exact mean over all
    permutations of the days, share by share: a day stays empty with probability Π(1 - n / length).
    """
    return float(length * (1.0 - np.prod(1.0 - np.minimum(per_share / length, 1.0))))


def detect(record: Record, rng: np.random.Generator | None) -> BiasFinding:
    """Clustering of trades in days, less its mean if the days were shuffled; negative is narrow."""
    made = record.history.decisions
    counted = record.discretionary
    trades = int(counted.sum())
    days = np.unique(made.day[counted])
    pairs = np.unique(np.stack([made.symbol[counted], made.day[counted]]), axis=1)
    per_share = np.bincount(pairs[0], minlength=1).astype(np.float64)
    found = clustering(len(days), trades)
    expected = nan
    if trades:
        rows = record.row_of(days[[0, -1]])
        # Trades on days without prices may be more than the rows between them.
        length = max(int(rows[1] - rows[0]) + 1, len(days))
        expected = clustering(0, trades) - expected_days(per_share, length) / trades
    return describe(
        BIAS,
        value=found - expected,
        n=trades,
        cost=Cost(),
        horizon=record.horizon,
        measures={
            "clustering": found,
            "expected_clustering": expected,
            "trade_days": float(len(days)),
        },
        caveats=(),
    )
