"""Words for prices that people cling to."""

from __future__ import annotations

from conversations.wording.biases import Facts, Picture, Told, Words
from conversations.wording.figures import count, percent, signed_percent
from conversations.wording.fragments import afterwards, ratio, span
from engine.detection.finding import BiasFinding, Evidence

NEAR_HIGH = 0.98  # of the one-year high, as the definition has it


def _states(finding: BiasFinding) -> str:
    return (
        "the odds that you sell at a one-year high or back at what you paid are "
        f"{ratio(finding)} those at other prices ({span(finding)})"
    )


def _explains(finding: BiasFinding) -> str:
    counted = finding.measures
    at, other = counted["sold_at_anchor"], counted["sold_elsewhere"]
    return (
        f"Anchoring: you sold {count(int(at), 'time')} at such a price (held on "
        f"{int(counted['held_at_anchor'])} times) and {count(int(other), 'time')} elsewhere (held "
        f"on {int(counted['held_elsewhere'])} times); winners and losers apart, day by day."
    )


def _tells(facts: Facts) -> str:
    if facts.get("to_high", 0.0) >= NEAR_HIGH:
        return f"sold {_off_high(facts['to_high'])} (gain {signed_percent(facts['gain'])})"
    return f"sold back at what it cost ({signed_percent(facts['gain'])})"


def _off_high(to_high: float) -> str:
    gap = 1 - to_high
    return "at its one-year high" if gap < 0.0005 else f"{percent(gap, 1)} below its one-year high"


def _marks(one: Evidence) -> str:
    if one.facts.get("to_high", 0.0) >= NEAR_HIGH:
        return "at year's high"
    return "back at cost"


def _warns(facts: Told, finding: BiasFinding) -> str:
    near = bool(facts.get("at_high"))
    where = "near its one-year high" if near else "back at what you paid"
    text = (
        f"{facts['symbol']} is {where}; the odds that you sell at such a price are "
        f"{ratio(finding)} those at others ({span(finding)})."
    )
    return text + afterwards(facts, "the share moved", "3 months")


WORDS = Words(
    bias="anchoring",
    name="Clinging to old prices",
    term="anchoring",
    means="A sale waits for a price from the past, such as the purchase price or the high of the "
    "year, which says nothing about what the share is worth now.",
    called=r"anchor(s|ing|ed)?( bias| effect)?|(52[ -]week|one[ -]year|yearly) highs?"
    r"|break(ing)?[ -]?even( effect| selling)?|round numbers?|clinging to (old )?prices",
    unit=("sale day", "sale days"),
    scale="our estimate of an average investor: studies show that it exists, not how strong it is",
    states=_states,
    explains=_explains,
    tells=_tells,
    marks=_marks,
    warns=_warns,
    trade=("sale", "sales"),
    picture=Picture("gain", 1, "when sold"),
)
