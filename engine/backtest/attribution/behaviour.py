"""What habits cost: the person's path beside the same ledger without them.

Each detected bias alone, all together, and what is left between the two: the interaction. It is
what trades that show several biases count twice, and what one undone trade changes for another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum

import numpy as np

from engine.arrays import Days, Floats
from engine.backtest.change import Financing, Question
from engine.backtest.counterfactuals.registry import change_named
from engine.backtest.what_if import Outcome, answer


@dataclass(frozen=True, slots=True)
class Part:
    """One bias. ``cost``: money that there would be more of at the end without the habit; negative:
    less, that it brought."""

    bias: str
    cost: float
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Behaviour:
    """``total = sum of the parts + interaction``, at the end and on each day."""

    days: Days
    parts: tuple[Part, ...]  # the costliest first
    interaction: float
    total: float
    together: Outcome
    part_paths: Floats  # (T, parts) cost so far at each close
    interaction_path: Floats  # (T,)

    def adding_up(self) -> float:
        """How far the effects are from the total, as a share of the largest of them."""
        effects = [*(part.cost for part in self.parts), self.interaction]
        size = max((abs(effect) for effect in [*effects, self.total]), default=0.0)
        return abs(fsum(effects) - self.total) / size if size else 0.0


def attribute(
    question: Question,
    rng: np.random.Generator | None = None,
    *,
    biases: Sequence[str] | None = None,
    financing: Financing = Financing.SHARES,
    rate: float = 0.0,
) -> Behaviour:
    """The cost of the detected findings of ``question``, or of those named in ``biases``.

    Findings of which no trade can be undone are parts of nothing. The intervals are in the
    outcomes. Raises UnknownName for a bias without a finding, and what ``follow`` raises.
    """
    question = question.asking("")
    if biases is not None:
        question = question.with_detected(biases)
    names = sorted({one.bias for one in question.findings if one.detected})
    together = answer(
        change_named("disciplined_twin"), question, rng, financing=financing, rate=rate
    )
    alone = change_named("without_bias")
    found = (
        answer(alone, question.asking(name), rng, financing=financing, rate=rate) for name in names
    )
    parts = [
        Part(name, outcome.total, outcome)
        for name, outcome in zip(names, found, strict=True)
        if outcome.rewritten.left_out
    ]
    parts.sort(key=lambda part: (-part.cost, part.bias))
    count = len(together.difference)
    paths = np.array([part.outcome.difference for part in parts]).reshape(-1, count).T
    return Behaviour(
        days=together.actual.days,
        parts=tuple(parts),
        interaction=together.total - fsum(part.cost for part in parts),
        total=together.total,
        together=together,
        part_paths=paths,
        interaction_path=together.difference - paths.sum(axis=1),
    )
