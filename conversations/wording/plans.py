"""What is said of plans, which are proposals that somebody keeps, and of trades as a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from conversations.wording.figures import count, day, listed, percent, shares
from conversations.wording.trades import demo_mark
from engine.optimization.recommendation import Recommendation
from storage.records import Plan

MOST = 8  # plans listed
FEW = 3  # trades named of each


def orders(told: Recommendation) -> str:
    """``sell 25 NVDA, buy 22 VWCE.DE and 3 more``."""
    named = [
        f"{'buy' if one.order.shares > 0 else 'sell'} {shares(abs(one.order.shares))} "
        f"{one.order.symbol}"
        for one in told.moves
    ]
    more = len(named) - FEW
    return listed([*named[:FEW], f"{more} more"] if more > 1 else named)


def saved(plan: Plan, *, new: bool, demo: bool) -> str:
    mark = demo_mark(demo=demo)
    if not new:
        return f'{mark}That proposal is plan {plan.number} already. Say "my plans".'
    told = plan.recommendation.content
    return (
        f"✅ {mark}Kept as plan {plan.number}: {orders(told)}.\n"
        f"Good until {day(told.expires_at.date())} or a move of {percent(told.most_moved)}; after "
        "that I work it out again when you ask."
    )


def list_of(plans: Sequence[Plan], stale: Sequence[bool], *, demo: bool) -> str:
    mark = demo_mark(demo=demo)
    if not plans:
        return f'{mark}No plans yet. Say "save as plan" after a trade list.'
    lines = [f"{mark}Your plans:"]
    for plan, old in list(zip(plans, stale, strict=True))[:MOST]:
        told = plan.recommendation.content
        state = ", out of date" if old else f", good until {day(told.expires_at.date())}"
        lines.append(f"{plan.number}) of {day(told.at.date())}{state}: {orders(told)}")
    if len(plans) > MOST:
        lines.append(f"and {len(plans) - MOST} more")
    return "\n".join(lines)


def opened(plan: Plan, trades: str) -> str:
    """``trades``: its list."""
    return f"Plan {plan.number}, of {day(plan.recommendation.content.at.date())}:\n{trades}"


def outdated(plan: Plan, why: str, *, demo: bool) -> str:
    told = plan.recommendation.content
    return (
        f"{demo_mark(demo=demo)}Plan {plan.number}, of {day(told.at.date())}, was: {orders(told)}."
        f"\n{why}"
    )


def no_such(number: int | None) -> str:
    which = f"plan {number}" if number is not None else "such plan"
    return f'There is no {which}. Say "my plans".'


def dismissed(plan: Plan) -> str:
    return f"↩️ Plan {plan.number} dismissed. Your portfolio was not touched."


def back(plan: Plan) -> str:
    return f"Plan {plan.number} is back."


def sheet(told: Recommendation, closes_of: date, *, demo: bool) -> str:
    """What goes with the file."""
    return (
        f"{demo_mark(demo=demo)}{count(len(told.moves), 'trade')} as CSV, at the closes of "
        f"{day(closes_of)}.\nOnce traded, put in your times, prices and fees and drop the file "
        "here: I can import it. Imported unchanged, the trades would count as made."
    )
