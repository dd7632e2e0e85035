"""What is said of a test on the past: the result with its ranges, its terms, and what to beware."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from conversations.actions.backtesting.grounds import SP500
from conversations.actions.backtesting.outcomes import Outcome, Ran, Year
from conversations.reading.contenders import BONDS, CASH, STOCKS, Contest
from conversations.reading.trials import USUAL_RATE, Pace, Trial
from conversations.wording.backtest_headline import NO_CHOICE, alike, headline, in_one, range_of
from conversations.wording.contenders import beside, called, costs, month, pace, symbol, within
from conversations.wording.figures import count, listed, money, percent, short_day, signed_percent
from conversations.wording.trades import demo_mark

YEARS_SHOWN = 12


def how_to_ask() -> str:
    return (
        "What shall I test on the past?\n"
        "Say: “backtest 60/40 vs my portfolio since 2015”, “equal weight vs minimum variance”, "
        "“50% AAPL 50% KO, quarterly, fees 0.1%”."
    )


def not_understood(rest: str) -> str:
    return (
        f"I did not understand “{rest[:60]}”, so I tested nothing. I can test your portfolio, your "
        "real trades, the market, 60/40, shares with weights, or a method (“risk parity”)."
    )


def how_to_change() -> str:
    return (
        "Say what to change: “since 2008”, “2000 to 2010”, “fees 0.5%”, “quarterly”, "
        "“against the market”, “use my real trades”, “adding 500 a month”."
    )


def costly(rate: float) -> str:
    """A doubt before anything is worked out."""
    return (
        f"{percent(rate)} of every trade would be a very high cost: brokers take 0% to 1%. "
        f"Did you mean {percent(rate / 100, 2)}? Nothing was worked out yet."
    )


def working(trial: Trial, currency: str, *, demo: bool) -> str:
    """``Working – 60/40 against your portfolio since 2015, monthly rebalancing, …``"""
    named = " against ".join(within(one) for one in trial.contenders)
    since = f" since {trial.since[:4]}" if trial.since else ""
    terms = f"{named}{since}, {pace(trial)}, {costs(trial, currency)}"
    return f"{demo_mark(demo=demo)}Working – {terms}…"


def running(trial: Trial) -> str:
    """Between reading and the result."""
    named = " and ".join(within(one) for one in trial.contenders)
    return f"Prices read; going through {named} day by day, then 999 other pasts for the ranges…"


def told(outcome: Outcome) -> str:
    """Who grew by how much a year, with its range, and fell how far; the terms; what to beware."""
    mark = demo_mark(demo=outcome.demo)
    years = (outcome.days[-1] - outcome.days[0]).days / 365.25
    first = "; ".join(headline(one, years, first=n == 0) for n, one in enumerate(outcome.runs))
    lines = [f"{mark}{first}.", terms(outcome)]
    if alike(outcome):
        lines = [f"{mark}{in_one(outcome, years)}", terms(outcome), NO_CHOICE]
    elif outcome.apart is not None:
        lines.append(apart(outcome))
    more = (ran_out(outcome), stands_for(outcome), late(outcome), hindsight(outcome))
    lines += [one for one in more if one]
    return "\n".join(lines[:6])


def terms(outcome: Outcome) -> str:
    """The days, the rules, the money."""
    trial, currency = outcome.trial, outcome.currency
    span = f"{month(outcome.days[0])}–{short_day(outcome.days[-1])}"
    simulated = _simulated(outcome)
    ends = listed([money(one.final, currency, cents=False) for one in simulated])
    saved = f", {monthly(outcome)}" if trial.monthly else ""
    if simulated and trial.monthly > 0:
        saved += f" ({money(simulated[0].put_in, currency, cents=False)} put in)"
    whose = "" if len(simulated) == len(outcome.runs) else "; your real trades are as they were"
    became = f", {money(trial.capital, currency, cents=False)} → {ends}{saved}" if ends else ""
    where = f", in {currency}" if currency else ""
    return f"{span}, {pace(trial)}, {costs(trial, currency)}{where}{became}{whose}."


def monthly(outcome: Outcome) -> str:
    """``$500 added each month``."""
    size = outcome.trial.monthly
    way = "added" if size > 0 else "taken out"
    return f"{money(abs(size), outcome.currency, cents=False)} {way} each month"


def ran_out(outcome: Outcome) -> str:
    """When there was nothing left to take out: what is told of later days is told of nothing."""
    for one in outcome.runs:
        days = sorted(day for day, what in one.notes if what == "ran out")
        if days:
            on = month(date.fromisoformat(days[0]))
            return (
                f"With {within(one.contender)} the money ran out in {on}; later days stand still."
            )
    return ""


def _simulated(outcome: Outcome) -> list[Ran]:
    return [one for one in outcome.runs if one.contender.kind is not Contest.TRADES]


def apart(outcome: Outcome) -> str:
    """How far the two differ, and whether that may be chance."""
    found, first, second = outcome.apart, *(within(one.contender) for one in outcome.runs[:2])
    if found is None or found.low is None or found.high is None:
        return ""
    more = first if found.value >= 0 else second
    low, high = (found.low, found.high) if found.value >= 0 else (-found.high, -found.low)
    size = percent(abs(found.value), 1)
    if found.low <= 0.0 <= found.high:
        return (
            f"{more[0].upper()}{more[1:]} grew {size} a year more, but chance alone could do that "
            f"(90% range {percent(low, 1)} to {percent(high, 1)})."
        )
    return (
        f"{more[0].upper()}{more[1:]} grew {size} a year more (90% range {percent(low, 1)} to "
        f"{percent(high, 1)}) in this one past."
    )


def stands_for(outcome: Outcome) -> str:
    """What was taken for stocks and bonds."""
    found = outcome.stands_for
    said = []
    if STOCKS in found:
        without = " (no dividends)" if found[STOCKS] == SP500 else ""
        said.append(f"stocks are the {symbol(found[STOCKS])}{without}")
    if BONDS in found:
        cash = found[BONDS] == CASH
        said.append("bonds are cash at 0%" if cash else f"bonds are {found[BONDS]}")
    why = ": I have no prices of bonds" if found.get(BONDS) == CASH else ""
    return f"Here {listed(said)}{why}." if said else ""


def late(outcome: Outcome) -> str:
    """Where the days tested are fewer than those asked for."""
    asked = outcome.trial.since
    begun = outcome.days[0]
    if not asked or (begun - date.fromisoformat(asked)).days <= _WEEKS:
        return ""
    if any(one.kind is Contest.TRADES for one in outcome.trial.contenders):
        return f"Your first trade is of {month(begun)}, so the test begins there."
    return f"Prices of all of them begin in {month(begun)}, so the test does too."


_WEEKS = 21  # days


def hindsight(outcome: Outcome) -> str:
    """Today's weights in the past know the winners."""
    if all(one.kind is not Contest.NOW for one in outcome.trial.contenders):
        return ""
    careful = "Careful: today's weights in the past = you already knew the winners."
    if outcome.really is None:
        return careful
    since, grown = outcome.really
    return (
        f"{careful} Your real trades since {month(since)}: {percent(grown.value, 1)} a year"
        f"{range_of(grown)}."
    )


