"""“30k for a flat in 2029, at most 10% chance to miss”: an account for each goal."""

from __future__ import annotations

from uuid import UUID

from conversations.actions import drawing, optimising, wishes
from conversations.actions.optimising import Opened
from conversations.actions.proposals import (
    GOALS,
    Answer,
    Impossible,
    Proposed,
    Question,
    Unanswered,
)
from conversations.actions.wishes import Wishes, aim_to_goal
from conversations.intents import Details, flow, intent, press
from conversations.messages import Button, Image, Reply, row
from conversations.reading.aims import USUAL_CHANCE, Aim, read_aim, read_money, read_part
from conversations.reading.meaning import World
from conversations.reading.trades import read_trades
from conversations.tasks import Finish, Job, task
from conversations.turn import Turn
from conversations.wording import limits as limit_words
from conversations.wording import optimisation, unsolvable
from conversations.wording import views as words
from conversations.wording.trades import demo_mark
from storage.unit_of_work import UnitOfWork

FLOW = "goal"
PARTS = {"all": 1.0, "half": 0.5, "quarter": 0.25}


def recognise(text: str, world: World) -> Details | None:
    aim = read_aim(text, world)
    return {"aim": aim} if aim else None


@intent(
    "goals",
    label="My goals",
    summary="See your goals",
    examples=("my goals", "what are my goals?"),
    pattern=r"/?((show( me)?|list|see|what are|how are) )?(my |the )?goals\W*",
)
async def goals(turn: Turn, said: Details) -> Reply:
    known = wishes.kept(turn.person, turn.portfolio).goals
    text = words.goals_of(known, await _currency(turn))
    if not known:
        return Reply(text)
    forget_them = Button("Forget goals", "pick:forget_goals")
    return Reply(text, row(Button("What would do?", "goal:solve"), forget_them))


@intent(
    "goal",
    label="A goal",
    summary="Set a goal",
    examples=("30k for a flat in 2029, at most 10% chance to miss", "$50,000 for a car in 5 years"),
    recognise=recognise,
    picked=goals,
)
async def goal(turn: Turn, said: Details) -> Reply:
    aim: Aim = said["aim"]
    worth = await _worth(turn)
    if worth <= 0:
        buttons = row(Button("Demo portfolio", "pick:demo"), Button("Record a trade", "pick:trade"))
        return Reply(optimisation.nothing_held(), buttons)
    now = aim.now if aim.share is None else aim.share * worth
    if now is None:
        turn.state["flow"], turn.state[FLOW] = FLOW, _pack(aim)
        return await _ask(turn, aim.name, worth)
    return await _take(turn, aim, now)


async def _ask(turn: Turn, name: str, worth: float, before: str = "") -> Reply:
    labels = {"all": "All of it", "half": "Half", "quarter": "A quarter"}
    buttons = [Button(label, f"goal:{key}") for key, label in labels.items()]
    text = words.ask_money(name, worth, await _currency(turn))
    mark = demo_mark(demo=turn.portfolio.demo)
    return Reply("\n".join(one for one in (before, mark + text) if one), row(*buttons))


@press("goal")
async def pressed(turn: Turn, said: Details) -> Reply:
    """``goal:half``: how much of what is there; ``goal:solve``: work all goals out."""
    if said["data"] == "solve":
        return await _promise(turn)
    aim, part = _open(turn), PARTS.get(said["data"])
    if aim is None or part is None:
        return await goals(turn, {})
    return await _take(turn, aim, part * await _worth(turn))


@flow(FLOW)
async def answer(turn: Turn, text: str) -> Reply | None:
    """A typed amount for the open goal; anything else is answered as always."""
    aim = _open(turn)
    if aim is None or read_trades(text, await turn.world()):
        turn.state["flow"] = None
        return None
    worth, part, amount = await _worth(turn), read_part(text), read_money(text)
    if part is not None:
        return await _take(turn, aim, part * worth)
    if amount is not None and amount > 0:
        return await _take(turn, aim, amount)
    turn.state["flow"] = None
    return None


