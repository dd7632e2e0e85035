"""What a rule declares, and what it would have changed in a person's own history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import stdtrit

from engine.arrays import Floats, Ints
from engine.detection.finding import Evidence
from engine.detection.scoring import Z90
from engine.inference.bootstrap import BLOCK, resample_days
from engine.record.record import Record
from engine.record.valuation import value_months

HORIZON = 63
"""Trading days after a decision over which what was done and what the rule asks for are compared,
whatever the rule: a quarter, so that the trades of the last one can be judged by the next."""

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Changes:
    """The M decisions that a rule would have made otherwise: (M,) arrays, and what it looks at."""

    decision: Ints  # of the history, each once
    gain: Floats  # money the rule would have had more after ``HORIZON`` rows; NaN: not known
    of: int  # decisions of the kind that the rule is about


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as a file of this folder declares it, under the name ``RULE``."""

    name: str
    biases: tuple[str, ...]  # it helps with; those that its source is about first
    parameter: float  # how many, how long, how much
    measure: str  # what the parameter is: "trading days", "parts", "a month", "share"
    unit: str  # what ``Changes.of`` counts
    change: Callable[[Record, float], Changes]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule would have brought. History, not a promise: one past, and a noisy one."""

    rule: str
    parameter: float
    changed: int  # decisions that would have been different
    of: int
    unit: str
    known: int  # of the changed ones, those whose horizon is over and whose prices are known
    yearly: float | None  # money; positive: with the rule there would be more. None: not known
    interval: tuple[float, float] | None  # 90 %, of blocks of 21 days; None without randomness
    share: float | None  # of the mean portfolio value
    horizon: int
    examples: tuple[Evidence, ...]  # where it matters most, either way; κ is the gain


def try_rule(rule: Rule, record: Record, rng: np.random.Generator | None) -> Outcome:
    """Compare ``rule`` with what was really done, decision by decision, over 63 trading days.

    Each decision is changed on its own and everything else left as it was; nothing is invested
    again, and no taxes are counted. Decisions whose 63 days are not over, or that have no prices,
    are counted in ``changed`` but not in the money.
    """
    changes = rule.change(record, rule.parameter)
    row = record.row_of(record.history.decisions.day[changes.decision])
    complete = (row >= 0) & (row + HORIZON < record.market.length)
    gain = np.where(complete, changes.gain, np.nan)
    known = np.flatnonzero(~np.isnan(gain))
    yearly, interval, share = _yearly(record, row[known], gain[known], rng)
    if len(changes.decision) and not len(known):
        yearly = interval = share = None
    return Outcome(
        rule=rule.name,
        parameter=rule.parameter,
        changed=len(changes.decision),
        of=changes.of,
        unit=rule.unit,
        known=len(known),
        yearly=yearly,
        interval=interval,
        share=share,
        horizon=HORIZON,
        examples=_examples(record, changes.decision[known], gain[known]),
    )


def _yearly(
    record: Record, row: Ints, gain: Floats, rng: np.random.Generator | None
) -> tuple[float | None, tuple[float, float] | None, float | None]:
    years = record.years(HORIZON)
    yearly = float(gain.sum()) / years
    worth = value_months(record).mean_value
    share = yearly / worth if worth > 0 else None
    if rng is None:
        return yearly, None, share
    first, length = record.span()
    day = np.clip(row - first, 0, length - 1)
    drawn = resample_days(day, gain[:, None], length, rng)[:, 0] / years
    low, high = np.quantile(drawn, [0.05, 0.95]) - yearly
    wider = _widening(len(np.unique(day // BLOCK)))
    return yearly, (yearly + wider * float(low), yearly + wider * float(high)), share


def _widening(blocks: int) -> float:
    """By how much the interval of so few blocks with changed decisions is too narrow: Student's
    quantile over the normal one, with the variance estimated from them.

    Without it, 81 to 91 % of the intervals of people who trade by chance cover 0; with it, 85 to
    93 % (tests/engine/rules).
    """
    n = max(blocks, 2)
    return float(stdtrit(n - 1, 0.95)) / Z90 * sqrt(n / (n - 1))


def _examples(record: Record, decision: Ints, gain: Floats) -> tuple[Evidence, ...]:
    made, history = record.history.decisions, record.history
    most = np.argsort(-np.abs(gain), kind="stable")[:_EXAMPLES]
    return tuple(
        Evidence(
            made.ids[one],
            history.symbols[made.symbol[one]],
            history.days[made.day[one]].item(),
            float(money),
            {"value": float(made.value[one])},
        )
        for one, money in zip(decision[most].tolist(), gain[most], strict=True)
    )
