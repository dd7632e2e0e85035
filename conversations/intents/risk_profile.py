"""“risk profile”: thirteen questions, a score, and what it may change after a yes."""

from __future__ import annotations

import numpy as np

from conversations.actions import preferences, wishes
from conversations.actions.wishes import Wishes
from conversations.intents import Details, flow, intent, press
from conversations.messages import Button, Reply, row
from conversations.reading.demands import About, Limit
from conversations.turn import Turn, offered
from conversations.wording import risk_profile as words
from conversations.wording.figures import percent
from engine.risk_profile import POINTS, Cushion, cushion, score

FLOW = "risk_profile"
KEY = "risk_profile"  # of the chat's memory: the answers given so far
TOLERANCE = "drawdown"  # of the preferences, a share of the value
STEPS = 100  # a limit on cash is a whole per cent


@intent(
    "risk_profile",
    label="Risk profile",
    summary="Find out your risk tolerance",
    group="settings",
    examples=("risk profile", "take the risk questionnaire", "what is my risk profile?"),
    pattern=(
        r"/?((what is|what's|show( me)?|take|start|do|redo|retake|change|set) )?(my |the |a )?"
        r"(risk (profile|tolerance|questionnaire|test)|13 questions)( again)?\W*"
    ),
    guess="offer",
)
async def risk_profile(turn: Turn, said: Details) -> Reply:
    """Start, or go on where it was left."""
    given = turn.state.get(KEY, [])
    turn.state["flow"], turn.state[KEY] = FLOW, given
    return _ask(given, "" if given else words.opening())


def _ask(given: list[int], before: str = "") -> Reply:
    place = len(given)
    text = words.question(place)
    buttons = [Button(str(n + 1), f"risk:{place}:{n}") for n in range(len(POINTS[place]))]
    stop = Button("Stop", "risk:stop:")
    return Reply(f"{before}\n{text}" if before else text, row(*buttons, stop), why=words.why())


@press("risk")
async def pressed(turn: Turn, said: Details) -> Reply:
    """``risk:3:2``: the third answer to the fourth question."""
    place, _, chosen = said["data"].partition(":")
    given = turn.state.get(KEY, [])
    if place == "stop":
        turn.state["flow"] = None
        return Reply(words.stopped(len(given)))
    if place != str(len(given)) or chosen not in map(str, range(len(POINTS[len(given)]))):
        turn.state["flow"] = FLOW  # a button of an earlier question: it is answered already
        return _ask(given)
    return await _take(turn, [*given, int(chosen)])


@flow(FLOW)
async def answer(turn: Turn, text: str) -> Reply | None:
    """A typed number, while the question is the last thing that was said."""
    asked = any(one.data.startswith("risk:") for line in offered(turn.state) for one in line)
    given, said = turn.state.get(KEY, []), text.strip(" .!)")
    if not asked or len(given) >= len(POINTS):
        turn.state["flow"] = None
        return None
    if said.isdecimal() and 1 <= int(said) <= len(POINTS[len(given)]):
        return await _take(turn, [*given, int(said) - 1])
    return _ask(given, words.pick_a_number(len(given))) if said.isdecimal() else None


async def _take(turn: Turn, given: list[int]) -> Reply:
    if len(given) < len(POINTS):
        turn.state["flow"], turn.state[KEY] = FLOW, given
        return _ask(given)
    turn.state["flow"] = None
    turn.state.pop(KEY, None)
    found = score(given)
    told = {"points": found.points, "band": str(found.band), "at": turn.now.isoformat()}
    undo = await preferences.change(turn, preferences={"risk_score": told})
    buttons = [Button(percent(share), f"bear:{share}") for share in words.TOLERANCES]
    return Reply(words.result(found), row(*buttons, undo), why=words.why())


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
