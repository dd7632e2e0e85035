"""One week of a portfolio: what it earned, what was traded, and a picture of the quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from conversations.actions.journal import learning
from conversations.actions.reviewing import Case
from conversations.wording import weeks as words
from engine.arrays import Days
from engine.ledger import Kind, Trade
from engine.record.daily import Daily, value_days

WEEK = timedelta(days=7)
USUAL = 26  # weeks before this one that the pace is compared with
FEWEST = 4  # of them
QUARTER = timedelta(weeks=13)
BASE = 100.0
EXCHANGES = (Kind.BUY, Kind.SELL)


@dataclass(frozen=True, slots=True)
class Earned:
    """``money`` and ``share``: what the closes of the week made of the holdings, without what was
    bought and sold; ``market`` the same of what stands for it, None where that is not known."""

    money: float
    share: float
    market: float | None
    until: date  # of the newest closes


@dataclass(frozen=True, slots=True)
class Week:
    """``usual``: trades in one of the ``weeks`` before; None where those are too few. ``last``:
    the newest closes there are; None without any."""

    holds: bool
    earned: Earned | None
    last: date | None
    market: str
    buys: int
    sales: int
    planned: int
    usual: float | None
    weeks: int
    png: bytes


def look(case: Case, sunday: date, zone: str, currency: str) -> Week:
    """The seven days up to ``sunday``, for another process. ``currency``: of all that is held; ""
    where that is several, so that there is no sum of it."""
    record = case.record()
    daily = value_days(record)
    days = record.market.prices.days[daily.first :]
    trades = [one for one in case.trades if one.kind in EXCHANGES]
    past = _weeks_before(trades, sunday, ZoneInfo(zone))
    this, before = _counted(trades, sunday, ZoneInfo(zone), past)
    earned = _earned(days, daily, sunday) if currency else None
    market = learning.market_of(case.prices)
    png = b""
    if currency and earned is not None:
        png = _draw(days, daily, trades, sunday, earned.share)
    return Week(
        holds=any(quantity > 0 for _, quantity, _, _ in record.history.final),
        earned=earned,
        last=days[-1].item() if len(days) else None,
        market=words.market_name(market),
        buys=sum(one.kind is Kind.BUY for one in this),
        sales=sum(one.kind is Kind.SELL for one in this),
        planned=sum(one.planned for one in this),
        usual=before / past if past >= FEWEST else None,
        weeks=past,
        png=png,
    )


def of_week(trades: Sequence[Trade], sunday: date, place: ZoneInfo) -> list[Trade]:
    """Those of the seven days up to ``sunday``, on the calendar of the place, oldest first."""
    return [one for one in trades if sunday - WEEK < one.at.astimezone(place).date() <= sunday]


def _counted(
    trades: Sequence[Trade], sunday: date, place: ZoneInfo, past: int
) -> tuple[list[Trade], int]:
    """This week's trades, and how many there were in the ``past`` weeks before: no more, else a
    week that was cut off, or the day on which a portfolio was set up, would count as well."""
    first = sunday - WEEK * (past + 1)
    days = [one.at.astimezone(place).date() for one in trades]
    return of_week(trades, sunday, place), sum(first < day <= sunday - WEEK for day in days)


def _weeks_before(trades: Sequence[Trade], sunday: date, place: ZoneInfo) -> int:
    """How many whole weeks before this one there are since the first trade, at most half a year."""
    if not trades:
        return 0
    first = min(one.at for one in trades).astimezone(place).date()
    return min(max((sunday - WEEK - first).days // 7, 0), USUAL)


def _earned(days: Days, daily: Daily, sunday: date) -> Earned | None:
    """None where nothing was held with prices on two closes, the one before the week included."""
    begin = int(np.searchsorted(days, np.datetime64(sunday - WEEK, "D"), side="right")) - 1
    end = int(np.searchsorted(days, np.datetime64(sunday, "D"), side="right"))
    returns = daily.returns[max(begin, 0) + 1 : end]
    known = ~np.isnan(returns)
    if not known.any():
        return None
    # What was held at each close before earned its return: purchases and sales are no gain.
    money = float((daily.value[max(begin, 0) : end - 1][known] * returns[known]).sum())
    market = daily.benchmark[max(begin, 0) + 1 : end][known]  # of the days on which it was held
    compared = None if np.isnan(market).any() else float(np.prod(1.0 + market) - 1.0)
    share = float(np.prod(1.0 + returns[known]) - 1.0)
    return Earned(money, share, compared, days[end - 1].item())


def _draw(days: Days, daily: Daily, trades: Sequence[Trade], sunday: date, share: float) -> bytes:
    """A quarter of what was held by prices alone, the first day 100, with the trades on it."""
    from charts import trades_on_price  # here: matplotlib is slow to import, and others only talk

    begin = int(np.searchsorted(days, np.datetime64(sunday - QUARTER, "D")))
    shown, returns = days[begin:], daily.returns[begin:]
    held = np.flatnonzero(daily.value[begin:] > 0)
    if len(held) < 2:
        return b""
    first = int(held[0])
    shown, returns = shown[first:], returns[first:]
    level = BASE * np.cumprod(1.0 + np.nan_to_num(np.append(0.0, returns[1:])))
    level[1:][np.isnan(returns[1:])] = np.nan  # nothing was held
    marks: list[trades_on_price.Mark] = []
    for one in trades:
        row = int(np.searchsorted(shown, np.datetime64(one.at.date(), "D")))
        if one.at.date() < shown[0].item() or row >= len(shown):
            continue
        at = shown[row].item(), float(level[row])
        marks.append(trades_on_price.Mark(*at, "buy" if one.kind is Kind.BUY else "sell"))
    known = [mark for mark in dict.fromkeys(marks) if mark.price == mark.price]
    name = words.picture_name(shown[0].item(), shown[-1].item(), int(BASE))
    panel = trades_on_price.PricePanel(name, shown.tolist(), level.tolist(), known)
    return trades_on_price.draw(
        [panel], title=words.picture_title(share), subtitle=words.picture_subtitle()
    )
