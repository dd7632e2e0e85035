"""The market as a simulation sees it: complete by choice, never by silent filling."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from engine.arrays import Days, Flags, Floats


@dataclass(frozen=True, slots=True)
class Panel:
    """T trading days of N assets, read-only.

    ``close``: (T, N) adjusted for splits, NaN where there is no price of that day. ``mark``: (T, N)
    the last known close, at which a holding is valued; NaN before the first. ``tradable``: (T, N)
    whether orders can be filled at the close. ``dividends``: (T, N) money per share on the ex-day,
    0 where none or where the closes are adjusted for them. ``volume``: (T, N) shares, NaN unknown.
    ``rate``: (T,) what cash earned since the day before. ``last``: (N,) the row of the last price
    of an asset that stopped trading before the end, else -1; what is held of it is paid out then.
    ``doubts``: what had to be decided about an asset, as keys with facts ("proxied SPY until
    2021-11-10", "carried 12"), said to the person. ``past_days`` (P,), ``past_close`` (P, N) come
    before the first day: nothing is traded on them, strategies learn from them.
    """

    symbols: tuple[str, ...]
    days: Days
    close: Floats
    mark: Floats
    tradable: Flags
    dividends: Floats
    volume: Floats
    rate: Floats
    last: tuple[int, ...]
    days_per_year: float  # 252, or 365 where every asset trades at weekends
    doubts: tuple[tuple[str, str], ...] = ()
    past_days: Days = field(default_factory=lambda: np.zeros(0, "datetime64[D]"))
    past_close: Floats | None = None  # None: nothing before


class Trouble(StrEnum):
    """What stands in the way of simulating an asset over the days asked for."""

    NO_PRICES = "no prices"  # none at all in these days
    STARTS_LATE = "starts late"
    ENDS_EARLY = "ends early"
    GAPS = "gaps"  # days on which most others have a price
    JUMP = "jump"  # a move as of a split that was left out
    NO_VOLUME = "no volume"  # days with a price and no trade


class Way(StrEnum):
    """What the person chose to do about a trouble (dialogue (e))."""

    START_THERE = "start there"  # the whole simulation starts with this asset
    LEAVE_OUT = "leave out"  # its weight goes to the others in proportion
    PROXY = "proxy"  # another symbol's returns until it starts or after it ends, marked
    # Carry the last close over gaps; believe the jump; pay out at the end; until a late start, and
    # after an end, the weight goes to the others in proportion.
    ACCEPT = "accept"


@dataclass(frozen=True, slots=True)
class Problem:
    """A trouble with its facts, for words: ``since`` and ``until`` are days, ``count`` of rows."""

    symbol: str
    trouble: Trouble
    since: str = ""
    until: str = ""
    count: int = 0
    size: float = 0.0  # of a jump, as a ratio


class Unfit(ValueError):
    """Prices that cannot be simulated before something is decided about them."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems
