"""Words for keeping money at home."""

from __future__ import annotations

from math import isnan

from conversations.wording.biases import Words
from conversations.wording.figures import percent
from engine.detection.finding import BiasFinding


def _states(finding: BiasFinding) -> str:
    counted = finding.measures
    text = (
        f"{percent(counted['home_share'])} of what you hold is from your own country, which is "
        f"{percent(counted['world_home_share'])} of the world market"
    )
    employer = counted.get("employer_share", float("nan"))
    if isnan(employer) or not employer:
        return text
    return f"{text}; {percent(employer)} is in your employer's shares"


def _brief(finding: BiasFinding) -> str:
    home, world = finding.measures["home_share"], finding.measures["world_home_share"]
    return f"{percent(home)} is in your own country ({percent(world)} of the world market)"


WORDS = Words(
    bias="home_bias",
    name="Staying at home",
    term="home bias",
    means="Far more is held in shares of one's own country than its part of the world market.",
    called=r"home( country)?( bias)?|domestic bias|staying at home",
    unit=("holding", "holdings"),
    scale="half as much abroad as the world market would have; a scale of our own",
    states=_states,
    brief=_brief,
)
