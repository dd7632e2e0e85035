"""A goal as it is told, bit by bit: what is still to be asked, and how it is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from zlib import crc32

from conversations.actions import trading
from conversations.actions.allocation import wishes
from conversations.actions.allocation.wishes import YEAR, Goal, Wishes
from conversations.actions.books import overview
from conversations.reading.aims import LONGEST_YEARS, USUAL_CHANCE, Aim
from conversations.turn import Turn
from engine.ledger import book

FLOW = "goal"
LEAST = "least"  # as much money as it takes
AMOUNT, CURRENCY, WHEN, OVER, FAR, CHANCE, MONEY = (
    "amount",
    "currency",
    "when",
    "over",
    "far",
    "chance",
    "money",
)


async def worth_of(turn: Turn) -> tuple[float, str]:
    """What a proposal can be about: the value of the positions of one currency, and which."""
    booked = book(await turn.work.trades.of(turn.portfolio.id), trading.rules_of(turn.portfolio))
    universe = await turn.universe()

    def currency_of(symbol: str) -> str:
        known = universe.get(symbol)
        return known.currency if known else turn.portfolio.currency

    totals = overview(booked, await turn.prices(), currency_of, {}).totals
    if not totals:
        return 0.0, turn.portfolio.currency
    return max(totals[0].value, 0.0), totals[0].currency


def completed(aim: Aim, known: Goal | None, today: date) -> Aim:
    """What was not said of a goal that is known already stays as it was."""
    if known is None:
        return aim
    return replace(
        aim,
        amount=known.amount if aim.amount is None else aim.amount,
        years=known.years(today) if aim.years is None else aim.years,
        chance=known.chance if aim.chance is None else aim.chance,
        now=known.now if aim.now is None and aim.share is None else aim.now,
        monthly=known.monthly if aim.monthly is None else aim.monthly,
    )


def lacking(aim: Aim, currency: str, *, money_known: bool) -> str | None:
    """The first thing to ask about; None where all is there."""
    if aim.currency is not None and aim.currency != currency:
        return CURRENCY
    if aim.amount is None:
        return AMOUNT
    if aim.years is None:
        return WHEN
    if aim.years <= 0:
        return OVER
    if aim.years > LONGEST_YEARS:
        return FAR
    if not aim.sensible:
        return CHANCE
    return None if money_known or aim.now is not None or aim.share is not None else MONEY


def leave_open(turn: Turn, aim: Aim, asked: str) -> None:
    """The next words are the answer; a trade card that is open comes back after it."""
    before = turn.state.get("flow")
    kept = turn.state.get(FLOW) or {}
    turn.state["flow"] = FLOW
    turn.state[FLOW] = {
        "aim": {name: getattr(aim, name) for name in Aim.__slots__},
        "asked": asked,
        "before": kept.get("before") if before == FLOW else before,
    }


def opened(turn: Turn) -> tuple[Aim, str] | None:
    """The goal that is being asked about, and what was asked."""
    kept: dict[str, Any] | None = turn.state.get(FLOW)
    return (Aim(**kept["aim"]), kept["asked"]) if kept and "aim" in kept else None


def close(turn: Turn) -> None:
    kept: dict[str, Any] = turn.state.pop(FLOW, None) or {}
    if turn.state.get("flow") == FLOW:
        turn.state["flow"] = kept.get("before")


def goal_of(aim: Aim, today: date, now: float | None) -> Goal:
    """A goal whose money is settled; ``now`` None: the least that does it."""
    assert aim.amount is not None, "it has been asked"
    assert aim.years is not None, "it has been asked"
    due = date.fromordinal(today.toordinal() + max(round(aim.years * YEAR), 1))
    chance = USUAL_CHANCE if aim.chance is None else aim.chance
    since = None if now is None else today
    return Goal(aim.name, aim.amount, due, chance, now, aim.monthly or 0.0, since)


def key(name: str) -> str:
    """Short enough for a button."""
    return f"{crc32(name.encode()):08x}"


def found(turn: Turn, name: str) -> Goal | None:
    """The goal of that name, or of that ``key``."""
    goals = wishes.kept(turn.person, turn.portfolio).goals
    return next((one for one in goals if name in (one.name, key(one.name))), None)


async def keep(turn: Turn, goal: Goal) -> None:
    """In place of an older one of the same name; the latest is the last."""
    known = wishes.kept(turn.person, turn.portfolio)
    others = tuple(one for one in known.goals if one.name != goal.name)
    await _keep(turn, Wishes(known.limits, known.beliefs, (*others, goal)))


async def drop(turn: Turn, name: str) -> None:
    known = wishes.kept(turn.person, turn.portfolio)
    left = tuple(one for one in known.goals if one.name != name)
    await _keep(turn, Wishes(known.limits, known.beliefs, left))


async def drop_all(turn: Turn) -> None:
    known = wishes.kept(turn.person, turn.portfolio)
    await _keep(turn, Wishes(known.limits, known.beliefs, ()))


async def _keep(turn: Turn, changed: Wishes) -> None:
    await wishes.keep(turn.work, turn.person, turn.portfolio, changed)
    turn.person = await turn.work.users.get(turn.person.id)  # what is read next is as it is now
