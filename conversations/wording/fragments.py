"""Pieces of sentences about statistics, for the words of every bias."""

from __future__ import annotations

import math
from collections.abc import Mapping

from conversations.wording.biases import Facts, Told, sample
from conversations.wording.figures import count, percent, signed_percent
from engine.detection.finding import BiasFinding

FEWEST_CASES = 5  # below that a median says nothing
Z90 = 1.645


def number(facts: Mapping[str, float | str], key: str) -> float:
    return float(facts[key])


def bounds(finding: BiasFinding) -> tuple[float, float]:
    """The 90 % range of the statistic."""
    spread = Z90 * finding.se
    return finding.theta - spread, finding.theta + spread


def times(log_ratio: float) -> str:
    """``2.2``, ``58``: a ratio in two digits, from its logarithm."""
    ratio = math.exp(min(log_ratio, 20.0))
    return f"{ratio:.1f}" if ratio < 10 else f"{ratio:,.0f}" if ratio < 1000 else "over 1,000"


def ratio(finding: BiasFinding) -> str:
    """``2.2×``, of a statistic that is the logarithm of a ratio."""
    return f"{times(finding.theta)}×"


def span(finding: BiasFinding) -> str:
    """``90% range 1.2–4.1, 64 sale days``."""
    low, high = bounds(finding)
    return f"90% range {times(low)}–{times(high)}, {sample(finding)}"


def odds(finding: BiasFinding) -> str:
    """``at 1.9× the odds of others (90% range 1.2–2.9, 60 purchases)``."""
    return f"at {ratio(finding)} the odds of others ({span(finding)})"


def picks(measures: Mapping[str, float], what: str) -> str:
    """``34 of 60 purchases were of …, where chance would give 12``; empty where not counted."""
    if "buys" not in measures or math.isnan(measures.get("expected_buys", math.nan)):
        return ""
    bought = f"{int(measures['evidence_buys'])} of {count(int(measures['buys']), 'purchase')}"
    return f"{bought} were of {what}; blind picking would give {measures['expected_buys']:.0f}"


def afterwards(facts: Told, what: str, period: str) -> str:
    """What came of the earlier ones, with how many they were; on a line of its own."""
    if "median_after" not in facts or number(facts, "n") < FEWEST_CASES:
        return ""
    cases = count(int(number(facts, "n")), "such trade")
    if "median_against" in facts:
        behind = compared(number(facts, "median_against"), "the market")
        return f"\nAfter {cases} the median share was {behind} in {period}: a hint, not proof."
    moved = signed_percent(number(facts, "median_after"), 1)
    return f"\nAfter {cases} {what} a median {moved} in {period}: a hint, not proof."


def later(facts: Facts, rival: str) -> str:
    """``+7% in the 3 months after``, and how that compares with ``rival`` where it is known."""
    if "after" not in facts:
        return ""
    said = f"{signed_percent(facts['after'])} in the 3 months after"
    if "against" not in facts or math.isnan(facts["against"]):
        return said
    return f"{said}, {compared(facts['against'], rival)}"


def compared(difference: float, rival: str) -> str:
    """``7 points behind the market``."""
    points = round(abs(difference) * 100)
    if not points:
        return f"level with {rival}"
    return f"{count(points, 'point')} {'ahead of' if difference > 0 else 'behind'} {rival}"


def share_of_days(rate: float) -> str:
    """A share a day: ``1.4%``, ``0.03%``."""
    return percent(rate, 1 if rate >= 0.01 or rate == 0 else 2)
