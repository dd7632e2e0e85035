"""Where a result came from, in the words of the full report."""

from __future__ import annotations

import math
from collections.abc import Sequence

from conversations.actions.backtesting.outcomes import Figure, Part, Ran
from conversations.wording.contenders import month, symbol, within
from conversations.wording.figures import MINUS, count, signed_money
from conversations.wording.report import share

PARTS = {
    "costs": "Costs",
    "interest": "Interest",
    "selection": "Choice of shares",
    "timing": "Timing",
    "sizing": "Weights",
    "execution": "Trade prices",
    "market": "The market",
    "alpha": "Unexplained (alpha)",
    "execution and costs": "Trade prices, costs",
    "holdings": "Holdings",
    "decisions": "Decisions",
    "sectors": "Sectors",
    "factors": "Factors",
    "MTUM": "Momentum (MTUM)",
    "QUAL": "Quality (QUAL)",
    "SIZE": "Small firms (SIZE)",
    "USMV": "Low volatility (USMV)",
    "VLUE": "Value (VLUE)",
}
MISSING = {
    "no benchmark": "there is no index to compare with",
    "no prices": "prices of something held are missing",
    "no factors": "there are no factor funds for this portfolio",
    "no sectors": "the sectors of these shares are not known",
    "too short": "there are too few days",
    "indistinct": "the factors cannot be told from each other here",
    "still": "nothing moved",
    "no capital": "on some day there was no money in it",
}
GROUPS = (
    "Holdings: of the money at the start, over the whole time",
    "Decisions: beyond the index, of the money at the start",
    "Sectors: beyond equal parts of every share here, of the money at the start",
    "Factors: of the growth, a year",
)
SOURCES_NOTE = (
    "Parts add up: those of the holdings to the whole return, those of the decisions to what is "
    "above the index. Factors are a regression on the returns of funds; alpha is what they leave."
)
PARTS_SUBTITLE = "Blue added, orange took"
ALWAYS = ("costs", "interest", "execution and costs")  # told, however small
DECISIONS_NOTE = (
    "Choice of shares: these rather than the index. Timing: in and out rather than always in. "
    "Weights: these rather than equal ones. Trade prices: rather than the closes. Of a sector, "
    "allocation is how much of it was held, selection which shares of it (Brinson and Fachler "
    "1985)."
)


def group_name(name: str, parts: Sequence[Part]) -> str:
    """With the first day where it is not that of the test."""
    since = parts[0].since
    return f"{name}, since {month(since)}" if since else name


def signed_share(size: float) -> str:
    shown = share(size)
    return shown if shown.startswith(MINUS) or not shown.strip("0.% ×") else f"+{shown}"


def part_name(one: Part) -> str:
    return PARTS.get(one.name) or symbol(one.name)


def part_words(one: Part, currency: str) -> str:
    """``+224% (+$22,361)``, or with a range."""
    if one.share is None:
        return missing(one)
    words = signed_share(one.share.value)
    if one.share.low is not None and one.share.high is not None:
        words += f" ({signed_share(one.share.low)} to {signed_share(one.share.high)})"
    if one.money is not None:
        words += f" ({signed_money(one.money, currency)})"
    return words


def missing(one: Part) -> str:
    return f"not told: {MISSING.get(one.missing, one.missing)}"


def sources_words(ran: Ran, groups: Sequence[tuple[str, Sequence[Part]]], currency: str) -> str:
    said = "; ".join(
        f"{name}: " + ", ".join(f"{part_name(one)} {part_words(one, currency)}" for one in parts)
        for name, parts in groups
    )
    return f"Bars for {within(ran.contender)}. {said}."


def others(parts: Sequence[Part]) -> Part:
    """Many small ones as one."""
    shares = [one.share.value for one in parts if one.share is not None]
    amounts = [one.money for one in parts if one.money is not None]
    return Part(
        count(len(parts), "other"),
        Figure(math.fsum(shares)),
        math.fsum(amounts) if amounts else None,
    )
