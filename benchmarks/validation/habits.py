"""From labels to habits: what a multiple of the published average means in each mechanism."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp, log

import numpy as np

from benchmarks.validation.attention import (
    ANCHORING,
    ATTENTION,
    CONFIRMATION,
    REGRET,
    SUNK_COST,
    Anchors,
    AveragingDown,
    EyeCatcher,
    NewsReader,
    Regret,
)
from benchmarks.validation.extrapolation import (
    FOMO,
    LOTTERY,
    RECENCY,
    Chaser,
    Extrapolator,
    Follower,
    Gambler,
)
from benchmarks.validation.hazard import GAIN, STRESS, Panic, SaleHazard
from benchmarks.validation.life import Habit
from benchmarks.validation.overconfidence import (
    AVERAGE_TURNOVER,
    QUIET,
    HouseMoney,
    NoiseTrader,
)
from benchmarks.validation.realisation_utility import RealisationUtility, share_of
from engine.record.context import Quiz

LOSS_AVERSION = log(2.25)
HOUSE_MONEY = 0.20

# Which count of ``Life.seen`` says how often each bias could have shown.
OCCASIONS: Mapping[str, str] = {
    "anchoring": "anchored sales",
    "attention": "purchases",
    "confirmation": "news",
    "disposition": "sales",
    "fomo": "purchases",
    "herding": "orders",
    "house_money": "purchases",
    "loss_aversion": "sales",
    "lottery": "purchases",
    "overconfidence": "switches",
    "panic_selling": "stress",
    "recency": "purchases",
    "regret": "repurchases",
    "sunk_cost": "additions",
}
BIASES = tuple(OCCASIONS)


@dataclass(frozen=True, slots=True)
class Makings:
    """How each bias would look in this person, drawn for everybody whether they have it or not."""

    family: str  # of the sales: "G1" barriers or "G2" hazards
    v_shape: float
    reads_news: bool
    news_weight: float
    per_month: float
    phase: float
    jump_window: int
    best_window: int
    noticed: int
    order_distance: float
    aversion: float  # where the barriers of G1 are: losses felt so many times as much as gains
    quiz: float | None  # disturbs the answers; None: never asked

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> Makings:
        noise, asked = float(rng.normal(0, 0.12)), rng.random() < 0.4
        return cls(
            family=("G1", "G2")[int(rng.integers(2))],
            v_shape=float(rng.uniform(0, 1.0)),
            reads_news=bool(rng.random() < 0.4),
            news_weight=float(rng.uniform(0.6, 1.0)),
            per_month=float(rng.choice([0.6, 0.7, 0.8, 0.9])),
            phase=float(rng.uniform(0, 6.28)),
            jump_window=int(rng.integers(3, 8)),
            best_window=int(rng.integers(12, 31)),
            noticed=int(rng.integers(5, 21)),
            order_distance=float(rng.uniform(0.01, 0.08)),
            aversion=float(rng.choice([1.0, 1.5, 2.0])),
            quiz=noise if asked else None,
        )


def make_habits(labels: Mapping[str, float], made: Makings) -> list[Habit]:
    """The habits of somebody with ``labels``: none but nuisances where they are empty."""
    found = [_BUILDERS[bias](labels[bias], made) for bias in _BUILDERS if bias in labels]
    if made.family == "G2":
        found.append(SaleHazard(GAIN * labels.get("disposition", 0.0), made.v_shape))
    elif "disposition" in labels:
        found.append(RealisationUtility(share_of(labels["disposition"]), made.aversion))
    if made.reads_news or "confirmation" in labels:
        bend = labels.get("confirmation", 0.0) * CONFIRMATION / (made.news_weight * _TONE)
        found.append(NewsReader(bend, made.news_weight))
    return found


_TONE = 1.6  # mean size of the tone of supportive news (|tone| >= 1), with what lingers of others

_BUILDERS: Mapping[str, Callable[[float, Makings], Habit]] = {
    "anchoring": lambda m, made: Anchors(m * ANCHORING),
    "attention": lambda m, made: EyeCatcher(min(m * ATTENTION / 0.75, 1.0), made.noticed),
    "fomo": lambda m, made: Chaser(exp(2.0 * m * FOMO), made.jump_window),
    "herding": lambda m, made: Follower(m),
    "house_money": lambda m, made: HouseMoney(m * HOUSE_MONEY),
    "lottery": lambda m, made: Gambler(min(m * LOTTERY / 0.85, 1.0), made.best_window),
    "overconfidence": lambda m, made: NoiseTrader(QUIET + m * AVERAGE_TURNOVER),
    "panic_selling": lambda m, made: Panic(m * STRESS),
    "recency": lambda m, made: Extrapolator(m * RECENCY, made.per_month, made.phase),
    "regret": lambda m, made: Regret(m * REGRET),
    "sunk_cost": lambda m, made: AveragingDown(m * SUNK_COST, made.order_distance),
}


def answer_quiz(labels: Mapping[str, float], made: Makings) -> Quiz | None:
    """50:50 bets that win 6 % or lose 2 … 7 %: taken while the loss weighs less than the gain."""
    if made.quiz is None:
        return None
    aversion = exp(labels.get("loss_aversion", 0.0) * LOSS_AVERSION + made.quiz)
    accepted = [loss for loss in range(2, 8) if loss * aversion <= 6.0]
    rejected = [loss for loss in range(2, 8) if loss * aversion > 6.0]
    return Quiz(
        float(max(accepted)) if accepted else None, float(min(rejected)) if rejected else None
    )
