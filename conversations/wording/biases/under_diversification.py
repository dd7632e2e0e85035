"""Words for too few baskets."""

from __future__ import annotations

from conversations.wording.biases import Words
from conversations.wording.figures import percent
from engine.detection.finding import BiasFinding

ONE = 1.15  # equal holdings: nine tenths or more are in one


def _states(finding: BiasFinding) -> str:
    counted = finding.measures
    return (
        f"{_brief(finding)}, and {percent(counted['idiosyncratic'])} of your ups and downs could "
        "be diversified away"
    )


def _explains(finding: BiasFinding) -> str:
    counted = finding.measures
    return (
        f"Under-diversification: {_states(finding)}. The market explains "
        f"{percent(counted['r_squared'])} of them; the largest holding is "
        f"{percent(counted['largest_weight'])}. Cost: what the same risk would have earned in the "
        "market as a whole (Calvet, Campbell and Sodini 2007)."
    )


def _brief(finding: BiasFinding) -> str:
    spread = finding.measures["effective_holdings"]
    if spread < ONE:
        return "nearly all your money is in one holding"
    return f"your money is spread as if over {spread:.1f} equal holdings"


WORDS = Words(
    bias="under_diversification",
    name="Few baskets",
    term="under-diversification",
    means="The portfolio swings with the fate of a few companies, a risk for which the market "
    "pays nothing.",
    called=r"(under|poor|lack of|bad)[ -]?diversif(ication|ied)"
    r"|(well )?diversif(ication|ied)"
    r"|concentration( risk)?|concentrated|few baskets",
    unit=("day", "days"),
    scale="a portfolio of whose swings 40% could be diversified away; a scale of our own",
    states=_states,
    brief=_brief,
    explains=_explains,
)
