"""“risk profile”: six questions, what they can tell, and what may change after a yes."""

from __future__ import annotations

from typing import Any

import numpy as np

from conversations.actions import preferences
from conversations.actions.allocation import wishes
from conversations.actions.allocation.wishes import Wishes
from conversations.intents import Details, flow, intent, press
from conversations.messages import Button, Reply, row
from conversations.reading.demands import About, Limit
from conversations.turn import Turn, offered
from conversations.wording import risk_profile as words
from conversations.wording.figures import percent
from engine.risk_profile import CHOICES, PRIZE, WILLING, Cushion, cushion, sure_payment, worth

FLOW = "risk_profile"
KEY = "risk_answers"  # of the chat's memory: one's own word, then 1 for the chance, 0 for the sum
KEPT = "risk_profile"  # of the preferences
RANGES = {0: 3, 4: 6, 7: WILLING}  # of one's own word: first roughly, then exactly
TOLERANCE = "drawdown"  # of the preferences, a share of the value
STEPS = 100  # a limit on cash is a whole per cent
Given = list[Any]


@intent(
    "risk_profile",
    label="Risk profile",
    summary="Find out your risk tolerance",
    group="settings",
    examples=("risk profile", "take the risk questionnaire", "what is my risk profile?"),
    pattern=(
        r"/?((what is|what's|show( me)?|take|start|do|redo|retake|change|set) )?(my |the |a )?"
        r"(risk (profile|tolerance|questionnaire|test)|(13|six) questions)( again)?\W*"
    ),
    guess="offer",
)
async def risk_profile(turn: Turn, said: Details) -> Reply:
    """Start, or go on where it was left."""
    given = turn.state.get(KEY, [])
    return _ask(turn, given, "" if given else words.opening())


def _ask(turn: Turn, given: Given, before: str = "") -> Reply:
    """The next question, with its buttons in two rows."""
    turn.state["flow"], turn.state[KEY] = FLOW, given
    place, currency = len(given), turn.person.currency
    stop, back = Button("Stop", "risk:stop:"), Button("Back", f"risk:back:{place}")
    skip = Button("Skip", f"risk:{place}:skip")
    if not given:
        text = words.ask_willing()
        ranges = [Button(f"{low}–{high}", f"risk:range:{low}") for low, high in RANGES.items()]
        buttons = row(*ranges, skip, stop)
    else:
        text = words.ask_choice(given[1:], currency)
        sure = Button(words.sure_label(given[1:], currency), f"risk:{place}:0")
        buttons = (*row(Button(words.CHANCE, f"risk:{place}:1"), sure), (back, skip, stop))
    return Reply(f"{before}\n{text}" if before else text, buttons, why=words.why())


def _ask_exactly(turn: Turn, low: int) -> Reply:
    """The numbers of a range: eleven are more than two rows of buttons."""
    turn.state["flow"] = FLOW
    numbers = [Button(str(n), f"risk:0:{n}") for n in range(low, RANGES[low] + 1)]
    return Reply(words.ask_willing(), row(*numbers, Button("Back", "risk:back:0")), why=words.why())


@press("risk")
async def pressed(turn: Turn, said: Details) -> Reply:
    """``risk:3:1``: the chance at the fourth question; ``risk:0:7``: seven of ten."""
    place, _, chosen = said["data"].partition(":")
    given = turn.state.get(KEY, [])
    if place == "stop":
        turn.state["flow"] = None
        return Reply(words.stopped(len(given)))
    if place == "range" and not given and chosen in map(str, RANGES):
        return _ask_exactly(turn, int(chosen))
    if place == "back":
        return _ask(turn, given[:-1] if chosen == str(len(given)) else given)
    most = WILLING if not given else 1
    if place != str(len(given)) or chosen not in ("skip", *map(str, range(most + 1))):
        return _ask(turn, given)  # a button of an earlier question: it is answered already
    return await _take(turn, given, None if chosen == "skip" else int(chosen))


@flow(FLOW)
async def answer(turn: Turn, text: str) -> Reply | None:
    """A typed answer, while the question is the last thing that was said."""
    asked = any(one.data.startswith("risk:") for line in offered(turn.state) for one in line)
    given, said = turn.state.get(KEY, []), text.strip(" .!)").casefold()
    if not asked:
        turn.state["flow"] = None
        return None
    if said in ("skip", "next"):
        return await _take(turn, given, None)
    number = int(said) if said.isdecimal() and len(said) <= 9 else None
    if not given:
        if number is not None and number <= WILLING:
            return await _take(turn, given, number)
        return _ask(turn, given, words.pick_a_number()) if said.isdecimal() else None
    chosen = _choice(turn, given, number)
    if chosen is not None:
        return await _take(turn, given, chosen)
    return _ask(turn, given, words.pick_a_choice()) if said.isdecimal() else None


