"""Words for buying what one knows."""

from __future__ import annotations

from conversations.wording.biases import Words
from conversations.wording.figures import count
from engine.detection.finding import BiasFinding


def _states(finding: BiasFinding) -> str:
    counted = finding.measures
    return (
        f"{int(counted['familiar_buys'])} of {count(int(counted['buys']), 'purchase')} were of "
        f"names you had held before; blind picking would give {counted['expected_buys']:.0f}"
    )


WORDS = Words(
    bias="familiarity",
    name="Buying what you know",
    term="familiarity",
    means="Names that were held before are bought again rather than others; almost everybody does.",
    called=r"familiar(ity)?( bias)?|buy(ing)? (what i know|familiar names)",
    unit=("purchase", "purchases"),
    scale="",
    states=_states,
)
