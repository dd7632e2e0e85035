"""Words for buying shares that jump like a lottery ticket."""

from __future__ import annotations

from conversations.wording.biases import Facts, Told, Words
from conversations.wording.figures import signed_percent
from conversations.wording.fragments import afterwards, number, odds, picks
from engine.detection.finding import BiasFinding, Evidence


def _states(finding: BiasFinding) -> str:
    return f"you pick shares with one huge day in the last month {odds(finding)}"


def _explains(finding: BiasFinding) -> str:
    counted = picks(finding.measures, "the fifth with the wildest best day")
    first = f"Lottery preference: {counted}. " if counted else "Lottery preference: "
    return (
        f"{first}The odds are per standard deviation of the month's best day, with the month's "
        "return, volume and familiar names taken out (Bali, Cakici and Whitelaw 2011)."
    )


def _tells(facts: Facts) -> str:
    return f"bought after a day of {signed_percent(facts['best_day'])}"


def _marks(one: Evidence) -> str:
    return f"best day {signed_percent(one.facts['best_day'])}"


def _warns(facts: Told, finding: BiasFinding) -> str:
    text = (
        f"{facts['symbol']} had one of this month's wildest days "
        f"({signed_percent(number(facts, 'best_day'))}); you pick such shares {odds(finding)}."
    )
    return text + afterwards(facts, "the share moved", "3 months")


WORDS = Words(
    bias="lottery",
    name="Buying lottery tickets",
    term="lottery preference",
    means="Shares with a small chance of a huge gain are bought for the dream, at a price that "
    "seldom pays.",
    called=r"lotter(y|ies)( preference| stocks?| shares?| tickets?)?|gambling"
    r"|(buy(ing)? )?lottery tickets?",
    unit=("purchase", "purchases"),
    scale="our estimate of an average investor: studies show the direction, not the size",
    states=_states,
    explains=_explains,
    tells=_tells,
    marks=_marks,
    warns=_warns,
    trade=("purchase", "purchases"),
)