def title(outcome: Outcome) -> str:
    """The conclusion, for the picture."""
    best = max(outcome.runs, key=lambda one: one.course[-1])
    if len(outcome.runs) == 1:
        size = signed_percent(best.course[-1] - 1.0)
        return f"{called(best.contender)}: {size} since {month(outcome.days[0])}"
    fell = max(outcome.runs, key=lambda one: _fall(one))
    if alike(outcome):
        return f"The same {signed_percent(best.course[-1] - 1.0)} since {month(outcome.days[0])}"
    if fell is best:
        return f"{called(best.contender)} grew most and fell furthest"
    return f"{called(best.contender)} grew most; {within(fell.contender)} fell furthest"


def _fall(ran: Ran) -> float:
    found = ran.figures.get("max_drawdown")
    return found.value if found else 1.0


def subtitle(outcome: Outcome) -> str:
    trial = outcome.trial
    return (
        f"{month(outcome.days[0])} to {month(outcome.days[-1])}, {pace(trial)}, "
        f"{costs(trial, outcome.currency)}; past prices, no promise"
    )


def yearly(outcome: Outcome) -> str:
    """A row for each year, the newest last; ``*``: not a whole year."""
    names = [called(one.contender)[:_COLUMN] for one in outcome.runs]
    widths = [max(len(name), 10) for name in names]
    rows = ["  ".join([f"{'':5}", *(name.rjust(n) for name, n in zip(names, widths, strict=True))])]
    tables = [{one.year: one for one in ran.years} for ran in outcome.runs]
    years = sorted(set().union(*tables))
    for year in years[-YEARS_SHOWN:]:
        cells = [
            percent(table[year].earned, 1).rjust(n) if year in table else "–".rjust(n)
            for table, n in zip(tables, widths, strict=True)
        ]
        whole = all(table[year].whole for table in tables if year in table)
        rows.append(f"{year}{' ' if whole else '*'}  " + "  ".join(cells))
    more = len(years) - YEARS_SHOWN
    note = "* not a whole year." if any("*" in row for row in rows) else ""
    left = f" {count(more, 'earlier year')} in the full report." if more > 0 else ""
    first = f"{demo_mark(demo=outcome.demo)}{_extremes(outcome)}"
    return "\n".join([first, *rows, *([f"{note}{left}".strip()] if note or left else [])])


