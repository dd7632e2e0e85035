"""What is said to “what if I sell everything”."""

from __future__ import annotations

from conversations.actions.books import Overview
from conversations.wording.figures import count, listed, money, short_day
from conversations.wording.trades import demo_mark


def nothing_to_sell() -> str:
    return "You hold nothing, so there is nothing to sell."


def all_sold(of: Overview, *, demo: bool, team: str = "") -> str:
    """What selling all would bring at the last closes, by currency."""
    told = [
        f"about {money(one.value, one.currency, cents=False)} in cash for "
        f"{count(one.priced, 'position')} and realise a {'loss' if one.gain < 0 else 'gain'} of "
        f"{money(abs(one.gain), one.currency, cents=False)}"
        for one in of.totals
        if one.priced
    ]
    mark = demo_mark(demo=demo, team=team)
    if not told:
        return f"{mark}I have no prices of what you hold, so I can't say what a sale would bring."
    lines = [f"{mark}Selling everything would bring {listed(told)}."]
    if of.unpriced:
        lines.append(f"No price of {listed(list(of.unpriced[:5]))}: not in it.")
    priced = f", at the closes of {short_day(of.as_of)}" if of.as_of else ""
    lines.append(f"Before fees and taxes{priced}. Cash no longer swings, up or down.")
    return "\n".join([*lines, "Nothing was recorded. It is arithmetic, not advice."])


def why_all_sold() -> str:
    return (
        "Shares × last close I have of each; gain = that less what those shares cost, fees "
        "included. What markets do after such a sale nobody knows."
    )
