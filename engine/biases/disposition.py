"""The disposition effect: selling winners sooner than losers (Odean 1998; biases.md 1.1)."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import numpy as np

from engine.arrays import Flags, Floats, Ints
from engine.detection.cost import Cost, cost_of, resample
from engine.detection.declaration import Bias, conclude
from engine.detection.finding import BiasFinding, Calibration, Evidence, Instead
from engine.detection.proportions import measure, ratio_interval, terciles
from engine.detection.scoring import attributable, shrink
from engine.inference.strata import LogOdds, Strata, mantel_haenszel
from engine.ledger import Kind, LotMethod, Trade
from engine.record.choices import Choices, choose
from engine.record.habits import holding_habits
from engine.record.held import held_now
from engine.record.record import Record

BIAS = Bias("disposition", "sale days", 15, 0.52, Calibration.PUBLISHED, Instead.KEEP)

_ABOVE_TARGET = 1.5  # times the equal weight: its sale may be rebalancing


def detect(record: Record, rng: np.random.Generator | None) -> BiasFinding:
    """Odds of being sold, gains against losses, within each sale day."""
    choices = choose(record, closing=True)
    strata = _strata(record, choices)
    odds = mantel_haenszel(strata)
    sold = np.flatnonzero(choices.chosen & choices.usable & choices.gain)
    after, kappa = _consequences(record, choices, sold)
    measures = measure(strata) | terciles(choices, len(record.history.days))
    replications = None
    if rng is not None:
        drawn = resample(record, strata, choices.day[sold], kappa, BIAS.theta50, rng)
        replications = drawn.cost
        measures |= ratio_interval(drawn.cells)
    share = attributable(shrink(np.nan_to_num(odds.theta), np.nan_to_num(odds.se), BIAS.theta50))
    known = ~np.isnan(kappa)
    total = float(share) * float(np.where(known, kappa, 0.0).sum())
    short = choose(record, closing=True, direction=-1)
    if short.usable.any():
        others = mantel_haenszel(_strata(record, short))
        measures |= {"short_theta": others.theta, "short_se": others.se}
        measures["short_n"] = float(others.n)
    return conclude(
        BIAS,
        theta=odds.theta,
        se=odds.se,
        n=odds.n,
        cost=cost_of(record, total, replications, known, record.horizon) if odds.n else Cost(),
        horizon=record.horizon,
        evidence=_evidence(record, choices, sold, after, kappa),
        measures=measures | {"incomplete": float((~known).sum())},
        caveats=_caveats(record, choices, strata, odds) if rng is not None else (),
    )


def _strata(record: Record, choices: Choices, only: Flags | None = None) -> Strata:
    return choices.strata(choices.gain, len(record.history.days), only)


def _consequences(record: Record, choices: Choices, sold: Ints) -> tuple[Floats, Floats]:
    """Return after each sold winner, and κ = v·[R_winner - mean R of the losers held that day]."""
    row = record.row_of(choices.day)
    forward = record.market.forward(row, choices.symbol, record.horizon)
    held = choices.usable & ~choices.chosen & choices.loss & ~np.isnan(forward)
    count = len(record.history.days)
    losers = np.bincount(choices.day[held], minlength=count)
    total = np.bincount(choices.day[held], weights=forward[held], minlength=count)
    day = choices.day[sold]
    mean = np.where(losers[day] > 0, total[day] / np.maximum(losers[day], 1), np.nan)
    value = record.history.decisions.value[choices.decision[sold]]
    return forward[sold], value * (forward[sold] - mean)


def _evidence(
    record: Record, choices: Choices, sold: Ints, after: Floats, kappa: Floats
) -> tuple[Evidence, ...]:
    made, days = record.history.decisions, record.history.days
    found = []
    for n, row in enumerate(sold.tolist()):
        decision = int(choices.decision[row])
        facts = {
            "gain": float(choices.result[row]),
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


def _caveats(record: Record, choices: Choices, strata: Strata, odds: LogOdds) -> tuple[str, ...]:
    """What would make it wrong: rerun without the usual innocent reasons (biases.md 1.1)."""
    if isnan(odds.theta):
        return ()
    found = []
    fifo = record.under(replace(record.convention, lots=LotMethod.FIFO))
    if _flips(odds, mantel_haenszel(_strata(fifo, choose(fifo, closing=True)))):
        found.append("sign_flips_under_fifo")
    count = len(record.history.days)
    worth = np.nan_to_num(choices.value)
    weight = (
        worth
        * np.bincount(choices.day, minlength=count)[choices.day]
        / np.maximum(np.bincount(choices.day, weights=worth, minlength=count)[choices.day], 1e-300)
    )
    rebalanced = choices.chosen & (weight > _ABOVE_TARGET)
    if _flips(odds, mantel_haenszel(_strata(record, choices, ~rebalanced))):
        found.append("sign_flips_without_rebalancing")
    month = record.history.days.astype("datetime64[M]").astype(np.int64) % 12
    if _flips(odds, mantel_haenszel(_strata(record, choices, month[choices.day] != 11))):
        found.append("sign_flips_without_december")
    if choices.alone > strata.contrasting.sum():
        found.append("mostly_single_position")
    return tuple(found)


def _flips(odds: LogOdds, other: LogOdds) -> bool:
    return not isnan(other.theta) and odds.theta * other.theta < 0


def feeds(record: Record, proposed: Trade) -> bool:
    """A winner is to be sold, not merely trimmed, while a loser is held."""
    if proposed.kind is not Kind.SELL or proposed.planned:
        return False
    held = held_now(record)
    own = held.get(proposed.symbol)
    band = record.convention.dead_band
    return (
        own is not None
        and float(proposed.price) / own.cost - 1.0 > band
        and float(proposed.quantity) >= record.convention.min_fraction * own.quantity
        and any(one.gain < -band for one in held.values() if one.symbol != proposed.symbol)
    )


def facts(record: Record, proposed: Trade, finding: BiasFinding) -> dict[str, float | str]:
    """How soon winners went, how long losers stay, and what the winners did afterwards."""
    held = held_now(record)
    band = record.convention.dead_band
    losers = [one for one in held.values() if one.gain < -band and one.symbol != proposed.symbol]
    shown = ("pgr", "plr", "ratio", "ratio_lo", "ratio_hi", "sale_days")
    return (
        holding_habits(record, losers)
        | {key: finding.measures[key] for key in shown if key in finding.measures}
        | {
            "symbol": proposed.symbol,
            "gain": float(proposed.price) / held[proposed.symbol].cost - 1.0,
            "losers_held": float(len(losers)),
        }
    )
