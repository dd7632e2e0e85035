"""The demo's made-up investor: possible trades, on real prices, with the habits he was given."""

from __future__ import annotations

import importlib.util
import math
import warnings
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import exchange_calendars
import numpy as np
import pandas as pd
import pytest

from engine.diagnosis import Label, examine
from engine.ledger import Kind, Trade
from engine.prices import Prices
from engine.simulation.sample_investor import (
    DEMO_SEED,
    DEPOSIT,
    FIRST_MINUTE,
    LAST_MINUTE,
    NotEnoughHistory,
    sample_trades,
)


@pytest.fixture(scope="module")
def prices() -> Prices:
    """The demo market: 20 real shares, 1990 to 2022."""
    found = importlib.util.find_spec("skfolio")
    assert found is not None
    assert found.origin is not None
    table = pd.read_csv(
        Path(found.origin).parent / "datasets/data/sp500_dataset.csv.gz",
        index_col=0,
        parse_dates=True,
    )
    days = table.index.to_numpy().astype("datetime64[D]")
    return Prices.from_closes(list(table.columns), days, table.to_numpy(float).copy())


@pytest.fixture(scope="module")
def trades(prices: Prices) -> tuple[Trade, ...]:
    return lived(prices, DEMO_SEED)


@pytest.fixture(scope="module")
def sessions() -> dict[date, tuple[datetime, datetime]]:
    """When New York opened and closed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of pandas, inside the library
        calendar = exchange_calendars.get_calendar("XNYS", start="2017-01-01", end="2022-12-30")
        schedule = calendar.schedule
    return {
        day.date(): (row.open.to_pydatetime(), row.close.to_pydatetime())
        for day, row in schedule.iterrows()
    }


def lived(prices: Prices, seed: int) -> tuple[Trade, ...]:
    return sample_trades(prices, np.random.default_rng(seed))


class Book:
    """Shares and average cost with fees, kept by the simplest means."""

    def __init__(self) -> None:
        self.shares: dict[str, Decimal] = {}
        self.cost: dict[str, Decimal] = {}
        self.cash = Decimal(0)

    def add(self, trade: Trade) -> None:
        amount = trade.quantity * trade.price
        if trade.kind is Kind.DEPOSIT:
            self.cash += amount
            return
        held = self.shares.get(trade.symbol, Decimal(0))
        cost = self.cost.get(trade.symbol, Decimal(0))
        if trade.kind is Kind.BUY:
            self.shares[trade.symbol] = held + trade.quantity
            self.cost[trade.symbol] = cost + amount + trade.fee
            self.cash -= amount + trade.fee
        else:
            assert trade.kind is Kind.SELL
            assert trade.quantity <= held
            self.shares[trade.symbol] = held - trade.quantity
            self.cost[trade.symbol] = cost * (1 - trade.quantity / held)
            self.cash += amount - trade.fee
            if not self.shares[trade.symbol]:
                del self.shares[trade.symbol], self.cost[trade.symbol]
        assert self.cash >= 0

    def gains(self, prices: Prices, day: date) -> dict[str, float]:
        """The unrealised return of each position at the close of ``day``."""
        row = prices.row_at(day)
        return {
            symbol: float(prices.close[row, prices.column(symbol)] * float(shares))
            / float(self.cost[symbol])
            - 1
            for symbol, shares in self.shares.items()
        }


def log_odds(
    trades: tuple[Trade, ...], prices: Prices, kind: Kind, *, losers: bool
) -> tuple[float, float, int]:
    """Mantel-Haenszel ln OR of choosing a winner (or a loser), its error and the strata."""
    by_day: dict[date, list[Trade]] = defaultdict(list)
    for trade in trades:
        by_day[trade.at.date()].append(trade)
    book = Book()
    strata = []
    for day, of_day in sorted(by_day.items()):
        gains = book.gains(prices, day)
        chosen = {t.symbol for t in of_day if t.kind is kind and t.symbol in gains}
        cell = np.zeros((2, 2))
        for symbol, gain in gains.items():
            if abs(gain) >= 0.002:
                exposed = gain < 0 if losers else gain > 0
                cell[0 if exposed else 1, 0 if symbol in chosen else 1] += 1
        if cell.sum(0).all() and cell.sum(1).all():
            strata.append(cell.ravel())
        for trade in of_day:
            book.add(trade)
    a, b, c, d = np.array(strata).T
    n = a + b + c + d
    r, s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
    error = math.sqrt(
        (p * r).sum() / (2 * r.sum() ** 2)
        + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
        + (q * s).sum() / (2 * s.sum() ** 2)
    )
    return math.log(r.sum() / s.sum()), error, len(strata)


def test_equal_seeds_give_equal_trades_and_others_do_not(prices: Prices) -> None:
    assert lived(prices, 7) == lived(prices, 7)
    assert lived(prices, 7) != lived(prices, 8)


def test_ids_are_unique_and_belong_to_the_owner(prices: Prices, trades: tuple[Trade, ...]) -> None:
    other = sample_trades(prices, np.random.default_rng(DEMO_SEED), owner=UUID(int=1))
    assert len({trade.id for trade in (*trades, *other)}) == 2 * len(trades)
    assert [(t.at, t.symbol, t.quantity) for t in other] == [
        (t.at, t.symbol, t.quantity) for t in trades
    ]


@pytest.mark.parametrize("seed", [DEMO_SEED, 0, 1, 2])
def test_every_trade_was_possible(
    prices: Prices, sessions: dict[date, tuple[datetime, datetime]], seed: int
) -> None:
    """Whole shares, in order, within the session, at that day's close, never oversold or broke."""
    book = Book()
    before = None
    trades = lived(prices, seed)
    assert trades[0].kind is Kind.DEPOSIT
    assert trades[0].price == DEPOSIT
    for trade in trades:
        assert before is None or trade.at > before
        before = trade.at
        begin, end = sessions[trade.at.date()]
        assert begin <= trade.at < end
        assert trade.quantity == int(trade.quantity) > 0
        book.add(trade)  # asserts the holdings and the cash
        if trade.kind is not Kind.DEPOSIT:
            bar = prices.bar(trade.symbol, trade.at.date())
            assert bar is not None
            assert trade.price == Decimal(bar.close).quantize(Decimal("0.01"))


