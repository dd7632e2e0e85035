"""Words for the disposition effect."""

from __future__ import annotations

from conversations.wording.biases import Facts, Picture, Told, Words, sample
from conversations.wording.figures import percent, signed_percent
from conversations.wording.fragments import afterwards, number, ratio, span
from engine.detection.finding import BiasFinding, Evidence


def _states(finding: BiasFinding) -> str:
    return (
        f"the odds that you sell a winner are {ratio(finding)} those of a loser ({span(finding)})"
    )


def _explains(finding: BiasFinding) -> str:
    return (
        f"Disposition effect: on {sample(finding)} you realised "
        f"{finding.measures['pgr']:.2f} of your gains and {finding.measures['plr']:.2f} of your "
        "losses (Odean 1998); odds compared day by day (Mantel–Haenszel)."
    )


def _tells(facts: Facts) -> str:
    return f"sold at {signed_percent(facts['gain'])}"


def _marks(one: Evidence) -> str:
    return f"sold {signed_percent(one.facts['gain'])}"


def _warns(facts: Told, finding: BiasFinding) -> str:
    text = (
        f"The odds that you sell a winner are {ratio(finding)} those of a loser ({span(finding)})."
    )
    if "median_days_winner" in facts and "median_days_loser" in facts:
        winner, loser = number(facts, "median_days_winner"), number(facts, "median_days_loser")
        text += (
            f" Your last {int(number(facts, 'of'))} sold winners you kept {winner:.0f} days, "
            f"losers {loser:.0f} (median)."
        )
    return text + afterwards(facts, "the share moved", "3 months")


def _because(facts: Told, finding: BiasFinding) -> str:
    return (
        f"Of the winners you could have sold you sold {percent(number(facts, 'pgr'))}, of the "
        f"losers {percent(number(facts, 'plr'))}, on {int(number(facts, 'sale_days'))} sale days.\n"
        "That is the disposition effect (Odean 1998); odds compared day by day (Mantel–Haenszel)."
    )


WORDS = Words(
    bias="disposition",
    name="Selling winners early",
    term="disposition effect",
    means="Winners are sold sooner than losers, because a gain feels good once it is taken and a "
    "loss hurts once it is real.",
    called=r"disposition( effect)?|sell(ing)? (my )?winners?( too)?( early| soon)?"
    r"|(hold(ing)?( on)?|keep(ing)?)( on)?( to)? (my )?losers?( too long)?"
    r"|cut(ting)? (my )?winners?( too)?( early| short)?",
    unit=("sale day", "sale days"),
    scale="the average private investor of the broker records that Odean studied (1998)",
    states=_states,
    explains=_explains,
    tells=_tells,
    marks=_marks,
    warns=_warns,
    because=_because,
    trade=("sale", "sales"),
    picture=Picture("gain", 1, "when sold"),
)
