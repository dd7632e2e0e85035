"""Why nothing was tested on the past, and what can be done about it."""

from __future__ import annotations

from datetime import date

from conversations.actions.backtesting.outcomes import Stuck
from conversations.wording.contenders import month
from conversations.wording.figures import count, listed, short_day
from engine.backtest.panel import Problem, Trouble

MOST_NAMED = 3
OF_DAYS = ("no_days", "after_the_end", "too_few_days")  # other days may do
REASONS = {
    "nothing_held": "You hold nothing with prices yet, so there is no portfolio to test.",
    "no_trades": "There are no trades of yours yet.",
    "no_proposal": "There is no open proposal. Say “rebalance me” for one.",
    "no_prices": "I have no prices to test on.",
}


def sentence(stuck: Stuck) -> str:
    """What stands in the way; with prices, what each of them lacks."""
    if stuck.reason == "prices":
        return _prices(stuck.problems)
    facts = stuck.facts
    match stuck.reason:
        case "no_days":
            since, until = _days(facts, "since"), _days(facts, "until")
            return f"From {since} to {until} there is no trading day. Say it as “2010 to 2020”."
        case "after_the_end":
            return f"My prices end on {_days(facts, 'until')}, before {_days(facts, 'since')}."
        case "too_few_days":
            days, needed = int(facts["days"]), int(facts["needed"])
            return f"That is {count(days, 'trading day')}; below {needed} I would be guessing."
        case "no_prices_of":
            return (
                f"I have no prices of {listed(str(facts['symbols']).split())}; nothing was tested."
            )
        case "no_price":
            return f"There is no price of {facts['symbol']} from when you held it."
        case "no_return":
            return "Your trades leave no value to measure over that time."
    return REASONS[stuck.reason]


def _days(facts: object, key: str) -> str:
    assert isinstance(facts, dict), "facts are kept by key"
    return short_day(date.fromisoformat(str(facts[key])))


def _prices(problems: tuple[Problem, ...]) -> str:
    said = [problem(one) for one in problems[:MOST_NAMED]]
    more = len(problems) - MOST_NAMED
    rest = [f"and {count(more, 'more problem')}"] if more > 0 else []
    return f"{'; '.join([*said, *rest])}. Nothing is filled in without you. What shall I do?"


def problem(one: Problem) -> str:
    """What is wrong with the prices of one symbol, as part of a sentence."""
    match one.trouble:
        case Trouble.STARTS_LATE:
            return f"{one.symbol} starts {month(date.fromisoformat(one.since))}"
        case Trouble.ENDS_EARLY:
            return f"{one.symbol} ends {short_day(date.fromisoformat(one.until))}"
        case Trouble.GAPS:
            since = short_day(date.fromisoformat(one.since))
            return f"{one.symbol} has no price on {count(one.count, 'day')} (first {since})"
        case Trouble.JUMP:
            on = short_day(date.fromisoformat(one.since))
            times = one.size if one.size >= 1.0 else 1.0 / one.size
            way = "up" if one.size >= 1.0 else "down"
            return f"{one.symbol} jumps {times:,.0f}× {way} on {on}, as if by a split"
        case Trouble.NO_VOLUME:
            return f"{one.symbol} was not traded on {count(one.count, 'day')}"
    return f"I have no prices of {one.symbol}"


def decided(ways: list[tuple[str, str]]) -> str:
    """What was decided, as a note under the result: ``RIVN left out``."""
    return f"Decided: {listed([f'{symbol} {way}' for symbol, way in ways])}." if ways else ""
