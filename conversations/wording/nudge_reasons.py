"""What is said when we speak first, one sentence for each reason, and what it rests on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from conversations.wording.figures import (
    count,
    money,
    percent,
    short_day,
    signed_money,
    signed_percent,
)
from conversations.wording.formats import written

Facts = Mapping[str, Any]
Z90 = 1.645
PAST = "That is the past, not a forecast."


def number(value: float) -> str:
    """``1``, ``1.5``: no zeros that say nothing."""
    return written(f"{value:.1f}".removesuffix(".0"))


def times(value: float) -> str:
    return f"{number(value)}×"


def times_a_week(value: float) -> str:
    return f"{number(value)} a week"


def pace(facts: Facts, currency: str) -> str:
    return (
        f"You're near a pattern: {count(facts['buys'], 'buy')} in 7 days, your usual is "
        f"{number(facts['usual'])}.\nWeeks like this cost you {percent(facts['cost'], 1)} of your "
        f"holdings on average (90% range {_range(facts, 1)}, {count(facts['weeks'], 'week')})."
    )


def why_pace(facts: Facts) -> str:
    return (
        f'Rule "pace": buys in 7 days ≥ {times(facts["limit"])} your 6-month median, and past cost '
        "significant at 90%.\nCost: what was bought against the market, 63 trading days later, in "
        f"{count(facts['weeks'], 'week')} like it (Barber and Odean 2000)."
    )


def concentration(facts: Facts, currency: str) -> str:
    return (
        f"{facts['symbol']} is {percent(facts['weight'])} of your holdings now; a quarter ago it "
        f"was {percent(facts['before'])}.\nIt makes {percent(facts['part'])} of their ups and "
        f"downs (90% range {_range(facts)}, {count(int(facts['days']), 'day')})."
    )


def why_concentration(facts: Facts) -> str:
    return (
        f'Rule "concentration": one holding ≥ {percent(facts["limit"])} of all, 5 points of it by '
        "prices alone within a quarter.\nUps and downs: its share in the variance of today's "
        f"holdings over {count(int(facts['days']), 'day')} (Goetzmann and Kumar 2008)."
    )


def winners(facts: Facts, currency: str) -> str:
    return (
        f"{facts['symbol']} is up {percent(facts['gain'])}: beyond where half of your winners "
        f"went ({percent(facts['usual'])}, {count(facts['sales'], 'sale')}).\nThose sold went on "
        f"to rise in {int(facts['count'])} of {int(facts['n'])} cases (90% range {_range(facts)})."
    )


def why_winners(facts: Facts) -> str:
    return (
        'Rule "winners": a gain at or above the median at which you sold winners, while you hold '
        f"{count(facts['losers'], 'loser')}.\nYou sell winners {_ratio(facts)} as readily as "
        f"losers (90% range {_ratios(facts)}, {count(facts['sample'], 'sale day')}; Odean 1998). "
        f"{PAST}"
    )


def losers(facts: Facts, currency: str) -> str:
    more = f" {count(facts['others'], 'other')} like it." if facts["others"] else ""
    return (
        f"{facts['symbol']} stands at {signed_percent(facts['loss'])} after "
        f"{count(int(facts['days']), 'day')}; half of your winners were gone after "
        f"{count(int(facts['usual']), 'day')} ({count(facts['sales'], 'sale')}).{more}\nWould you "
        "have it in your portfolio if you did not know what you paid?"
    )


def why_losers(facts: Facts) -> str:
    return (
        f'Rule "losers": a loss of 10% or more, held ≥ {times(facts["limit"])} as long as your '
        f"median winner.\nYou sell winners {_ratio(facts)} as readily as losers (90% range "
        f"{_ratios(facts)}, {count(facts['sample'], 'sale day')}; Shefrin and Statman 1985)."
    )


def panic(facts: Facts, currency: str) -> str:
    return (
        f"The market: {signed_percent(facts['fall'])} in a month, {signed_percent(facts['long'])} "
        f"in {facts['years']} years.\nA year after such falls it stood higher "
        f"{int(facts['count'])} times of {int(facts['n'])} (90% range {_range(facts)}). {PAST}"
    )


def why_panic(facts: Facts) -> str:
    return (
        f'Rule "panic": the market fell ≥ {percent(facts["limit"])} within 21 days, and your '
        f"record shows sales in such times ({count(facts['sales'], 'sale')}).\nWhat you sold then "
        f"moved {signed_percent(facts['median_after'], 1)} until you were back (median). Falls "
        "look smaller over years (Benartzi and Thaler 1995)."
    )


def fomo(facts: Facts, currency: str) -> str:
    return (
        f"{facts['symbol']} has jumped {percent(facts['week'])} in a week.\nOf what you bought "
        f"after a jump, {int(facts['count'])} of {int(facts['n'])} fell behind the market (90% "
        f"range {_range(facts)}; median {signed_percent(facts['median'], 1)})."
    )


def why_fomo(facts: Facts) -> str:
    return (
        'Rule "fomo": a share you hold or traded within a year jumps, and your record shows that '
        f"you chase jumps ({count(int(facts['n']), 'purchase')}).\nCompared over 63 trading days; "
        f"what catches the eye gets bought (Barber and Odean 2008). {PAST}"
    )


def cooling_off(facts: Facts, currency: str) -> str:
    days = count(int(facts["wait"]), "trading day")
    return (
        f"You bought {facts['symbol']} on {short_day(date.fromisoformat(facts['day']))}. Waiting "
        f"{days} before each purchase would have left you "
        f"{signed_money(facts['yearly'], currency)} a year (90% range "
        f"{money(facts['low'], currency, cents=False)}–"
        f"{money(facts['high'], currency, cents=False)}"
        f', {count(int(facts["n"]), "purchase")}).\nTo bind yourself: "if X falls 10% I will …".'
    )


def why_cooling_off(facts: Facts) -> str:
    return (
        f'Rule "cooling-off": bought within 3 days, and waiting {int(facts["wait"])} trading days '
        "would have brought more, significantly at 90%.\nTested on "
        f"{count(int(facts['n']), 'purchase')} of yours (Camerer and others 2003). {PAST}"
    )


def checking(facts: Facts, currency: str) -> str:
    return (
        f"You looked at how your money does {facts['asked']} times in 7 days.\nIt was down on "
        f"{percent(facts['day_count'] / facts['day_n'])} of days (n = {int(facts['day_n'])}), but "
        f"in {int(facts['quarter_count'])} of {int(facts['quarter_n'])} quarters (90% range "
        f"{_range(facts, key='quarter_')}): who looks less often sees fewer losses."
    )


def why_checking(facts: Facts) -> str:
    return (
        f'Rule "checking": portfolio, own prices or twin ≥ {times_a_week(facts["limit"])}, on 4 '
        "days or more.\nDown "
        f"days: {int(facts['day_count'])} of {int(facts['day_n'])} (90% range "
        f"{_range(facts, key='day_')}). People who looked less often took losses more calmly "
        "(Thaler, Tversky, Kahneman and Schwartz 1997)."
    )


def intention(facts: Facts, currency: str) -> str:
    what = {"": "Your portfolio", "*": "The market"}.get(facts["symbol"], facts["symbol"])
    return (
        f"{what} has moved {signed_percent(facts['moved'], 1)} since you said on "
        f"{short_day(datetime.fromisoformat(facts['made']).date())}:\n“{facts['words']}”"
    )


def why_intention(facts: Facts) -> str:
    return (
        f"You asked for it: your own words, at {signed_percent(facts['change'])}. They are quoted "
        "once, by the closing price.\nPlans of the form if–then are kept more often (Gollwitzer "
        "1999). I don't say whether to keep this one."
    )


_GOAL_MONEY = {
    "aside": "what you set aside for it is",
    "rest": "what you hold beside the other goals' money is",
    "all": "your holdings are",
}


def goal_progress(facts: Facts, currency: str) -> str:
    due = short_day(date.fromisoformat(facts["due"]))
    goal = facts["name"] if facts["goals"] == 1 else f"your {count(facts['goals'], 'goal')}"
    by = f"by {due}" if facts["goals"] == 1 else f"the first by {due}"
    what = _GOAL_MONEY[facts.get("what", "all")]
    return (
        f"{percent(facts['part'])} of the way to {goal}: {what} worth "
        f"{money(facts['worth'], currency, cents=False)} of "
        f"{money(facts['amount'], currency, cents=False)} ({by})."
    )


def why_goal_progress(facts: Facts) -> str:
    return (
        'Rule "goal progress": what is set aside (or the rest of what you hold) worth 25, 50, 75, '
        f"90 or 100% of the goal for {count(facts['days'], 'day')} in a row.\n"
        "What was set aside moves with all you hold since; money elsewhere is not "
        "known to me (Harkin and others 2016)."
    )


def market_move(facts: Facts, currency: str) -> str:
    like = facts["like"]
    rare = f"as much on {count(like, 'day')}" if like else "never as much"
    return (
        f"{facts['symbol']} moved {signed_percent(facts['move'], 1)} on "
        f"{short_day(date.fromisoformat(facts['day']))}, {times(facts['times'])} its usual day.\n"
        f"It is {percent(facts['weight'])} of your holdings: "
        f"{signed_percent(facts['move'] * facts['weight'], 1)} of them. In the "
        f"{count(facts['days'], 'day')} before: {rare}."
    )


def why_market_move(facts: Facts) -> str:
    return (
        f'Rule "market move": a day ≥ {times(facts["limit"])} the usual one of '
        f"{count(facts['usual'], 'day')}, and 5% or more, of something you hold.\nSuch days catch "
        "the eye (Barber and Odean 2008); the effect on the whole is smaller than it looks."
    )


def good_news(facts: Facts, currency: str) -> str:
    before = f"{int(facts['count'])} of {int(facts['n'])}, 90% range {_range(facts)}"
    if facts["what"] == "planned":
        return (
            f"Your last {facts['streak']} trades were all planned. Before, fewer were ({before})."
        )
    return (
        f"{facts['streak']} days of stress in a row without a sale. Before, you sold on more of "
        f"them ({before})."
    )


def why_good_news(facts: Facts) -> str:
    counted = "planned trades" if facts["what"] == "planned" else "days of stress without a sale"
    return (
        f'Rule "good news": {facts["streak"]} {counted} in a row, and at least 10 before to '
        f"compare with (n = {int(facts['n'])}).\nWhat went well, told soon, keeps a rule going "
        "(Bandura 1991)."
    )


def _range(facts: Facts, digits: int = 0, key: str = "") -> str:
    return f"{percent(facts[f'{key}low'], digits)}–{percent(facts[f'{key}high'], digits)}"


def _ratio(facts: Facts) -> str:
    return times(math.exp(facts["theta"]))


def _ratios(facts: Facts) -> str:
    low, high = (math.exp(facts["theta"] + sign * Z90 * facts["se"]) for sign in (-1, 1))
    return f"{number(low)}–{number(high)}"