_COLUMN = 16  # characters of a name


def _extremes(outcome: Outcome) -> str:
    """Worst and best whole year of each, also of those that the table has no room for."""
    said: list[str] = []
    for one in outcome.runs:
        whole = [year for year in one.years if year.whole]
        if len(whole) > 1:
            worst, best = min(whole, key=_earned), max(whole, key=_earned)
            name = called(one.contender) if not said else beside(one.contender)
            said.append(
                f"{name} worst {worst.year} ({percent(worst.earned, 1)}), best {best.year} "
                f"({percent(best.earned, 1)})"
            )
    return f"{'; '.join(said)}." if said else "Year by year:"


def _earned(year: Year) -> float:
    return year.earned


def why(outcome: Outcome) -> str:
    """Definitions, ranges, tries: what makes the figures wrong."""
    lines = [
        "Bought at the first close, brought back on the first trading day of each period at that "
        "day's close; costs are paid out of the portfolio; taxes are left out.",
        "Ranges are 90%, from blocks of 21 days or more drawn anew: what a past like this one "
        "could have shown as well. The future need not be like it.",
    ]
    lines += [_sharpe(one) for one in outcome.runs[:2] if "sharpe" in one.figures]
    if outcome.luck is not None and outcome.tried > 1:
        lines.append(
            f"You tried {count(outcome.tried, 'idea')} here. {lucky(outcome.luck)} "
            f"(deflated Sharpe ratio {percent(outcome.luck)})."
        )
    lines.append("The shares that there are prices of are those that survived: that flatters.")
    return "\n".join(lines)


def lucky(luck: float) -> str:
    """What a deflated Sharpe ratio says: no probability that the idea is good."""
    rest = 1.0 - luck
    share = "less than 1%" if rest < 0.01 else percent(rest)
    return (
        "One no better than the luckiest of so many worthless ones would show a Sharpe ratio as "
        f"high as the first's in {share} of such pasts"
    )


def _sharpe(ran: Ran) -> str:
    figure = ran.figures["sharpe"]
    fall = ran.falls[0] if ran.falls else None
    back = ""
    if fall is not None:
        until = f"made up by {month(fall.recovered)}" if fall.recovered else "not yet made up"
        back = f"; worst fall {month(fall.peak)}–{month(fall.trough)}, {until}"
    low = "" if figure.low is None else f" ({_two(figure.low)} to {_two(figure.high)})"
    return f"{called(ran.contender)}: Sharpe ratio {_two(figure.value)}{low}{back}."


def _two(value: float | None) -> str:
    """``0.41``, ``−0.30``."""
    return "" if value is None else f"{value:.2f}".replace("-", "−")


def saved(outcomes: Sequence[tuple[str, str]]) -> str:
    """Earlier tests, by number."""
    if not outcomes:
        return "You have not tested anything yet."
    return "\n".join(
        ["Your last tests:", *(f"{n}) {name}" for n, (_, name) in enumerate(outcomes, 1))]
    )


def opening() -> str:
    return "Opening it…"


def no_such() -> str:
    return "I know no test of that name here. It may have been deleted, or is not shared."


def sharing_shows_holdings() -> str:
    return (
        "This test shows what you hold or have traded. Whoever knows its id could read it. Share?"
    )


def only_owners_share() -> str:
    return "Only an owner of this portfolio can show its tests to others. Nothing was shared."


def not_shared() -> str:
    return "Not shared."


def shared(id: str) -> str:
    return f"✅ Shared. Others can say “open backtest {id}” – they see it, they cannot change it."


def unshared() -> str:
    return "↩️ No longer shared; nobody else can open it."


def writing_report(kind: str) -> str:
    return f"Writing the full report ({kind.upper()})…"


def report_ready(outcome: Outcome, kind: str, size: int) -> str:
    """With what is in it."""
    return (
        f"{demo_mark(demo=outcome.demo)}Full report, {kind.upper()}, {size / 1024:,.0f} kB: "
        f"{name(outcome)}.\n"
        "Growth and falls, the figures with their ranges, years and months, where it came from, "
        "crises, other costs and starts. One file, opens anywhere."
    )


def name(outcome: Outcome) -> str:
    """How it is listed: ``60/40 against your portfolio, Jan 2015–Dec 2022``."""
    trial = outcome.trial
    said = " against ".join(within(one) for one in trial.contenders)
    terms = [f"{month(outcome.days[0])}–{month(outcome.days[-1])}"]
    terms += [pace(trial)] if trial.pace is not Pace.MONTHLY else []
    usual = trial.rate == USUAL_RATE and not trial.fixed
    terms += [] if usual else [costs(trial, outcome.currency)]
    terms += [monthly(outcome)] if trial.monthly else []
    return f"{said[0].upper()}{said[1:]}, {', '.join(terms)}"
