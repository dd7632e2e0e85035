"""A classical portfolio, corrected for the habits that the person's own trades show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, inf, pi, sqrt

import numpy as np
from scipy.special import ndtr

from engine.arrays import Floats
from engine.detection.finding import BiasFinding
from engine.optimization.accounts import draw_frontier, rising
from engine.optimization.attention import answer_by_variance
from engine.optimization.constraints import Constraints
from engine.optimization.debiasing import Adjustment, Corrected, Signals, adjust, correct
from engine.optimization.declaration import Family, Method, Parameter
from engine.optimization.estimates import Estimates
from engine.optimization.estimation.estimate import RISK_AVERSION
from engine.optimization.feasible_set import check, held_now, polyhedron
from engine.optimization.kernels.interior_point import Insoluble
from engine.optimization.kernels.risk_tolerance import Frontier
from engine.optimization.solution import Solution
from engine.optimization.variance import (
    Found,
    curvature_of,
    minimise,
    net_return,
    programme_over,
    return_of,
    unsolved,
    volatility_of,
)


@dataclass(frozen=True, slots=True)
class Effect:
    """``without``: (N,) what would be chosen with all adjustments but this one; ``moved``: half of
    Σ|difference| to what is chosen."""

    adjustment: Adjustment
    without: Floats
    moved: float


@dataclass(frozen=True, slots=True)
class Debiased:
    """``classical``: the same method without any adjustment."""

    solution: Solution
    classical: Solution
    effects: tuple[Effect, ...]
    corrected: Corrected


def solve(
    estimates: Estimates,
    constraints: Constraints,
    *,
    risk_aversion: float = inf,
    findings: Sequence[BiasFinding] = (),
    signals: Signals | None = None,
) -> Solution:
    """``choose`` without its explanations, which are among the measures: ``strength:BIAS`` and
    ``moved:BIAS`` of each adjustment, ``moved`` of all together, ``softened``."""
    return choose(
        estimates,
        constraints,
        risk_aversion=risk_aversion,
        findings=findings,
        signals=signals or Signals(),
    ).solution


def choose(
    estimates: Estimates,
    constraints: Constraints,
    *,
    risk_aversion: float,
    findings: Sequence[BiasFinding],
    signals: Signals,
) -> Debiased:
    """The least variance (``risk_aversion`` infinite) or the most return - γσ²/2, adjusted.

    Without an adjustment it is exactly the classical answer. The charge on trades is weighed
    against return, or against variance at the usual risk aversion where returns are not believed.
    A detected loss aversion makes γ at least that of somebody with the person's λ who looks once
    a year at normal returns. The objective is the volatility, or return - γσ²/2 with the γ asked
    for, after the costs of the constraints; the charge is a means and not in it. Raises Infeasible.
    """
    check(constraints, estimates.symbols)
    nothing = Corrected(constraints, 0.0, None, 1.0)
    classical = _solve(estimates, nothing, risk_aversion)
    adjustments = adjust(findings, signals, constraints, classical.weights)
    if not adjustments:
        return Debiased(classical, classical, (), nothing)
    corrected = correct(constraints, adjustments, signals, estimates.symbols)
    solution = _solve(estimates, corrected, risk_aversion)
    effects = []
    for one in adjustments:
        others = tuple(other for other in adjustments if other is not one)
        milder = correct(constraints, others, signals, estimates.symbols)
        without = _solve(estimates, milder, risk_aversion).weights
        effects.append(Effect(one, without, _moved(solution.weights, without)))
    measures = dict(solution.measures) | {
        "moved": _moved(solution.weights, classical.weights),
        "softened": corrected.softened,
    }
    for effect in effects:
        measures[f"strength:{effect.adjustment.bias}"] = effect.adjustment.strength
        measures[f"moved:{effect.adjustment.bias}"] = effect.moved
    return Debiased(replace(solution, measures=measures), classical, tuple(effects), corrected)


def _moved(weights: Floats, others: Floats) -> float:
    return float(np.abs(weights - others).sum()) / 2.0


def _solve(estimates: Estimates, corrected: Corrected, risk_aversion: float) -> Solution:
    count, limits = len(estimates.symbols), corrected.constraints
    tolerance = 0.0 if risk_aversion == inf else 1.0 / risk_aversion
    if corrected.loss_aversion is not None and tolerance > 0.0:
        line = draw_frontier(estimates, limits)
        try:
            tolerance = min(tolerance, _tolerance_of(line, corrected.loss_aversion))
        except Insoluble as error:
            raise unsolved(error, limits, estimates.symbols) from error

    def found(allowed: Constraints) -> Found:
        charged = _charged(allowed, corrected.charge, believed=tolerance > 0.0)
        form = polyhedron(charged, count)
        if tolerance > 0.0:
            linear = -tolerance * net_return(estimates, charged, form).coefficients
        elif charged.cost_rate is not None:
            linear = form.trading(charged.cost_rate)[0] / RISK_AVERSION
        else:
            linear = np.zeros(count)
        programme = programme_over(curvature_of(estimates), linear, form)
        answer = minimise(programme, allowed, estimates.symbols)
        return Found(answer.x[:count], answer.tried)

    def objective(weights: Floats) -> float:
        volatility = volatility_of(estimates, weights)
        if risk_aversion == inf:
            return -volatility
        return return_of(estimates, limits, weights) - risk_aversion * volatility**2 / 2.0

    return answer_by_variance(METHOD.name, estimates, limits, found, objective)


def _charged(constraints: Constraints, charge: float, *, believed: bool) -> Constraints:
    """The person's own costs count where returns are believed; the charge counts always."""
    own = constraints.cost_rate if believed else None
    if charge <= 0.0:
        return replace(constraints, cost_rate=own)
    rates = np.full(len(held_now(constraints)), charge)
    return replace(constraints, cost_rate=rates if own is None else own + rates)


def _tolerance_of(frontier: Frontier, loss_aversion: float) -> float:
    """The place on the frontier with the highest E[r] - (λ - 1) E[r⁻], r normal, a year's.

    With normal returns every such preference is content with a portfolio of the frontier.
    """

    def merit(mean: float, deviation: float) -> float:
        away = mean / deviation
        density = exp(-(away**2) / 2.0) / sqrt(2.0 * pi)
        short = deviation * density - mean * float(ndtr(-away))
        return mean - (loss_aversion - 1.0) * short

    return frontier.last(rising(merit), frontier.at(0.0)).tolerance


METHOD = Method(
    name="debiased",
    family=Family.BEHAVIOURAL,
    solve=solve,
    maximises=True,
    needs_mean=False,
    parameters={"risk_aversion": Parameter(inf, 0.01, inf)},
)
