"""Words for trading with the crowd."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.wording.biases import Facts, Told, Words
from conversations.wording.figures import percent
from conversations.wording.fragments import afterwards, number, span
from engine.detection.finding import BiasFinding, Evidence

GUESSED = "sentiment_proxy"  # the caveat: nobody's trades were seen


def _states(finding: BiasFinding) -> str:
    counted = finding.measures
    return (
        f"{percent(counted['share'])} of your trades went with the crowd where chance would give "
        f"{percent(counted['expected_share'])} (odds {span(finding)})"
    )


def _explains(finding: BiasFinding) -> str:
    counted = finding.measures
    others = "the mood" if GUESSED in finding.caveats else "others"
    return (
        f"Herding: on {int(counted['signals'])} trades {others} leant clearly to one side, and "
        f"{int(counted['with_crowd'])} of yours leant the same way; chance is what the same trades "
        "would have been on the other days of that crowd."
    )


def _tells(facts: Facts) -> str:
    return f"{_done(facts)} with the crowd ({percent(_alike(facts))} on that side)"


def _done(facts: Mapping[str, float | str]) -> str:
    return "bought" if number(facts, "side") > 0 else "sold"


def _alike(facts: Mapping[str, float | str]) -> float:
    """How much of the crowd was on the same side; of sentiment, how much of the mood."""
    bought = number(facts, "crowd_share")
    return bought if number(facts, "side") > 0 else 1 - bought


def _marks(one: Evidence) -> str:
    return f"crowd {percent(_alike(one.facts))}"


def _warns(facts: Told, finding: BiasFinding) -> str:
    crowd = f"{percent(_alike(facts))} of others' trades in {facts['symbol']} go the same way"
    if GUESSED in finding.caveats:
        crowd = f"The mood about {facts['symbol']} leans the same way"
    text = f"{crowd}, and {_states(finding)}."
    return text + afterwards(facts, "the share moved", "3 months")


WORDS = Words(
    bias="herding",
    name="Following the crowd",
    term="herding",
    means="What others buy is bought and what others sell is sold, because they do.",
    called=r"herd(ing|s)?( bias| behaviou?r| mentality| effect)?"
    r"|(following |with )?the (crowd|herd)"
    r"|follow(ing)? (the )?(crowd|herd|others)|bandwagon( effect)?",
    unit=("signal trade", "signal trades"),
    scale="as much as the crowd's average member",
    states=_states,
    explains=_explains,
    tells=_tells,
    marks=_marks,
    warns=_warns,
)
