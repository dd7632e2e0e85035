"""One way to solve every method whose objective is a linear programme over scenarios."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats
from engine.optimization.constraints import Constraints
from engine.optimization.estimates import Estimates
from engine.optimization.feasible_set import check, finish
from engine.optimization.kernels.interior_losses import minimise_inside
from engine.optimization.kernels.linear import LinearStatus, solve_linear
from engine.optimization.kernels.scenario_program import (
    Losses,
    ScenarioAnswer,
    Structure,
    minimise_losses,
)
from engine.optimization.linear_form import charged, keep_few, refuse_target, structure_of
from engine.optimization.solution import Solution, Status, Unsolvable

LEAST_DAYS = 2


@dataclass(frozen=True, slots=True)
class Question:
    """``objective`` of weights is to be minimised: the losses, less ``worth``·w, plus costs.

    ``constant``: what the objective has beside these. ``sense``: -1 where the method maximises,
    so that its objective is told with the other sign.
    """

    method: str
    losses: Losses
    objective: Callable[[Floats], float]
    least_return: float = -math.inf  # a year
    worth: Floats | None = None  # (N,)
    constant: float = 0.0
    sense: float = 1.0


def daily_gains(estimates: Estimates, constraints: Constraints) -> tuple[Floats, float]:
    """(T, N) what weights add to a day's return, and what it is without any: interest on cash.

    Raises Unsolvable("too_few_days").
    """
    days = len(estimates.scenarios)
    if days < LEAST_DAYS:
        raise Unsolvable("too_few_days", days=days, needed=LEAST_DAYS)
    if constraints.cash == (0.0, 0.0):
        return estimates.scenarios, 0.0
    interest = estimates.risk_free / estimates.days_per_year
    return estimates.scenarios - interest, interest


def solve_question(
    estimates: Estimates,
    constraints: Constraints,
    question: Question,
    measure: Callable[[Floats], dict[str, float]] | None = None,
) -> Solution:
    """The portfolio of least loss. Raises Infeasible and Unsolvable("target_out_of_reach").

    Measures: ``gap`` of the objective to a proved bound, ``rounds``, ``assets`` and ``pieces``
    that were needed, and the method's own. The ladder: generated programme; the same with all
    assets from the start; a portfolio within the constraints that loses least on the days that
    are worst for equal weights (FELL_BACK).
    """
    check(constraints, estimates.symbols)
    if np.isfinite(question.least_return):
        refuse_target(constraints, estimates, question.least_return)
    tried: list[str] = []
    for all_columns in (False, True):
        outcome = _attempt(estimates, constraints, question, all_columns)
        if isinstance(outcome, str):
            tried.append(outcome)
            continue
        weights, answer, narrowed = outcome
        status = Status.HEURISTIC if narrowed else Status.OPTIMAL
        measures = measure(weights) if measure else {}
        measures |= {
            "gap": abs(question.objective(weights) - question.constant - answer.bound),
            "rounds": float(answer.rounds),
            "assets": float(answer.columns),
            "pieces": float(answer.pieces),
        }
        try:
            return finish(
                question.method,
                estimates,
                constraints,
                weights,
                lambda w: question.sense * question.objective(w),
                status,
                tuple(tried),
                measures,
            )
        except Unsolvable as missed:
            tried.append(f"scenario programme: {missed.reason}")
    return _surrender(estimates, constraints, question, tuple(tried), measure)


def _structure(estimates: Estimates, constraints: Constraints, question: Question) -> Structure:
    excess = estimates.mean - estimates.risk_free
    least = question.least_return - estimates.risk_free
    structure = structure_of(constraints, mean=excess, least=least)
    if question.worth is not None:
        rates = constraints.cost_rate
        structure = charged(structure, question.worth, rates, constraints.current)
    return structure


def _attempt(
    estimates: Estimates, constraints: Constraints, question: Question, all_columns: bool
) -> tuple[Floats, ScenarioAnswer, bool] | str:
    """Weights, the last programme's answer and whether assets were dropped; or why not."""
    answers: list[ScenarioAnswer] = []

    def solve(narrow: Constraints) -> Floats | None:
        structure = _structure(estimates, narrow, question)
        answer = minimise_losses(
            structure, question.losses, all_columns=all_columns, otherwise=minimise_inside
        )
        answers.append(answer)
        return answer.weights if answer.status is LinearStatus.OPTIMAL else None

    weights, narrowed = keep_few(constraints, solve)
    if weights is not None:
        return weights, answers[-1], narrowed
    return f"scenario programme: {answers[-1].status}"


def _surrender(
    estimates: Estimates,
    constraints: Constraints,
    question: Question,
    tried: tuple[str, ...],
    measure: Callable[[Floats], dict[str, float]] | None,
) -> Solution:
    losses = question.losses

    def solve(narrow: Constraints) -> Floats | None:
        structure = _structure(estimates, narrow, question)
        pieces = losses.first(np.full(len(narrow.lower), 1.0 / len(narrow.lower)))
        slope = losses.caps(pieces) @ losses.gains(pieces)
        answer = solve_linear(
            structure.cost - structure.sign * slope[structure.asset],
            structure.rows,
            structure.row_lower,
            structure.row_upper,
            np.zeros(len(structure.asset)),
            structure.upper,
        )
        found = answer.status is LinearStatus.OPTIMAL
        return structure.weights(answer.values) if found else None

    weights, _ = keep_few(constraints, solve)
    if weights is None:
        raise Unsolvable("no_solver", method=question.method, tried="; ".join(tried))
    return finish(
        question.method,
        estimates,
        constraints,
        weights,
        lambda w: question.sense * question.objective(w),
        Status.FELL_BACK,
        (*tried, "least loss on the worst days of equal weights"),
        measure(weights) if measure else None,
    )
