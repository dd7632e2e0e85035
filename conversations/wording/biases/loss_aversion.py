"""Words for how much more a loss hurts than a gain pleases."""

from __future__ import annotations

from math import isnan

from conversations.wording.biases import Words, sample
from engine.detection.finding import BiasFinding


def _states(finding: BiasFinding) -> str:
    counted = finding.measures
    if "lambda" not in counted:
        return f"you sell large losses as readily as small ones ({sample(finding)})"
    low, high = counted["lambda_lo"], counted["lambda_hi"]
    source = "from the quiz" if finding.unit == "answers" else sample(finding)
    return (
        f"a loss weighs {counted['lambda']:.1f}× as much with you as a gain of the same size "
        f"(90% range {low:.1f}–{high:.1f}, {source})"
    )


def _explains(finding: BiasFinding) -> str:
    quiz = finding.measures.get("lambda_quiz", float("nan"))
    sales = finding.measures.get("lambda_sales", float("nan"))
    parts = [
        f"{where} {value:.1f}"
        for where, value in (("your answers to the quiz say", quiz), ("your sales say", sales))
        if not isnan(value)
    ]
    said = f": {' and '.join(parts)}" if parts else ""
    return (
        f"Loss aversion{said}. Which gains and losses you take, by their size, or which bets you "
        "refuse; where there are both they are averaged by how sure each is. Tversky and Kahneman "
        "(1992) found 2.25; later studies with real money found less."
    )


WORDS = Words(
    bias="loss_aversion",
    name="Fear of losses",
    term="loss aversion",
    means="A loss hurts more than a gain of the same size pleases, so that good risks are passed "
    "up.",
    called=r"(loss|risk) ?aversion|loss[ -]averse|lambda"
    r"|(fear|afraid) of (a )?loss(es)?",
    unit=("sale day", "sale days"),
    scale="somebody for whom a loss weighs 2.25× a gain, as in Tversky and Kahneman (1992)",
    states=_states,
    explains=_explains,
)
