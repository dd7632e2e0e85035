"""What the contenders of a trial, its pace and its costs are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from conversations.actions.backtesting.grounds import SP500
from conversations.reading.contenders import BONDS, CASH, STOCKS, Contender, Contest
from conversations.reading.trials import Pace, Trial
from conversations.wording import ways
from conversations.wording.figures import count, money, percent

NAMES = {SP500: "S&P 500 index", CASH: "cash", STOCKS: "stocks", BONDS: "bonds"}
PACES = {
    Pace.DAILY: "daily rebalancing",
    Pace.WEEKLY: "weekly rebalancing",
    Pace.MONTHLY: "monthly rebalancing",
    Pace.QUARTERLY: "quarterly rebalancing",
    Pace.YEARLY: "yearly rebalancing",
    Pace.NEVER: "bought once and held",
}
MOST_NAMED = 4


def called(one: Contender) -> str:
    """``Yours``, ``60/40``, ``50% AAPL / 50% MSFT``: short, as the first word of a sentence."""
    match one.kind:
        case Contest.NOW:
            return "Yours"
        case Contest.TRADES:
            return "Your real trades"
        case Contest.MARKET:
            return "The market"
        case Contest.PROPOSAL:
            return "The proposal"
        case Contest.METHOD:
            found = ways.named(one.method)
            return f"{found[0].upper()}{found[1:]}"
        case Contest.DATED:
            return f"Weights of {count(len(one.schedule), 'date')}"
        case _:
            found = _mix(one.weights)
            return f"{found[0].upper()}{found[1:]}"


def beside(one: Contender) -> str:
    """The same after a semicolon."""
    if one.kind is Contest.MIX:
        return _mix(one.weights)
    found = called(one)
    return found if found[1:2].isupper() else f"{found[0].lower()}{found[1:]}"


def within(one: Contender) -> str:
    """The same inside of a sentence."""
    named = {
        Contest.NOW: "your portfolio",
        Contest.TRADES: "your real trades",
        Contest.MARKET: "the market",
        Contest.PROPOSAL: "the proposal",
    }
    if one.kind is Contest.METHOD:
        return ways.named(one.method)
    if one.kind is Contest.DATED:
        return f"weights of {count(len(one.schedule), 'date')}"
    return named.get(one.kind) or _mix(one.weights)


def symbol(name: str) -> str:
    """A symbol, a leg or the index as people call it."""
    return NAMES.get(name, name)


def _mix(weights: Mapping[str, float]) -> str:
    if set(weights) <= {STOCKS, BONDS, CASH} and STOCKS in weights and BONDS in weights:
        legs = (STOCKS, BONDS, CASH)
        return "/".join(f"{weights[leg] * 100:.0f}" for leg in legs if leg in weights)
    if len(weights) == 1:
        return symbol(next(iter(weights)))
    parts = sorted(weights.items(), key=lambda part: -part[1])
    shown = [f"{percent(weight)} {symbol(name)}" for name, weight in parts[:MOST_NAMED]]
    more = len(parts) - MOST_NAMED
    return " / ".join([*shown, f"{more} more"] if more > 0 else shown)


def pace(trial: Trial) -> str:
    """``monthly rebalancing``, ``rebalanced when 5% off, filled 1 close later``."""
    late = f", filled {count(trial.lag, 'close')} later" if trial.lag else ""
    if trial.pace is Pace.BANDS:
        return f"rebalanced when {percent(trial.band, 1).replace('.0%', '%')} off{late}"
    return f"{PACES[trial.pace]}{late}"


def costs(trial: Trial, currency: str) -> str:
    """``0.05% costs``, ``0.1% and $5.00 a trade``, ``no costs``."""
    if not trial.rate and not trial.fixed:
        return "no costs"
    rate = _rate(trial.rate) if trial.rate else ""
    fixed = money(trial.fixed, currency) if trial.fixed else ""
    return f"{' and '.join(one for one in (rate, fixed) if one)} a trade"


def month(on: date) -> str:
    return f"{on:%b} {on.year}"


def _rate(rate: float) -> str:
    shown = f"{rate * 100:.3f}".rstrip("0").rstrip(".")
    return f"{shown}%"
