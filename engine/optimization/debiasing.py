"""Measured biases as bounds and charges: what each would buy is capped, its trades cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import inf, isfinite

import numpy as np

from engine.arrays import Flags, Floats
from engine.detection.finding import BiasFinding, Label
from engine.optimization.constraints import Constraints, Group
from engine.optimization.feasible_set import check, held_now
from engine.optimization.linear_form import highest_mean
from engine.optimization.solution import Infeasible

FULL_SIGNAL = 2.0  # standard deviations above the others from which a signal counts in full
AVERAGE = 50.0  # intensity of the average investor of the cited study: a state counts from here
_HALVINGS = 30
_FOREIGN = "foreign"
_BOUNDLESS = 1e3  # an upper bound for what has none


class Kind(StrEnum):
    CAP = "cap"  # less of what the habit points at
    NO_ADDING = "no adding"  # to what stands at a loss
    SPREAD = "spread"  # less in any one name
    ABROAD = "abroad"  # a least share of foreign assets
    CHARGE = "charge"  # every trade costs what trades have cost
    CAUTION = "caution"  # losses weigh as they do for the person
    REFERENCE = "reference"  # a rule alone: today's price decides, not the price paid


@dataclass(frozen=True, slots=True)
class Signals:
    """What the habits point at now, of N assets; nothing where it is not known, NaN for one asset.

    ``best_day``, ``month``, ``volume``, ``crowd``: z-scores across assets of the month's best day
    (lottery), the month's return (recency), the volume (attention), the crowd's buying (herding).
    ``hot``: an extraordinary week (FOMO). ``result``: gain or loss since purchase, NaN where
    nothing is held (sunk cost). ``abroad``: foreign assets (home bias).
    """

    best_day: Floats | None = None
    month: Floats | None = None
    volume: Floats | None = None
    crowd: Floats | None = None
    hot: Flags | None = None
    result: Floats | None = None
    abroad: Flags | None = None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What one bias changes, why (``facts``), and how strongly: 0 not at all, 1 in full."""

    bias: str
    kind: Kind
    strength: float
    facts: dict[str, float] = field(default_factory=dict)
    upper: Floats | None = None  # (N,) bounds; infinite where there is none
    abroad: float | None = None  # least share of foreign assets
    charge: float = 0.0  # of the money traded
    loss_aversion: float | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """Constraints, a charge on trades and a loss aversion after all adjustments.

    ``softened``: 1 where the bounds could be had in full, else the largest share of the way from
    the person's own bounds to them that leaves a portfolio.
    """

    constraints: Constraints
    charge: float
    loss_aversion: float | None
    softened: float


def strength_of(finding: BiasFinding) -> float:
    """Intensity (0 to 1) times P(present), of a detected bias; the intensity of a state that is at
    least the average investor's; 0 for all else."""
    size = finding.intensity / 100.0
    if not isfinite(size) or finding.opposite:
        return 0.0
    if finding.label is Label.MEASURED:
        return min(size, 1.0) if finding.intensity >= AVERAGE else 0.0
    if not finding.detected or not isfinite(finding.p_present):
        return 0.0
    return float(np.clip(size * finding.p_present, 0.0, 1.0))


def adjust(
    findings: Iterable[BiasFinding], signals: Signals, constraints: Constraints, classical: Floats
) -> tuple[Adjustment, ...]:
    """One adjustment for each bias that has something to correct, in the order of ``findings``.

    ``classical``: (N,) weights of the method without any. Caps leave an equal share to everybody
    and take ``strength`` × signal of what the classical weights have beyond it, so that they fall
    with both and no bias means no cap.
    """
    made = []
    for finding in findings:
        strength = strength_of(finding)
        maker = _MAKERS.get(finding.bias)
        if strength > 0.0 and maker is not None:
            one = maker(_Case(finding, strength, signals, constraints, classical))
            if one is not None:
                made.append(one)
    return tuple(made)


@dataclass(frozen=True, slots=True)
class _Case:
    finding: BiasFinding
    strength: float
    signals: Signals
    constraints: Constraints
    classical: Floats

    def adjustment(self, kind: Kind, **facts: float) -> Adjustment:
        known = {"intensity": self.finding.intensity, "p_present": self.finding.p_present}
        shown = {key: value for key, value in known.items() if isfinite(value)}
        return Adjustment(self.finding.bias, kind, self.strength, shown | facts)

    @property
    def equal(self) -> float:
        return 1.0 / len(self.classical)


def _cap(case: _Case, signal: Floats | None) -> Adjustment | None:
    if signal is None:
        return None
    share = np.clip(np.nan_to_num(signal) / FULL_SIGNAL, 0.0, 1.0)
    if not share.any():
        return None
    beyond = np.maximum(case.classical - case.equal, 0.0)
    upper = np.where(share > 0, case.equal + (1.0 - case.strength * share) * beyond, inf)
    made = case.adjustment(Kind.CAP, assets=float(np.count_nonzero(share)))
    return replace(made, upper=upper)


def _hot(case: _Case) -> Adjustment | None:
    hot = case.signals.hot
    return _cap(case, None if hot is None else FULL_SIGNAL * hot.astype(np.float64))


