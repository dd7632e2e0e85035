"""What is said of goals: what is asked, what would do for each, what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil, floor, log10

from conversations.actions.allocation import aiming
from conversations.actions.allocation.proposals import ACCOUNTS, Beyond, GoalKept, Proposed, Tested
from conversations.actions.allocation.wishes import YEAR, Goal
from conversations.reading.aims import LONGEST_YEARS, Aim
from conversations.wording import optimisation
from conversations.wording.figures import count, listed, money, percent
from conversations.wording.limits import share
from conversations.wording.trades import demo_mark

PARTS = 4  # of a goal's own portfolio
SHOWN = 3  # goals in words; the others are in the picture
MOST = 6  # lines
GUESSES = "The chances rest on expected returns, which are guesses."
EXAMPLE = '"30k for a flat in 2029, at most 10% chance to miss"'


def one(wanted: Goal, currency: str) -> str:
    """``$30,000 for “flat” by Dec 2029, at most 10% chance to miss, from $20,000``."""
    said = f"{_whole(wanted.amount, currency)} for “{wanted.name}” by {wanted.due:%b %Y}"
    said += f", at most {share(wanted.chance)} chance to miss"
    if wanted.now is None:
        said += ", from the least that does it"
    elif wanted.now > 0:
        said += f", from {_whole(wanted.now, currency)}"
    if wanted.monthly:
        said += f" and {_whole(wanted.monthly, currency)} a month"
    return said


def half_told(name: str, question: str) -> str:
    """Of a goal whose question is open still."""
    return f"“{name}” is not kept yet. {question}"


def ask(aim: Aim, lacking: str, worth: float, currency: str) -> str:
    """One question about what is still to be known of a goal."""
    match lacking:
        case aiming.CURRENCY:
            return (
                f"I have no exchange rates, and your portfolio is in {currency}. "
                f"How much is “{aim.name}” in {currency}?"
            )
        case aiming.AMOUNT:
            return f"How much do you want for “{aim.name}”? Type an amount."
        case aiming.WHEN:
            return f'When is “{aim.name}” to be paid? Say "2029" or "in 5 years".'
        case aiming.OVER:
            return f'That time is over. When is “{aim.name}” to be paid? Say "in 5 years".'
        case aiming.FAR:
            return f"I look ahead {LONGEST_YEARS:g} years at most. When is “{aim.name}” to be paid?"
        case aiming.CHANCE:
            return (
                f"A chance to miss of {share(aim.chance or 0.0)} is none that shares can be "
                f"chosen by: nothing is sure, and half is a coin. How much may it be for "
                f"“{aim.name}”?"
            )
    return (
        f"How much of your {_whole(worth, currency)} is set aside for “{aim.name}”? "
        "Press one, or type an amount. The rest stays as it is."
    )


def noted(wanted: Goal, before: Goal | None, currency: str) -> str:
    begin = "Noted"
    if before is not None and before != wanted:
        begin = f"Changed (it was {_whole(before.amount, currency)} by {before.due:%b %Y})"
    return f"{begin}: {one(wanted, currency)}. Working out what would do…"


def list_of(wanted: Sequence[Goal], currency: str, today: date) -> str:
    if not wanted:
        return f"No goals yet. Say one: {EXAMPLE}."
    lines = [
        f"– {one(goal, currency)}" + ("" if goal.due > today else " (its day has passed)")
        for goal in wanted
    ]
    return "\n".join(["Your goals:", *lines])


def nothing_to_start_from(name: str) -> str:
    return (
        f"I can't work out “{name}” yet, and kept nothing: you hold nothing that it could start "
        "from. Record your trades, or try the demo, and say it again."
    )


def all_over() -> str:
    return f"The days of all your goals have passed. Say a new one: {EXAMPLE}."


def forgotten(goal: Goal, currency: str) -> str:
    return f"Forgotten: {_whole(goal.amount, currency)} for “{goal.name}” by {goal.due:%b %Y}."


def forgotten_all(how_many: int) -> str:
    if not how_many:
        return "There were no goals to forget."
    return f"Forgotten: {count(how_many, 'goal')}."


def which(name: str) -> str:
    return f"I know no goal “{name}”. Which one?" if name else "Which goal?"


def unknown(name: str) -> str:
    return f"I know no goal “{name}”. Say one: {EXAMPLE}."


def told(
    found: Proposed,
    wanted: Sequence[Goal],
    tested: Tested | None,
    currency: str,
    *,
    demo: bool,
    today: date,
) -> str:
    """What would do for the goals, what that does to the whole, with room how it did before."""
    goals = {goal.name: goal for goal in wanted}
    said_of = {goal.name: _kept(goal, goals[goal.name], currency) for goal in found.goals}
    for out in found.beyond:
        said_of[out.name] = beyond(out, goals[out.name], found.value, currency, today)
    lines = [said_of[goal.name] for goal in reversed(wanted) if goal.name in said_of]
    more = len(lines) - SHOWN
    lines = lines[:SHOWN] if more > 0 else lines
    lines[0] = demo_mark(demo=demo) + lines[0]
    if found.lacking > 0.5:
        lines.append(lacks(found, wanted, currency, today))
    said = f"{count(more, 'more goal')} in the picture. " if more > 0 else ""
    lines.append(said + _mix(found))
    lines.append(_whole_of_it(found, currency))
    if found.recommendation.moves and found.question.turnover is None and len(lines) < MOST - 1:
        lines.append(optimisation.unseen(tested))
    return "\n".join([*lines, _caution(found, goals, currency)])


def _kept(goal: GoalKept, aim: Goal, currency: str) -> str:
    """``Flat, $30,000 by Dec 2029: chance to miss about 2% (you allow 10%; as held now 3%), …``."""
    money_for_it = _source(goal.money, aim, currency)
    if aim.now is None:
        money_for_it = f"if {_whole(_up(goal.money), currency)}, about the least, is set aside"
        money_for_it += f", with {_whole(aim.monthly, currency)} a month" if aim.monthly else ""
    return (
        f"{_named(goal.name)}, {_whole(aim.amount, currency)} by {aim.due:%b %Y}: chance to miss "
        f"{chance(goal.missed)} (you allow {share(aim.chance)}; as held now "
        f"{chance(goal.missed_now)}), {money_for_it}."
    )


def _source(amount: float, aim: Goal, currency: str) -> str:
    """``from $20,000 and $200 a month``."""
    said = [_whole(amount, currency)] if amount >= 1 else []
    said += [f"{_whole(aim.monthly, currency)} a month"] if aim.monthly else []
    return f"from {' and '.join(said) or 'nothing set aside'}"


def _mix(found: Proposed) -> str:
    """What the money of the goals would be in, and what becomes of the rest."""
    boldest = found.question.method == ACCOUNTS
    kind = "mix with the highest expected return" if boldest else "calmest mix"
    if len(found.goals) == 1:
        said = f"The {kind} that does it: {_parts(found.goals[0])}"
    else:
        said = f"Each in the {kind} that does it, as in the picture"
    rest = 1.0 - sum(goal.share for goal in found.goals)
    if rest >= 0.005:
        said += f"; the other {percent(rest)} of your money stays as it is"
    return f"{said}."


def _parts(goal: GoalKept) -> str:
    parts = [f"{name} {percent(weight)}" for name, weight in goal.parts[:PARTS]]
    rest = sum(weight for _, weight in goal.parts[PARTS:])
    return listed([*parts, *([f"others {percent(rest)}"] if rest >= 0.005 else [])])


def _whole_of_it(found: Proposed, currency: str) -> str:
    if not found.recommendation.moves:
        if not any(goal.share > 0 for goal in found.goals):
            return "No trades: no money is set aside yet. What you save could be put so."
        return "No trades needed: your portfolio is as near to that as whole shares allow."
    cap = found.question.turnover
    begin = "All your money" if cap is None else f"With turnover ≤ {share(cap)}, all your money"
    return f"{begin}: {optimisation.changes(found)}. {optimisation.needs(found, currency)}"


def _caution(found: Proposed, goals: dict[str, Goal], currency: str) -> str:
    """That the chances are guesses; and that cash would do, where it would."""
    funded = [one for one in found.goals if 0 < goals[one.name].amount <= one.money]
    if not funded:
        does = all(one.missed_now <= goals[one.name].chance for one in found.goals)
        return f"{GUESSES} What you hold does it too." if does and not found.beyond else GUESSES
    names = listed([f"“{goal.name}”" for goal in funded[:SHOWN]])
    there = "is" if len(funded) == 1 else "are"
    return f"{GUESSES} {names} {there} paid for already: cash keeps that, shares swing."


def lacks(found: Proposed, wanted: Sequence[Goal], currency: str, today: date) -> str:
    """More was set aside than there is."""
    aside = sum(goal.now or 0.0 for goal in wanted if goal.due > today)
    return (
        f"You set aside {_whole(aside, currency)}, {_whole(found.lacking, currency)} more than "
        f"the {_whole(found.value, currency)} there is; I cut each to "
        f"{percent(found.value / aside)}."
    )


def beyond(goal: Beyond, aim: Goal, worth: float | None, currency: str, today: date) -> str:
    """``No mix of your shares reaches …; about $9,000 short. It would do to …``."""
    source = _source(goal.money, aim, currency)
    said = (
        f"No mix of your shares reaches “{goal.name}”, {_whole(aim.amount, currency)} by "
        f"{aim.due:%b %Y}, with {share(goal.wanted)} probability {source}: the best is "
        f"{chance(goal.best)}"
    )
    if goal.now is not None:
        short = _up(goal.now - goal.money)
        said += f", about {_whole(short, currency)} short"
        said += ", more than you hold" if worth is not None and goal.now > worth else ""
    ways = [text for _, text, _ in ways_out(goal, aim, currency, today)]
    if ways:
        return f"{said}. It would do to {listed(ways, 'or')}."
    return f"{said}. More time, a smaller amount or a larger chance to miss would help."


def ways_out(goal: Beyond, aim: Goal, currency: str, today: date) -> list[tuple[str, str, str]]:
    """A button, words and the data of each change that alone would do; rounded so that it does."""
    found = []
    if goal.years is not None:
        due = later(today, goal.years)
        found.append((f"By {due:%b %Y}", f"wait until {due:%b %Y}", f"due:{due.isoformat()}"))
    if goal.amount is not None and (amount := _down(goal.amount)) > 0:
        text = _whole(amount, currency)
        found.append((f"{text} instead", f"want {text}", f"amount:{amount:.0f}"))
    if goal.monthly is not None:
        monthly = _up(goal.monthly)
        text = _whole(monthly, currency)
        found.append((f"{text} a month", f"save {text} a month", f"monthly:{monthly:.0f}"))
    return found


def later(today: date, years: float) -> date:
    """The first of the month that begins when so many years are over."""
    due = today + timedelta(days=ceil(years * YEAR))
    return (due.replace(day=28) + timedelta(days=4)).replace(day=1)


def unreached(goals: Sequence[Beyond], wanted: Sequence[Goal], currency: str, today: date) -> str:
    by_name = {goal.name: goal for goal in wanted}
    latest = list(reversed(goals))[:SHOWN]
    lines = [beyond(goal, by_name[goal.name], None, currency, today) for goal in latest]
    more = len(goals) - SHOWN
    lines += [f"Nor {count(more, 'other goal')}."] if more > 0 else []
    return "\n".join(lines)


def title(found: Proposed, wanted: Sequence[Goal]) -> str:
    """The conclusion, for the picture and for who does not see it."""
    goals = {goal.name: goal for goal in wanted}
    reached = len(found.goals)
    if found.beyond:
        return f"{reached} of {count(reached + len(found.beyond), 'goal')} within reach"
    if reached == 1:
        goal = found.goals[0]
        limit = share(goals[goal.name].chance)
        return f"{_named(goal.name)}: {chance(goal.missed)} to miss, {limit} allowed"
    every = "Both" if reached == 2 else f"All {reached}"
    return f"{every} goals within the chance you allow"


def subtitle(found: Proposed) -> str:
    rest = 1.0 - sum(goal.share for goal in found.goals)
    if rest < 0.005:
        return "A mix of its own for each goal"
    return f"A mix of its own for each goal; {percent(rest)} of the money stays as it is"


def why(found: Proposed | None, tested: Tested | None, longest: float) -> str:
    """``longest``: years of the goal that is farthest away."""
    bold = found is not None and found.question.method == ACCOUNTS
    lines = [
        "Each goal is an account of its own (Das, Markowitz, Scheid and Statman 2010). Theirs is "
        "the mix with the highest expected return that misses the goal seldom enough"
        + (
            ": this one."
            if bold
            else '; mine is the calmest that does. Say "rebalance with mental accounts" for theirs.'
        ),
        "Years are taken as independent, returns as lognormal. Inflation and tax are left out.",
    ]
    if found is not None and len(found.goals) > 1:
        cost = "nothing to speak of"
        if found.apart >= 0.0005:
            cost = f"about {percent(found.apart, 1)} return a year at the same volatility"
        lines.append(f"Keeping the goals apart costs {cost}.")
    if found is not None:
        lines.append(optimisation.why(found, tested))
    if tested is not None:
        lines.append(
            f"The test is of the swings and the return. The chance to miss cannot be tested: "
            f"{count(tested.years, 'unseen year')} hold no second run of {longest:.0f} years."
            if longest > tested.years / 2
            else "The test is of the swings and the return, too short to test chances to miss."
        )
    return "\n".join(lines)


def chance(value: float) -> str:
    """``about 9%``, ``under 1%``: no more exact than it is."""
    if value < 0.01:
        return "under 1%"
    return "over 99%" if value > 0.99 else f"about {percent(value)}"


def _named(name: str) -> str:
    return f"{name[:1].upper()}{name[1:]}"


def _whole(amount: float, currency: str) -> str:
    return money(amount, currency, cents=False)


def _step(value: float) -> float:
    """Two digits are exact enough for a guess."""
    return float(10 ** max(floor(log10(value)) - 1, 0)) if value > 0 else 1.0


def _up(value: float) -> float:
    return ceil(value / _step(value)) * _step(value)


def _down(value: float) -> float:
    return floor(value / _step(value)) * _step(value)
