"""The questions of the risk profile, its result, and what it changes.

The 13 questions follow Grable and Lytton (1999, *Financial Services Review* 8, 163-181) in short
words of our own, so what was measured of the published form is not known of these; the result is
called provisional. ``engine.risk_profile`` has the points in the same order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conversations.wording.figures import count, percent, short_day
from engine.risk_profile import (
    HIGHEST,
    LOWEST,
    POINTS,
    RELIABILITY,
    Band,
    Cushion,
    Leaning,
    Score,
    lean,
)

SCALE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "How would your best friend describe you as a risk taker?",
        ("A real gambler", "Willing after careful research", "Cautious", "A real risk avoider"),
    ),
    (
        "On a game show, which would you take?",
        (
            "1,000 in cash",
            "A 50% chance of 5,000",
            "A 25% chance of 10,000",
            "A 5% chance of 100,000",
        ),
    ),
    (
        "You saved for a once-in-a-lifetime trip, and lose your job three weeks before. You would",
        (
            "Cancel the trip",
            "Take a much more modest one",
            "Go as planned: time to prepare for the job search",
            "Extend it: perhaps the last chance to go first class",
        ),
    ),
    (
        "You unexpectedly get 20,000 to invest. You would put it into",
        ("A bank account or insured deposit", "Safe bonds or bond funds", "Shares or share funds"),
    ),
    (
        "How comfortable are you with investing in shares or share funds?",
        ("Not at all", "Somewhat", "Very"),
    ),
    (
        'Which word comes to mind first at "risk"?',
        ("Loss", "Uncertainty", "Opportunity", "Thrill"),
    ),
    (
        "Experts expect gold, collectibles and property to rise and bonds to fall, though "
        "government bonds are fairly safe. Most of your money is in those bonds. You would",
        (
            "Keep the bonds",
            "Sell, half into cash, half into hard assets",
            "Sell, all into hard assets",
            "Sell, all into hard assets, and borrow to buy more",
        ),
    ),
    (
        "Best and worst case of four investments: which would you prefer?",
        ("+200 or 0", "+800 or −200", "+2,600 or −800", "+4,800 or −2,400"),
    ),
    (
        "On top of all you own you are given 1,000. Then choose:",
        ("A sure gain of 500", "50% chance to gain 1,000, 50% nothing"),
    ),
    (
        "On top of all you own you are given 2,000. Then choose:",
        ("A sure loss of 500", "50% chance to lose 1,000, 50% nothing"),
    ),
    (
        "You inherit 100,000 and must put all of it into one of these:",
        (
            "Savings account or money market fund",
            "A fund of shares and bonds",
            "15 shares",
            "Commodities such as gold and oil",
        ),
    ),
    (
        "You invest 20,000. Which mix of low, medium and high risk appeals most?",
        ("60% low, 30% medium, 10% high", "30%, 40%, 30%", "10%, 40%, 50%"),
    ),
    (
        "A friend, an experienced geologist, seeks money for a gold mine: 50 to 100 times the "
        "stake if it works, nothing if not, chance 20%. You would put in",
        ("Nothing", "One month's pay", "Three months' pay", "Six months' pay"),
    ),
)
# The short cut at the start: the fall of 20 %, then two questions of the scale.
FALL = "Your portfolio falls 20% in a month. What do you most likely do?"
TOLERANCES = (0.1, 0.2, 0.35)


def question(place: int) -> str:
    """``3/13 · …`` with its numbered answers."""
    asked, answers = SCALE[place]
    lines = [f"{n}) {one}" for n, one in enumerate(answers, 1)]
    return "\n".join([f"{place + 1}/{len(SCALE)} · {asked}", *lines])


def opening() -> str:
    return (
        "13 short questions after Grable and Lytton (1999), about three minutes, no right answers. "
        "You can stop any time."
    )


def pick_a_number(place: int) -> str:
    return f"Tap or type a number from 1 to {len(POINTS[place])}."


def result(found: Score) -> str:
    """The score with its band, and the one question that follows."""
    return (
        f"Risk tolerance, provisional: {found.band} – {found.points} points, from {LOWEST} to "
        f"{HIGHEST}.\n"
        "From short questions after Grable and Lytton (1999); a neighbouring band is as possible.\n"
        "It is shown in your settings and changes no proposal. A fall you name here can: I then "
        f"offer a limit on cash, and you say yes or no.\n{ask_tolerance()}"
    )


def ask_tolerance() -> str:
    return "Which fall of everything you hold could you bear without selling?"


def why() -> str:
    return (
        "Short questions after Grable and Lytton (1999), Financial Services Review 8; bands end at "
        "18, 22, 28 and 32 points. Answers to the published form agreed with each other to "
        f"{RELIABILITY:.2f} of 1 (Kuzniak et al. 2015, Cronbach's alpha, n = 160,279); these "
        "shortened words were not tested, so the result is provisional. It tells willingness, not "
        "what you can afford to lose."
    )


def stopped(answered: int) -> str:
    return f'Stopped after {count(answered, "answer")}; nothing was scored. "risk profile" goes on.'


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
    """``average (provisional, 27 points)``, ``balanced (provisional, 1 of 3 answers)``."""
    parts = []
    if (score := preferences.get("risk_score")) is not None:
        parts.append(f"{Band(score['band'])} (provisional, {score['points']} points)")
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
