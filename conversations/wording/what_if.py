"""What is said of another past, of a fall to come, and of money that is not there yet."""

from __future__ import annotations

from math import isnan

from conversations.actions.backtesting.imagining import Frozen, Imagined, Put, Stressed, Undone
from conversations.actions.backtesting.outcomes import Stuck
from conversations.reading.contenders import BONDS, CASH
from conversations.reading.what_ifs import Kind, WhatIf
from conversations.wording.bias import name, plain
from conversations.wording.contenders import month, symbol
from conversations.wording.figures import (
    count,
    listed,
    money,
    percent,
    short_day,
    signed_money,
    signed_percent,
)
from conversations.wording.trades import demo_mark
from engine.backtest.attribution.behaviour import Behaviour
from engine.backtest.change import Financing
from engine.backtest.crises import Replay
from engine.backtest.what_if import Outcome
from engine.performance.intervals import Interval

CRISES = {
    "2000": "the dot-com bust of 2000–02",
    "2008": "the financial crisis of 2007–09",
    "2011": "the summer of 2011",
    "2018": "the autumn of 2018",
    "2020": "the spring of 2020",
    "2022": "the year 2022",
}
PARTS = 3  # that are named


def how_to_ask() -> str:
    return (
        "What if – what?\n"
        "Say: “what if I hadn't sold NVDA in May”, “market drops 30%”, “replay 2008”, “what if I "
        "put 5k into bonds”, “without panic selling”."
    )


def not_understood() -> str:
    return f"I did not understand that one; nothing was worked out.\n{how_to_ask()}"


def working(what: WhatIf, *, demo: bool) -> str:
    said = {
        Kind.UNDONE: "going through your trades without those",
        Kind.HABIT: "going through your trades without that habit",
        Kind.FROZEN: "leaving each January's holdings alone",
        Kind.BEHAVIOUR: "going through your trades without each habit, and without all",
        Kind.SHOCK: "measuring how your holdings move with it",
        Kind.REPLAY: "replaying it on what you hold",
        Kind.MONEY: "mixing it in",
    }
    return f"{demo_mark(demo=demo)}Working – {said[what.kind]}…"


def stuck(found: Stuck, what: WhatIf) -> str:
    facts = found.facts
    match found.reason:
        case "no_trades":
            return "There are no trades of yours yet."
        case "nothing_held":
            return "You hold nothing with prices, so there is nothing to fall."
        case "no_such_trades":
            side = {"sell": "sale", "buy": "purchase"}.get(what.side, "trade")
            of = f" of {what.symbol}" if what.symbol else ""
            then = f" between {_period(what)}" if what.period.since else ""
            return f"I find no {side}{of}{then} among your trades. Nothing was worked out."
        case "habit_unknown":
            return "I have not looked for that habit in your trades yet. Ask for your biases first."
        case "nothing_undone":
            return "There is no trade of yours that shows it and whose outcome is known by now."
        case "no_price":
            return f"I have no prices of {facts['symbol']}."
        case "no_crisis":
            if what.episode not in CRISES:
                kept = listed(list(CRISES), "or")
                return f"I keep no crisis of {what.episode}. I can replay {kept}."
            return f"Nothing you hold had prices all through {CRISES[what.episode]}."
        case "overdrawn":
            held = float(facts["held"])
            return f"You hold {money(held, cents=False)} of {facts['symbol']}; it cannot be less."
        case "no_beta":
            return "There are too few prices to say how your holdings move with it."
    return "Your trades leave no value to measure over that time."


def _period(what: WhatIf) -> str:
    first, last = what.period.since, what.period.until
    assert first is not None, "asked for where there is one"
    return f"{short_day(first)} and {short_day(last)}" if last else f"{short_day(first)} and now"


def told(found: Imagined, what: WhatIf, currency: str, *, demo: bool) -> str:
    mark = demo_mark(demo=demo)
    if isinstance(found, Undone):
        return f"{mark}{_undone(found, what, currency)}"
    if isinstance(found, Frozen):
        return f"{mark}{_frozen(found, currency)}"
    if isinstance(found, Behaviour):
        return f"{mark}{_behaviour(found, currency)}"
    if isinstance(found, Stressed):
        return f"{mark}{_stressed(found, currency)}"
    if isinstance(found, Replay):
        return f"{mark}{replayed(found, currency)}"
    return f"{mark}{_put(found, currency)}"


