"""What is said of the efficient frontier and of the test on unseen years."""

from __future__ import annotations

from conversations.actions.frontiers import Seen
from conversations.actions.proposals import Tested
from conversations.wording.figures import percent
from conversations.wording.trades import demo_mark


def looking() -> str:
    return "Drawing what return and risk your shares could have…"


def told(seen: Seen, *, demo: bool) -> str:
    now = f"{percent(seen.now.mean)} expected at {percent(seen.now.volatility)} volatility"
    calmest = min(one.volatility for one in seen.line)
    said = [f"{demo_mark(demo=demo)}{title(seen)}.", f"You are at {now}."]
    said.append(f"Within your limits the least volatility of your shares is {percent(calmest)}.")
    said.append(
        f"The expected returns are guesses (yours ±{percent((seen.now.high - seen.now.low) / 2)}), "
        "so only the risk side of the picture is firm."
    )
    return "\n".join([said[0], " ".join(said[1:])])


def title(seen: Seen) -> str:
    if seen.calmer is None:
        return "You are on the frontier, as far as anyone can tell"
    now, then = percent(seen.now.volatility, 1), percent(seen.calmer, 1)
    return f"The same guess of a return could be had at {then} volatility instead of {now}"


def subtitle() -> str:
    return "Expected return against volatility, a year; your limits kept"


def why() -> str:
    return (
        "Each point of the line is the portfolio of the least volatility for its expected return, "
        "from five years of prices, after costs. Expected returns are shrunk towards each other "
        "(Bayes-Stein), and still guesses: the band is their 90% range."
    )


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
