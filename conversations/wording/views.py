"""What is said of views about returns, and of goals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from conversations.actions.proposals import Beyond, GoalKept
from conversations.actions.wishes import Goal
from conversations.reading.beliefs import SURE, UNSURE, Belief
from conversations.wording.figures import count, listed, money, percent, signed_percent
from conversations.wording.limits import share

PARTS = 4  # of a goal's own portfolio


def one(belief: Belief) -> str:
    """``AAPL earns 3% a year more than MSFT (as sure as the market)``."""
    if belief.worse:
        said = f"{belief.better} earns {share(belief.value)} a year more than {belief.worse}"
    else:
        said = f"{belief.better} returns {signed_percent(belief.value)} a year"
    return f"{said} ({_sureness(belief.confidence)})"


def _sureness(confidence: float) -> str:
    if confidence >= SURE:
        return f"{percent(confidence)} sure"
    return "unsure" if confidence <= UNSURE else f"{percent(confidence)} sure"


def noted(new: Sequence[Belief], every: Sequence[Belief]) -> str:
    said = f"Your view, noted: {'; '.join(map(one, new))}."
    others = [belief for belief in every if belief.key not in {known.key for known in new}]
    if others:
        said += f"\nStill there: {'; '.join(map(one, others))}."
    return (
        f"{said}\nA view is a guess. In a proposal it is mixed with what today's portfolio "
        "implies, by how sure you are."
    )


def list_of(beliefs: Sequence[Belief]) -> str:
    if not beliefs:
        return 'You told me no views yet. Say one: "I think AAPL beats MSFT by 3%".'
    return "\n".join(["Your views:", *(f"– {one(belief)}" for belief in beliefs)])


def forgotten(how_many: int, what: str) -> str:
    if not how_many:
        return f"There were no {what}s to forget."
    return f"Forgotten: {count(how_many, what)}."


def goal(wanted: Goal, currency: str) -> str:
    """``$30,000 for “flat” by Dec 2029, at most 10% chance to miss``."""
    amount = money(wanted.amount, currency, cents=False)
    said = f"{amount} for “{wanted.name}” by {wanted.due:%b %Y}"
    said += f", at most {share(wanted.chance)} chance to miss"
    if wanted.now:
        said += f", from {money(wanted.now, currency, cents=False)}"
    if wanted.monthly:
        said += f" and {money(wanted.monthly, currency, cents=False)} a month"
    return said


def ask_money(name: str, worth: float, currency: str) -> str:
    """How much of what is there is meant for the goal."""
    return (
        f"How much of your {money(worth, currency, cents=False)} is for “{name}”? "
        "Press one, or type an amount."
    )


def not_money() -> str:
    return 'That is no amount I can use. Say "20k", "30%" or "all of it".'


def goal_noted(wanted: Goal, currency: str) -> str:
    return f"Noted: {goal(wanted, currency)}. Working out what would do…"


def goals_of(wanted: Sequence[Goal], currency: str) -> str:
    if not wanted:
        return 'No goals yet. Say one: "30k for a flat in 2029, at most 10% chance to miss".'
    return "\n".join(["Your goals:", *(f"– {goal(one, currency)}" for one in wanted)])


def goals_kept(
    kept: Sequence[GoalKept],
    wanted: Sequence[Goal],
    apart: float,
    currency: str,
    today: date,
) -> str:
    """For each goal the chance to miss it and what its money would be in."""
    by_name = {one.name: one for one in wanted if one.due > today}
    lines = []
    for one in kept:
        aim = by_name[one.name]
        amount = money(aim.amount, currency, cents=False)
        parts = [f"{name} {percent(weight)}" for name, weight in one.parts[:PARTS]]
        rest = sum(weight for _, weight in one.parts[PARTS:])
        parts += [f"others {percent(rest)}"] if rest >= 0.005 else []
        whose = "its money" if len(kept) == 1 else f"{percent(one.share)} of the goals' money"
        lines.append(
            f"{one.name.capitalize()}, {amount} by {aim.due:%b %Y}: chance to miss about "
            f"{percent(one.missed)} (you allow {share(aim.chance)}), "
            f"{whose}: {listed(parts)}."
        )
    if len(kept) > 1:
        cost = "nothing to speak of" if apart < 0.0005 else f"{percent(apart, 1)} return a year"
        lines.append(f"Keeping the goals apart costs {cost}.")
    lines.append("These rest on expected returns, which are guesses; so are the chances.")
    return "\n".join(lines)


def out_of_reach(
    name: str, wanted: float, best: float, highest: float | None, currency: str
) -> str:
    """No portfolio of these shares reaches the goal often enough."""
    said = (
        f"No portfolio of your shares reaches “{name}” with {percent(wanted)} "
        f"probability; the best is about {percent(best)}."
    )
    if highest is not None and highest > 0:
        said += f" With the chance you want it can be {money(highest, currency, cents=False)}."
    return f"{said} More money now or a month, more time or a larger chance to miss would help."


def goals_unreached(goals: Sequence[Beyond]) -> str:
    if not goals:
        return 'You told me no goals yet. Say one: "30k for a flat in 2029".'
    return f"No portfolio of your shares reaches {listed([f'“{one.name}”' for one in goals])}."


def why_goals() -> str:
    return (
        "Each goal is its own account: the portfolio of the highest expected return that still "
        "misses its goal seldom enough (Das, Markowitz, Scheid and Statman 2010). Years are taken "
        "as independent, returns as lognormal; expected returns are guesses, so the chances are "
        "too. Inflation and tax are left out."
    )
