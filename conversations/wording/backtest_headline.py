"""The first line of a test on the past: who grew by how much a year and fell how far."""

from __future__ import annotations

from conversations.actions.backtesting.outcomes import Figure, Outcome, Ran
from conversations.wording.contenders import beside, called
from conversations.wording.figures import count, listed, percent, signed_percent

NO_CHOICE = "With the same single holding each way is the same; name more shares to compare ways."


def alike(outcome: Outcome) -> bool:
    """Whether all came out the same, as every way of spreading money over one share does."""
    first, *others = outcome.runs
    held = {symbol for one in outcome.runs for symbol in one.weights}
    same = all(abs(a - b) < _SAME for one in others for a, b in _side_by_side(first, one))
    return bool(others) and len(held) == 1 and same


_SAME = 1e-9  # of what 1 became


def _side_by_side(first: Ran, other: Ran) -> zip[tuple[float, float]]:
    return zip(first.course, other.course, strict=True)


def in_one(outcome: Outcome, years: float) -> str:
    """One line for all where they are alike."""
    names = [one.contender for one in outcome.runs]
    joined = listed([called(names[0]), *(beside(one) for one in names[1:])])
    figures = headline(outcome.runs[0], years, first=True).removeprefix(called(names[0])).strip()
    return f"{joined} came out the same: {figures}."


def headline(ran: Ran, years: float, *, first: bool) -> str:
    """Less than a year is not blown up to one."""
    name = called(ran.contender) if first else beside(ran.contender)
    grown = ran.figures.get("cagr")
    if grown is None:
        return f"{name} lost everything"
    fall = ran.figures["max_drawdown"]
    span = "a year"
    if years < _WHOLE_YEAR:
        grown, span = _over(grown, years), f"in {count(max(round(years * 12), 1), 'month')}"
    return (
        f"{name} {signed_percent(grown.value, 1)} {span}{range_of(grown)}, "
        f"worst fall {percent(-fall.value)}"
    )


_WHOLE_YEAR = 0.98  # of trading days


def _over(grown: Figure, years: float) -> Figure:
    """Growth a year as growth over ``years``."""
    low, high = (
        None if one is None else (1.0 + one) ** years - 1.0 for one in (grown.low, grown.high)
    )
    return Figure((1.0 + grown.value) ** years - 1.0, low, high)


def range_of(figure: Figure) -> str:
    """Its 90% range, where it has one."""
    if figure.low is None or figure.high is None:
        return ""
    return f" (90% range {percent(figure.low)} to {percent(figure.high)})"
