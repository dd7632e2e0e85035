"""What the biases of buying share: one term of Model B, evidence, cost (biases.md 0.4 to 0.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan, sqrt

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.detection.cost import Cost, cost_of
from engine.detection.declaration import Bias, conclude
from engine.detection.finding import BiasFinding, Evidence
from engine.detection.scoring import attributable, shrink
from engine.inference.bootstrap import resample_days
from engine.ledger import Kind, Trade
from engine.record.held import held_now
from engine.record.purchases import Estimate, Purchases
from engine.record.record import Record

FIFTH = 0.2
_NEVER = 1e-12  # instead of no purchase at all


@dataclass(frozen=True, slots=True)
class Exposure:
    """Which shares catch the eye of a bias: of B purchases, (B,) each."""

    bought: Flags  # the purchase is one of them
    share: Floats  # of all that could have been bought that day


@dataclass(frozen=True, slots=True)
class Check:
    """The same habit measured alone, without the other terms of the model."""

    theta: float = nan
    se: float = nan


def exposure_of(purchases: Purchases, exposed: Flags) -> Exposure:
    """``exposed``: (G, J) on each day with purchases."""
    among = exposed & purchases.universe
    share = among.sum(axis=1) / np.maximum(purchases.universe.sum(axis=1), 1)
    return Exposure(among[purchases.group, purchases.column], share[purchases.group])


def top_fifth(values: Floats, universe: Flags) -> Flags:
    """(G, J) Whether a value is in the highest fifth of those known that day."""
    known = np.where(universe & ~np.isnan(values), values, -np.inf)
    count = np.isfinite(known).sum(axis=1)
    ordered = np.sort(known, axis=1)[:, ::-1]
    last = np.maximum(np.ceil(FIFTH * count).astype(np.int64) - 1, 0)
    least = ordered[np.arange(len(known)), last] if known.size else np.zeros(len(known))
    high: Flags = (known >= least[:, None]) & np.isfinite(known)
    return high


def mean_of_days(purchases: Purchases, values: Floats) -> Check:
    """Mean over buy days of a z-score of what was bought, against 0 (biases.md 1.4).

    ``values``: (B,), NaN where not known.
    """
    known = ~np.isnan(values)
    count = np.bincount(purchases.group[known])
    total = np.bincount(purchases.group[known], weights=values[known])
    days = total[count > 0] / count[count > 0]
    if len(days) < 2:
        return Check()
    return Check(float(days.mean()), float(days.std(ddof=1)) / sqrt(len(days)))


def conclude_purchases(
    bias: Bias,
    record: Record,
    rng: np.random.Generator | None,
    *,
    term: str,
    exposure: Exposure,
    check: Check,
    facts: Mapping[str, Floats],
    by_share: bool = False,
    caveats: tuple[str, ...] = (),
) -> BiasFinding:
    """The finding about one term. Evidence are the exposed purchases; each would have cost
    κ = v·(R_universe - R) more than it did.

    ``facts``: (B,) by name, for the evidence. ``by_share``: the attributable fraction is how many
    of them chance would not explain, 1 - expected / found, not 1 - exp(-θ).
    """
    bought = record.purchases
    estimate = bought.estimate(term)
    evidence = np.flatnonzero(exposure.bought)
    value = record.history.decisions.value[bought.decision]
    against = bought.after - bought.market
    if bought.universe.shape[1] < 2:
        against = np.full_like(against, np.nan)
    kappa = -value * against
    counts = (exposure.bought.astype(np.float64), exposure.share) if by_share else None
    cost, share = attribute(
        record, estimate, bias.theta50, bought.row, np.where(exposure.bought, kappa, 0), rng, counts
    )
    shown = {"value": value, "after": bought.after, "against": against, **facts}
    return conclude(
        bias,
        theta=estimate.theta,
        se=estimate.se,
        n=len(bought.decision),
        cost=cost if len(evidence) else Cost(),
        horizon=record.horizon,
        evidence=evidence_of(record, evidence, kappa, shown),
        measures={
            "evidence_buys": float(len(evidence)),
            "buys": float(len(bought.decision)),
            "expected_buys": float(exposure.share.sum()),
            "attributable": share,
            "check_theta": check.theta,
            "check_se": check.se,
            "incomplete": float(np.isnan(kappa[evidence]).sum()),
            "left_out": float(bought.unpriced),
        },
        caveats=(("small_universe",) if bought.small else ()) + caveats,
    )


def attribute(
    record: Record,
    estimate: Estimate,
    theta50: float,
    row: Ints,
    kappa: Floats,
    rng: np.random.Generator | None,
    counts: tuple[Floats, Floats] | None = None,
) -> tuple[Cost, float]:
    """The yearly cost that the habit explains, and the attributable fraction.

    ``kappa``: (E,) at the market's ``row``, NaN where not known. The interval comes from 21-day
    blocks; in each replication the coefficient moves by one Newton step from the sums of the
    resampled days' scores (a one-step bootstrap: the model is not fitted again). ``counts``: (E,)
    found and expected, from which the fraction is 1 - expected / found.
    """
    if isnan(estimate.theta):
        return Cost(), nan
    known = ~np.isnan(kappa)
    columns = [np.nan_to_num(kappa), *(counts or ())]
    share = float(_fraction(estimate.theta, estimate.se, theta50, [c.sum() for c in columns[1:]]))
    replications = None
    if rng is not None:
        first, length = record.span()
        days, width = len(estimate.row), 1 + len(columns)
        values = np.zeros((days + len(row), width))
        values[:days, 0] = estimate.influence
        values[days:, 1:] = np.stack(columns, axis=1)
        day = np.clip(np.concatenate([estimate.row, row]) - first, 0, length - 1)
        drawn = resample_days(day, values, length, rng).T
        moved = estimate.theta + drawn[0] - estimate.pull
        replications = _fraction(moved, estimate.se, theta50, list(drawn[2:])) * drawn[1]
    total = share * float(columns[0].sum())
    return cost_of(record, total, replications, known & (kappa != 0), record.horizon), share


def _fraction(
    theta: Floats | float, se: float, theta50: float, counts: Sequence[Floats | float]
) -> Floats:
    if not counts:
        return attributable(shrink(theta, se, theta50))
    found, expected = counts
    return np.asarray(1.0 - np.minimum(expected / np.maximum(found, _NEVER), 1.0))


def evidence_of(
    record: Record, evidence: Ints, kappa: Floats, facts: Mapping[str, Floats]
) -> tuple[Evidence, ...]:
    """``evidence``: indices of purchases; ``kappa`` and ``facts``: (B,), NaN where not known."""
    made, days, names = record.history.decisions, record.history.days, record.history.symbols
    decision = record.purchases.decision[evidence]
    day = days[made.day[decision]].tolist()
    columns = {name: values[evidence].tolist() for name, values in facts.items()}
    costs = kappa[evidence].tolist()
    return tuple(
        Evidence(
            made.ids[made_by],
            names[made.symbol[made_by]],
            day[n],
            None if isnan(costs[n]) else costs[n],
            {name: column[n] for name, column in columns.items() if not isnan(column[n])},
        )
        for n, made_by in enumerate(decision.tolist())
    )


def is_new_money(record: Record, proposed: Trade) -> bool:
    """A purchase that was decided on, beyond a mere top-up."""
    if proposed.kind is not Kind.BUY or proposed.planned:
        return False
    own = held_now(record).get(proposed.symbol)
    return own is None or (
        float(proposed.quantity) >= record.convention.min_fraction * own.quantity
    )


def value_today(record: Record, symbol: str, values: Floats) -> float:
    """Of the one row ``values`` (1, J) of today's signals; NaN for a symbol without prices."""
    prices = record.market.prices
    return float(values[0, prices.column(symbol)]) if symbol in prices else nan


def is_in_top_fifth(record: Record, symbol: str, values: Floats) -> bool:
    """Whether ``symbol`` is in the highest fifth of today's ``values`` (1, J)."""
    if symbol not in record.market.prices:
        return False
    return bool(top_fifth(values, record.today.tradable)[0, record.market.prices.column(symbol)])


def purchase_facts(
    finding: BiasFinding,
    proposed: Trade,
    own: Mapping[str, float],
    counted: tuple[str, ...] = ("evidence_buys", "buys", "expected_buys"),
) -> dict[str, float | str]:
    """What the person's record says about purchases of this kind; ``counted``: measures."""
    after = [e.facts["after"] for e in finding.evidence if "after" in e.facts]
    against = [e.facts["against"] for e in finding.evidence if "against" in e.facts]
    found: dict[str, float | str] = {
        "symbol": proposed.symbol,
        **own,
        **{key: finding.measures[key] for key in counted},
        "n": float(len(after)),
        "horizon": float(finding.horizon),
    }
    if after:
        found["median_after"] = float(np.median(after))
    if against:
        found["median_against"] = float(np.median(against))
    return found