def _choice(turn: Turn, given: Given, number: int | None) -> int | None:
    """1 for the chance, 0 for the sure sum: by its place, or by the sum itself."""
    currency = turn.person.currency
    sums = (words.number_of(sure_payment(given[1:]), currency), words.number_of(PRIZE, currency))
    if number in (1, 2):
        return 2 - number
    return None if number not in sums or sums[0] == sums[1] else sums.index(number)


async def _take(turn: Turn, given: Given, chosen: int | None) -> Reply:
    """Keep an answer; without one of the five choices there is no staircase, so it ends there."""
    given = [*given, chosen]
    if len(given) <= CHOICES and (chosen is not None or len(given) == 1):
        return _ask(turn, given)
    turn.state["flow"] = None
    turn.state.pop(KEY, None)
    willing, took = given[0], [bool(one) for one in given[1:]]
    found = worth(took) if chosen is not None else None
    if willing is None and found is None:
        return Reply(words.none_answered())
    currency = turn.person.currency
    told = {"willing": willing, "took": took if found else [], "currency": currency}
    undo = await preferences.change(turn, preferences={KEPT: {**told, "at": turn.now.isoformat()}})
    buttons = [Button(percent(share), f"bear:{share}") for share in words.TOLERANCES]
    return Reply(words.result(willing, found, currency), row(*buttons, undo), why=words.why())


@intent(
    "drawdown_tolerance",
    label="Bearable fall",
    summary="Say which fall you could bear",
    group="settings",
    examples=("i can bear a fall of 20%", "drawdown tolerance 25%"),
    pattern=(
        r"/?((i (can|could) (bear|take|stand|live with) (a )?(fall|loss|drop|drawdown) of"
        r"|(my |set )?(bearable|tolerable) (drawdown|fall|loss)( is| to|:)?"
        r"|(my |set )?drawdown tolerance( is| to|:)?) (?P<share>\d{1,3}) ?(%|percent))\W*"
    ),
)
async def drawdown_tolerance(turn: Turn, said: Details) -> Reply:
    if not said.get("share"):
        buttons = [Button(percent(share), f"bear:{share}") for share in words.TOLERANCES]
        return Reply(words.ask_tolerance(), row(*buttons))
    return await _bear(turn, int(said["share"]) / 100)


@press("bear")
async def bear(turn: Turn, said: Details) -> Reply:
    known = {str(share): share for share in words.TOLERANCES}
    return await _bear(turn, known.get(said["data"], 0.0))


async def _bear(turn: Turn, share: float) -> Reply:
    if not 0.01 <= share <= 0.9:
        return Reply(words.unread_tolerance())
    undo = await preferences.change(turn, preferences={TOLERANCE: share})
    found = await _cushion(turn, share)
    if found is None:
        return Reply(f"{words.tolerance_kept(share)} {words.no_holdings()}", row(undo))
    if not (cash := _whole(found)):
        return Reply(words.offer(share, found), row(undo))
    yes = Button(f"Yes, keep {cash}% cash", f"cashlimit:{cash}")
    return Reply(words.offer(share, found), row(yes, Button("No", "cashlimit:no"), undo))


def _whole(found: Cushion) -> int:
    return round(found.cash * STEPS)


async def _cushion(turn: Turn, share: float) -> Cushion | None:
    """Today's holdings on all days on which each of them has a price."""
    prices = await turn.prices()
    worth = {
        symbol: float(quantity) * bar.close
        for symbol, quantity, _ in await turn.work.positions.of(turn.portfolio.id)
        if quantity > 0 and (bar := prices.latest(symbol)) is not None
    }
    if not worth:
        return None
    columns = [prices.column(symbol) for symbol in worth]
    weights = np.array(list(worth.values())) / sum(worth.values())
    return cushion(share, weights, prices.close[:, columns], prices.days)


@press("cashlimit")
async def cash_limit(turn: Turn, said: Details) -> Reply:
    """``cashlimit:40``: the limit that was offered, after a yes."""
    if not said["data"].isdecimal() or not 0 < int(said["data"]) <= STEPS:
        return Reply(words.limit_refused())
    cash = int(said["data"]) / STEPS
    known = wishes.kept(turn.person, turn.portfolio)
    limit = Limit(About.CASH, least=cash, said=f"keep {said['data']}% cash")
    changed = Wishes(wishes.with_limits(known.limits, [limit]), known.beliefs, known.goals)
    before = dict(turn.person.preferences.get(wishes.KEY, {}))
    undo = await preferences.change(turn, preferences={wishes.KEY: before})
    await wishes.keep(turn.work, turn.person, turn.portfolio, changed)
    return Reply(words.limit_kept(cash), row(undo, Button("My limits", "pick:limits")))
