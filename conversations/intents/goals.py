"""“30k for a flat in 2029, at most 10% chance to miss”: an account for each goal."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from uuid import UUID

from conversations.actions.allocation import (
    aiming,
    drawing,
    offering,
    optimising,
    proposals,
    wishes,
)
from conversations.actions.allocation.aiming import FLOW, LEAST
from conversations.actions.allocation.optimising import Opened
from conversations.actions.allocation.proposals import GOALS, Proposed, Question, Tested
from conversations.actions.allocation.wishes import Goal
from conversations.intents import Details, flow, intent, press
from conversations.messages import Button, Image, Reply, row
from conversations.reading.aims import (
    Aim,
    read_aim,
    read_aside,
    read_chance,
    read_money,
    read_part,
    read_when,
)
from conversations.reading.meaning import World
from conversations.reading.trades import read_trades
from conversations.refusals import refuse, ways_out
from conversations.tasks import Finish, Job, task
from conversations.turn import Turn, begin_for
from conversations.wording import goals as words
from conversations.wording import limits as limit_words
from conversations.wording import optimisation
from conversations.wording.trades import demo_mark
from storage.unit_of_work import UnitOfWork

PARTS = {"all": 1.0, "half": 0.5, "quarter": 0.25}
NOTHING = ("none", "nothing", "nothing yet", "none of it", "0", "zero", "no")
CHANCES = (0.05, 0.1, 0.2)
NEW = re.compile(r"due:(\d{4}-\d\d-\d\d)|(amount|monthly):(\d{1,12})")


def recognise(text: str, world: World) -> Details | None:
    aim = read_aim(text, world)
    return {"aim": aim} if aim else None


def recognise_aside(text: str, world: World) -> Details | None:
    found = read_aside(text)
    return {"found": found} if found else None


@intent(
    "goals",
    label="My goals",
    summary="See your goals",
    group="proposals",
    examples=("my goals", "what are my goals?"),
    pattern=r"/?((show( me)?|list|see|what are|how are) )?(my |the )?goals\W*",
    guess="take",
)
async def goals(turn: Turn, said: Details) -> Reply:
    known = wishes.kept(turn.person, turn.portfolio).goals
    _, currency = await aiming.worth_of(turn)
    today = await turn.today()
    text = words.list_of(known, currency, today)
    if (going := aiming.opened(turn)) is not None and turn.state.get("flow") == FLOW:
        return await _still_asked(turn, *going, text if known else "")
    if not known:
        return Reply(text)
    buttons = [Button("What would do?", "goal:solve")] * any(one.due > today for one in known)
    return Reply(text, row(*buttons, Button("Forget goals", "pick:forget_goals")))


@intent(
    "goal",
    label="A goal",
    summary="Set a goal",
    group="proposals",
    examples=("30k for a flat in 2029, at most 10% chance to miss", "$50,000 for a car in 5 years"),
    recognise=recognise,
    picked=goals,
    guess="take",
)
async def goal(turn: Turn, said: Details) -> Reply:
    aim: Aim = said["aim"]
    worth, _ = await aiming.worth_of(turn)
    if worth <= 0:
        buttons = row(Button("Demo portfolio", "pick:demo"), Button("Record a trade", "pick:trade"))
        return Reply(words.nothing_to_start_from(aim.name), buttons)
    known = aiming.found(turn, aim.name)
    return await _go_on(turn, aiming.completed(aim, known, await turn.today()))


@intent(
    "goal_money",
    label="Money for a goal",
    summary="Say how much is set aside for a goal",
    examples=("20k of it for the flat", "set aside 30% of my portfolio for the flat"),
    recognise=recognise_aside,
    picked=goals,
    guess="offer",
)
async def goal_money(turn: Turn, said: Details) -> Reply:
    name, amount, part = said["found"]
    going = aiming.opened(turn)
    if going is not None and going[0].name == name:
        return await _go_on(turn, replace(going[0], now=amount, share=part))
    known = aiming.found(turn, name)
    if known is None:
        return Reply(words.unknown(name), row(Button("My goals", "pick:goals")))
    worth, _ = await aiming.worth_of(turn)
    now = amount if part is None else part * worth
    return await _keep(turn, replace(known, now=now, since=await turn.today()), known)


async def _go_on(turn: Turn, aim: Aim) -> Reply:
    """Ask for what is missing, or keep the goal and work out what would do."""
    worth, currency = await aiming.worth_of(turn)
    known = aiming.found(turn, aim.name)
    lacking = aiming.lacking(aim, currency, money_known=known is not None)
    if lacking is None:
        now = aim.now if aim.share is None else aim.share * worth
        return await _keep(turn, aiming.goal_of(aim, await turn.today(), now), known)
    aiming.leave_open(turn, aim, lacking)
    mark = demo_mark(demo=turn.portfolio.demo)
    return Reply(mark + words.ask(aim, lacking, worth, currency), row(*_choices(lacking)))


async def _still_asked(turn: Turn, aim: Aim, asked: str, listed: str) -> Reply:
    """The goals there are, and the question of the one that is being told."""
    worth, currency = await aiming.worth_of(turn)
    question = words.ask(aim, asked, worth, currency)
    told = words.half_told(aim.name, question)
    return Reply(f"{listed}\n{told}" if listed else told, row(*_choices(asked)))


def _choices(lacking: str) -> list[Button]:
    if lacking == aiming.CHANCE:
        return [Button(limit_words.share(one), f"goal:chance:{one:g}") for one in CHANCES]
    if lacking == aiming.MONEY:
        labels = {LEAST: "The least it takes", "half": "Half", "all": "All of it"}
        return [Button(label, f"goal:{key}") for key, label in labels.items()]
    return []


@press("goal")
async def pressed(turn: Turn, said: Details) -> Reply:
    """``goal:half``: how much of what is there; ``goal:solve``: work all goals out;
    ``goal:chance:0.1``, ``goal:drop:KEY``, ``goal:new:KEY:amount:20000``: one that is changed."""
    verb, _, rest = said["data"].partition(":")
    going = aiming.opened(turn)
    if verb == "solve":
        return await _promise(turn)
    if verb == "drop" and (known := aiming.found(turn, rest)) is not None:
        return await _drop(turn, known)
    if verb == "new":
        return await _renew(turn, *rest.split(":", 1))
    if going is not None and verb == "chance" and rest in {f"{one:g}" for one in CHANCES}:
        return await _go_on(turn, replace(going[0], chance=float(rest)))
    if going is not None and going[1] == aiming.MONEY:
        if verb == LEAST:
            return await _least(turn, going[0])
        if verb in PARTS:
            return await _go_on(turn, replace(going[0], share=PARTS[verb]))
    return await goals(turn, {})


async def _least(turn: Turn, aim: Aim) -> Reply:
    wanted = aiming.goal_of(aim, await turn.today(), None)
    return await _keep(turn, wanted, aiming.found(turn, aim.name))


async def _renew(turn: Turn, name: str, change: str = "") -> Reply:
    """A way out that was offered: later, less, more a month."""
    known, found = aiming.found(turn, name), NEW.fullmatch(change)
    if known is None or found is None:
        return await goals(turn, {})
    if found[1]:
        try:
            return await _keep(turn, replace(known, due=date.fromisoformat(found[1])), known)
        except ValueError:
            return await goals(turn, {})
    value = float(found[3])
    less = replace(known, amount=value) if found[2] == "amount" else replace(known, monthly=value)
    return await _keep(turn, less, known)


@flow(FLOW)
async def answer(turn: Turn, text: str) -> Reply | None:
    """What was asked of the open goal; anything else is answered as always."""
    going, world = aiming.opened(turn), await turn.world()
    told = None if going is None or read_trades(text, world) else _told(*going, text, world)
    if told is not None:
        return await _go_on(turn, told)
    if going is not None and going[1] == aiming.MONEY and text.lower().strip(" .!").endswith(LEAST):
        return await _least(turn, going[0])
    if read_aside(text) is None:
        aiming.close(turn)
    return None


def _told(aim: Aim, asked: str, text: str, world: World) -> Aim | None:
    """``aim`` with what ``text`` says of it."""
    if asked in (aiming.AMOUNT, aiming.CURRENCY):
        read = read_money(text)
        return replace(aim, amount=read[0], currency=read[1]) if read and read[0] > 0 else None
    if asked in (aiming.WHEN, aiming.OVER, aiming.FAR):
        years = read_when(text, world)
        return replace(aim, years=years) if years is not None else None
    if asked == aiming.CHANCE:
        chance = read_chance(text)
        return replace(aim, chance=chance) if chance is not None else None
    if text.lower().strip(" .!") in NOTHING:
        return replace(aim, now=0.0)
    part, read = read_part(text), read_money(text)
    if part is not None:
        return replace(aim, share=part)
    if read is None or read[0] <= 0:
        return None
    # Another currency is asked about again by way of the amount, so only its own is taken here.
    return replace(aim, now=read[0]) if read[1] in (None, world.currency) else None


async def _keep(turn: Turn, wanted: Goal, before: Goal | None) -> Reply:
    aiming.close(turn)
    await aiming.keep(turn, wanted)
    _, currency = await aiming.worth_of(turn)
    turn.later.append(("goals", {"question": proposals.pack(Question(GOALS)), "note": ""}))
    return Reply(words.noted(wanted, before, currency))


async def _promise(turn: Turn) -> Reply:
    known = wishes.kept(turn.person, turn.portfolio)
    held = await turn.work.positions.of(turn.portfolio.id)
    if not known.goals or not held:
        return await goals(turn, {})
    turn.later.append(("goals", {"question": proposals.pack(Question(GOALS)), "note": ""}))
    return Reply(optimisation.working(len(held), Question(GOALS), known.limits))


@task("goals")
async def work_out(job: Job) -> Finish:
    """Read, plan, test; what the answer is about is remembered for "less change"."""
    details = job.task.details
    packed = details.get("question") or proposals.pack(Question(GOALS))
    question = proposals.unpack(packed)
    opened = await optimising.open_situation(job.desk, UUID(details["portfolio"]), job.now)
    found = await job.desk.compute(optimising.propose, opened.situation, question)
    tested, png = None, b""
    if isinstance(found, Proposed):
        if found.recommendation.moves and question.turnover is None:
            await optimising.show(job, optimisation.testing())
            tested = await job.desk.compute(optimising.look_at_unseen, opened.situation, question)
        title = words.title(found, opened.situation.wishes.goals)
        png = await job.desk.compute(
            drawing.draw_goals, found, opened.situation, title, words.subtitle(found)
        )

    async def finish(work: UnitOfWork) -> Reply:
        if isinstance(found, Proposed):
            turn = await begin_for(job.task, work, job.now, job.desk)
            await offering.offer(turn, opened, found, packed)
            return _planned(opened, found, tested, png, details.get("note", ""))
        return refuse(opened, found, question)

    return finish


def _planned(
    opened: Opened, found: Proposed, tested: Tested | None, png: bytes, note: str
) -> Reply:
    situation = opened.situation
    wanted = situation.wishes.goals
    text = words.told(
        found,
        wanted,
        tested,
        situation.currency,
        demo=opened.portfolio.demo,
        today=situation.until,
    )
    notes = [note] if note else []
    if left_out := optimisation.left_out(situation.elsewhere, found.dropped, list(situation.held)):
        notes.append(left_out)
    if old := optimisation.old_prices(
        optimising.closes_of(situation), situation.until, too_old=offering.is_too_old(opened, found)
    ):
        notes.append(old)
    longest = max(one.years(situation.until) for one in wanted)
    return Reply(
        "\n".join([text, *notes]),
        row(*_buttons(opened, found)),
        image=Image(png, f"{words.title(found, wanted)}."),
        why=words.why(found, tested, longest),
    )


def _buttons(opened: Opened, found: Proposed) -> list[Button]:
    ways = ways_out(opened, found.beyond)[:2]
    if not found.recommendation.moves or offering.is_too_old(opened, found):
        return [
            *ways,
            Button("My goals", "pick:goals"),
            Button("Forget goals", "pick:forget_goals"),
        ]
    milder = "Even less" if found.question.turnover is not None else "Less change"
    return [
        Button("Trade list", "pick:trade_list"),
        Button(milder, "pick:less_change"),
        Button("Why?", "pick:why"),
        *ways,
        Button("My goals", "pick:goals"),
    ][:6]


@intent(
    "forget_goal",
    label="Forget a goal",
    summary="Drop one goal",
    examples=("forget the flat goal", "drop my goal car", "remove the goal “flat”"),
    pattern=(
        r"/?(?:forget|drop|remove|delete|cancel|clear) (?:about )?(?:the |my |a )?"
        r"(?:goal(?: (?:called|named|of|for))?(?: (?:the|a|an|my))?"
        r"(?: \W?(?P<name>[\w' -]{1,60}?)\W?)?"
        r"|\W?(?P<before>[\w' -]{1,60}?)\W? goal)\W{0,30}"
    ),
)
async def forget_one(turn: Turn, said: Details) -> Reply:
    name = (said.get("name") or said.get("before") or "").strip().lower()
    every = wishes.kept(turn.person, turn.portfolio).goals
    known = aiming.found(turn, name) if name else every[0] if len(every) == 1 else None
    if known is not None:
        return await _drop(turn, known)
    if not every:
        return Reply(words.list_of((), "", date.min))
    buttons = [Button(one.name.capitalize(), f"goal:drop:{aiming.key(one.name)}") for one in every]
    return Reply(words.which(name), row(*buttons[:6]))


async def _drop(turn: Turn, known: Goal) -> Reply:
    await aiming.drop(turn, known.name)
    _, currency = await aiming.worth_of(turn)
    left = wishes.kept(turn.person, turn.portfolio).goals
    buttons = [Button("My goals", "pick:goals")] if left else []
    buttons.append(Button("Portfolio", "pick:holdings"))
    return Reply(words.forgotten(known, currency), row(*buttons))


@intent(
    "forget_goals",
    label="Forget my goals",
    summary="Drop all goals",
    examples=("forget my goals", "drop my goals"),
    pattern=r"/?(forget|drop|remove|delete|clear|reset) (all |my |the |all my )?goals\W*",
)
async def forget(turn: Turn, said: Details) -> Reply:
    known = wishes.kept(turn.person, turn.portfolio).goals
    await aiming.drop_all(turn)
    return Reply(words.forgotten_all(len(known)), row(Button("Portfolio", "pick:holdings")))