def _undone(found: Undone, what: WhatIf, currency: str) -> str:
    """The difference at the end with its range, what the portfolio would be, and hindsight."""
    one = found.outcome
    share = f" ({signed_percent(one.share, 1)})" if one.share is not None else ""
    lines = [f"Then: {signed_money(one.total, currency)} today{share}{_between(one, currency)}."]
    was, would = one.volatility
    told = not (isnan(was) or isnan(would))
    swings = f"yearly swing (volatility) {percent(was, 1)} → {percent(would, 1)}" if told else ""
    largest, part = one.largest[1]
    top = f"{largest} would be {percent(part)} of you" if largest else ""
    if swings or top:
        said = ", ".join(piece for piece in (swings, top) if piece)
        lines.append(f"{said[0].upper()}{said[1:]}.")
    lines.append(
        f"{count(found.trades, 'trade')} left out since {short_day(found.first)}"
        f"{_habit(what)}; all others as they were."
    )
    if one.borrowed > _NOTHING and one.financing is Financing.CASH:
        owed = money(one.borrowed, currency, cents=False)
        lines.append(f"The money those sales brought would be missing: up to {owed} owed, at 0%.")
    elif one.borrowed > _NOTHING:
        lines.append("What those sales paid for would have come from a part of everything held.")
    past = one.hindsight
    if past.known:
        kept = "kept" if what.side == "sell" or what.kind is Kind.HABIT else "not made"
        lines.append(
            f"Hindsight note: of {count(past.known, 'such trade')}, {past.worse} would have lost "
            f"money if {kept}."
        )
    return "\n".join(lines)


_NOTHING = 0.5  # money


def _between(one: Outcome, currency: str) -> str:
    if one.interval is None:
        return ""
    low, high = (signed_money(end, currency) for end in one.interval)
    return f", 90% range {low} to {high}"


def _habit(what: WhatIf) -> str:
    if what.kind is not Kind.HABIT:
        return ""
    return f" ({plain(name(what.habit))})" if what.habit else " (every habit that was found)"


def _frozen(found: Frozen, currency: str) -> str:
    """What trading brought beside one's own holdings left alone, year by year."""
    one = found.outcome
    way = "less" if one.total < 0 else "more"
    size = money(abs(one.total), currency, cents=False)
    lines = [f"Left alone from each 1 January: {size} {way} today{_between(one, currency)}."]
    known = [year for year in found.years if year.net == year.net and year.frozen == year.frozen]
    if known:
        lines.append(f"{'':6}{'yours':>9}{'before costs':>14}{'left alone':>12}  (shares only)")
        lines += [
            f"{year.year}  {percent(year.net, 1):>9}{percent(year.gross, 1):>14}"
            f"{percent(year.frozen, 1):>12}"
            for year in known[-YEARS:]
        ]
        ahead = sum(year.net > year.frozen for year in known)
        lines.append(
            f"Trading came out ahead in {ahead} of {count(len(known), 'year')}, after costs."
        )
    return "\n".join(lines)


YEARS = 8  # that are shown


def _behaviour(found: Behaviour, currency: str) -> str:
    """Each habit alone, what they share, all together."""
    together = found.together
    between = _cost_range(together.interval, currency)
    lines = [f"All your habits together {_cost(found.total, currency)} up to today{between}."]
    for part in found.parts[:PARTS]:
        cost = _cost(part.cost, currency)
        lines.append(
            f"{name(part.bias)} alone {cost}{_cost_range(part.outcome.interval, currency)}."
        )
    rest = found.parts[PARTS:]
    if rest:
        more = _cost(sum(part.cost for part in rest), currency)
        lines.append(f"{count(len(rest), 'more habit')} {more}.")
    lines.append(f"Counted twice or lost between them: {_cost(found.interaction, currency)}.")
    return "\n".join(lines)


