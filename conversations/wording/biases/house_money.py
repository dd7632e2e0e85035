"""Words for risk that depends on the last result."""

from __future__ import annotations

from conversations.wording.biases import Told, Words
from conversations.wording.figures import count
from conversations.wording.fragments import ratio, span
from engine.detection.finding import BiasFinding


def _states(finding: BiasFinding) -> str:
    return (
        f"after gains your purchases carry {ratio(finding)} the risk of those after losses "
        f"({span(finding)})"
    )


def _explains(finding: BiasFinding) -> str:
    counted = finding.measures
    revenge = int(counted.get("revenge_trades", 0.0))
    said = (
        f"House money: beside your usual, a purchase has {counted['after_gain']:.2f}× the risk "
        f"after a month with gains taken and {counted['after_loss']:.2f}× after one with losses "
        "(size × volatility; Thaler and Johnson 1990)."
    )
    if not revenge:
        return said
    return f"{said} Bigger bets within a day of a loss: {count(revenge, 'time')}."


def _warns(facts: Told, finding: BiasFinding) -> str:
    return f"You have just taken gains, and {_states(finding)}."


WORDS = Words(
    bias="house_money",
    name="Playing with house money",
    term="house money effect",
    means="After gains more is risked, as if the money were not quite one's own yet; the reverse, "
    "bigger bets right after a loss, is revenge trading.",
    called=r"house[ -]money( effect)?|mental accounting|revenge[ -]trad(ing|es?)"
    r"|playing with house money",
    unit=("purchase", "purchases"),
    scale="our estimate of an average investor: studies show the direction, not the size",
    states=_states,
    explains=_explains,
    warns=_warns,
)
