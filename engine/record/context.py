"""What is known of a person and a market besides trades and prices; all of it may be missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from engine.arrays import Days, Floats, Ints


@dataclass(frozen=True, slots=True)
class Panel:
    """A daily score of N symbols: ``values`` (D, N), NaN where nothing is known.

    ``days``: (D,), strictly increasing; days on which nothing is known of anything may be missing.
    """

    symbols: tuple[str, ...]
    days: Days
    values: Floats

    def until(self, day: date) -> Panel:
        """What was known at the end of ``day``."""
        end = int(np.searchsorted(self.days, np.datetime64(day, "D"), side="right"))
        return Panel(self.symbols, self.days[:end], self.values[:end])

    def columns(self, symbols: tuple[str, ...]) -> Ints:
        """The column of each symbol; -1 for those that are not here."""
        place = {symbol: n for n, symbol in enumerate(self.symbols)}
        return np.array([place.get(symbol, -1) for symbol in symbols], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Quiz:
    """Answers to 50:50 bets that win 6 % or lose 2 … 7 %: (biases.md 1.2).

    ``accepted``: the largest loss that was accepted, in per cent; None when none was.
    ``rejected``: the smallest that was rejected; None when none was.
    """

    accepted: float | None
    rejected: float | None


@dataclass(frozen=True, slots=True)
class Statement:
    """Something read or said about a held or intended name, by whether it speaks for it."""

    day: date
    symbol: str
    confirms: bool


@dataclass(frozen=True, slots=True)
class Context:
    """``crowd``: share of buys among the trades of others on a day, 0 … 1. ``sentiment``: -1 … 1.
    ``news``: z-scored tone of the news of a day, 0 on days without any. ``countries``: ISO 3166
    codes by symbol, ``home`` the person's own. ``benchmark``: a symbol of the prices; the mean of
    all where None. ``employer``: the symbol of the person's employer."""

    crowd: Panel | None = None
    sentiment: Panel | None = None
    news: Panel | None = None
    quiz: Quiz | None = None
    statements: tuple[Statement, ...] = ()
    supportive_share: float | None = None  # of the statements that were there to be read
    countries: Mapping[str, str] = field(default_factory=dict)
    home: str | None = None
    benchmark: str | None = None
    employer: str | None = None

    def until(self, day: date) -> Context:
        """What was known at the end of ``day``. Answers to the quiz do not age."""
        return replace(
            self,
            crowd=None if self.crowd is None else self.crowd.until(day),
            sentiment=None if self.sentiment is None else self.sentiment.until(day),
            news=None if self.news is None else self.news.until(day),
            statements=tuple(one for one in self.statements if one.day <= day),
        )


NOTHING_ELSE = Context()
