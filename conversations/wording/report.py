"""What the full report of a test on the past says: headings, cells, reasons, limits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from conversations.actions.backtesting.outcomes import Fall, Figure, Outcome, Ran
from conversations.reading.contenders import Contest
from conversations.wording import backtest
from conversations.wording.contenders import called, costs, month, pace, symbol, within
from conversations.wording.figures import (
    MINUS,
    count,
    listed,
    money,
    percent,
    short_day,
    signed_percent,
)
from engine.backtest.crises import crisis_named
from engine.performance.figure import Unit
from engine.performance.figures import FIGURES

NO_RANGE = "–"
LARGE = 10.0  # a share beyond is told as a multiple
FOOT = "Past prices, no promise. No advice to buy or to sell."

GROWTH, FALLS, YEARS, MONTHS = "Growth and falls", "Worst falls", "Year by year", "Month by month"
FIGURES_HEAD, DIFFERENCE, TERMS = "All figures", "The difference", "What was tested"
SOURCES, CRISES, OTHERWISE = (
    "Where it came from",
    "In falls of the market",
    "Other costs and starts",
)
TRIES, DEFINITIONS, LIMITS = "Tries and luck", "Definitions", "What this cannot tell"

RANGES_NOTE = (
    "Ranges hold 90% of what pasts made of the same days, drawn anew in blocks, would have shown. "
    "A figure without a range tells of these days only."
)
REASONS = {
    "too few days": "too few days",
    "no movement": "nothing moved",
    "no benchmark": "no index to compare with",
    "benchmark does not move": "the index did not move",
    "benchmark never rose, or never fell": "the index never rose, or never fell",
    "ruin": "everything was lost",
    "no loss": "no day lost",
    "no dates": "no dates",
    "no trades": "no trades",
    "too great for a number": "too great for a number",
}
LIMITS_SAID = (
    "Survivors: prices exist of companies that still exist. Those that failed are missing, which "
    "flatters every portfolio here.",
    "Hindsight: whoever picks shares or rules today knows which did well. Nobody did then.",
    "Taxes are left out; so are the costs of currencies and of funds, unless they are in the "
    "prices.",
    "Trades are done at closing prices. Large orders would have moved them.",
    "Ranges tell what such a past could have shown. The future may be unlike all of it.",
    "One past is one draw: growth that looks steady may have been luck. Past is no promise.",
)
RANGES_TITLE = "How sure these figures are"
RANGES_SUBTITLE = "Mark: what these days showed. Bar: 90% range."
TURNOVER = "Turnover a year"
FIGURES_CAPTION = "Below each figure its 90% range, or why it is undefined"
FALLS_HEAD = ("From", "Depth", "Lowest", "Made up by")
YEARS_CAPTION = "* not a whole year"
NO_CRISES = "None of the falls that are kept here lies within these days."
CRISES_CAPTION = "From the highest to the lowest close of the S&P 500 around it"
COSTS_CAPTION = "Growth a year at other costs, of the money traded"
SIGNS = (
    "r: returns by day; n: how many; P: trading days a year; W: worth of 1 at the start; b: the "
    "index; rf: the risk-free rate, 0 here; MAR: the least return wanted."
)
DEFINITIONS_HEAD = ("Figure", "Definition", "Source")


def headline(ran: Ran, outcome: Outcome) -> str:
    """``60/40: +5.1% a year (90% range −0.2% to 10.6%), deepest fall 21% (11% to 33%)…``"""
    name = called(ran.contender)
    grown, fell = ran.figures.get("cagr"), ran.figures.get("max_drawdown")
    if grown is None or fell is None:
        reason = reason_of(ran.undefined.get("cagr", "")) or "nothing could be measured"
        return f"{name}: {reason}."
    words = f"{name}: {signed_percent(grown.value, 1)} a year{_between(grown, '90% range ')}"
    words += f", deepest fall {percent(fell.value)}{_between(fell, '', 0)}"
    if ran.contender.kind is Contest.TRADES:
        return f"{words}."
    began = money(outcome.trial.capital, outcome.currency, cents=False)
    ended = money(ran.final, outcome.currency, cents=False)
    if outcome.trial.monthly:
        added = money(ran.put_in, outcome.currency, cents=False)
        return f"{words}. In all {added} went in; it became {ended}."
    return f"{words}. {began} became {ended}."


def _between(figure: Figure, lead: str, digits: int = 1) -> str:
    if figure.low is None or figure.high is None:
        return ""
    return f" ({lead}{percent(figure.low, digits)} to {percent(figure.high, digits)})"


def cautions(outcome: Outcome) -> list[str]:
    """What to beware, before anything else is read."""
    said = (backtest.stands_for(outcome), backtest.late(outcome), backtest.hindsight(outcome))
    return [one for one in said if one]


def figure_name(key: str) -> str:
    """As a row begins: "Growth a year (CAGR)"."""
    name = FIGURES[key].name.replace(" %", "%")
    return name if name[1] == " " else f"{name[0].upper()}{name[1:]}"


def value(key: str, figure: Figure) -> str:
    return _told(figure.value, FIGURES[key].unit)


def spread(key: str, figure: Figure) -> str:
    """``8.1% to 37%``; "" where there is no range."""
    if figure.low is None or figure.high is None:
        return ""
    unit = FIGURES[key].unit
    return f"{_told(figure.low, unit)} to {_told(figure.high, unit)}"


def cell(key: str, ran: Ran) -> str:
    """The value with its range below, or why there is none."""
    figure = ran.figures.get(key)
    if figure is None:
        return f"{NO_RANGE}\n{reason_of(ran.undefined.get(key, '')) or 'not measured'}"
    return f"{value(key, figure)}\n{spread(key, figure)}".rstrip("\n")


def spot(key: str, ran: Ran) -> str:
    """The same on one line."""
    figure = ran.figures.get(key)
    if figure is None:
        return reason_of(ran.undefined.get(key, "")) or "not measured"
    found = spread(key, figure)
    return f"{value(key, figure)} ({found})" if found else value(key, figure)


def reason_of(reason: str) -> str:
    return REASONS.get(reason, reason)


def _told(size: float, unit: Unit) -> str:
    if unit is Unit.DAYS:
        return count(round(size), "trading day")
    if unit is Unit.RATIO:
        shown = f"{abs(size):,.2f}"
        return f"{MINUS}{shown}" if size < 0 and float(shown.replace(",", "")) else shown
    return share(size)


def share(size: float) -> str:
    """``12.3%``, ``579 ×``: a share of the whole."""
    if abs(size) >= LARGE:
        return f"{MINUS if size < 0 else ''}{abs(size):,.0f} ×"
    digits = 0 if abs(size) >= 1.0 else 1 if abs(size) >= 0.001 else 2
    shown = percent(size, digits)
    return shown if shown.strip(f"{MINUS}0.%") else "0%"


def terms(outcome: Outcome) -> list[tuple[str, str]]:
    """Everything that the figures depend on."""
    trial, days = outcome.trial, outcome.days
    rows = [
        ("Portfolios", "; ".join(_contender(one) for one in outcome.runs)),
        (
            "Days",
            f"{short_day(days[0])} to {short_day(days[-1])}, {count(len(days), 'trading day')}",
        ),
        (
            "Money",
            f"{money(trial.capital, outcome.currency, cents=False)} at the start{_saved(outcome)}",
        ),
        ("Rebalancing", f"{pace(trial).removesuffix(' rebalancing')}, at closing prices"),
        ("Costs", f"{costs(trial, outcome.currency)}, of the money traded; {_paid(outcome)}"),
    ]
    if outcome.benchmark:
        rows.append(("Index", f"{symbol(outcome.benchmark)}, for beta, alpha and decisions"))
    if outcome.stands_for:
        stood = [f"{symbol(name)} for {leg}" for leg, name in outcome.stands_for.items()]
        rows.append(("Stand-ins", listed(stood)))
    if outcome.really is not None:
        since, grown = outcome.really
        found = f"{percent(grown.value, 1)} a year{_between(grown, '90% range ')}"
        rows.append(("Your real trades", f"since {short_day(since)}: {found}"))
    if outcome.demo:
        rows.append(("Data", "the demo portfolio: real prices to 2022, made-up trades"))
    return [*rows, ("Name of this test", outcome.id)]


def _contender(ran: Ran) -> str:
    if ran.contender.kind is Contest.TRADES:
        return f"{called(ran.contender)} (as they were, at their own costs)"
    weights = sorted(ran.weights.items(), key=lambda one: -one[1])
    shown = [f"{percent(weight)} {symbol(name)}" for name, weight in weights[:MOST_WEIGHTS]]
    if len(weights) > MOST_WEIGHTS:
        shown.append(f"{len(weights) - MOST_WEIGHTS} more")
    held = f" ({', '.join(shown)} at the start)" if shown else ""
    return f"{called(ran.contender)}{held}"


MOST_WEIGHTS = 12


def _saved(outcome: Outcome) -> str:
    monthly = outcome.trial.monthly
    if not monthly:
        return ""
    amount = money(abs(monthly), outcome.currency, cents=False)
    return f", {amount} {'added' if monthly > 0 else 'taken out'} each month"


def _paid(outcome: Outcome) -> str:
    paid = [
        f"{within(one.contender)} {money(one.costs, outcome.currency, cents=False)}"
        for one in outcome.runs
    ]
    return f"paid in all: {', '.join(paid)}"


def doubts(outcome: Outcome) -> list[str]:
    """What had to be decided about prices, and what went otherwise than planned; each once."""
    said: dict[str, None] = {}
    for ran in outcome.runs:
        for about, what in ran.notes:
            said.setdefault(_doubt(about, what))
    return list(said)


def _doubt(about: str, what: str) -> str:
    key, _, fact = what.rpartition(" ")
    sentences = {
        "starts": f"{about} has prices from {fact} on; before, the others had its weight.",
        "starts the simulation": f"The test starts on {fact}, with the first price of {about}.",
        "paid out": f"{about} ended on {fact} and was paid out at its last price.",
        "carried": f"{about} lacks {fact} closing prices; the last one before was kept.",
        "jump believed": f"{about} jumped on {fact}; that was taken for a real move.",
        "no volume": f"{about} was not traded on {fact} days; no order was done then.",
        "left": f"{about} was left out; the others have its weight.",
    }
    if what.startswith("proxied "):
        return f"{about}: {what.removeprefix('proxied ')} stands for it (its returns)."
    events = {
        "waits": f"On {about} an order waited for a price.",
        "ran out": f"On {about} the money ran out.",
        "too dear": f"On {about} the money was too little for a single share.",
        "paid out": f"On {about} what had ended was paid out.",
    }
    return events.get(what) or sentences.get(key) or f"{about}: {what}."


def flows(outcome: Outcome) -> str:
    """Why what the picture shows is not what the money became."""
    traded = any(one.contender.kind is Contest.TRADES for one in outcome.runs)
    if not outcome.trial.monthly and not traded:
        return ""
    began = money(outcome.trial.capital, outcome.currency, cents=False)
    return (
        f"The lines tell what {began} put in at the start became; money that went in or out later "
        "is left out of them and of all figures (time-weighted)."
    )


def difference(outcome: Outcome) -> str:
    if outcome.apart is None:
        return "One portfolio was tested alone: there is nothing to compare it with."
    return backtest.apart(outcome)


def fall_row(fall: Fall) -> list[str]:
    back = short_day(fall.recovered) if fall.recovered else "not yet"
    return [short_day(fall.peak), percent(fall.depth, 1), short_day(fall.trough), back]


def crisis(name: str) -> str:
    """``2008\\nOct 2007 to Mar 2009``"""
    found = crisis_named(name)
    return f"{name}\n{month(found.peak)} to {month(found.trough)}" if found else name


def luck(outcome: Outcome) -> str:
    """Of the first portfolio's Sharpe ratio after so many tries."""
    tried = count(outcome.tried, "test")
    if outcome.luck is None:
        return f"You made {tried} on this portfolio; the days are too few to tell luck from more."
    first = within(outcome.runs[0].contender)
    if outcome.tried < 2:
        rest = 1.0 - outcome.luck
        share = "less than 1%" if rest < 0.01 else percent(rest)
        return (
            f"One test so far. A worthless idea would show a Sharpe ratio as high as that of "
            f"{first} in {share} of such pasts. Every further try makes a good result by luck "
            "likelier; they are counted here."
        )
    return (
        f"You made {tried} on this portfolio. The best of so many looks good by luck alone. "
        f"{backtest.lucky(outcome.luck)} (deflated Sharpe ratio {percent(outcome.luck)}, Bailey "
        "and López de Prado 2014)."
    )


