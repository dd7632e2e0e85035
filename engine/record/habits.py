"""How long winners and losers are kept, and what sold winners did afterwards, in plain medians."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.arrays import Floats
from engine.record.held import HeldPosition
from engine.record.record import Record

_LAST = 11  # winner sales looked back at
_SOON = 21.0  # calendar days


def holding_habits(record: Record, losers: Sequence[HeldPosition]) -> dict[str, float | str]:
    """Facts about the last eleven sales of winners, and about ``losers``, held now, with those
    that were sold at a loss. Keys whose value is not known are left out.

    ``winners_sold`` of the last ``of`` winner sales came within ``within_days`` of the purchase;
    ``median_after``: median return over the horizon after the latter, ``n`` of them known.
    """
    made, days = record.history.decisions, record.history.days
    sales = np.flatnonzero((made.side < 0) & (made.held > 0) & record.discretionary)
    result = made.price[sales] / made.cost[sales] - 1.0
    kept = (days[made.day[sales]] - days[made.opened[sales]]).astype(np.float64)
    band = record.convention.dead_band
    won = np.flatnonzero(result > band)[-_LAST:]
    soon = won[kept[won] <= _SOON]
    picked = sales[soon]
    after = record.market.forward(
        record.row_of(made.day[picked]), made.symbol[picked], record.horizon
    )
    after = after[~np.isnan(after)]
    lost = np.concatenate([kept[result < -band], np.array([one.days for one in losers])])
    return (
        {
            "winners_sold": float(len(soon)),
            "of": float(len(won)),
            "within_days": _SOON,
            "n": float(len(after)),
            "horizon": float(record.horizon),
        }
        | _median("median_days_winner", kept[won])
        | _median("median_days_loser", lost)
        | _median("median_after", after)
    )


def _median(key: str, values: Floats) -> dict[str, float | str]:
    return {key: float(np.median(values))} if len(values) else {}
