"""Words for risk that depends on the last result."""

from __future__ import annotations

from conversations.wording.biases import Told, Words
from conversations.wording.figures import count
from conversations.wording.fragments import Z90, number, ratio, span, times
from engine.detection.finding import BiasFinding

EACH = 8  # purchases after gains, and after losses, below which nothing is told


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
    return f"{said} Bigger bets than usual within a day of a loss: {count(revenge, 'time')}."


def _adds(finding: BiasFinding) -> str:
    """Revenge trading, where it is beyond chance."""
    found = finding.measures.get("revenge_theta", float("nan"))
    spread = Z90 * finding.measures.get("revenge_se", float("nan"))
    if not found - spread > 0:
        return ""
    return (
        f"within a day of a loss your purchases carry {times(found)}× the risk of those within a "
        f"day of a gain (90% range {times(found - spread)}–{times(found + spread)}): revenge "
        "trading"
    )


def _lacks(finding: BiasFinding) -> str:
    gains, losses = int(finding.measures["gains"]), int(finding.measures["losses"])
    if finding.n < finding.n_min or min(gains, losses) >= EACH:
        return ""
    return f"I need {EACH} after gains and {EACH} after losses, and have {gains} and {losses}."


def _warns(facts: Told, finding: BiasFinding) -> str:
    carries = f"this purchase carries {number(facts, 'risk'):.1f}× your usual risk"
    if number(facts, "realised") > 0:
        return f"You have taken gains this month and {carries}; {_states(finding)}."
    return f"You took a loss in the last day and {carries}; {_states(finding)}."


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
    adds=_adds,
    lacks=_lacks,
    warns=_warns,
)
