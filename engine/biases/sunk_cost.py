"""Averaging down: adding to losers rather than to winners (sunk cost; biases.md 2, row "down")."""

from __future__ import annotations

from math import isnan

import numpy as np

from engine.arrays import Floats, Ints
from engine.detection.cost import Cost
from engine.detection.declaration import Bias, conclude
from engine.detection.finding import BiasFinding, Calibration, Evidence, Instead
from engine.detection.purchase_bias import attribute
from engine.detection.scoring import half_point
from engine.inference.strata import mantel_haenszel
from engine.ledger import Kind, Trade
from engine.record.choices import Choices, choose
from engine.record.held import held_now
from engine.record.record import Record

BIAS = Bias(
    "sunk_cost", "days of adding", 15, half_point(1.5), Calibration.PUBLISHED, Instead.MARKET
)


def detect(record: Record, rng: np.random.Generator | None) -> BiasFinding:
    """Log odds of being bought, holdings at a loss against holdings at a gain, next to all else
    that makes somebody buy (Model B). Checked by the odds within each day of adding alone."""
    choices = choose(record, closing=False)
    strata = choices.strata(choices.loss, len(record.history.days))
    odds = mantel_haenszel(strata)
    added = np.flatnonzero(choices.chosen & choices.usable & choices.loss)
    after, kappa = _consequences(record, choices, added)
    estimate = record.purchases.estimate("down")
    row = record.row_of(choices.day[added])
    cost, share = attribute(record, estimate, BIAS.theta50, row, kappa, rng)
    alone = len(record.market.prices.symbols) < 2
    return conclude(
        BIAS,
        theta=estimate.theta,
        se=estimate.se,
        n=odds.n,
        cost=cost if len(added) else Cost(),
        horizon=record.horizon,
        evidence=_evidence(record, choices, added, after, kappa),
        measures={
            "added_losers": float(strata.a.sum()),
            "other_losers": float(strata.b.sum()),
            "added_winners": float(strata.c.sum()),
            "other_winners": float(strata.d.sum()),
            "adding_days": float(strata.contrasting.sum()),
            "attributable": share,
            "check_theta": odds.theta,
            "check_se": odds.se,
            "incomplete": float(np.isnan(kappa).sum()),
        },
        caveats=(("small_universe",) if record.purchases.small else ())
        + (("no_benchmark",) if alone else ()),
    )


def _consequences(record: Record, choices: Choices, added: Ints) -> tuple[Floats, Floats]:
    """Return after each addition to a loser, and κ = v·(R_benchmark - R)."""
    row = record.row_of(choices.day[added])
    after = record.market.forward(row, choices.symbol[added], record.horizon)
    benchmark = record.benchmark(row, record.horizon)
    if len(record.market.prices.symbols) < 2:
        benchmark = np.full_like(after, np.nan)
    return after, record.history.decisions.value[choices.decision[added]] * (benchmark - after)


def _evidence(
    record: Record, choices: Choices, added: Ints, after: Floats, kappa: Floats
) -> tuple[Evidence, ...]:
    made, days = record.history.decisions, record.history.days
    found = []
    for n, row in enumerate(added.tolist()):
        decision = int(choices.decision[row])
        facts = {
            "loss": -float(choices.result[row]),
            "held_days": float(choices.held_days[row]),
            "value": float(made.value[decision]),
        }
        if not isnan(after[n]):
            facts["after"] = float(after[n])
        found.append(
            Evidence(
                made.ids[decision],
                record.history.symbols[choices.symbol[row]],
                days[choices.day[row]].item(),
                None if isnan(kappa[n]) else float(kappa[n]),
                facts,
            )
        )
    return tuple(found)


def feeds(record: Record, proposed: Trade) -> bool:
    """More of a position that stands at a loss, beyond a mere top-up."""
    if proposed.kind is not Kind.BUY or proposed.planned:
        return False
    own = held_now(record).get(proposed.symbol)
    return (
        own is not None
        and float(proposed.price) / own.cost - 1.0 < -record.convention.dead_band
        and float(proposed.quantity) >= record.convention.min_fraction * own.quantity
    )


def facts(record: Record, proposed: Trade, finding: BiasFinding) -> dict[str, float | str]:
    """What came of the earlier additions to losers."""
    after = [e.facts["after"] for e in finding.evidence if "after" in e.facts]
    counted = finding.measures
    found: dict[str, float | str] = {
        "symbol": proposed.symbol,
        "loss": 1.0 - float(proposed.price) / held_now(record)[proposed.symbol].cost,
        "added_losers": counted["added_losers"],
        "added_winners": counted["added_winners"],
        "of": counted["added_losers"] + counted["added_winners"],
        "adding_days": counted["adding_days"],
        "n": float(len(after)),
        "horizon": float(finding.horizon),
    }
    return found | ({"median_after": float(np.median(after))} if after else {})
