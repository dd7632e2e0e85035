"""Regret aversion: buying back only what does not hurt (Strahilevitz, Odean and Barber 2011;
biases.md 1.8)."""

from __future__ import annotations

from math import sqrt

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.detection.cost import Cost
from engine.detection.declaration import Bias, conclude
from engine.detection.finding import BiasFinding, Calibration, Instead
from engine.detection.purchase_bias import (
    Check,
    attribute,
    evidence_of,
    is_new_money,
    purchase_facts,
)
from engine.inference.strata import log_odds_of, tabulate, terms
from engine.ledger import Trade
from engine.record.held import held_now
from engine.record.purchases import MEMORY
from engine.record.record import Record

BIAS = Bias("regret", "repurchases", 15, 0.46, Calibration.PUBLISHED, Instead.MARKET)


def detect(record: Record, rng: np.random.Generator | None) -> BiasFinding:
    """Log odds of being bought back, per step from a sale that hurts (at a loss, and dearer now) by
    one that is neither to one that comforts (at a gain, and cheaper now)."""
    bought, owned = record.purchases, record.purchases.owned
    estimate = bought.estimate("regret")
    symbol = record.history.decisions.symbol[bought.decision]
    back = owned.sold[bought.group, symbol]
    comfort = np.where(back, owned.regret[bought.group, symbol], 0.0)
    evidence = np.flatnonzero(comfort > 0)
    value = record.history.decisions.value[bought.decision]
    avoided = _mean_of_avoided(record, evidence)
    kappa = np.zeros(len(bought.decision))
    kappa[evidence] = value[evidence] * (avoided - bought.after[evidence])
    against = np.full(len(kappa), np.nan)
    against[evidence] = bought.after[evidence] - avoided
    cost, share = attribute(record, estimate, BIAS.theta50, bought.row, kappa, rng)
    check = _closed_form(record, back)
    return conclude(
        BIAS,
        theta=estimate.theta,
        se=estimate.se,
        n=int(back.sum()),
        cost=cost if len(evidence) else Cost(),
        horizon=record.horizon,
        evidence=evidence_of(
            record,
            evidence,
            kappa,
            {
                "since_sale": owned.since_sale[bought.group, symbol],
                "prior_gain": owned.prior_gain[bought.group, symbol],
                "value": value,
                "after": bought.after,
                "against": against,
            },
        ),
        measures={
            "repurchases": float(back.sum()),
            "comfortable": float(len(evidence)),
            "buys": float(len(back)),
            "attributable": share,
            "check_theta": check.theta,
            "check_se": check.se,
            "incomplete": float(np.isnan(kappa[evidence]).sum()),
        },
        caveats=("small_universe",) if bought.small else (),
    )


def _mean_of_avoided(record: Record, evidence: Ints) -> Floats:
    """Mean return of what could have been bought back that day with less comfort; NaN for none."""
    bought, owned = record.purchases, record.purchases.owned
    group = bought.group[evidence]
    own = owned.regret[group, record.history.decisions.symbol[bought.decision[evidence]]]
    at, symbol = np.nonzero(owned.sold[group] & (owned.regret[group] < own[:, None]))
    after = record.market.forward(bought.row[evidence[at]], symbol, record.horizon)
    known = ~np.isnan(after)
    count = np.bincount(at[known], minlength=len(evidence))
    total = np.bincount(at[known], weights=after[known], minlength=len(evidence))
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _closed_form(record: Record, back: Flags) -> Check:
    """θ = ½(θ_A + θ_B) over repurchase days, A: sold at a gain, B: cheaper than at the sale.

    The standard error is the one of the sums' linear parts by day, which a bootstrap of buy days
    comes to.
    """
    bought, owned = record.purchases, record.purchases.owned
    symbol = record.history.decisions.symbol[bought.decision]
    chosen = np.zeros(owned.sold.shape, dtype=np.bool_)
    chosen[bought.group[back], symbol[back]] = True
    days: Flags = np.asarray(chosen.any(axis=1))
    band = record.convention.dead_band
    usable = owned.sold & days[:, None] & (np.abs(owned.prior_gain) >= band)
    at, n = np.nonzero(usable & ~np.isnan(owned.since_sale))
    theta, parts = 0.0, np.zeros(len(days))
    for exposed in (owned.prior_gain[at, n] > 0, owned.since_sale[at, n] < 0):
        table = terms(tabulate(at, exposed, chosen[at, n], len(days)))
        found, _ = log_odds_of(table.sum(axis=0))
        theta += 0.5 * float(found)
        r, s = table[:, 0], table[:, 1]
        extra = 0.25 if r.sum() == 0 or s.sum() == 0 else 0.0
        parts += 0.5 * (r / (r.sum() + extra) - s / (s.sum() + extra)) if r.any() or s.any() else 0
    return Check(theta, sqrt(float(np.square(parts).sum()))) if theta == theta else Check()


def _last_sale(record: Record, symbol: str) -> tuple[float, float] | None:
    """Gain and price of the sale of ``symbol`` within the last year, if it is not held."""
    made, names = record.history.decisions, record.history.symbols
    if symbol not in names or symbol in held_now(record):
        return None
    sales = np.flatnonzero((made.symbol == names.index(symbol)) & (made.side < 0) & (made.held > 0))
    if not len(sales):
        return None
    last = sales[-1]
    age = record.market.length - 1 - int(record.row_of(made.day[[last]])[0])
    if age > MEMORY:
        return None
    return float(made.price[last] / made.cost[last] - 1.0), float(made.price[last])


def feeds(record: Record, proposed: Trade) -> bool:
    """Something sold at a gain within the last year, and cheaper now."""
    if not is_new_money(record, proposed):
        return False
    sale = _last_sale(record, proposed.symbol)
    return (
        sale is not None
        and sale[0] > -record.convention.dead_band
        and float(proposed.price) < sale[1]
    )


def facts(record: Record, proposed: Trade, finding: BiasFinding) -> dict[str, float | str]:
    """How the sale went, and what came of earlier repurchases of that kind."""
    sale = _last_sale(record, proposed.symbol)
    assert sale is not None  # it feeds the habit
    own = {"prior_gain": sale[0], "since_sale": float(proposed.price) / sale[1] - 1.0}
    return purchase_facts(finding, proposed, own, ("repurchases", "comfortable"))