def _cost(size: float, currency: str) -> str:
    """``cost $14,454``, ``brought $2,709``."""
    return f"{'cost' if size > 0 else 'brought'} {money(abs(size), currency, cents=False)}"


def _cost_range(gained: tuple[float, float] | None, currency: str) -> str:
    """The range of a cost from that of what leaving the habit out gains; in words where it may
    as well have brought something."""
    if gained is None:
        return ""
    low, high = sorted(gained)
    if low < 0.0 < high:
        return f" (90% range: {_cost(low, currency)} to {_cost(high, currency)})"
    ends = sorted((abs(low), abs(high)))
    return f" (90% range {listed([money(e, currency, cents=False) for e in ends], 'to')})"


def _stressed(found: Stressed, currency: str) -> str:
    one = found.found
    loss = one.change * one.covered
    what = "loss" if loss < 0 else "gain"
    span = ""
    if one.interval is not None:
        low, high = (signed_percent(end) for end in one.interval)
        span = f"; 90% range {low} to {high}"
    beta = ""
    if one.beta is not None and one.beta_error is not None:
        near = f"it moves {one.beta:.2f} ± {1.645 * one.beta_error:.2f} times as far as"
        of = found.sector or f"the {symbol(found.index)}" if found.index else "all shares I know"
        beta = f"; {near} {of} (beta), {count(one.days, 'day')}"
    first = f"Your {what} ≈ {money(abs(loss), currency, cents=False)}"
    lines = [f"{first} ({signed_percent(one.change)}{span}{beta})."]
    lines.append(f"Biggest parts: {_parts(one.parts, currency)}.")
    if found.beside is not None:
        lines.append(
            f"{CRISES[found.beside.crisis.name][0].upper()}{CRISES[found.beside.crisis.name][1:]} "
            f"on today's holdings: {signed_percent(found.beside.change)}."
        )
    lines += [_missing(one.missing)] if one.missing else []
    lines.append("In a crash shares move more alike than on calm days: it can be worse.")
    return "\n".join(lines)


def _parts(parts: tuple[tuple[str, float], ...], currency: str) -> str:
    largest = sorted(parts, key=lambda part: -abs(part[1]))[:PARTS]
    return ", ".join(f"{name} {signed_money(size, currency)}" for name, size in largest)


def _missing(names: tuple[str, ...]) -> str:
    return f"Without {listed(list(names[:4]))}: no prices to go by."


def replayed(found: Replay, currency: str) -> str:
    """What today's holdings went through then, from the peak to the trough of the market."""
    first, last = month(found.crisis.peak), month(found.crisis.trough)
    change = signed_percent(found.change)
    size = money(abs(found.change) * found.covered, currency, cents=False)
    way = "less" if found.change < 0 else "more"
    lines = [
        f"{change} on today's holdings in {CRISES[found.crisis.name]}: ≈ {size} {way}.",
        f"From {first} to {last}, bought at the start and kept; the lowest on the way was "
        f"{signed_percent(found.worst)}.",
        f"Biggest parts: {_parts(found.parts, currency)}.",
    ]
    lines += [_missing(found.missing)] if found.missing else []
    lines.append("The next crisis will be another one.")
    return "\n".join(lines)


def _put(found: Put, currency: str) -> str:
    size = money(abs(found.amount), currency, cents=False)
    name = {"": "spread as you are now", CASH: "in cash"}.get(found.target, f"in {found.target}")
    if found.amount < 0:
        name = name.replace("in ", "out of ", 1)
    way = f"{size} new money {name}" if found.amount >= 0 else f"{size} {name}"
    before, after = found.found.before, found.found.after
    moved = []
    if before is None:
        moved.append(f"yearly swing (volatility) {_point(after.volatility)}")
    else:
        moved.append(f"yearly swing (volatility) {_arrow(before.volatility, after.volatility)}")
        moved.append(f"a bad month (1 in 20) {_arrow(before.bad_month, after.bad_month)}")
    lines = [f"With {way}: {', '.join(moved)}. Nothing saved."]
    named, part = after.largest
    lines.append(f"Largest part then: {symbol(named)}, {percent(part)}.")
    if after.volatility is not None:
        low, high = percent(after.volatility.low), percent(after.volatility.high)
        since = found.found.since.year
        lines.append(
            f"From {count(found.found.days, 'day')} since {since}; 90% range of the new swing "
            f"{low}–{high}."
        )
    if found.stands_for == BONDS and found.target == CASH:
        lines.append("I have no bond prices, so the bonds are cash that earns nothing.")
    if found.price is not None:
        about = abs(found.amount) / found.price
        lines.append(f"≈ {about:,.0f} shares at {money(found.price, currency)}.")
    if found.found.missing:
        lines.append(_missing(tuple(found.found.missing)))
    return "\n".join(lines)


