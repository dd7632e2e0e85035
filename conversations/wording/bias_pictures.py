"""What is said on and of the pictures of habits: their titles, and their words for the blind."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from conversations.wording import bias
from conversations.wording.biases import words_of
from conversations.wording.figures import count, short_day
from engine.detection.finding import BiasFinding, Label


def picture_alt(findings: Sequence[BiasFinding]) -> str:
    """What the chart shows, for those who do not see it."""
    shown = [
        one
        for one in bias.ranked(findings)
        if one.label is not Label.INSUFFICIENT
        and (one.label is not Label.NONE or len(findings) == 1)
        and not math.isnan(one.intensity)
        and (bias.is_scored(one) or len(findings) == 1)
    ]
    said = [
        f"{bias.name(one.bias)}: {one.intensity:.0f} of 100, {bias.CERTAINTY[one.label]}"
        for one in shown
    ]
    clear = sum(one.label is Label.NONE and one not in shown for one in findings)
    missing = sum(one.label is Label.INSUFFICIENT and bias.is_scored(one) for one in findings)
    said += [f"no clear sign: {count(clear, 'habit')}"] if clear else []
    said += [f"not enough data: {count(missing, 'habit')}"] if missing else []
    if len(findings) == 1 and said:
        return f"{'; '.join(said)}."
    return f"Bias profile. {'; '.join(said)}."


def chart_title(findings: Sequence[BiasFinding]) -> str:
    """The conclusion, as the title of the picture."""
    seen = [one for one in bias.ranked(findings) if one.detected]
    if all(one.label in bias.UNTESTED for one in findings):
        return "Not enough data yet"
    if not seen:
        return "No bias stands out"
    return f"Strongest: {bias.plain(bias.name(seen[0].bias))}"


def chart_subtitle(trades: int, first: date | None, last: date | None) -> str:
    said = count(trades, "trade")
    if first is None or last is None:
        return said
    return f"{said}, {short_day(first)} to {short_day(last)}"


def evidence_title(finding: BiasFinding) -> str:
    """The conclusion of the picture: what mostly came of those trades."""
    words = words_of(finding.bias)
    after = [one.facts["after"] for one in finding.evidence if "after" in one.facts]
    if len(after) < bias.FEWEST:
        return words.name
    rose = sum(value > 0 for value in after)
    return f"After {rose} of {count(len(after), *words.trade)} {words.outcome}"
