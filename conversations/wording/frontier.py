"""What is said of the efficient frontier and of the test on unseen years."""

from __future__ import annotations

from conversations.actions.allocation.frontiers import Seen
from conversations.actions.allocation.proposals import Tested
from conversations.wording.figures import percent
from conversations.wording.trades import demo_mark


def looking() -> str:
    return "Drawing what return and risk your shares could have…"


def told(seen: Seen, *, demo: bool) -> str:
    """The answer, then where the person and the least volatility are, and what is firm of it."""
    risk = percent(seen.now.volatility, 1)
    now = f"{percent(seen.now.mean)} a year expected at yearly swings of {risk} (volatility)"
    if seen.calmer is None:
        first = f"You are at {now}, and nothing within your limits is calmer for as much return."
    else:
        first = f"You are at {now}; {percent(seen.calmer, 1)} would do for that return."
    calmest = min(one.volatility for one in seen.line)
    error = percent((seen.now.high - seen.now.low) / 2)
    rest = (
        f"Within your limits the smallest swing of your shares is {percent(calmest, 1)}. "
        f"Expected returns are guesses (yours ±{error}), so only the risk side of the picture is "
        "firm."
    )
    return f"{demo_mark(demo=demo)}{first}\n{rest}"


def title(seen: Seen) -> str:
    if seen.calmer is None:
        return "You are on the frontier"
    return "You could be calmer for the same return"


def alternative(seen: Seen) -> str:
    """What the picture shows, for those who do not see it."""
    ends = sorted((seen.line[0], seen.line[-1]), key=lambda one: one.volatility)
    low, high = (f"{percent(one.volatility)} volatility" for one in ends)
    returns = " to ".join(percent(one.mean) for one in ends)
    place = "on it" if seen.calmer is None else "to the right of it"
    return (
        f"Frontier from {low} to {high}, {returns} expected; you {place}, the proposal at "
        f"{percent(seen.proposed.volatility)}."
    )


def subtitle() -> str:
    return "Expected return against volatility, a year; your limits kept"


def why() -> str:
    return (
        "Each point of the line is the portfolio of the least volatility for its expected return, "
        "from five years of prices, after costs. Expected returns are shrunk towards each other "
        "(Bayes-Stein), and still guesses: the band is their 90% range."
    )


def nothing_to_test(*, demo: bool) -> str:
    return f"{demo_mark(demo=demo)}It changes nothing, so there is nothing to test."


def tested(found: Tested | None, *, demo: bool) -> str:
    """The test on unseen years in words."""
    if found is None:
        return f"{demo_mark(demo=demo)}There are too few years of prices to test on."
    low, high = found.volatility[1:]
    first = (
        f"{demo_mark(demo=demo)}On days it had not seen, {found.first}–{found.last}: volatility "
        f"{_difference(found.volatility[0])} a year (90% range {percent(low, 1)} to "
        f"{percent(high, 1)})."
    )
    low, high = found.earned[1:]
    second = (
        f"Return {_difference(found.earned[0])} a year (90% range {percent(low, 1)} to "
        f"{percent(high, 1)}), after costs, tax left aside."
    )
    doubt = "Careful: you know today's holdings because of these very prices; that flatters both."
    return "\n".join([first, second, doubt])


def _difference(value: float) -> str:
    size = percent(abs(value), 1)
    return f"{size} lower" if value < 0 else f"{size} higher"


def tested_title(found: Tested) -> str:
    calm = "Calmer on unseen years" if found.volatility[2] < 0 else "No calmer on unseen years"
    if found.earned[2] < 0:
        return f"{calm}, and earned less"
    if found.earned[1] > 0:
        return f"{calm}, and earned more"
    return f"{calm}; no sure difference in return"


def tested_subtitle(found: Tested) -> str:
    return f"The same money, {found.first}–{found.last}, after costs"
