"""Whether a recommendation still holds, and what of it was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from engine.amounts import EXACT, ZERO, scaled, split_ratio
from engine.ledger import Kind, Trade
from engine.optimization.recommendation import Recommendation

DONE = 0.9  # of the money that was to be traded: people round, too


class Staleness(StrEnum):
    """Why a recommendation is not to be followed any more."""

    TIME = "time"
    PRICE = "price"  # ``symbol`` moved too far
    NO_PRICE = "no price"  # of ``symbol``


@dataclass(frozen=True, slots=True)
class Stale:
    why: Staleness
    symbol: str = ""
    moved: float = 0.0  # since the recommendation, 0.07 for 7 % up


def find_staleness(
    recommendation: Recommendation, now: datetime, prices: Mapping[str, Decimal]
) -> Stale | None:
    """Whether time is up, or else which of the prices traded at has moved most and too far.

    ``prices``: the latest ones; a split that they are adjusted for counts as a move.
    """
    if now >= recommendation.expires_at:
        return Stale(Staleness.TIME)
    moved: dict[str, float] = {}
    for symbol, price in sorted(recommendation.prices.items()):
        if symbol not in prices:
            return Stale(Staleness.NO_PRICE, symbol)
        moved[symbol] = float(prices[symbol] / price) - 1.0
    worst = max(moved, key=lambda symbol: abs(moved[symbol]), default=None)
    if worst is None or abs(moved[worst]) <= recommendation.most_moved + 1e-12:
        return None
    return Stale(Staleness.PRICE, worst, moved[worst])


class Outcome(StrEnum):
    DONE = "done"
    PARTLY = "partly"
    NOT = "not"
    EXPIRED = "expired"  # nothing of it was done, and now it is too late


@dataclass(frozen=True, slots=True)
class Followed:
    """``traded``: net of the proposed direction in the shares of the recommendation, below zero
    for the opposite; ``share`` of the order that was done, 0 to 1."""

    symbol: str
    proposed: Decimal  # below zero: to be sold
    traded: Decimal
    share: float


@dataclass(frozen=True, slots=True)
class FollowUp:
    """``share``: of the money that was to be traded. ``others``: symbols traded that were not
    proposed."""

    outcome: Outcome
    share: float
    moves: tuple[Followed, ...]
    others: tuple[str, ...]
    stale: Stale | None


def follow_up(
    recommendation: Recommendation,
    trades: Iterable[Trade],
    now: datetime,
    prices: Mapping[str, Decimal],
) -> FollowUp:
    """What of it was done by ``now``. ``trades``: of the portfolio, in the order of the ledger.

    Purchases and sales after the recommendation are netted by symbol, so that a sale and a
    purchase of the same shares are nothing; those after a split count in the shares of before. Who
    does 90 % of the money has done it. "partly" stays so after expiry.
    """
    traded = _net(recommendation, trades, now)
    followed = []
    done = wanted = 0.0
    for move in recommendation.moves:
        order = move.order
        sign = 1 if order.shares > ZERO else -1
        net = EXACT.multiply(traded.pop(order.symbol, ZERO), Decimal(sign))
        share = min(max(float(net / abs(order.shares)), 0.0), 1.0)
        followed.append(Followed(order.symbol, order.shares, net, share))
        done += share * float(order.value)
        wanted += float(order.value)
    share = done / wanted if wanted else 1.0
    stale = find_staleness(recommendation, now, prices)
    if share >= DONE:
        outcome = Outcome.DONE
    elif share > 0.0:
        outcome = Outcome.PARTLY
    else:
        outcome = Outcome.NOT if stale is None else Outcome.EXPIRED
    others = tuple(sorted(symbol for symbol, net in traded.items() if net))
    return FollowUp(outcome, share, tuple(followed), others, stale)


def _net(
    recommendation: Recommendation, trades: Iterable[Trade], now: datetime
) -> dict[str, Decimal]:
    """Bought less sold by symbol, in shares as they were at the recommendation."""
    net: dict[str, Decimal] = {}
    ratio: dict[str, Fraction] = {}
    for trade in trades:
        if not recommendation.at < trade.at <= now:
            continue
        so_far = ratio.get(trade.symbol, Fraction(1))
        if trade.kind is Kind.SPLIT:
            ratio[trade.symbol] = so_far * split_ratio(trade.quantity)
        elif trade.kind in (Kind.BUY, Kind.SELL):
            shares = scaled(trade.quantity, 1 / so_far)
            signed = shares if trade.kind is Kind.BUY else -shares
            net[trade.symbol] = EXACT.add(net.get(trade.symbol, ZERO), signed)
    return net
