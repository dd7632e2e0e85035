"""A portfolio day by day, whether simulated or a person's own: what metrics, attribution, pictures
and reports are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.arrays import Days, Floats


@dataclass(frozen=True, slots=True)
class Note:
    """Something that went otherwise than planned on ``day``. ``what``: the key of a sentence, its
    ``facts`` in words or numbers."""

    day: str
    what: str
    facts: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Path:
    """T days of N holdings, in one currency.

    Timing within a day, as in ``engine.returns``: what comes in counts from the start of the day,
    what goes out until its end; holdings are worth their close. Exactly, up to rounding::

        values = worth.sum(axis=1) + cash
        gain of a holding = worth - worth the day before - traded + dividends
        values - values the day before - flows = gains of all holdings + interest - costs

    ``traded`` is money at the price of the trade, positive for purchases, so that the gain of a day
    includes the way from that price to the close.
    """

    symbols: tuple[str, ...]
    days: Days  # (T,)
    values: Floats  # (T,) at the close, after everything that happened on the day
    flows: Floats  # (T,) money that came in from outside, negative: taken out
    returns: Floats  # (T,) time-weighted return of the day; NaN on a day without capital
    worth: Floats  # (T, N) of each holding at the close
    traded: Floats  # (T, N) money bought, negative: sold, before costs
    dividends: Floats  # (T, N) received in cash
    cash: Floats  # (T,) at the close; negative: borrowed
    interest: Floats  # (T,) on cash
    costs: Floats  # (T,) commissions, spread, impact and stand-alone fees; >= 0
    notes: tuple[Note, ...] = ()

    def gains(self) -> Floats:
        """(T, N) what each holding earned on each day, before costs."""
        before = np.vstack((np.zeros((1, len(self.symbols))), self.worth[:-1]))
        gained: Floats = self.worth - before - self.traded + self.dividends
        return gained

    def imbalance(self) -> float:
        """The largest violation of the identities above, as a share of the largest value."""
        before = np.concatenate(([0.0], self.values[:-1]))
        held = self.values - self.worth.sum(axis=1) - self.cash
        earned = self.gains().sum(axis=1) + self.interest - self.costs
        moved = self.values - before - self.flows - earned
        scale = max(float(np.abs(self.values).max(initial=0.0)), 1e-300)
        return float(max(np.abs(held).max(initial=0.0), np.abs(moved).max(initial=0.0))) / scale

    def turnover(self) -> Floats:
        """(T,) the part of the value before that changed hands on each day, one way; 0 where there
        was no value.

        The lesser of what was bought and sold (SEC's definition, by day) with cash for one of the
        holdings: what is sold into cash is turned over. Money from outside that is invested, and
        what is sold to be taken out, is not.
        """
        before = np.concatenate(([0.0], self.values[:-1])) + np.maximum(self.flows, 0.0)
        both = np.abs(self.traded).sum(axis=1)
        saved = np.abs(self.flows - self.traded.sum(axis=1))
        lesser = np.maximum(both + saved - np.abs(self.flows), 0.0) / 2.0
        share: Floats = np.where(before > 0.0, lesser / np.where(before > 0.0, before, 1.0), 0.0)
        return share
