"""Words for overtrading."""

from __future__ import annotations

from conversations.wording.biases import Facts, Picture, Told, Words, sample
from conversations.wording.figures import MINUS, count, percent
from conversations.wording.fragments import FEWEST_CASES, compared, number
from engine.detection.finding import BiasFinding, Evidence

LONGEST = 16  # of what is written beside a trade


def _states(finding: BiasFinding) -> str:
    turnover, edge = finding.measures["turnover"], finding.measures["mean_gap"]
    return (
        f"by switching you turn over {percent(turnover)} of the portfolio a year, and after a "
        f"switch the new share was {compared(edge, 'the old one')} in a year ({sample(finding)})"
    )


def _lacks(finding: BiasFinding) -> str:
    months, least = int(finding.measures["months"]), int(finding.measures["months_min"])
    if finding.n < finding.n_min or months >= least:
        return ""
    return f"You have held shares for {count(months, 'month')}, and I need {least}."


def _tells(facts: Facts) -> str:
    if "after" not in facts:
        return ""
    return f"the new one was {compared(facts['after'], 'the old one')} in a year"


def _marks(one: Evidence) -> str:
    sold = f"for {one.symbol.partition('>')[0]}"
    if "after" not in one.facts:
        return sold
    points = round(one.facts["after"] * 100)
    said = f"{sold} {points:+,} {'pt' if abs(points) == 1 else 'pts'}".replace("-", MINUS)
    return said if len(said) <= LONGEST else sold


def _warns(facts: Told, finding: BiasFinding) -> str:
    text = (
        f"You sold {facts['sold']} in the last three weeks, so this is a switch; by switching you "
        f"turn over {percent(number(facts, 'turnover'))} of the portfolio a year."
    )
    if "median_after" not in facts or number(facts, "n") < FEWEST_CASES:
        return text
    cases = count(int(number(facts, "n")), "such switch", "such switches")
    fared = compared(number(facts, "median_after"), "the old one")
    return f"{text}\nAfter {cases} the median new share was {fared} in a year: a hint, not proof."


WORDS = Words(
    bias="overconfidence",
    name="Overtrading",
    term="overconfidence",
    means="Shares are exchanged often, in the belief of knowing better, and the new ones do not "
    "beat the old ones by what the trading costs.",
    called=r"over[ -]?confiden(ce|t)|over[ -]?trad(ing|e)|trad(e|ing) too (much|often)"
    r"|(my )?turnover|too many trades",
    unit=("switch", "switches"),
    scale="the average household of Barber and Odean (2000), which turns over 75% a year in vain",
    states=_states,
    lacks=_lacks,
    tells=_tells,
    marks=_marks,
    warns=_warns,
    trade=("switch", "switches"),
    outcome="the new share did better",
    picture=Picture(
        None, 1, "", "the new one did better", "or worse than the old, in a year", " pts"
    ),
)