async def _take(turn: Turn, aim: Aim, now: float) -> Reply:
    turn.state.pop(FLOW, None)
    if turn.state.get("flow") == FLOW:
        turn.state["flow"] = None
    wanted = aim_to_goal(aim, await turn.today(), now, USUAL_CHANCE)
    known = wishes.kept(turn.person, turn.portfolio)
    every = {one.name: one for one in (*known.goals, wanted)}
    changed = Wishes(known.limits, known.beliefs, tuple(every.values()))
    await wishes.keep(turn.work, turn.person, turn.portfolio, changed)
    turn.later.append(("goals", {"named": wanted.name}))
    return Reply(words.goal_noted(wanted, await _currency(turn)))


async def _promise(turn: Turn) -> Reply:
    known = wishes.kept(turn.person, turn.portfolio)
    held = await turn.work.positions.of(turn.portfolio.id)
    if not known.goals or not held:
        return await goals(turn, {})
    turn.later.append(("goals", {"named": ""}))
    return Reply(optimisation.working(len(held), Question(GOALS), known.limits))


@task("goals")
async def work_out(job: Job) -> Finish:
    opened = await optimising.open_situation(job.desk, UUID(job.task.details["portfolio"]), job.now)
    found = await job.desk.compute(optimising.propose, opened.situation, Question(GOALS))
    png = b""
    if isinstance(found, Proposed) and found.goals:
        png = await job.desk.compute(drawing.draw_goals, found, opened.situation)

    async def finish(work: UnitOfWork) -> Reply:
        return _reply(opened, found, png)

    return finish


def _reply(opened: Opened, found: Answer, png: bytes) -> Reply:
    situation, mark = opened.situation, demo_mark(demo=opened.portfolio.demo)
    buttons = [Button("My goals", "pick:goals"), Button("Forget goals", "pick:forget_goals")]
    if isinstance(found, Impossible):
        text = mark + limit_words.impossible(found, situation.wishes.limits)
        return Reply(text, row(Button("My limits", "pick:limits"), *buttons))
    if isinstance(found, Unanswered):
        return Reply(mark + unsolvable.sentence(found.reason, found.facts), row(*buttons))
    beyond = found.beyond if isinstance(found, Proposed) else found
    missed = [
        words.out_of_reach(one.name, one.wanted, one.best, one.amount, situation.currency)
        for one in beyond
    ]
    if not isinstance(found, Proposed):
        text = mark + ("\n".join(missed) or words.goals_of((), situation.currency))
        return Reply(text, row(*buttons), why=words.why_goals())
    kept = words.goals_kept(
        found.goals, situation.wishes.goals, found.apart, situation.currency, situation.until
    )
    text = mark + "\n".join([kept, *missed])
    image = Image(png, kept.partition(":")[0])
    return Reply(text, row(*buttons), image=image, why=words.why_goals())


@intent(
    "forget_goals",
    label="Forget my goals",
    summary="Drop all goals",
    examples=("forget my goals", "drop my goals"),
    pattern=r"/?(forget|drop|remove|delete|clear|reset) (all |my |the |all my )?goals\W*",
)
async def forget(turn: Turn, said: Details) -> Reply:
    known = wishes.kept(turn.person, turn.portfolio)
    left = Wishes(known.limits, known.beliefs, ())
    await wishes.keep(turn.work, turn.person, turn.portfolio, left)
    return Reply(
        words.forgotten(len(known.goals), "goal"), row(Button("Portfolio", "pick:holdings"))
    )


async def _worth(turn: Turn) -> float:
    """What the positions are worth at the last closes."""
    prices = await turn.prices()
    total = 0.0
    for symbol, quantity, _ in await turn.work.positions.of(turn.portfolio.id):
        bar = prices.latest(symbol)
        total += max(float(quantity), 0.0) * bar.close if bar is not None else 0.0
    return total


async def _currency(turn: Turn) -> str:
    return turn.portfolio.currency


def _pack(aim: Aim) -> dict[str, object]:
    return {name: getattr(aim, name) for name in Aim.__slots__}


def _open(turn: Turn) -> Aim | None:
    packed = turn.state.get(FLOW)
    return Aim(**packed) if packed else None
