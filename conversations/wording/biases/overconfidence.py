"""Words for overtrading."""

from __future__ import annotations

from conversations.wording.biases import Facts, Picture, Told, Words, sample
from conversations.wording.figures import percent
from conversations.wording.fragments import afterwards, compared, number
from engine.detection.finding import BiasFinding


def _states(finding: BiasFinding) -> str:
    turnover, edge = finding.measures["turnover"], finding.measures["mean_gap"]
    return (
        f"you turn over {percent(turnover)} of the portfolio a year, and after a switch the "
        f"new share was {compared(edge, 'the old one')} in a year ({sample(finding)})"
    )


def _tells(facts: Facts) -> str:
    if "after" not in facts:
        return ""
    return f"the new one was {compared(facts['after'], 'the old one')} in a year"


def _warns(facts: Told, finding: BiasFinding) -> str:
    text = (
        f"You sold {facts['sold']} within three weeks: a switch. You turn over "
        f"{percent(number(facts, 'turnover'))} of the portfolio a year."
    )
    return text + afterwards(facts, "the new share did against the old", "a year")


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
    tells=_tells,
    warns=_warns,
    trade=("switch", "switches"),
    outcome="the new share did better",
    picture=Picture(
        None, 1, "", "the new one did better", "or worse than the old, in a year", " pts"
    ),
)
