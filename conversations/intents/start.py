"""“start”: first contact, and four questions that can all be skipped."""

from __future__ import annotations

from typing import Any

from conversations.actions import accounts
from conversations.intents import Details, flow, intent, press
from conversations.messages import Button, Reply, row
from conversations.reading.trades import read_trades
from conversations.turn import Turn
from conversations.wording import welcome

STEPS = ("currency", "zone", "hours", "risk")
ZONES = ("Europe/Berlin", "Europe/London", "America/New_York")
RISKS = {"sell": "cautious", "nothing": "balanced", "buy": "bold"}
HOURS: dict[str, dict[str, Any]] = {
    "all": {"from": 8, "to": 22},
    "weekdays": {"from": 8, "to": 22, "weekdays": True},
    "never": {"never": True},
}


@intent(
    "start",
    label="Start",
    summary="Start, or start over",
    examples=("start", "/start", "hi", "hello"),
    pattern=r"/?(start|hi|hello|hey|good (morning|evening|afternoon))( bpo| there)?\W*",
)
async def start(turn: Turn, said: Details) -> Reply:
    trades = await turn.work.trades.count(turn.portfolio.id)
    if turn.person.welcomed or trades:
        held = len(await turn.work.positions.of(turn.portfolio.id))
        text = welcome.welcome_back(held, trades, demo=turn.portfolio.demo)
        buttons = [Button("Portfolio", "pick:holdings"), Button("Bias report", "pick:biases")]
        return Reply(text, row(*buttons, Button("Settings", "pick:settings")))
    return Reply(
        welcome.first_contact(),
        row(
            Button("Start – 4 questions", "start:currency"),
            Button("Just try the demo", "pick:demo"),
            Button("What do you store?", "start:stored"),
        ),
    )


@press("start")
async def step(turn: Turn, said: Details) -> Reply:
    """Ask a question of the start, or take a pressed answer to one: ``start:risk:sell``."""
    name, _, value = said["data"].partition(":")
    if name == "stored":
        return Reply(welcome.what_is_stored())
    if name == "done":
        return await _finish(turn)
    if name not in STEPS:
        return await start(turn, {})
    if not value:
        turn.state["flow"], turn.state["step"] = "start", name
        return _question(turn, name)
    return await _take(turn, name, value)


@flow("start")
async def answer(turn: Turn, text: str) -> Reply | None:
    """A typed answer to the question that is open."""
    step = turn.state.get("step", "")
    if _READ[step](text) is None and read_trades(text, await turn.world()):
        turn.state["flow"] = None  # a trade told in between is a trade
        return None
    return await _take(turn, step, text)


async def _take(turn: Turn, name: str, said: str) -> Reply:
    word = said.strip().lower()
    if word in ("skip", "later"):
        return await _next(turn, name)
    change = _READ[name](said) if name in _READ else None
    if change is None:
        return Reply(_COMPLAIN[name](said[:40]), _question(turn, name).buttons)
    await _keep(turn, name, change)
    return await _next(turn, name)


def _risk(said: str) -> str | None:
    word = said.strip().lower()
    return next((key for key in RISKS if word.startswith(key)), None)


def _hours(said: str) -> dict[str, Any] | None:
    return HOURS.get(said) or accounts.read_hours(said)


_READ: dict[str, Any] = {
    "currency": accounts.read_currency,
    "zone": accounts.read_zone,
    "hours": _hours,
    "risk": _risk,
}
_COMPLAIN: dict[str, Any] = {
    "currency": welcome.not_a_currency,
    "zone": welcome.not_a_zone,
    "hours": welcome.not_hours,
    "risk": lambda said: welcome.ask_risk(),
}


async def _keep(turn: Turn, name: str, value: Any) -> None:
    users = turn.work.users
    if name == "currency":
        await accounts.set_currency(turn.work, turn.person, value)
    elif name == "zone":
        await users.change(turn.person.id, time_zone=value)
    else:
        person = await users.get(turn.person.id)
        await users.change(turn.person.id, preferences={**person.preferences, name: value})


async def _next(turn: Turn, name: str) -> Reply:
    place = STEPS.index(name) + 1
    if place == len(STEPS):
        return await _finish(turn)
    turn.state["flow"], turn.state["step"] = "start", STEPS[place]
    return _question(turn, STEPS[place])


def _question(turn: Turn, name: str) -> Reply:
    if name == "currency":
        offered = [Button(code, f"start:currency:{code}") for code in ("USD", "EUR", "GBP")]
        text = welcome.ask_currency()
    elif name == "zone":
        offered = [Button(welcome.zone_label(z, turn.now), f"start:zone:{z}") for z in ZONES]
        text = welcome.ask_zone()
    elif name == "hours":
        words = {"08–22": "all", "Only weekdays": "weekdays", "Never, I'll ask": "never"}
        offered = [Button(label, f"start:hours:{key}") for label, key in words.items()]
        text = welcome.ask_hours()
    else:
        words = {"Sell some": "sell", "Nothing": "nothing", "Buy more": "buy"}
        offered = [Button(label, f"start:risk:{key}") for label, key in words.items()]
        text = welcome.ask_risk()
    return Reply(text, row(*offered, Button("Skip", f"start:{name}:skip")))


async def _finish(turn: Turn) -> Reply:
    turn.state["flow"] = None
    await turn.work.users.change(turn.person.id, welcomed=True)
    person = await turn.work.users.get(turn.person.id)
    text = welcome.all_set(
        person.currency,
        person.time_zone,
        person.preferences.get("hours"),
        RISKS.get(person.preferences.get("risk", "")),
    )
    buttons = [Button("Add a trade", "pick:trade"), Button("Demo portfolio", "pick:demo")]
    return Reply(text, row(*buttons, Button("Settings", "pick:settings")))
