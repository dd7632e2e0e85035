"""“start”: first contact, and four questions that can all be skipped."""

from __future__ import annotations

from typing import Any

from conversations.actions import accounts
from conversations.elsewhere import known_to_others
from conversations.intents import Details, flow, intent, press, pressed
from conversations.messages import Button, Reply, row
from conversations.quiet_hours import KEY as HOURS
from conversations.reading.trades import read_trades
from conversations.turn import Turn, offered
from conversations.wording import risk_profile, welcome
from engine.risk_profile import Leaning

STEPS = ("currency", "zone", "hours", "fall", "friend", "cases")
LAST = "fall"  # of the four questions; two more belong to the risk profile
RISK = "risk_quick"  # of the preferences: what each answer leans to
ZONES = ("Europe/Berlin", "Europe/London", "America/New_York")
WINDOWS: dict[str, dict[str, Any]] = {
    "all": {"from": 8, "to": 22},
    "weekdays": {"from": 8, "to": 22, "weekdays": True},
    "never": {"never": True},
}
_CAUTIOUS, _BALANCED, _BOLD = Leaning
# Of each question about risk: what an answer begins with, its button, and what it leans to.
ANSWERS: dict[str, tuple[tuple[str, str, Leaning], ...]] = {
    "fall": (
        ("sell", "Sell some", _CAUTIOUS),
        ("nothing", "Nothing", _BALANCED),
        ("buy", "Buy more", _BOLD),
    ),
    "friend": (
        ("a real gambler", "A real gambler", _BOLD),
        ("willing", "Willing after research", _BALANCED),
        ("cautious", "Cautious", _CAUTIOUS),
        ("a real risk", "A real risk avoider", _CAUTIOUS),
    ),
    "cases": (
        ("+200 ", "+200 or 0", _CAUTIOUS),
        ("+800 ", "+800 or −200", _BALANCED),
        ("+2,600", "+2,600 or −800", _BALANCED),
        ("+4,800", "+4,800 or −2,400", _BOLD),
    ),
}
_MORE = {"friend": risk_profile.FRIEND, "cases": risk_profile.CASES}
SKIPPING = frozenset({"skip", "later", "next", "no", "pass"})


@intent(
    "start",
    label="Start",
    summary="Start, or start over",
    examples=("start", "/start", "hi", "hello"),
    pattern=r"/?(start|hi|hello|hey|good (morning|evening|afternoon))( bpo| there)?\W*",
    guess="offer",
)
async def start(turn: Turn, said: Details) -> Reply:
    if _goes_on(turn):
        return _question(turn, STEPS[0])
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
            Button("What do you store?", "pick:stored"),
        ),
    )


def _goes_on(turn: Turn) -> bool:
    """Whether “start” is said under the greeting, which offers the questions under that name."""
    word = turn.message.text.strip(" /.!").lower()
    begun = any(one.data == "start:currency" for line in offered(turn.state) for one in line)
    return word == "start" and begun


@press("start")
async def step(turn: Turn, said: Details) -> Reply:
    """Ask a question of the start, or take a pressed answer to one: ``start:fall:sell``."""
    name, _, value = said["data"].partition(":")
    if name == "stored" and (handler := pressed("pick")) is not None:
        return await handler(turn, {"data": "stored"})
    if name == "done":
        return await _finish(turn)
    if name not in STEPS:
        return await start(turn, {})
    if not value:
        return _question(turn, name)
    if value == "other":
        turn.state["flow"], turn.state["step"] = "start", name
        text = welcome.other_currency() if name == "currency" else welcome.other_zone()
        return Reply(text, row(Button("Skip", f"start:{name}:skip")))
    return await _take(turn, name, value)


@flow("start")
async def answer(turn: Turn, text: str) -> Reply | None:
    """A typed answer to the question that is open."""
    step = turn.state.get("step", "")
    if step not in STEPS:
        turn.state["flow"] = None
        return None
    if not _skips(step, text) and _read(step, text) is None:
        world = await turn.world()
        if read_trades(text, world):
            turn.state["flow"] = None  # a trade told in between is a trade
            return None
        if await known_to_others(text, " ".join(text.split()), world, asked="start"):
            return None
    return await _take(turn, step, text)


