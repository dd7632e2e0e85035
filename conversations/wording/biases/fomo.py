"""Words for buying what has just shot up."""

from __future__ import annotations

from conversations.wording.biases import Facts, Told, Words
from conversations.wording.figures import signed_percent
from conversations.wording.fragments import afterwards, number, odds, picks
from engine.detection.finding import BiasFinding, Evidence


def _states(finding: BiasFinding) -> str:
    return f"you pick shares that are running hot {odds(finding)}"


def _explains(finding: BiasFinding) -> str:
    counted = picks(finding.measures, "shares running hot")
    first = f"FOMO buying: {counted}. " if counted else "FOMO buying: "
    return (
        f"{first}Hot: up in five days by twice what is usual for it, or a new one-year high on "
        "twice its volume. The month's return and familiar names are taken out."
    )


def _tells(facts: Facts) -> str:
    return f"bought after {signed_percent(facts['week_return'])} in a week"


def _marks(one: Evidence) -> str:
    return f"week {signed_percent(one.facts['week_return'])}"


def _warns(facts: Told, finding: BiasFinding) -> str:
    text = (
        f"{facts['symbol']} is running hot ({signed_percent(number(facts, 'week_return'))} in a "
        f"week); you pick such shares {odds(finding)}."
    )
    return text + afterwards(facts, "the share moved", "3 months")


WORDS = Words(
    bias="fomo",
    name="FOMO buying",
    term="fear of missing out",
    means="A share is bought because it is shooting up now and might run away.",
    called=r"fomo( buying| buys?)?|fear of missing out|(chas(e|ing)|buy(ing)?) (the )?"
    r"(hype|hot stocks?|hot shares?|spikes?|rallies|rally|breakouts?)|hype",
    unit=("purchase", "purchases"),
    scale="our estimate of an average investor, who picks hot shares at twice the odds of others",
    states=_states,
    explains=_explains,
    tells=_tells,
    marks=_marks,
    warns=_warns,
    trade=("purchase", "purchases"),
)
