"""What a bias detector says: the statistic, how sure we are, what it cost, and the evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Label(StrEnum):
    """How sure we are that a bias is present (shared/domain/biases.md 0.5)."""

    INSUFFICIENT = "insufficient data"  # n below the minimal sample: no number is shown
    MEASURED = "measured"  # a state, not a habit: described, not tested
    NONE = "none"
    POSSIBLE = "possible"
    LIKELY = "likely"
    STRONG = "strong"


class Instead(StrEnum):
    """What the disciplined twin does where the evidence shows the bias (biases.md 0.6)."""

    KEEP = "keep"  # sold: the shares are kept over the horizon, the money does not come in
    MARKET = "market"  # bought: the money goes into the mean of the market
    SWITCH = "switch"  # changed A for B ("A>B"): A is kept


class Calibration(StrEnum):
    PUBLISHED = "published"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One trade that shows the bias. Facts, not words: the conversation phrases them."""

    trade_id: str
    symbol: str
    day: date
    kappa: float | None  # its hypothetical cost in money; None: horizon not complete or unpriced
    facts: dict[str, float] = field(default_factory=dict)  # e.g. {"gain": .11, "after": .38}


@dataclass(frozen=True, slots=True)
class BiasFinding:
    """A bias in one investor's trading (biases.md 0.7). Statistics are ``float``."""

    bias: str  # "disposition", "sunk_cost", "overconfidence"
    theta: float  # 0 = unbiased; NaN when it cannot be computed
    se: float
    n: int  # what was counted (see ``unit``)
    n_min: int
    unit: str  # "sale days", "switches": what n counts
    intensity: float  # 0 none, 50 the average retail investor of the cited study, 75 twice that
    ci90: tuple[float, float]  # of the intensity
    p_present: float
    label: Label
    detected: bool  # Benjamini-Hochberg q <= .10 over the biases tested together
    opposite: bool  # significantly the other way round
    cost: float | None  # money per year; negative = the bias helped; None = cannot be said
    cost_ci: tuple[float, float] | None  # 90 %, 21-day block bootstrap
    cost_share: float | None  # cost / mean portfolio value
    horizon: int  # trading days over which the cost was measured
    evidence: tuple[Evidence, ...]
    calibration: Calibration
    measures: dict[str, float] = field(default_factory=dict)  # PGR, PLR, ... what `why?` shows
    caveats: tuple[str, ...] = ()  # keys of sentences: "one_asset", "sign_flips_under_fifo", ...
