"""Words for what is bought back, and what is not."""

from __future__ import annotations

from conversations.wording.biases import Facts, Told, Words
from conversations.wording.figures import count, percent, signed_percent
from conversations.wording.fragments import afterwards, number, odds
from engine.detection.finding import BiasFinding, Evidence


def _states(finding: BiasFinding) -> str:
    return (
        f"you buy back shares that hold no regret (sold at a gain, and cheaper now) {odds(finding)}"
    )


def _explains(finding: BiasFinding) -> str:
    bought = count(int(finding.measures["repurchases"]), "repurchase")
    return (
        f"Regret: of {bought} within a year of the sale, {int(finding.measures['comfortable'])} "
        "were of that comfortable kind; compared with all that you had sold and could have bought "
        "back (Strahilevitz, Odean and Barber 2011)."
    )


def _tells(facts: Facts) -> str:
    return f"bought back at {signed_percent(facts['since_sale'])} from where you sold"


def _marks(one: Evidence) -> str:
    return f"back at {signed_percent(one.facts['since_sale'])}"


def _warns(facts: Told, finding: BiasFinding) -> str:
    text = (
        f"You sold {facts['symbol']} within the last year, and it is "
        f"{percent(-number(facts, 'since_sale'))} cheaper now; you buy back such shares, which "
        f"hold no regret, {odds(finding)}."
    )
    return text + afterwards(facts, "the share moved", "3 months")


WORDS = Words(
    bias="regret",
    name="Avoiding regret",
    term="regret aversion",
    means="Shares are bought back when the earlier sale left no bad feeling, and avoided when it "
    "did, whatever they are worth now.",
    called=r"regrets?( aversion| avoidance)?|avoiding regrets?|buy(ing)? back|re-?purchas(es?|ing)",
    unit=("repurchase", "repurchases"),
    scale="the average investor of Strahilevitz, Odean and Barber (2011)",
    states=_states,
    explains=_explains,
    tells=_tells,
    marks=_marks,
    warns=_warns,
    trade=("repurchase", "repurchases"),
    rival="what you avoided",
)