def _no_adding(case: _Case) -> Adjustment | None:
    """What is held at a loss may grow only by what is left of 1 - strength."""
    if case.signals.result is None:
        return None
    lost = np.nan_to_num(case.signals.result) < 0
    if not lost.any():
        return None
    held = held_now(case.constraints)
    added = np.maximum(case.classical - held, 0.0)
    upper = np.where(lost, held + (1.0 - case.strength) * added, inf)
    made = case.adjustment(Kind.NO_ADDING, assets=float(np.count_nonzero(lost)))
    return replace(made, upper=upper)


def _spread(case: _Case) -> Adjustment | None:
    largest = float(case.classical.max())
    if largest <= case.equal:
        return None
    bound = case.equal + (1.0 - case.strength) * (largest - case.equal)
    made = case.adjustment(Kind.SPREAD, bound=bound)
    return replace(made, upper=np.full(len(case.classical), bound))


def _abroad(case: _Case) -> Adjustment | None:
    """Part of the way from the classical foreign share to the world's."""
    foreign = case.signals.abroad
    wanted = 1.0 - case.finding.measures.get("world_home_share", 1.0)
    if foreign is None or not foreign.any() or not isfinite(wanted):
        return None
    share = float(case.classical[foreign].sum())
    if wanted <= share:
        return None
    least = share + case.strength * (wanted - share)
    return replace(case.adjustment(Kind.ABROAD, least=least, world=wanted), abroad=least)


def _charge(case: _Case) -> Adjustment | None:
    """Each side of a trade costs half a round trip, as often as the portfolio is turned a year."""
    turnover = case.finding.measures.get("turnover", 0.0)
    cost = case.finding.measures.get("cost_rate", 0.0)
    rate = case.strength * turnover * cost / 2.0
    if not (isfinite(rate) and rate > 0.0):
        return None
    return replace(case.adjustment(Kind.CHARGE, turnover=turnover, cost=cost), charge=rate)


def _caution(case: _Case) -> Adjustment | None:
    """λ to the power P(present): a doubtful λ counts for less. A preference, not an error."""
    measured = case.finding.measures.get("lambda", 1.0)
    if not (isfinite(measured) and measured > 1.0):
        return None
    made = case.adjustment(Kind.CAUTION, measured=measured)
    return replace(made, loss_aversion=float(measured**case.finding.p_present))


def _reference(case: _Case) -> Adjustment | None:
    return case.adjustment(Kind.REFERENCE)


_MAKERS: dict[str, Callable[[_Case], Adjustment | None]] = {
    "lottery": lambda case: _cap(case, case.signals.best_day),
    "recency": lambda case: _cap(case, case.signals.month),
    "attention": lambda case: _cap(case, case.signals.volume),
    "herding": lambda case: _cap(case, case.signals.crowd),
    "fomo": _hot,
    "sunk_cost": _no_adding,
    "disposition": _reference,
    "under_diversification": _spread,
    "home_bias": _abroad,
    "overconfidence": _charge,
    "loss_aversion": _caution,
}


def correct(
    constraints: Constraints,
    adjustments: Sequence[Adjustment],
    signals: Signals,
    symbols: Sequence[str],
) -> Corrected:
    """All adjustments together. Where their bounds leave no portfolio they are softened, all
    alike, as little as need be; the person's own bounds are never touched."""
    charge = sum(one.charge for one in adjustments)
    cautions = [one.loss_aversion for one in adjustments if one.loss_aversion is not None]

    def bounded(share: float) -> Constraints:
        return _bounded(constraints, adjustments, signals, share)

    softened = 1.0
    if any(one.upper is not None or one.abroad is not None for one in adjustments):
        softened = _largest_share(bounded, symbols)
    return Corrected(bounded(softened), charge, max(cautions, default=None), softened)


def _bounded(
    constraints: Constraints, adjustments: Sequence[Adjustment], signals: Signals, share: float
) -> Constraints:
    upper, groups = constraints.upper, constraints.groups
    for one in adjustments:
        if one.upper is not None:
            wanted = np.clip(one.upper, constraints.lower, constraints.upper)
            upper = np.minimum(upper, constraints.upper + share * (wanted - constraints.upper))
        if one.abroad is not None and signals.abroad is not None:
            members = np.flatnonzero(signals.abroad).astype(np.int64)
            most = float(np.minimum(constraints.upper[members], _BOUNDLESS).sum())
            groups = (*groups, Group(_FOREIGN, members, share * one.abroad, most))
    return replace(constraints, upper=upper, groups=groups)


def _largest_share(bounded: Callable[[float], Constraints], symbols: Sequence[str]) -> float:
    if _possible(bounded(1.0), symbols):
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _possible(bounded(middle), symbols):
            low = middle
        else:
            high = middle
    return low


def _possible(constraints: Constraints, symbols: Sequence[str]) -> bool:
    if constraints.names is None:
        return highest_mean(constraints, np.zeros(len(symbols))) is not None
    try:
        check(constraints, symbols)
    except Infeasible:
        return False
    return True
