"""Anchoring: selling at the year's high or back at the purchase price (biases.md 1.7).

George and Hwang 2004 (the 52-week high), Barberis and Xiong 2012 (past highs raise selling).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan

import numpy as np

from engine.arrays import Floats, Ints
from engine.detection.cost import Cost, cost_of
from engine.detection.declaration import Bias, conclude
from engine.detection.finding import BiasFinding, Calibration, Evidence, Instead
from engine.detection.scoring import attributable, shrink
from engine.inference.bootstrap import resample_days
from engine.inference.strata import COLUMNS, Strata, log_odds_of, mantel_haenszel, terms
from engine.ledger import Kind, Trade
from engine.record.anchors import Anchors, anchors_held, anchors_now
from engine.record.choices import Choices, choose
from engine.record.held import held_now
from engine.record.record import Record

BIAS = Bias("anchoring", "sale days", 25, 0.40, Calibration.WEAK, Instead.KEEP)


@dataclass(frozen=True, slots=True)
class _Sales:
    """The E sales at an anchor: (E,) arrays."""

    row: Ints  # of the choices
    after: Floats
    kappa: Floats  # v·(R - R of the benchmark); NaN where the horizon is not complete


def detect(record: Record, rng: np.random.Generator | None) -> BiasFinding:
    """Odds of being sold, at an anchor against not, within the gains and losses of a sale day."""
    choices = choose(record, closing=True)
    anchors = _anchors_of(record, choices)
    strata = _strata(record, choices, anchors)
    odds = mantel_haenszel(strata)
    sales = _consequences(
        record,
        choices,
        np.flatnonzero(choices.chosen & choices.usable & anchors.known & anchors.anchored),
    )
    known = ~np.isnan(sales.kappa)
    share = attributable(shrink(np.nan_to_num(odds.theta), np.nan_to_num(odds.se), BIAS.theta50))
    total = float(share) * float(np.where(known, sales.kappa, 0.0).sum())
    replications = None if rng is None else _resample(record, choices, strata, sales, rng)
    return conclude(
        BIAS,
        theta=odds.theta,
        se=odds.se,
        n=odds.n,
        cost=cost_of(record, total, replications, known, record.horizon) if odds.n else Cost(),
        horizon=record.horizon,
        evidence=_evidence(record, choices, anchors, sales),
        measures={
            "sold_at_anchor": float(strata.a.sum()),
            "held_at_anchor": float(strata.b.sum()),
            "sold_elsewhere": float(strata.c.sum()),
            "held_elsewhere": float(strata.d.sum()),
            "sold_at_high": float(anchors.at_high[sales.row].sum()),
            "sold_at_cost": float(anchors.at_cost[sales.row].sum()),
            "attributable": float(share),
            "incomplete": float((~known).sum()),
        },
        caveats=() if _compared(record) else ("no_benchmark",),
    )


def _anchors_of(record: Record, choices: Choices) -> Anchors:
    """Of the rows of ``choices``, which are among what was held at the open."""
    held, width = record.history.holdings, len(record.history.symbols) + 1
    keys = held.day * width + held.symbol  # sorted, as the holdings are
    return anchors_held(record).take(np.searchsorted(keys, choices.day * width + choices.symbol))


def _strata(record: Record, choices: Choices, anchors: Anchors) -> Strata:
    """Two strata for each day: losses and gains."""
    apart = replace(
        choices, day=choices.day * 2 + choices.gain, usable=choices.usable & anchors.known
    )
    return apart.strata(anchors.anchored, 2 * len(record.history.days))


def _consequences(record: Record, choices: Choices, sold: Ints) -> _Sales:
    """What each share sold at an anchor did afterwards, and against the benchmark."""
    row = record.row_of(choices.day[sold])
    after = record.market.forward(row, choices.symbol[sold], record.horizon)
    against = record.benchmark(row, record.horizon)
    if not _compared(record):
        against = np.full_like(after, np.nan)
    value = record.history.decisions.value[choices.decision[sold]]
    return _Sales(sold, after, value * (after - against))


def _compared(record: Record) -> bool:
    """Whether there is a benchmark other than the share itself."""
    prices, named = record.market.prices, record.context.benchmark
    return len(prices.symbols) >= 2 or (named is not None and named in prices)


def _resample(
    record: Record, choices: Choices, strata: Strata, sales: _Sales, rng: np.random.Generator
) -> Floats:
    """Attributable money over the record in each replication, strata and sales drawn by day."""
    first, length = record.span()
    parts = terms(strata)
    active = np.flatnonzero(parts.any(axis=1))
    known = ~np.isnan(sales.kappa)
    values = np.zeros((len(active) + int(known.sum()), COLUMNS + 1))
    values[: len(active), :COLUMNS] = parts[active]
    values[len(active) :, COLUMNS] = sales.kappa[known]
    day = np.concatenate([active // 2, choices.day[sales.row[known]]])
    rows = np.clip(record.row_of(day) - first, 0, length - 1)
    sums = resample_days(rows, values, length, rng)
    theta, se = log_odds_of(sums[:, :COLUMNS])
    shrunk = shrink(np.nan_to_num(theta), np.nan_to_num(se), BIAS.theta50)
    return attributable(shrunk) * sums[:, COLUMNS]


def _evidence(
    record: Record, choices: Choices, anchors: Anchors, sales: _Sales
) -> tuple[Evidence, ...]:
    made, days = record.history.decisions, record.history.days
    found = []
    for row, after, kappa in zip(
        sales.row.tolist(), sales.after.tolist(), sales.kappa.tolist(), strict=True
    ):
        decision = int(choices.decision[row])
        facts = {
            "gain": float(choices.result[row]),
            "to_high": float(anchors.to_high[row]),
            "value": float(made.value[decision]),
        }
        if not isnan(after):
            facts["after"] = after
        found.append(
            Evidence(
                made.ids[decision],
                record.history.symbols[choices.symbol[row]],
                days[choices.day[row]].item(),
                None if isnan(kappa) else kappa,
                facts,
            )
        )
    return tuple(found)


def feeds(record: Record, proposed: Trade) -> bool:
    """A share is to be sold, not merely trimmed, that stood at an anchor the evening before."""
    if proposed.kind is not Kind.SELL or proposed.planned:
        return False
    own = held_now(record).get(proposed.symbol)
    if own is None or float(proposed.quantity) < record.convention.min_fraction * own.quantity:
        return False
    anchors = anchors_now(record, proposed.symbol)
    return anchors is not None and bool(anchors.anchored[0])


def facts(record: Record, proposed: Trade, finding: BiasFinding) -> dict[str, float | str]:
    """How the share stands to its anchors, and what came of the earlier sales there."""
    anchors = anchors_now(record, proposed.symbol)
    after = [one.facts["after"] for one in finding.evidence if "after" in one.facts]
    counted = finding.measures
    shown = ("sold_at_anchor", "held_at_anchor", "sold_elsewhere", "held_elsewhere")
    found: dict[str, float | str] = {key: counted[key] for key in shown}
    found |= {
        "symbol": proposed.symbol,
        "gain": float(proposed.price) / held_now(record)[proposed.symbol].cost - 1.0,
        "n": float(len(after)),
        "horizon": float(finding.horizon),
    }
    if anchors is not None:
        found["at_high"] = float(anchors.at_high[0])
        if not isnan(anchors.to_high[0]):
            found["to_high"] = float(anchors.to_high[0])
    return found | ({"median_after": float(np.median(after))} if after else {})
