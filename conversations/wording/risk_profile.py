"""The questions of the risk profile, its result, and what it changes.

The six questions are the risk part of the Global Preference Survey: ``engine.risk_profile`` has its
sources and the staircase. Of the short cut at the start, two questions are short words of our own
after Grable and Lytton (1999, *Financial Services Review* 8, 163-181): it is called provisional.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from conversations.wording.figures import count, money, percent, short_day
from conversations.wording.formats import written
from engine.risk_profile import (
    CHOICES,
    EVEN,
    PRIZE,
    WILLING,
    Attitude,
    Band,
    Cushion,
    Leaning,
    Worth,
    lean,
    risk_aversion,
    sure_payment,
    worth,
)

QUESTIONS = 1 + CHOICES
CHANCE = "The chance"
FRIEND = "How would your best friend describe you as a risk taker?"
CASES = "Best and worst case of four investments: which would you prefer?"
# The short cut at the start: the fall of 20 %, then two more.
FALL = "Your portfolio falls 20% in a month. What do you most likely do?"
TOLERANCES = (0.1, 0.2, 0.35)
# Sums that are round and of about the same worth: the survey used those of a country's incomes.
_UNITS = {"JPY": 100, "INR": 10, "KRW": 1000, "ISK": 100, "HUF": 100, "IDR": 10_000, "CLP": 1000}
_UNITS |= dict.fromkeys(("SEK", "NOK", "DKK", "CZK", "HKD", "CNY", "MXN", "ZAR", "THB", "TWD"), 10)
_ATTITUDES = {
    Attitude.AVERSE: "less than that: careful with risk",
    Attitude.NEUTRAL: "about that: neutral to risk",
    Attitude.SEEKING: "more than that: fond of risk",
}


def sum_of(amount: int, currency: str) -> str:
    """``€160``, ``¥16,000``: of the questions, in round numbers of the currency."""
    return money(float(amount * _UNITS.get(currency, 1)), currency, cents=False)


def number_of(amount: int, currency: str) -> int:
    """The same as a plain number."""
    return amount * _UNITS.get(currency, 1)


def ask_willing() -> str:
    return (
        f"1/{QUESTIONS} · In general, how willing or unwilling are you to take risks? From 0 "
        f"(completely unwilling) to {WILLING} (very willing): tap, or type the number."
    )


def ask_choice(took: Sequence[bool], currency: str) -> str:
    return (
        f"{len(took) + 2}/{QUESTIONS} · Which would you rather have: a 50% chance of "
        f"{sum_of(PRIZE, currency)}, and otherwise nothing – or "
        f"{sum_of(sure_payment(took), currency)} for sure?"
    )


def sure_label(took: Sequence[bool], currency: str) -> str:
    return f"{sum_of(sure_payment(took), currency)} for sure"


def opening() -> str:
    return (
        "Six short questions of the Global Preference Survey, about a minute, no right answers; "
        'nobody pays anything. "skip", "back" and "stop" work any time.'
    )


def pick_a_number() -> str:
    return f"Tap, or type a number from 0 to {WILLING}."


def pick_a_choice() -> str:
    return "Tap one of the two, or type 1 for the chance and 2 for the sure sum."


def result(willing: int | None, found: Worth | None, currency: str) -> str:
    """Both answers with what they can tell, and the one question that follows."""
    lines = [f"Risk tolerance: {summary(willing, found, currency)}."]
    if found is not None:
        lines += [_implied(found, currency)]
    if willing is not None and found is not None:
        lines += ["They are two answers, not one score; asked again, self-ratings move less."]
    lines += [
        "It is shown in your settings and changes no proposal. A fall you name here can: I then "
        f"offer a limit on cash, and you say yes or no.\n{ask_tolerance()}"
    ]
    return "\n".join(lines)


def summary(willing: int | None, found: Worth | None, currency: str) -> str:
    """``4 of 10 by your own word; to you a 50% chance of €300 is worth €110–120``."""
    parts = []
    if willing is not None:
        parts.append(f"{willing} of {WILLING} by your own word")
    if found is not None:
        prize = sum_of(PRIZE, currency)
        parts.append(f"to you a 50% chance of {prize} is worth {_range(found, currency)}")
    return "; ".join(parts)


def _range(found: Worth, currency: str) -> str:
    if found.high is None:
        return f"more than {sum_of(found.low, currency)}"
    high = written(f"{number_of(found.high, currency):,}")
    return f"{sum_of(found.low, currency)}–{high}"


def _implied(found: Worth, currency: str) -> str:
    """What the choices imply, as wide as five choices leave it."""
    even = sum_of(EVEN, currency)
    if not found.sensible:
        return (
            "You took the chance over as much for sure as it can pay at best: if that was a slip, "
            '"risk profile" asks again.'
        )
    low, high = risk_aversion(found)
    if low is None or high is None:
        implied = "below every number"
    else:
        implied = f"{written(f'{low:.2f}')} to {written(f'{high:.2f}')}".replace("-", "−")
    return (
        f"On average it pays {even}; it is worth {_ATTITUDES[found.attitude]} (relative risk "
        f"aversion {implied}; 0 is neutral)."
    )


def none_answered() -> str:
    return "All skipped: nothing was kept."


def ask_tolerance() -> str:
    return "Which fall of everything you hold could you bear without selling?"


def why() -> str:
    return (
        "The two risk items of the Global Preference Survey (Falk et al. 2018, 80,000 people in 76 "
        "countries), chosen because they foretold paid choices of 409 students (Falk et al. 2016). "
        "The survey adds them up, standardised on its own sample, as 0.473 of the choices and "
        "0.527 of the own word; without that sample's figures I can't place you among others. The "
        "range is the step of the five choices, not the error: a year later self-ratings of risk "
        "agreed to 0.78 of 1, lottery choices hardly at all (Lönnqvist et al. 2014, similar "
        "questions). It tells willingness, not what you can afford to lose."
    )


def stopped(answered: int) -> str:
    return f'Stopped after {count(answered, "answer")}; nothing was kept. "risk profile" goes on.'


def tolerance_kept(share: float) -> str:
    return f"✅ Noted: a fall of {percent(share)} is bearable."


def offer(share: float, found: Cushion) -> str:
    """What cash would have kept the worst fall of today's weights within what is bearable."""
    fall = found.worst
    when = f"from {short_day(fall.start_day)} " if fall.start_day else ""
    until = f"to {short_day(fall.trough_day)}" if fall.trough_day else ""
    told = (
        f"{tolerance_kept(share)}\nToday's holdings, at today's weights, fell "
        f"{percent(fall.depth)} {when}{until}, the worst since {found.since[:4]}."
    )
    if found.cash <= 0:
        return f"{told} That is bearable as it is; the next one may be worse."
    return (
        f"{told} With {percent(found.cash)} in cash it would have been about {percent(share)}; "
        f"the next one may be worse.\nShall proposals keep {percent(found.cash)} in cash?"
    )


