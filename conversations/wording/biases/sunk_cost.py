"""Words for averaging down."""

from __future__ import annotations

from conversations.wording.biases import Facts, Picture, Told, Words, sample
from conversations.wording.figures import count, signed_percent
from conversations.wording.fragments import afterwards, number, ratio, span, times
from engine.detection.finding import BiasFinding, Evidence


def _states(finding: BiasFinding) -> str:
    return f"you add to losers at {ratio(finding)} the odds of winners ({span(finding)})"


def _explains(finding: BiasFinding) -> str:
    counted = finding.measures
    losers, winners = int(counted["added_losers"]), int(counted["added_winners"])
    alone = times(counted["check_theta"])
    return (
        f"Sunk cost: on {sample(finding)} you added to losers {count(losers, 'time')} and left "
        f"others alone {count(int(counted['other_losers']), 'time')}; to winners "
        f"{count(winners, 'time')} and {count(int(counted['other_winners']), 'time')}. Day by day "
        f"alone that is {alone}× the odds (Mantel–Haenszel; Odean 1998 found about 1.5×); the "
        "figure above also takes out the month's return, volume and jumps."
    )


def _tells(facts: Facts) -> str:
    return f"added at {signed_percent(-facts['loss'])}"


def _marks(one: Evidence) -> str:
    return f"added {signed_percent(-one.facts['loss'])}"


def _warns(facts: Told, finding: BiasFinding) -> str:
    days = count(int(number(facts, "adding_days")), "day of adding", "days of adding")
    text = (
        f"You are adding to a loser ({signed_percent(-number(facts, 'loss'))}). On {days} you "
        f"added to losers {count(int(number(facts, 'added_losers')), 'time')}, to winners "
        f"{count(int(number(facts, 'added_winners')), 'time')}."
    )
    return text + afterwards(facts, "the share moved", "3 months")


WORDS = Words(
    bias="sunk_cost",
    name="Averaging down",
    term="sunk cost",
    means="More is bought of what stands at a loss than of what stands at a gain, to win back "
    "money that is already gone.",
    called=r"sunk[ -]costs?( fallacy)?|averag(e|ing) down|add(ing)? to (my )?losers?"
    r"|doubl(e|ing) down|throw(ing)? good money after bad",
    unit=("day of adding", "days of adding"),
    scale="an investor who adds to losers at 1.5× the odds of winners, as studies found",
    states=_states,
    explains=_explains,
    tells=_tells,
    marks=_marks,
    warns=_warns,
    trade=("addition", "additions"),
    picture=Picture("loss", -1, "when added to"),
)