def _arrow(before: Interval | None, after: Interval | None) -> str:
    return f"{_point(before)} → {_point(after)}"


def _point(one: Interval | None) -> str:
    return "0%" if one is None else percent(one.value, 1)


def title(found: Imagined, what: WhatIf, currency: str) -> str:
    """The conclusion, for the picture."""
    if isinstance(found, Undone):
        size = signed_money(found.outcome.total, currency)
        without = f"without {count(found.trades, 'trade')}"
        return f"{size} {without}, all others as they were"
    if isinstance(found, Frozen):
        way = "less" if found.outcome.total < 0 else "more"
        size = money(abs(found.outcome.total), currency, cents=False)
        return f"{size} {way} if each January's holdings had been left alone"
    if isinstance(found, Behaviour):
        way = "cost" if found.total > 0 else "brought"
        return f"Your habits together {way} {money(abs(found.total), currency, cents=False)}"
    if isinstance(found, Stressed):
        moved = found.found.size
        way = f"{'falls' if moved < 0 else 'rises'} {percent(abs(moved))}"
        about = signed_percent(found.found.change)
        return f"If {found.sector or 'the market'} {way}: about {about} for you"
    if isinstance(found, Replay):
        named = CRISES[found.crisis.name]
        change = signed_percent(found.change)
        return f"{named[0].upper()}{named[1:]} on today's holdings: {change}"
    return ""


def subtitle(found: Imagined) -> str:
    if isinstance(found, Undone | Frozen):
        return "What you had, and what you would have had; past prices, no promise"
    if isinstance(found, Behaviour):
        return "To the right what a habit cost, to the left what it brought, up to today"
    if isinstance(found, Stressed):
        return "By how each share has moved with it; what it does on its own is in the range"
    return "Bought at the peak, kept to the trough; past prices, no promise"


def why(found: Imagined) -> str:
    if isinstance(found, Undone):
        return (
            "I leave those trades out of your ledger and go through all others again, with the "
            "same money coming in and going out. Later sales of shares that would not be there are "
            "left out in part. The range draws blocks of 21 days of the daily difference anew.\n"
            "It knows what came after: at the moment of the trade nobody did."
        )
    if isinstance(found, Frozen):
        return (
            "Your own benchmark (Barber and Odean 2000): what you held on 1 January is kept "
            "through the year, with the same money coming in and going out, and set anew a year "
            "later. Yours is after fees, and before costs without them; taxes are left out. "
            "Returns are of the shares alone, without the cash beside them: a test of your real "
            "trades counts it and shows others."
        )
    if isinstance(found, Behaviour):
        return (
            "Each habit's trades are undone on your ledger, alone and all together; what is "
            "missing is raised from all that you held. One trade may show two habits: that is the "
            "part between them. Found habits only, their choice held fixed in the range.\n"
            "The bias report looks at the three months after each trade; this follows the money "
            "to today, so that the two differ."
        )
    if isinstance(found, Stressed):
        return (
            "Beta is how far your holdings moved with it, day by day, over up to three years "
            "(regression, Newey-West errors). The range holds beta's error and what your shares do "
            "on their own in a month; a straight line through calm days says little about a crash."
        )
    if isinstance(found, Replay):
        return (
            "Each holding's own prices from the market's peak to its trough, in today's amounts. "
            "What had no prices then is left out, never guessed."
        )
    return (
        "Both mixes over the same past days with weights held all along; cash does not move. A bad "
        "month: one month in twenty was as bad or worse. No trade was recorded."
    )
