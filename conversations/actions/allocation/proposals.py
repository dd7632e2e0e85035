"""What is asked of a proposal, what it is made of and what comes out, as light values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from conversations.actions.allocation.wishes import GOAL_WAYS, Wishes
from conversations.reading.demands import Limit
from engine.arrays import Floats
from engine.detection.finding import BiasFinding
from engine.market.instruments import Universe
from engine.optimization.recommendation import Recommendation
from engine.prices import Prices

HABITS = "habits"  # the least volatility, corrected for what was detected: the default
SMALLEST = 0.005  # of the value: no order of less is proposed
GOALS, ACCOUNTS = GOAL_WAYS
VIEWS = "black_litterman"


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be worked out. ``turnover``: a cap for this once, of what is sold or bought."""

    method: str = HABITS
    parameters: Mapping[str, float] = field(default_factory=dict)
    everything: bool = False  # choose from all shares with prices
    turnover: float | None = None

    def milder(self, turnover: float) -> Question:
        return replace(self, turnover=turnover)


def pack(question: Question) -> dict[str, Any]:
    return asdict(question)


def unpack(packed: Mapping[str, Any] | None) -> Question:
    return Question(**packed) if packed else Question()


@dataclass(frozen=True, slots=True)
class Situation:
    """What is held and known. ``held``: shares by symbol, all in one currency and none short.

    ``at``: the moment of the proposal. ``results``: gain or loss since purchase by symbol, where
    known. ``elsewhere``: positions that are left out, with the key of the reason ("currency",
    "short", "no_price").
    """

    prices: Prices
    until: date
    at: datetime
    held: Mapping[str, Decimal]
    currency: str
    universe: Universe
    wishes: Wishes
    findings: tuple[BiasFinding, ...] = ()
    results: Mapping[str, float] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    @property
    def priced(self) -> list[str]:
        """All shares that there are prices of, in the currency of the holdings."""
        return [
            one
            for one in self.prices.symbols
            if (known := self.universe.get(one)) is None or known.currency == self.currency
        ]


@dataclass(frozen=True, slots=True)
class Correction:
    """What one measured habit changed; ``kind`` as the engine names it."""

    bias: str
    kind: str
    facts: Mapping[str, float]
    moved: float  # of the value


@dataclass(frozen=True, slots=True)
class GoalKept:
    """One goal and its own portfolio; ``money``: what it has, ``missed_now``: as held today."""

    name: str
    share: float
    missed: float
    parts: tuple[tuple[str, float], ...]
    money: float
    missed_now: float


@dataclass(frozen=True, slots=True)
class Beyond:
    """A goal out of reach: probabilities wanted and best, and what alone would do, if anything: a
    smaller amount, more years, more a month, more money than the ``money`` it has."""

    name: str
    wanted: float
    best: float
    amount: float | None
    years: float | None
    monthly: float | None
    now: float | None
    money: float
    missed_now: float


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came out, of N symbols: weights and shares of all risk, now and after the trades."""

    question: Question
    recommendation: Recommendation
    symbols: tuple[str, ...]
    now: Floats
    after: Floats
    risk_now: Floats
    risk_after: Floats
    value: float  # of what is looked at
    cost_rate: float
    observations: int
    needs_mean: bool
    dropped: Mapping[str, str]
    corrections: tuple[Correction, ...] = ()
    unused: tuple[Limit, ...] = ()
    views: int = 0
    goals: tuple[GoalKept, ...] = ()
    beyond: tuple[Beyond, ...] = ()
    apart: float = 0.0  # return a year that keeping goals apart costs
    lacking: float = 0.0  # money set aside for goals that is not there
    smallest: float = 0.0  # money: no order of less was looked at

    @property
    def turnover(self) -> float:
        """What is sold or what is bought, whichever is more, of the value."""
        moved = self.after - self.now
        return float(max(moved[moved > 0].sum(), -moved[moved < 0].sum()))

    @property
    def cash(self) -> float:
        return 1.0 - float(self.after.sum())


@dataclass(frozen=True, slots=True)
class Impossible:
    """Limits that clash; ``assets``: how many shares there are to choose from."""

    clashing: tuple[str, ...]
    relaxations: tuple[tuple[str, float, float], ...]
    assets: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Why there is no answer: a reason with its facts."""

    reason: str
    facts: Mapping[str, float | str]


Answer = Proposed | Impossible | Unanswered | tuple[Beyond, ...]  # the last: no goal is reached


@dataclass(frozen=True, slots=True)
class Tested:
    """Of the same way of choosing, on days it had not seen, against today's weights."""

    first: int  # year
    last: int
    years: int
    calmer: int
    ahead: int
    volatility: tuple[float, float, float]  # difference and its 90 % range
    earned: tuple[float, float, float]
    lags_with: str | None
    absent: tuple[str, ...]
    days: tuple[date, ...]
    growth_now: Floats
    growth: Floats
    yearly: tuple[tuple[int, float, float], ...]  # year, now, proposed