async def _take(turn: Turn, name: str, said: str) -> Reply:
    if _skips(name, said):
        return await _next(turn, name, "")
    found = _read(name, said)
    if found is None:
        return _question(turn, name, _complaint(name, said[:40]))
    note = ""
    if name == "currency":
        await accounts.set_currency(turn.work, turn.person, found)
    elif name == "zone":
        await turn.work.users.change(turn.person.id, time_zone=found)
    elif name == "hours":
        await _prefer(turn, HOURS, found)
        zone = (await turn.work.users.get(turn.person.id)).time_zone
        note = welcome.hours_set(found, zone)
    else:
        await _lean(turn, name, found)
    return await _next(turn, name, note, answered=True)


def _skips(name: str, said: str) -> bool:
    """Whether nothing is answered; "no" to when we may speak is an answer."""
    word = said.strip(" .!").lower()
    return word in SKIPPING and (name, word) != ("hours", "no")


def _read(name: str, said: str) -> Any:
    """The answer that ``said`` is, None where it is none."""
    if name == "currency":
        return accounts.read_currency(said)
    if name == "zone":
        return accounts.read_zone(said)
    if name == "hours":
        word = "all" if said.replace("-", "–").strip() == "08–22" else said
        return WINDOWS.get(word) or accounts.read_hours(said)
    word = f"{said.strip().lower()} "  # "+200 " is not the beginning of "+2000"
    return next((lean for begins, _, lean in ANSWERS[name] if word.startswith(begins)), None)


def _complaint(name: str, said: str) -> str:
    asked = {
        "currency": welcome.not_a_currency,
        "zone": welcome.not_a_zone,
        "hours": welcome.not_hours,
    }
    return asked[name](said) if name in asked else welcome.not_an_answer()


async def _prefer(turn: Turn, key: str, value: Any) -> None:
    known = (await turn.work.users.get(turn.person.id)).preferences
    await turn.work.users.change(turn.person.id, preferences={**known, key: value})


async def _lean(turn: Turn, name: str, leaning: Leaning) -> None:
    """Keep an answer about risk; the first begins anew."""
    known = (await turn.work.users.get(turn.person.id)).preferences
    earlier = known.get(RISK, [])[: STEPS.index(name) - STEPS.index(LAST)]
    await _prefer(turn, RISK, [*earlier, str(leaning)])


async def _next(turn: Turn, name: str, note: str, *, answered: bool = False) -> Reply:
    if name == LAST and answered:
        turn.state["flow"], turn.state["step"] = "start", "friend"
        more = [Button("Yes", "start:friend"), Button("Later", "start:done")]
        return Reply(welcome.ask_more(), row(*more))
    if name in (LAST, STEPS[-1]):
        return await _finish(turn)
    return _question(turn, STEPS[STEPS.index(name) + 1], note)


def _question(turn: Turn, name: str, before: str = "") -> Reply:
    turn.state["flow"], turn.state["step"] = "start", name
    if name == "currency":
        offered = [Button(code, f"start:currency:{code}") for code in ("USD", "EUR", "GBP")]
        offered.append(Button("Other…", "start:currency:other"))
        text = welcome.ask_currency()
    elif name == "zone":
        offered = [
            Button(welcome.zone_label(zone, turn.now, first=not n), f"start:zone:{zone}")
            for n, zone in enumerate(ZONES)
        ]
        offered.append(Button("Other…", "start:zone:other"))
        text = welcome.ask_zone()
    elif name == "hours":
        shown = {"08–22": "all", "Only weekdays": "weekdays", "Never, I'll ask": "never"}
        offered = [Button(label, f"start:hours:{key}") for label, key in shown.items()]
        text = welcome.ask_hours()
    else:
        offered = [Button(label, f"start:{name}:{key}") for key, label, _ in ANSWERS[name]]
        text = welcome.ask_fall() if name == LAST else _MORE[name]
    text = f"{before}\n{text}" if before else text
    return Reply(text, row(*offered, Button("Skip", f"start:{name}:skip")))


async def _finish(turn: Turn) -> Reply:
    turn.state["flow"] = None
    await turn.work.users.change(turn.person.id, welcomed=True)
    person = await turn.work.users.get(turn.person.id)
    answers = person.preferences.get(RISK, [])
    text = welcome.all_set(
        person.currency,
        person.time_zone,
        person.preferences.get(HOURS),
        risk_profile.quick(person.preferences) if answers else "",
        len(answers),
    )
    buttons = [
        Button("Add a trade", "pick:trade"),
        Button("Import CSV", "pick:brokers"),
        Button("Demo portfolio", "pick:demo"),
        Button("Settings", "pick:settings"),
    ]
    return Reply(text, row(*buttons))
