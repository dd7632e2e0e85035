"""Words for deciding trade by trade."""

from __future__ import annotations

from conversations.wording.biases import Words
from conversations.wording.figures import count, percent
from engine.detection.finding import BiasFinding


def _states(finding: BiasFinding) -> str:
    counted = finding.measures
    days = count(int(counted["trade_days"]), "day")
    return (
        f"your {count(finding.n, 'trade')} fell on {days}: {percent(counted['clustering'])} were "
        f"made together with others, by chance {percent(counted['expected_clustering'])} would be"
    )


WORDS = Words(
    bias="narrow_framing",
    name="One trade at a time",
    term="narrow framing",
    means="Each trade is decided alone, not as a change to the whole; then trades are scattered "
    "over many days.",
    called=r"narrow[ -]fram(e|ing)|framing( effect)?|trade clustering|one trade at a time",
    unit=("trade", "trades"),
    scale="",
    states=_states,
)
