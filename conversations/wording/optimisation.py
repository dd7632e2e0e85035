"""What is said of a proposal: what it changes, what it needs, how it did on unseen years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from conversations.actions.allocation.proposals import (
    HABITS,
    SMALLEST,
    VIEWS,
    Proposed,
    Question,
    Tested,
)
from conversations.reading.demands import Limit
from conversations.wording import bias, limits, ways
from conversations.wording.figures import count, day, listed, money, percent, shares
from conversations.wording.trades import demo_mark
from engine.optimization.recommendation import VALID_DAYS
from engine.optimization.whole_shares import Order

Z90 = 1.645
ROWS = 5  # shares in the table, the biggest moves first
FEW = 3  # trades that are told at once
LEFT_OUT = {
    "currency": "another currency, and I have no exchange rates",
    "short": "a short position",
    "no_price": "no price since it was bought",
    "no_prices": "no prices",
    "too_few_days": "too short a history",
    "ended": "its prices have ended",
    "gaps": "too many gaps in its prices",
    "constant": "its price never moved",
}
CAPS = {
    "recency": "less of last month's winners",
    "lottery": "less of what jumped most in a day",
    "fomo": "less of what has just shot up",
    "attention": "less of what is traded most",
    "herding": "less of what the crowd buys",
}
CORRECTIONS = {
    "cap": "less of what draws you",
    "no adding": "no more of what stands at a loss",
    "spread": "less in any one share",
    "abroad": "more from abroad",
    "charge": "trades cost what yours have cost",
    "caution": "losses weigh as they do for you",
}
NO_PROMISE = "A calculation within your limits, not advice."


def working(holdings: int, question: Question, known: Sequence[Limit]) -> str:
    """``Working – 5 years of prices, 8 holdings, at most 10% in each share…``"""
    parts = ["5 years of prices", count(holdings, "holding")]
    if question.everything:
        parts.append("all shares I have prices of")
    if question.method != HABITS:
        parts.append(ways.named(question.method))
    parts += [limits.one(one) for one in known[:3]]
    if question.turnover is not None:
        parts.append(f"turnover of at most {limits.share(question.turnover)}")
    return f"Working – {', '.join(parts)}…"


def testing() -> str:
    return "Worked out; testing it on years it has not seen…"


def proposal(
    found: Proposed,
    tested: Tested | None,
    known: Sequence[Limit],
    currency: str,
    *,
    demo: bool,
    notes: Sequence[str] = (),
) -> str:
    """The answer, what it needs, the table, the test, the limits."""
    mark = demo_mark(demo=demo)
    if not found.recommendation.moves:
        lines = [f"{mark}{_nothing_to_do(found)}", *notes]
        return "\n".join([*lines, _limits_line(known)] if known else lines)
    first = f"{mark}Proposal ({_way(found)}): {changes(found)}{_but(found, known)}."
    lines = [first, needs(found, currency), *table(found)]
    lines += [_corrected(found)] if found.corrections else []
    views = found.question.method == VIEWS
    lines.append(unseen(tested, views=views, habits=bool(found.corrections)))
    if known:
        lines.append(_limits_line(known))
    return "\n".join([*lines, *notes])


def _but(found: Proposed, known: Sequence[Limit]) -> str:
    """What whole shares could not keep, for the first line."""
    missed = limits.missed(found, known)
    return f", but {missed}" if missed else ""


def _way(found: Proposed) -> str:
    if found.question.method == HABITS:
        return ways.named("debiased" if found.corrections else "minimum_variance")
    return ways.named(found.question.method)


def _nothing_to_do(found: Proposed) -> str:
    if len(found.symbols) == 1:
        risk = percent(found.recommendation.before.volatility)
        swings = f"it swings {risk} a year: volatility"
        return f"{found.symbols[0]} is all you hold: nothing to rearrange ({swings})."
    return (
        f"No trades needed: for {_way(found)} your portfolio is as near as whole shares allow "
        f"(it swings {percent(found.recommendation.before.volatility)} a year: volatility)."
    )


def changes(found: Proposed) -> str:
    """``volatility 25% → 22%, same expected return within its error``."""
    told = found.recommendation
    before, after = told.before.volatility, told.after.volatility
    digits = 0 if round(before * 100) != round(after * 100) else 1
    swing = f"{percent(before, digits)} → {percent(after, digits)}"
    said = f"yearly swing (volatility) {swing}{_mood(before, after)}"
    change = told.changes["expected"]
    error = change.error
    if error is None or abs(change.value) <= Z90 * error:
        return f"{said}, same expected return within its error"
    rest = f"{percent(told.before.expected)} → {percent(told.after.expected)}"
    return f"{said}, expected return {rest} (a guess, ±{percent(Z90 * error)})"


def _mood(before: float, after: float) -> str:
    """A volatility that hardly changes needs no word."""
    if after > before + 0.005:
        return ", livelier (more swings)"
    return ", calmer" if after < before - 0.005 else ""


def needs(found: Proposed, currency: str) -> str:
    """``Needs 8 trades, turnover 49%, ≈ $101 costs, tax not included.``"""
    told = found.recommendation
    trades = count(len(told.moves), "trade")
    cost = money(float(told.cost), currency, cents=False)
    return f"Needs {trades}, turnover {percent(found.turnover)}, ≈ {cost} costs, tax not included."


def table(found: Proposed) -> list[str]:
    """Columns as narrow as their content; the biggest moves first, the others added up."""
    order = sorted(
        range(len(found.symbols)),
        key=lambda n: (-abs(found.after[n] - found.now[n]), -found.now[n]),
    )
    held = [n for n in order if found.now[n] > 0 or found.after[n] > 0]
    shown, rest = held[:ROWS], held[ROWS:]
    if len(rest) == 1:
        shown, rest = held, []
    rows = [(found.symbols[n], float(found.now[n]), float(found.after[n])) for n in shown]
    if rest:
        rows.append(
            (f"Rest ({len(rest)})", float(found.now[rest].sum()), float(found.after[rest].sum()))
        )
    if found.cash >= 0.005:
        rows.append(("Cash", 1.0 - float(found.now.sum()), found.cash))
    return _columns([("", "now", "new"), *((name, percent(a), percent(b)) for name, a, b in rows)])


def _columns(rows: Sequence[tuple[str, str, str]]) -> list[str]:
    widths = [max(len(cells[n]) for cells in rows) for n in range(3)]
    return [
        f"{name.ljust(widths[0])}  {now.rjust(widths[1])}  {new.rjust(widths[2])}"
        for name, now, new in rows
    ]


def _corrected(found: Proposed) -> str:
    """Which habits changed it, the strongest first."""
    ranked = sorted(found.corrections, key=lambda one: -one.moved)
    said = [
        f"{bias.plain(bias.name(one.bias))} ({_correction(one.kind, one.bias)})"
        for one in ranked[:2]
    ]
    more = len(ranked) - 2
    return f"Corrected for {listed([*said, f'{more} more'] if more > 0 else said)}."


def _correction(kind: str, name: str) -> str:
    return CAPS[name] if kind == "cap" and name in CAPS else CORRECTIONS.get(kind, kind)


def unseen(tested: Tested | None, *, views: bool = False, habits: bool = False) -> str:
    """``Tested on unseen years 2018–2022: calmer than now in 5 of 5, ahead in 2.``

    ``views``: they are of today and were left out of the test. ``habits``: those of today were used
    in all years.
    """
    if tested is None:
        return "Not tested: there are too few years of prices."
    years = str(tested.first)
    if tested.last != tested.first:
        years += f"–{tested.last % 100:02}"
    of = f"{tested.calmer} of {tested.years}"
    begin = "Without your views, tested" if views else "Tested"
    begin = "With today's findings on your habits, tested" if habits else begin
    said = f"{begin} on unseen years {years}: calmer than now in {of}, earned more in "
    said += f"{tested.ahead}."
    if tested.lags_with:
        said += f" Falls short when {tested.lags_with} leads."
    return said


def _limits_line(known: Sequence[Limit]) -> str:
    return f"Your limits: {limits.all_of(known)}."


def left_out(elsewhere: Mapping[str, str], dropped: Mapping[str, str], held: Sequence[str]) -> str:
    """What of the holdings was not looked at, and why; empty where all was."""
    every = dict(elsewhere) | {name: why for name, why in dropped.items() if name in held}
    if not every:
        return ""
    by_reason: dict[str, list[str]] = {}
    for name, why in every.items():
        key = why.partition(" ")[0]
        by_reason.setdefault(LEFT_OUT.get(key, "its prices cannot be used"), []).append(name)
    said = [f"{listed(names[:5])} ({reason})" for reason, names in by_reason.items()]
    return f"Left out, stays as it is: {listed(said)}."


def old_prices(last: date | None, today: date, *, too_old: bool = False) -> str:
    """Empty where prices are at most a week old; ``too_old``: for a list of trades."""
    if last is None or (today - last).days <= 7:
        return ""
    if too_old:
        return (
            f"My last prices of them are of {day(last)}: a sketch, then. I list no trades at "
            f"closes older than {VALID_DAYS} days."
        )
    return f"My last prices are of {day(last)}; with newer ones this would come out differently."


def title(found: Proposed) -> str:
    before, after = (
        one.volatility for one in (found.recommendation.before, found.recommendation.after)
    )
    if not found.recommendation.moves:
        return "Nothing to change"
    word = (
        "Calmer"
        if after < before - 0.0005
        else "Livelier"
        if after > before + 0.0005
        else "As calm"
    )
    return f"{word}: volatility {percent(before, 1)} now, {percent(after, 1)} proposed"


def subtitle(found: Proposed) -> str:
    way = _way(found)
    return f"{way[:1].upper()}{way[1:]}; {count(len(found.recommendation.moves), 'trade')}"


def milder(
    found: Proposed, cap: float, known: Sequence[Limit], currency: str, *, demo: bool
) -> str:
    """After "less change": ``With turnover ≤ 15%: …``."""
    moves = found.recommendation.moves
    mark = demo_mark(demo=demo)
    if not moves:
        return f"{mark}With turnover ≤ {limits.share(cap)} no whole share is worth trading."
    told = changes(found)
    said = f"{mark}With turnover ≤ {limits.share(cap)}: {told}, {count(len(moves), 'trade')}"
    if len(moves) <= FEW:
        said += f" ({', '.join(_short(one.order) for one in moves)})"
    said += _but(found, known)
    cost = money(float(found.recommendation.cost), currency, cents=False)
    return f"{said}. ≈ {cost} costs, tax not included."


def _short(order: Order) -> str:
    return f"{'buy' if order.shares > 0 else 'sell'} {shares(abs(order.shares))} {order.symbol}"


HABITS_TESTED = " The habits are those of today, without the signals of those years."


def why(found: Proposed, tested: Tested | None) -> str:
    """Where the figures come from and what would make them wrong."""
    before, after = found.recommendation.before, found.recommendation.after
    lines = [
        f"From {count(found.observations, 'day')} of prices. Volatility is the usual swing of a "
        "year; it is estimated from the past and shrunk towards the average share.",
        f"Expected returns are guesses: {percent(before.expected)} a year now, "
        f"{percent(after.expected)} then, each ±{percent(Z90 * after.expected_error)}. "
        + ("This way uses them." if found.needs_mean else "This way does not use them."),
        f"Costs: {percent(found.cost_rate, 2)} of each trade. Orders below {_smallest(found)} are "
        "left out. Cash you hold beside is not counted.",
    ]
    if tested is not None:
        low, high = tested.earned[1:]
        lines.append(
            "Tested: every three months chosen anew from the three years before, after costs. "
            f"Return a year against today's weights: {percent(low)} to {percent(high)} (90% range)."
            " You know today's holdings because of these very prices, which flatters both."
            + HABITS_TESTED
            * (found.question.method == HABITS)
        )
    return "\n".join([*lines, NO_PROMISE])


def _smallest(found: Proposed) -> str:
    """In the words of the limit where one was said."""
    usual = found.value * SMALLEST
    if abs(found.smallest - usual) <= 0.005 * usual:
        return f"{percent(SMALLEST, 1)} of the value"
    return f"{found.smallest:,.10g} (as you said)"


def nothing_held() -> str:
    return "You hold nothing yet that I could rearrange. Record your trades, or try the demo."


def how_to_ask() -> str:
    return (
        'Say "rebalance me", with limits if you like: "max 10% in one stock", "never sell KO", '
        f'"tech at most 30%". Other ways: {ways.known()}.'
    )
