"""Words for buying what everybody looks at."""

from __future__ import annotations

from conversations.wording.biases import Facts, Told, Words
from conversations.wording.fragments import afterwards, number, odds, picks
from engine.detection.finding import BiasFinding, Evidence

FAR, NOTABLE = 2.0, 0.5  # standard deviations of volume


def _states(finding: BiasFinding) -> str:
    return f"you pick shares on days when they trade far more than usual {odds(finding)}"


def _explains(finding: BiasFinding) -> str:
    counted = picks(finding.measures, "the fifth with the most unusual volume")
    first = f"Attention: {counted}. " if counted else "Attention: "
    return (
        f"{first}The odds are per standard deviation of unusual volume, with returns, jumps and "
        "familiar names taken out (Barber and Odean 2008)."
    )


def _tells(facts: Facts) -> str:
    return f"bought on volume {_unusual(facts['volume_z'])}"


def _unusual(z: float) -> str:
    return "far above usual" if z >= FAR else "above usual" if z >= NOTABLE else "about as usual"


def _marks(one: Evidence) -> str:
    return "much traded" if one.facts["volume_z"] >= NOTABLE else "bought"


def _warns(facts: Told, finding: BiasFinding) -> str:
    text = (
        f"{facts['symbol']} trades {_unusual(number(facts, 'volume_z'))}; "
        f"you pick such shares {odds(finding)}."
    )
    return text + afterwards(facts, "the share moved", "3 months")


WORDS = Words(
    bias="attention",
    name="Buying what makes noise",
    term="attention",
    means="Out of thousands of shares those are bought that catch the eye: much traded, much "
    "talked about.",
    called=r"attention( bias| effect| buying)?|attention[ -]grabbing( stocks?| shares?)?"
    r"|buy(ing)? (what makes noise|(what is |what'?s )?in the news|noise)",
    unit=("purchase", "purchases"),
    scale="our estimate of an average investor: studies show the direction, not the size",
    states=_states,
    explains=_explains,
    tells=_tells,
    marks=_marks,
    warns=_warns,
    trade=("purchase", "purchases"),
)