def starts(ran: Ran) -> str:
    """Growth a year from other first days."""
    if ran.by_start is None:
        return f"{called(ran.contender)}: too few days for other starts."
    low, high = ran.by_start
    return (
        f"{called(ran.contender)}: {percent(low, 1)} to {percent(high, 1)} a year, had it begun "
        "in another month (to the same last day)."
    )


def subtitle(outcome: Outcome) -> str:
    return backtest.subtitle(outcome)


def grown_words(outcome: Outcome) -> str:
    """The picture of growth and falls for those who cannot see it."""
    said = " ".join(headline(one, outcome) for one in outcome.runs)
    return f"Lines of growth, and below them the falls from the highest value so far. {said}"


def ranges_words(outcome: Outcome, keys: Sequence[str]) -> str:
    said = "; ".join(
        f"{figure_name(key)}: "
        + ", ".join(f"{called(one.contender)} {spot(key, one)}" for one in outcome.runs)
        for key in keys
    )
    return f"Figures with their 90% ranges. {said}."


def made(day: date) -> str:
    return f"Data to {short_day(day)}. {FOOT}"


def same_costs(ran: Ran) -> str:
    return f"{called(ran.contender)}: at other costs it was not tried; its estimates take long."


def no_falls(ran: Ran) -> str:
    return f"{called(ran.contender)}: no fall to tell of."


def rate_of(rate: float, outcome: Outcome) -> str:
    """The rate that was tested is marked."""
    shown = f"{rate * 100:.3f}".rstrip("0").rstrip(".") + "%"
    return f"{shown} (tested)" if rate == outcome.trial.rate else shown


def source(said: str) -> str:
    return NO_RANGE if said == "-" else said
