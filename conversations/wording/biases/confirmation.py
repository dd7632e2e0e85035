"""Words for hearing only what agrees."""

from __future__ import annotations

from conversations.wording.biases import Words
from conversations.wording.figures import count
from conversations.wording.fragments import ratio, span
from engine.detection.finding import BiasFinding


def _states(finding: BiasFinding) -> str:
    if finding.unit == "statements":
        return f"you look for what agrees with you at {ratio(finding)} the odds ({span(finding)})"
    return (
        "you act on good news of what you hold rather than on bad news at "
        f"{ratio(finding)} the odds ({span(finding)})"
    )


def _explains(finding: BiasFinding) -> str:
    counted = finding.measures
    parts = []
    if counted["n_a"] + counted["m_c"] > 0:
        good, bad = count(int(counted["n_a"]), "week"), count(int(counted["m_c"]), "week")
        parts.append(
            f"you added in {int(counted['x_a'])} of {good} after good news, and reduced in "
            f"{int(counted['y_c'])} of {bad} after bad news; weeks without news are the yardstick, "
            "winners and losers apart"
        )
    said = counted["chat_confirming"] + counted["chat_contradicting"]
    if said > 0:
        parts.append(
            f"{int(counted['chat_confirming'])} of {count(int(said), 'thing')} you read or said of "
            "your holdings spoke for them"
        )
    return f"Confirmation bias: {'; '.join(parts)}."


WORDS = Words(
    bias="confirmation",
    name="Hearing what agrees",
    term="confirmation bias",
    means="News that supports a holding is acted on; news that speaks against it is passed over.",
    called=r"confirmation( bias)?|(hearing|believing) what agrees|ignoring (bad )?news"
    r"|echo chamber",
    unit=("news window", "news windows"),
    scale="our estimate of an average investor: studies show the direction, not the size",
    states=_states,
    explains=_explains,
)
