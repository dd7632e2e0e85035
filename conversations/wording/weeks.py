"""What the weekly review says: the week's money, what was traded, a habit, and one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from conversations.wording import bias
from conversations.wording.figures import count, listed, short_day, signed_money, signed_percent
from conversations.wording.nudge_reasons import number
from conversations.wording.nudges import plain
from engine.detection.finding import BiasFinding

Facts = Mapping[str, Any]
FEW = 3  # classes of notes named
SHOWN = 0.05  # trades a week: fewer would read as none


def told(facts: Facts, currency: str) -> str:
    """Three lines and a question."""
    return "\n".join([_money(facts), _traded(facts), _matters(facts), _question(facts)])


def _money(facts: Facts) -> str:
    week = f"Week to {short_day(date.fromisoformat(facts['sunday']))}"
    if not facts["holds"] and facts["share"] is None:
        return f"{week}: nothing held."
    if not facts["currency"]:
        return f"{week}: your holdings are in several currencies, so there is no sum of it."
    if facts["share"] is None:
        last = facts["last"]
        known = f"my last closes are of {short_day(date.fromisoformat(last))}" if last else "none"
        return f"{week}: no newer closes of what you hold ({known})."
    money = signed_money(facts["money"], facts["currency"])
    said = f"{week}: {money} ({signed_percent(facts['share'], 1)}) by prices alone"
    if facts["market_share"] is None:
        return f"{said}."
    return f"{said}; the {facts['market']} {signed_percent(facts['market_share'], 1)}."


def _traded(facts: Facts) -> str:
    buys, sales = int(facts["buys"]), int(facts["sales"])
    sides = [count(buys, "buy")] if buys else []
    sides += [count(sales, "sale")] if sales else []
    said = f"You made {listed(sides)}" if sides else "You made no trades"
    if sides:
        said += f", {_planned(int(facts['planned']), buys + sales)}"
    if facts["usual"] is not None:
        said += (
            f"; your usual week has {_usual(facts['usual'])} "
            f"(mean of {count(int(facts['weeks']), 'week')})"
        )
    plan = f" You had planned: “{facts['plan']}”" if facts["plan"] else ""
    return f"{said}.{plan}"


def _usual(trades: float) -> str:
    return "under 0.1" if 0 < trades < SHOWN else number(trades)


def _planned(planned: int, trades: int) -> str:
    if planned in (0, trades):
        return "planned" if planned else "not marked as planned"
    return f"{planned} of {trades} planned"


def _matters(facts: Facts) -> str:
    said = facts["habit"] or f"No habit stands out in your {count(int(facts['trades']), 'trade')}."
    if facts["notes"]:
        groups = list(dict.fromkeys(facts["groups"]))
        named = listed(list(map(plain, groups[:FEW])))
        said += f" And {count(len(facts['notes']), 'note')} you wanted here ({named})."
    return str(said)


def _question(facts: Facts) -> str:
    asked = facts["asks"]
    if asked is None:
        return "What do you plan for next week?"
    what = "sale" if asked["side"] == "sell" else "purchase"
    on = short_day(date.fromisoformat(asked["day"]))
    return f"Was the {asked['symbol']} {what} of {on} planned?"


def habit(finding: BiasFinding | None) -> str:
    """``Selling winners early: the odds …, (90% range 1.5–4.0, 81 sale days).``"""
    if finding is None:
        return ""
    return f"{bias.name(finding.bias)}: {bias.statistic(finding)}."


def why(facts: Facts) -> str:
    weeks = count(int(facts["weeks"]), "week")
    return (
        "Sent on Sundays where there were trades or holdings. The money is what the week's closes "
        "made of what you held; what you bought and sold is no gain. Dividends, fees and taxes "
        f"are left out.\nYour usual pace is the mean of the {weeks} before; the habit is the "
        "likeliest that your whole record shows."
    )


def market_name(names: Sequence[str]) -> str:
    return names[0] if names else "average share"


def picture_name(first: date, last: date, base: int) -> str:
    """``13 weeks, 26 Sep 2022 = 100``: the title is about the last of them alone."""
    weeks = max(-(-(last - first).days // 7), 1)
    return f"{count(weeks, 'week')}, {short_day(first)} = {base}"


def picture_title(share: float) -> str:
    return f"Your week: {signed_percent(share, 1)} by prices alone"


def picture_subtitle() -> str:
    return "What you held, at each close, without what you paid in or took out"


def ask_plan() -> str:
    return "What do you plan for next week? One sentence; I'll quote it to you on Sunday."


def plan_kept(said: str) -> str:
    return f"📝 Kept for next Sunday: “{said}”"


def no_plan() -> str:
    return "OK, nothing is planned."


def plan_too_short() -> str:
    return 'A few words, please: "no purchases before Thursday". Or say "cancel".'


def notes(told: Sequence[str]) -> str:
    return "\n".join(["What you wanted in the digest:", *told])


def no_notes() -> str:
    return 'I no longer have those notes. Say "my nudges" for the last ones.'