def test_the_hours_of_trading_lie_within_every_session(
    sessions: dict[date, tuple[datetime, datetime]],
) -> None:
    """Summer time and half days included."""
    for day, (begin, end) in sessions.items():
        assert begin <= datetime.combine(day, FIRST_MINUTE)
        assert datetime.combine(day, LAST_MINUTE) < end


def test_the_demo_investor_has_a_realistic_account(
    prices: Prices, trades: tuple[Trade, ...]
) -> None:
    assert 200 <= len(trades) <= 260
    assert prices.last_day is not None
    assert trades[0].at.date() <= prices.last_day - timedelta(days=4 * 365)
    bought = [t.quantity * t.price for t in trades if t.kind is Kind.BUY]
    assert max(bought) < DEPOSIT
    assert min(bought) > 100
    years = (prices.last_day - trades[0].at.date()).days / 365.25
    traded = sum(t.quantity * t.price for t in trades if t.kind in (Kind.BUY, Kind.SELL))
    assert float(traded) / 2 / years / worth(prices, trades) > 0.75  # turnover of a year


def worth(prices: Prices, trades: tuple[Trade, ...]) -> float:
    """The mean value of what is held."""
    book, values, waiting = Book(), [], list(trades)
    for row in range(prices.row_at(trades[0].at.date()), len(prices.days)):
        day = prices.days[row].item()
        while waiting and waiting[0].at.date() <= day:
            book.add(waiting.pop(0))
        values.append(
            sum(float(q) * prices.close[row, prices.column(s)] for s, q in book.shares.items())
        )
    return float(np.mean(values))


