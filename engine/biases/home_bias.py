"""Home bias: fewer foreign shares than the world has (French and Poterba 1991; biases.md 2)."""

from __future__ import annotations

from math import nan

import numpy as np

from engine.arrays import Floats
from engine.detection.cost import Cost
from engine.detection.declaration import Bias, describe
from engine.detection.finding import BiasFinding, Calibration
from engine.market.world import world_share
from engine.record.record import Record
from engine.record.valuation import value_months

# With one or two holdings the share is all or nothing. Half the foreign shares of the world: 50.
BIAS = Bias("home_bias", "holdings", 3, 0.5, Calibration.WEAK)

_UNPLACED = 0.05  # of the value in names whose country is not known, before that is said


def detect(record: Record, rng: np.random.Generator | None) -> BiasFinding:
    """HB = 1 - foreign share / foreign share of the world, in the mean over the months; a state
    that is described, without a test and without a cost."""
    context = record.context
    symbols = record.history.symbols
    home = None if context.home is None else context.home.upper()
    country = [context.countries.get(symbol, "").upper() for symbol in symbols]
    placed = np.array([bool(one) for one in country], dtype=np.bool_)
    own = np.array([one == home for one in country], dtype=np.bool_) & placed
    weight = _mean_weights(record)
    known = float(weight[placed].sum())
    at_home = float(weight[own].sum()) / known if known > 0 and home is not None else nan
    world = None if home is None else world_share(home)
    foreign = 1.0 - at_home
    value = nan if world is None else 1.0 - foreign / (1.0 - world)
    measures = {
        "home_share": at_home,
        "foreign_share": foreign,
        "world_home_share": nan if world is None else world,
        "unplaced_share": 1.0 - known if weight.sum() > 0 else nan,
    }
    if context.employer in symbols:
        measures["employer_share"] = float(weight[symbols.index(context.employer)])
    return describe(
        BIAS,
        value=value,
        n=int((placed & (weight > 0)).sum()) if home is not None else 0,
        cost=Cost(),
        horizon=record.horizon,
        measures=measures,
        caveats=_caveats(home, any(country), world, measures["unplaced_share"]),
    )


def _caveats(
    home: str | None, countries: bool, world: float | None, unplaced: float
) -> tuple[str, ...]:
    if home is None or not countries:
        return ("no_countries",)
    if world is None:
        return ("home_unknown",)
    return (("countries_incomplete",) if unplaced > _UNPLACED else ()) + (
        "approximate_world_shares",
    )


def _mean_weights(record: Record) -> Floats:
    """Share of each symbol in the value of the portfolio, in the mean over the beginnings of the
    months and today; all 0 where nothing was ever held: (N,)."""
    holdings = value_months(record).holdings
    if record.market.length:
        now = np.array([np.datetime64(record.until, "D").astype(np.int64)])
        last = np.maximum(record.quantities(now), 0.0) * record.market.close[-1:]
        holdings = np.concatenate([holdings, np.nan_to_num(last)])
    total = holdings.sum(axis=1)
    invested = total > 0
    if not invested.any():
        return np.zeros(len(record.history.symbols))
    mean: Floats = (holdings[invested] / total[invested, None]).mean(axis=0)
    return mean
