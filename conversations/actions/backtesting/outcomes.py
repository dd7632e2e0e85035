"""What a test on the past found, as light values that are kept, shown, drawn and reported."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from pydantic import TypeAdapter

from conversations.reading.contenders import Contender
from conversations.reading.trials import Trial
from engine.backtest.panel import Problem


@dataclass(frozen=True, slots=True)
class Figure:
    """``low`` and ``high``: its 90 % interval; None where there is none, which is said."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Fall:
    """From a highest value to the lowest after it; ``recovered``: None where it has not."""

    peak: date
    trough: date
    recovered: date | None
    depth: float  # positive


@dataclass(frozen=True, slots=True)
class Year:
    """``whole``: all its trading days were tested."""

    year: int
    earned: float
    whole: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What one holding or decision contributed to the whole return (they add up to it; decisions
    to that above the index), or one factor to the return a year; None with the reason in
    ``missing``. ``since``: the first day looked at, where that is later than the first tested."""

    name: str
    share: Figure | None
    money: float | None = None
    missing: str = ""
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """One contender over the days tested.

    ``course``: (D,) worth at the end of each day of 1 at the start, flows left out (time-weighted).
    ``figures``: by key of ``engine.performance``; ``undefined``: why the others are not.
    ``weights``: at the start, of the whole, by symbol, cash among them.
    """

    contender: Contender
    course: tuple[float, ...]
    figures: Mapping[str, Figure]
    undefined: Mapping[str, str]
    falls: tuple[Fall, ...]
    years: tuple[Year, ...]
    months: tuple[tuple[int, int, float], ...]  # year, month, earned
    crises: Mapping[str, float]  # by name of the crisis, where it was tested whole
    weights: Mapping[str, float]
    final: float  # money
    put_in: float  # money, from outside, less what was taken out
    costs: float  # money
    turnover: float  # a year, of the lesser of bought and sold
    at_costs: tuple[tuple[float, float], ...]  # (rate, growth a year) at other costs
    by_start: tuple[float, float] | None  # growth a year from other starts: the lowest, the highest
    holdings: tuple[Part, ...] = ()
    decisions: tuple[Part, ...] = ()
    sectors: tuple[Part, ...] = ()  # "Energy: allocation", "Energy: selection", by month
    factors: tuple[Part, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()  # (symbol, doubt) of ``Panel.doubts`` and ``Note``


@dataclass(frozen=True, slots=True)
class Outcome:
    """``apart``: growth a year of the first less that of the second, over the same days.

    ``stands_for``: what was taken for a leg that nobody named ("stocks": "SP500", "bonds": "cash").
    ``benchmark``: what betas are about. ``tried``: how many trials of this portfolio were made so
    far, this one among them; ``luck``: the probability that the first one's Sharpe ratio is above
    what the best of so many tries would show by chance (deflated Sharpe ratio).
    """

    id: str
    trial: Trial
    currency: str
    days: tuple[date, ...]  # (D,)
    runs: tuple[Ran, ...]
    apart: Figure | None
    benchmark: str
    stands_for: Mapping[str, str] = field(default_factory=dict)
    tried: int = 1
    luck: float | None = None
    really: tuple[date, Figure] | None = None  # growth a year of one's own trades since that day
    demo: bool = False
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Stuck:
    """Nothing was tested: what has to be decided first. ``reason``: "prices" with ``problems``,
    or the key of a sentence with its ``facts``."""

    reason: str
    problems: tuple[Problem, ...] = ()
    facts: Mapping[str, str | float] = field(default_factory=dict)


@cache
def _adapter() -> TypeAdapter[Outcome]:
    return TypeAdapter(Outcome)


def pack(outcome: Outcome) -> bytes:
    return zlib.compress(_adapter().dump_json(outcome), 6)


def unpack(packed: bytes) -> Outcome:
    """Raises ValueError for what is no outcome of this version."""
    try:
        return _adapter().validate_json(zlib.decompress(packed))
    except zlib.error as broken:
        raise ValueError(str(broken)) from broken