def no_holdings() -> str:
    return "Once you hold something with prices, it tells how much cash would have kept to it."


def limit_kept(cash: float) -> str:
    return f"✅ Proposals keep at least {percent(cash)} in cash from now on."


def limit_refused() -> str:
    return "OK, no limit. Proposals are as before."


def unread_tolerance() -> str:
    return 'Say a share between 1% and 90%: "I can bear a fall of 20%".'


def current(preferences: Mapping[str, Any]) -> str:
    """``4 of 10 by your own word; …``, ``average (27 points, from the earlier questions)``,
    ``balanced (provisional, 1 of 3 answers)``."""
    parts = []
    if (told := preferences.get("risk_profile")) is not None:
        found = worth(told["took"]) if told["took"] else None
        parts.append(summary(told["willing"], found, told["currency"]))
    elif (score := preferences.get("risk_score")) is not None:
        earlier = f"provisional, {score['points']} points from the earlier 13 questions"
        parts.append(f"{Band(score['band'])} ({earlier})")
    elif answers := preferences.get("risk_quick"):
        parts.append(f"{quick(preferences)} (provisional, {len(answers)} of 3 answers)")
    else:
        parts.append("not asked yet")
    if (share := preferences.get("drawdown")) is not None:
        parts.append(f"a fall of {percent(share)} is bearable")
    return " · ".join(parts)


def quick(preferences: Mapping[str, Any]) -> str:
    """What the short cut says so far: ``balanced``."""
    return str(lean([Leaning(one) for one in preferences["risk_quick"]]))
