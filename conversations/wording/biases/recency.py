"""Words for chasing what has just risen."""

from __future__ import annotations

from conversations.wording.biases import Facts, Told, Words
from conversations.wording.figures import signed_percent
from conversations.wording.fragments import afterwards, number, odds, picks
from engine.detection.finding import BiasFinding, Evidence


def _states(finding: BiasFinding) -> str:
    return f"you pick shares that rose clearly more than others last month {odds(finding)}"


def _explains(finding: BiasFinding) -> str:
    counted = picks(finding.measures, "last month's strongest fifth")
    first = f"Recency: {counted}. " if counted else "Recency: "
    return (
        f"{first}The odds are per standard deviation of the month's return, with year-long "
        "momentum, jumps, volume and familiar names taken out (one model for all of them)."
    )


def _tells(facts: Facts) -> str:
    return f"bought after {signed_percent(facts['month_return'])} in a month"


def _marks(one: Evidence) -> str:
    return f"month {signed_percent(one.facts['month_return'])}"


def _warns(facts: Told, finding: BiasFinding) -> str:
    text = (
        f"{facts['symbol']} is among last month's strongest "
        f"({signed_percent(number(facts, 'month_return'))}); you pick such shares {odds(finding)}."
    )
    return text + afterwards(facts, "the share moved", "3 months")


WORDS = Words(
    bias="recency",
    name="Chasing last month's winners",
    term="recency bias",
    means="What happened lately is expected to go on, so that shares are bought because they have "
    "just risen.",
    called=r"recency( bias)?|extrapolation|(chas(e|ing)|buy(ing)?) (the )?"
    r"(last month'?s |recent |past )?(winners?|returns|performance|risers)",
    unit=("purchase", "purchases"),
    scale="our estimate of an average investor: studies show the direction, not the size",
    states=_states,
    explains=_explains,
    tells=_tells,
    marks=_marks,
    warns=_warns,
    trade=("purchase", "purchases"),
)
