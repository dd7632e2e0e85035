"""What is said about single questions to the books: fees, the best sale, what a share cost."""

from __future__ import annotations

from collections.abc import Sequence

from conversations.actions.accounting import Bought, Closed, Fees
from conversations.wording.figures import (
    count,
    listed,
    money,
    percent,
    shares,
    short_day,
    signed_money,
    signed_percent,
)
from conversations.wording.trades import demo_mark, name_of, short
from engine.market.instruments import Instrument
from engine.prices import Bar

YEARS = 4  # lines of single years; the earlier ones share one


def fees(found: Fees, *, demo: bool, team: str = "") -> str:
    mark = demo_mark(demo=demo, team=team)
    if not found.trades:
        return f"{mark}No trades recorded yet, so no fees."
    if not found.paid:
        without = count(found.trades, "trade")
        return f"{mark}No fees are recorded on your {without}. “fee 1” adds one to an open card."
    parts = [
        f"{money(paid, currency)} ({percent(float(paid / moved), 2)} of the "
        f"{money(moved, currency, cents=False)} traded)"
        if moved
        else money(paid, currency)
        for currency, paid, moved in found.paid
    ]
    lines = [f"{mark}You paid {listed(parts)} in fees, on {_of(found.charged, found.trades)}."]
    shown = found.years[:YEARS]
    lines += [
        f"{year}: {listed([money(paid, currency) for currency, paid in by])}, {count(n, 'trade')}"
        for year, by, n in shown
    ]
    if left := len(found.years) - len(shown):
        lines.append(f"and {count(left, 'earlier year')}.")
    return "\n".join(lines)


def _of(charged: int, trades: int) -> str:
    return f"{charged} of {count(trades, 'trade')}" if charged < trades else count(trades, "trade")


def why_fees() -> str:
    return (
        "Every fee that was recorded with a trade, and fees told alone, by the year of the trade. "
        "Spreads, fund costs and taxes are not in it: I don't know them."
    )


def best(
    found: Sequence[Closed], currency: str, *, worst: bool, others: int, demo: bool, team: str = ""
) -> str:
    """``found``: all sales of one currency, the asked one first."""
    mark = demo_mark(demo=demo, team=team)
    first = found[0]
    word = "worst" if worst else "best"
    ended = "lost" if first.gain < 0 else "gained"
    came = money(abs(first.gain), currency, cents=False)
    held = count(first.days, "day") if first.days else "less than a day"
    lines = [
        f"{mark}Your {word} sale: #{first.trade.number} {short(first.trade, currency)}, "
        f"{short_day(first.trade.at.date())}: {ended} {came} "
        f"({signed_percent(float(first.share))}), held {held}."
    ]
    up = sum(one.gain > 0 for one in found)
    middle = sorted(one.gain for one in found)[len(found) // 2]
    median = signed_money(middle, currency)
    lines.append(f"Of {count(len(found), 'sale')}, {up} gained; the middle one {median}.")
    by_share = (min if worst else max)(found, key=lambda one: one.share)
    if by_share.trade.id != first.trade.id:
        lines.append(
            f"In percent the {word} was #{by_share.trade.number} "
            f"{short(by_share.trade, currency)} ({signed_percent(float(by_share.share))})."
        )
    if others:
        lines.append(f"{count(others, 'sale')} in other currencies left out.")
    return "\n".join([*lines, "What you still hold is not in it."])


def no_sales(*, demo: bool, team: str = "") -> str:
    return f"{demo_mark(demo=demo, team=team)}No sale recorded yet, so nothing is gained or lost."


def why_best() -> str:
    return (
        "Proceeds less what those shares had cost, fees included, by the way of counting in your "
        "settings. One sale is mostly luck: it says little about the next."
    )


def average(
    found: Bought,
    instrument: Instrument | None,
    bar: Bar | None,
    currency: str,
    *,
    demo: bool,
    team: str = "",
) -> str:
    mark = demo_mark(demo=demo, team=team)
    name = name_of(found.symbol, instrument)
    if not found.purchases:
        return f"{mark}You have no purchase of {name} recorded."
    bought = count(found.purchases, "purchase")
    if found.held is None:
        paid = money(found.paid, currency)
        return f"{mark}You hold no {name} now. Your {bought} cost {paid} a share on average."
    cost = money(found.held.average_cost, currency)
    lines = [
        f"{mark}{name}: {cost} a share on average, fees included, for the "
        f"{shares(found.held.quantity)} you hold."
    ]
    if bar is not None and found.held.average_cost:
        change = bar.close / float(found.held.average_cost) - 1
        lines.append(
            f"Last close {money(bar.close, currency)}, {short_day(bar.day)}: "
            f"{signed_percent(change)} against that."
        )
    lines.append(f"All your {bought} together: {money(found.paid, currency)} a share.")
    return "\n".join(lines)


def which_share() -> str:
    return "Of which share? For example: “average cost of AAPL”."


def why_average() -> str:
    return (
        "What the shares that you still hold cost, fees included, divided by their number; which "
        "ones those are follows the way of counting in your settings."
    )