def test_on_the_last_day_apple_is_in_gain_and_others_are_in_loss(
    prices: Prices, trades: tuple[Trade, ...]
) -> None:
    book = Book()
    for trade in trades:
        book.add(trade)
    assert prices.last_day == date(2022, 12, 28)
    gains = book.gains(prices, prices.last_day)
    assert 6 <= len(gains) <= 9
    assert book.shares["AAPL"] >= 5
    assert gains["AAPL"] > 0.05
    left = book.shares["AAPL"]  # first in, first out: the last bought are left
    for trade in reversed([t for t in trades if (t.symbol, t.kind) == ("AAPL", Kind.BUY)]):
        if left > 0:
            assert trade.price < Decimal("125.70")
            left -= trade.quantity
    assert sum(gain < -0.02 for gain in gains.values()) >= 2


def test_the_demo_investor_shows_the_habits(prices: Prices, trades: tuple[Trade, ...]) -> None:
    theta, error, days = log_odds(trades, prices, Kind.SELL, losers=False)
    assert days >= 40
    assert theta / error > 2.326  # "likely" before shrinkage
    theta, error, days = log_odds(trades, prices, Kind.BUY, losers=True)
    assert days >= 15
    assert math.exp(theta) > 1.5
    assert theta / error > 1.645


def test_the_engine_finds_the_habits(prices: Prices, trades: tuple[Trade, ...]) -> None:
    assert prices.last_day is not None
    profile = examine(trades, prices, until=prices.last_day, rng=np.random.default_rng(1))
    found = {finding.bias: finding for finding in profile.findings}
    for bias in ("disposition", "sunk_cost", "overconfidence"):
        assert found[bias].n >= found[bias].n_min
        assert found[bias].label is not Label.INSUFFICIENT
    disposition = found["disposition"]
    assert disposition.n >= 40
    assert disposition.detected
    assert disposition.label in (Label.LIKELY, Label.STRONG)
    assert found["sunk_cost"].label in (Label.POSSIBLE, Label.LIKELY, Label.STRONG)
    assert found["overconfidence"].measures["turnover"] > 0.75
    theta, error, _ = log_odds(trades, prices, Kind.SELL, losers=False)  # two ways, one number
    assert disposition.theta == pytest.approx(theta, abs=0.05)
    assert disposition.se == pytest.approx(error, abs=0.02)


def test_the_habits_come_from_the_rule_and_not_from_the_seed(prices: Prices) -> None:
    """Over seeds nobody chose, the detector's statistic finds about what was put in."""
    sales, adds = [], []
    for seed in range(12):
        trades = lived(prices, seed)
        sales.append(log_odds(trades, prices, Kind.SELL, losers=False)[0])
        adds.append(log_odds(trades, prices, Kind.BUY, losers=True)[0])
    assert 0.7 < np.mean(sales) < 1.5
    assert 0.5 < np.mean(adds) < 1.4


def test_nothing_of_the_future_is_used(prices: Prices) -> None:
    """Prices that change after a day change no trade up to it."""
    close = prices.close.copy()
    cut = prices.row_at(date(2020, 6, 30)) + 1
    close[cut:] *= np.linspace(1.0, 3.0, close.shape[1])
    other = sample_trades(
        Prices.from_closes(prices.symbols, prices.days.copy(), close), np.random.default_rng(3)
    )

    def until(trades: tuple[Trade, ...]) -> list[Trade]:
        return [trade for trade in trades if trade.at.date() <= date(2020, 6, 30)]

    assert len(until(other)) > 50
    assert until(other) == until(lived(prices, 3))
    assert other != lived(prices, 3)


def test_a_share_without_a_price_is_left_alone(prices: Prices) -> None:
    close = prices.close.copy()
    close[-300:, prices.column("AMD")] = np.nan
    gone = Prices.from_closes(prices.symbols, prices.days.copy(), close)
    first = prices.days[-300].item()
    for seed in range(3):
        late = [t for t in lived(gone, seed) if t.symbol == "AMD" and t.at.date() >= first]
        assert late == []


def test_too_little_history_is_said(prices: Prices) -> None:
    short = Prices.from_closes(
        prices.symbols, prices.days[-1262:].copy(), prices.close[-1262:].copy()
    )
    with pytest.raises(NotEnoughHistory) as caught:
        lived(short, 0)
    assert caught.value.first_day == short.days[0].item()
    assert caught.value.needed_from == date(2017, 11, 27)
    with pytest.raises(NotEnoughHistory):
        lived(prices.until(date(1989, 1, 1)), 0)
