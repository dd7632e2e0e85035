"""The demo portfolio's owner: a made-up investor with known habits, trading at real prices.

The investor is invented; every price is the real close of the day. Nothing is placed by hand: each
trading day a seeded chance decides, by four habits.

1. *Sells winners early.* Every position has a chance of being sold of
   ``SALE_HAZARD * exp(GAIN_TILT * [in gain] + SIZE_TILT * |return|)`` per day: the hazard form of
   the disposition effect (ground-truth.md G2), with the V-shape of Ben-David and Hirshleifer 2012.
   It is evaluated every day for each position on its own, not as a choice among positions on sale
   days, which is how the detector sees it.
2. *Switches.* What was sold completely is replaced a few days later, in the hope of better; the
   new name is no better on average (Odean 1999, "Do investors trade too much?").
3. *Buys what catches the eye.* Of a few names that come to mind, the one that moved most over the
   last month (Barber and Odean 2008; ground-truth.md G5, finite consideration set).
4. *Averages down.* Every position has a chance of being added to of
   ``ADD_HAZARD * exp(LOSS_TILT * [in loss])`` per day (sunk cost; Odean 1998).

There is no foresight: a decision uses the closes up to its day. Dividends are not simulated.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

import numpy as np

from engine.ledger import Kind, Trade
from engine.prices import Prices

# The first seed from 0 on whose investor makes 200 to 260 trades and, on the last day of the demo
# prices, holds at least 5 AAPL 5 % or more in gain. Nothing about the biases was asked of it.
DEMO_SEED = 3116
SAMPLE_INVESTOR = UUID("5a3b1e52-6f0c-5d1e-9a55-2d0c8e9b7f14")  # the default namespace of the ids

YEARS = 5
DEPOSIT = Decimal(40_000)
FEE = Decimal(1)  # per trade
POSITIONS = 8  # names held at a time
CASH_SHARE = 0.12  # of the first deposit, kept back for averaging down

SALE_HAZARD = 0.0044  # per day and position in loss: about one a year
GAIN_TILT = 1.0  # ln of the hazard ratio; ln OR .47-.58 on average, .80 in Dhar and Zhu 2006
SIZE_TILT = 0.5  # per unit of |return|; ground-truth.md G2: .5 to 2
PARTIAL_SALE = 0.25  # share of the sales that take half of a position only

SWITCH_DELAY = 4.0  # mean trading days from a complete sale to its replacement (exponential)
CONSIDERED = 6  # names that come to mind; ground-truth.md G5: 5 to 20
ATTENTION_DAYS = 21  # a month of trading days

ADD_HAZARD = 0.0033  # per day and position in gain
LOSS_TILT = math.log(2.5)  # published: almost 1.5 times as likely (Odean 1998); ours is stronger
ADD_SHARE = (0.25, 0.6)  # of the shares held; above the 20 % below which a trade is a top-up

FIRST_MINUTE = time(14, 40, tzinfo=UTC)  # New York is open from here, summer and winter,
LAST_MINUTE = time(16, 50, tzinfo=UTC)  # to here, on half days too
CENT = Decimal("0.01")


class NotEnoughHistory(Exception):
    """The prices do not reach back far enough for the investor to have lived on them."""

    def __init__(self, needed_from: date | None, first_day: date | None) -> None:
        super().__init__(f"prices are needed from {needed_from} on, the first are of {first_day}")
        self.needed_from = needed_from
        self.first_day = first_day


def sample_trades(
    prices: Prices, rng: np.random.Generator, *, owner: UUID = SAMPLE_INVESTOR
) -> tuple[Trade, ...]:
    """Five years of an investor's trades up to the last day of ``prices``, oldest first.

    One deposit in ``DEPOSIT`` units of the prices' currency, then buys and sells of whole shares at
    the close rounded to cents; cash never goes below zero and no more is sold than is held. The ids
    are ``uuid5`` of ``owner`` (give a portfolio's id to have them unique to it) and the running
    number, so equal arguments give equal trades. Raises NotEnoughHistory.
    """
    first = _first_row(prices)
    investor = _Investor(prices, rng, owner)
    investor.begin(first)
    for row in range(first, len(prices.days)):
        investor.live(row)
    return tuple(investor.trades)


def _first_row(prices: Prices) -> int:
    if prices.last_day is None:
        raise NotEnoughHistory(None, None)
    begin = prices.last_day - timedelta(days=round(YEARS * 365.25))
    row = prices.row_at(begin)
    if row < ATTENTION_DAYS:
        needed_from = begin - timedelta(days=round(ATTENTION_DAYS * 365.25 / 252) + 1)
        raise NotEnoughHistory(needed_from, prices.days[0].astype("datetime64[D]").item())
    return row


@dataclass(slots=True)
class _Position:
    shares: int
    cost: Decimal  # of all shares, fees included

    def gain(self, price: Decimal) -> float:
        return float(price * self.shares / self.cost) - 1


class _Investor:
    """What is held, what is to be bought, and the trades so far."""

    def __init__(self, prices: Prices, rng: np.random.Generator, owner: UUID) -> None:
        self.prices = prices
        self.rng = rng
        self.owner = owner
        self.cash = Decimal(0)
        self.held: dict[str, _Position] = {}
        self.due: list[int] = []  # rows on which a new name is to be bought
        self.trades: list[Trade] = []

    def begin(self, row: int) -> None:
        """Pay in, and plan to buy the first names over the next month."""
        self._record(row, Kind.DEPOSIT, "", 1, DEPOSIT, Decimal(0))
        self.due = [row + int(day) for day in self.rng.integers(0, ATTENTION_DAYS, POSITIONS)]

    def live(self, row: int) -> None:
        """One trading day."""
        touched = self._sell(row)
        touched |= self._buy_new(row)
        self._average(row, touched)

    def _sell(self, row: int) -> set[str]:
        sold: set[str] = set()
        for symbol, position in list(self.held.items()):
            price = self._price(row, symbol)
            if price is None:
                continue
            gain = position.gain(price)
            hazard = SALE_HAZARD * math.exp(GAIN_TILT * (gain > 0) + SIZE_TILT * abs(gain))
            if self.rng.random() >= hazard:
                continue
            whole = position.shares == 1 or self.rng.random() >= PARTIAL_SALE
            shares = position.shares if whole else position.shares // 2
            self._record(row, Kind.SELL, symbol, shares, price, FEE)
            sold.add(symbol)
            if whole:
                self.due.append(row + 1 + int(self.rng.exponential(SWITCH_DELAY)))
        return sold

    def _buy_new(self, row: int) -> set[str]:
        bought: set[str] = set()
        for _ in range(sum(1 for day in self.due if day <= row)):
            symbol = self._catching_the_eye(row)
            price = None if symbol is None else self._price(row, symbol)
            if symbol is None or price is None:
                break
            spend = self._spending(row)
            shares = int((spend - FEE) / price)
            if shares < 1:
                break  # the plan stays; tomorrow there may be cash
            self._record(row, Kind.BUY, symbol, shares, price, FEE)
            self.due.remove(min(self.due))
            bought.add(symbol)
        return bought

    def _average(self, row: int, touched: set[str]) -> None:
        for symbol, position in list(self.held.items()):
            price = self._price(row, symbol)
            if price is None or symbol in touched:
                continue
            hazard = ADD_HAZARD * math.exp(LOSS_TILT * (position.gain(price) < 0))
            if self.rng.random() >= hazard:
                continue
            shares = math.ceil(position.shares * self.rng.uniform(*ADD_SHARE))
            if shares * price + FEE <= self.cash:
                self._record(row, Kind.BUY, symbol, shares, price, FEE)

    def _spending(self, row: int) -> Decimal:
        """An even part of all there is, more or less, as far as the cash goes."""
        worth = self.cash * Decimal(1 - CASH_SHARE if not self.held else 1)
        for symbol, position in self.held.items():
            price = self._price(row, symbol)
            worth += position.cost if price is None else price * position.shares
        wanted = worth / POSITIONS * Decimal(self.rng.uniform(0.7, 1.1))
        return min(wanted, self.cash)

    def _catching_the_eye(self, row: int) -> str | None:
        """Of a few names not held, the one that moved most over the last month."""
        close = self.prices.close
        moves = np.abs(np.log(close[row] / close[row - ATTENTION_DAYS]))
        known = [
            (float(moves[column]), symbol)
            for column, symbol in enumerate(self.prices.symbols)
            if symbol not in self.held and not np.isnan(moves[column])
        ]
        if not known:
            return None
        come_to_mind = self.rng.permutation(len(known))[:CONSIDERED]
        return max(known[int(index)] for index in come_to_mind)[1]

    def _price(self, row: int, symbol: str) -> Decimal | None:
        close = float(self.prices.close[row, self.prices.column(symbol)])
        return None if math.isnan(close) else Decimal(close).quantize(CENT)

    def _record(
        self, row: int, kind: Kind, symbol: str, shares: int, price: Decimal, fee: Decimal
    ) -> None:
        number = len(self.trades) + 1
        self.trades.append(
            Trade(
                id=uuid5(self.owner, f"sample trade {number}"),
                at=self._minute(row),
                kind=kind,
                symbol=symbol,
                quantity=Decimal(shares),
                price=price,
                fee=fee,
            )
        )
        self._settle(kind, symbol, shares, shares * price, fee)

    def _settle(self, kind: Kind, symbol: str, shares: int, amount: Decimal, fee: Decimal) -> None:
        if kind is Kind.DEPOSIT:
            self.cash += amount
        elif kind is Kind.BUY:
            position = self.held.setdefault(symbol, _Position(0, Decimal(0)))
            position.shares += shares
            position.cost += amount + fee
            self.cash -= amount + fee
        else:
            position = self.held[symbol]
            position.cost -= position.cost * shares / position.shares
            position.shares -= shares
            self.cash += amount - fee
            if not position.shares:
                del self.held[symbol]

    def _minute(self, row: int) -> datetime:
        """A moment of the day's session, after the last trade."""
        day: date = self.prices.days[row].astype("datetime64[D]").item()
        begin = datetime.combine(day, FIRST_MINUTE)
        end = datetime.combine(day, LAST_MINUTE)
        last = max(begin, self.trades[-1].at) if self.trades else begin
        return last + timedelta(
            seconds=int((end - last).total_seconds() * self.rng.uniform(0.1, 0.4))
        )
