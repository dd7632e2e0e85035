"""What every change of one's own history declares, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from uuid import UUID

import numpy as np

from engine.backtest.replay import Replayed, follow
from engine.backtest.undoing import Undo
from engine.detection.finding import BiasFinding
from engine.ledger import USUAL_RULES, Kind, Rules, Trade
from engine.prices import Prices
from engine.record.daily import benchmark_returns
from engine.record.record import Record, prepare

MARKET = "the market"  # the mean of all symbols with prices, as one that could be bought


class Financing(StrEnum):
    """Where the money comes from that a sale no longer brings."""

    CASH = "cash"  # negative cash: the same trades otherwise
    SHARES = "shares"  # everything held, pro rata: the same money


class UnknownName(LookupError):
    """There is no finding, or no rule that can be followed on a ledger, of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class UnknownTrades(LookupError):
    """Trades that are not among those told until then, or no purchases and sales."""

    def __init__(self, ids: tuple[UUID, ...]) -> None:
        super().__init__(ids)
        self.ids = ids


@dataclass(frozen=True)
class Question:
    """What would have been? ``ids``: of trades; ``name``: of a bias or a rule, where asked for.

    ``record``: prepared from the same trades and prices, where it is known already.
    """

    trades: Sequence[Trade]
    prices: Prices
    until: date
    rules: Rules = USUAL_RULES
    findings: tuple[BiasFinding, ...] = ()
    ids: frozenset[UUID] = frozenset()
    name: str = ""
    given: Record | None = field(default=None, repr=False)

    @cached_property
    def record(self) -> Record:
        if self.given is not None:
            return self.given
        return prepare(self.trades, self.prices, until=self.until)

    @cached_property
    def actual(self) -> Replayed:
        """What was. Raises what ``follow`` raises."""
        return follow(self.trades, self.prices, self.until, self.rules)

    @cached_property
    def orders(self) -> dict[UUID, Trade]:
        """The purchases and sales until then."""
        return {
            trade.id: trade
            for trade in self.actual.journal.trades
            if trade.kind is Kind.BUY or trade.kind is Kind.SELL
        }

    @cached_property
    def market(self) -> str:
        """The symbol of ``closes`` that stands for the market: the benchmark of the person where
        it has prices, else the mean of all symbols."""
        named = self.record.context.benchmark
        return named if named is not None and named in self.prices else MARKET

    @cached_property
    def closes(self) -> Prices:
        """The prices, with the market as one more symbol where no benchmark is named.

        It is an index of the mean daily returns, 100 on the first day.
        """
        if self.market != MARKET:
            return self.prices
        known = self.record.market.prices
        index = 100.0 * np.cumprod(1.0 + np.nan_to_num(benchmark_returns(self.record)))
        close = np.full((len(self.prices.days), 1), np.nan)
        close[: len(known.days), 0] = index
        return Prices.from_closes(
            (*self.prices.symbols, MARKET),
            self.prices.days,
            np.hstack((self.prices.close, close)),
        )

    def asking(self, name: str) -> Question:
        """The same about another bias or rule; what is known already stays known."""
        return self._knowing(replace(self, name=name, given=self.record))

    def with_detected(self, biases: Sequence[str]) -> Question:
        """The same with these biases counted as detected, and no others. Raises UnknownName."""
        for name in biases:
            if name not in {one.bias for one in self.findings}:
                raise UnknownName(name)
        findings = tuple(replace(one, detected=one.bias in biases) for one in self.findings)
        return self._knowing(replace(self, findings=findings, given=self.record))

    def _knowing(self, other: Question) -> Question:
        for known in ("actual", "orders", "market", "closes"):
            if known in self.__dict__:
                other.__dict__[known] = self.__dict__[known]
        return other


@dataclass(frozen=True, slots=True)
class Change:
    """A change as a file of ``counterfactuals`` declares it, under the name ``CHANGE``.

    ``undo`` says what is not done; ``such``, where it is given, all trades of the same kind, for
    what is said about hindsight. Both raise UnknownName and UnknownTrades.
    """

    name: str
    undo: Callable[[Question], tuple[Undo, ...]]
    such: Callable[[Question], tuple[Undo, ...]] | None = None
    financing: Financing = Financing.SHARES  # unless something else is asked for
