"""“what if I hadn't sold NVDA in May”, “market drops 30%”, “what if I put 5k into bonds”."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from conversations.actions import books, trading
from conversations.actions.backtesting import grounds, imagining, imagining_pictures
from conversations.actions.backtesting.imagining import Frozen, Imagined, Put, Undone
from conversations.actions.backtesting.outcomes import Stuck
from conversations.actions.backtesting.what_ifs import pack, unpack
from conversations.intents import Details, intent, press
from conversations.messages import Button, Image, Reply, row
from conversations.reading.meaning import World
from conversations.reading.what_ifs import Kind, WhatIf, read_what_if, sells_all
from conversations.tasks import Finish, Job, task
from conversations.turn import Turn
from conversations.wording import selling_all
from conversations.wording import what_if as words
from engine.backtest.attribution.behaviour import Behaviour
from engine.ledger import book
from storage.unit_of_work import UnitOfWork

KEY = "what_if"  # of the chat's memory
EARLY_SALES = WhatIf(Kind.HABIT, habit="disposition")


@intent(
    "what_if",
    label="What if",
    summary="Ask what would have been, or what a fall would do",
    group="past",
    examples=(
        "what if I hadn't sold NVDA in May",
        "what if the market drops 30%",
        "what if i put 5k into bonds",
        "suppose tech falls 40%",
    ),
    pattern=(
        r"/?(?:and |but |ok |so )?(?:(?:what|how about)[ -]if|what about if|suppose|imagine)\b"
        r".{0,280}"
    ),
    rank=6,
    guess="take",
)
async def what_if(turn: Turn, said: Details) -> Reply:
    if sells_all(turn.message.text):
        return await _all_sold(turn)
    found = read_what_if(turn.message.text, await turn.world())
    return Reply(words.not_understood(), _ideas()) if found is None else await ask(turn, found)


async def _all_sold(turn: Turn) -> Reply:
    """The value of everything at the last closes, and what it would realise."""
    recorded = await turn.work.trades.of(turn.portfolio.id)
    booked = book(recorded, trading.rules_of(turn.portfolio))
    if not booked.positions():
        buttons = row(Button("Demo portfolio", "pick:demo"), Button("Record a trade", "pick:trade"))
        return Reply(selling_all.nothing_to_sell(), buttons)
    universe = await turn.universe()

    def currency_of(symbol: str) -> str:
        found = universe.get(symbol)
        return found.currency if found else turn.portfolio.currency

    seen = books.overview(booked, await turn.prices(), currency_of, {})
    text = selling_all.all_sold(seen, demo=turn.portfolio.demo, team=turn.team)
    return Reply(text, _ideas(), why=selling_all.why_all_sold())


def _recognise(text: str, world: World) -> Details | None:
    found = read_what_if(text, world)
    return None if found is None else {"what": found}


@intent(
    "imagine",
    label="A fall of the market",
    summary="See what a fall of the market would do to you",
    group="past",
    examples=(
        "market drops 30%",
        "replay 2008",
        "all early sales",
        "what do my habits cost me together?",
        "own benchmark",
    ),
    recognise=_recognise,
    guess="take",
)
async def imagine(turn: Turn, said: Details) -> Reply:
    what = said.get("what")
    return await ask(turn, what) if what is not None else Reply(words.how_to_ask(), _ideas())


def _ideas() -> tuple[tuple[Button, ...], ...]:
    return row(
        Button("Market drops 30%", "what_if:fall"),
        Button("Replay 2008", "what_if:2008"),
        Button("All early sales", "what_if:early"),
    )


@press("what_if")
async def pressed(turn: Turn, said: Details) -> Reply:
    data = said["data"]
    ideas = {
        "fall": WhatIf(Kind.SHOCK, size=-0.3),
        "early": EARLY_SALES,
        "2008": WhatIf(Kind.REPLAY, episode="2008"),
        "2020": WhatIf(Kind.REPLAY, episode="2020"),
        "2022": WhatIf(Kind.REPLAY, episode="2022"),
    }
    before = unpack(turn.state.get(KEY))
    if data == "double" and before is not None and before.kind is Kind.MONEY:
        return await ask(turn, replace(before, amount=2 * before.amount, shares=2 * before.shares))
    found = ideas.get(data)
    return Reply(words.how_to_ask(), _ideas()) if found is None else await ask(turn, found)


async def ask(turn: Turn, what: WhatIf) -> Reply:
    turn.state[KEY] = pack(what)
    turn.later.append(("what_if", {"portfolio": str(turn.portfolio.id), "what": pack(what)}))
    return Reply(words.working(what, demo=turn.portfolio.demo))


@task("what_if")
async def work_out(job: Job) -> Finish:
    details = job.task.details
    what = unpack(details["what"])
    assert what is not None, "tasks are done by the version that promised them, or fail"
    target = [what.target] if what.target else []
    opened = await grounds.open_ground(job.desk, UUID(details["portfolio"]), job.now, target)
    ground = opened.ground
    found = await job.desk.compute(imagining.imagine, ground, what)
    png = b""
    if not isinstance(found, Stuck):
        title = words.title(found, what, ground.currency)
        png = await job.desk.compute(
            imagining_pictures.draw, found, ground.currency, title, words.subtitle(found)
        )

    async def finish(work: UnitOfWork) -> Reply:
        if isinstance(found, Stuck):
            unknown = found.reason == "habit_unknown"
            first = row(Button("Bias report", "pick:biases")) if unknown else _ideas()
            if found.reason in ("nothing_held", "no_trades"):
                first = row(
                    Button("Demo portfolio", "pick:demo"), Button("Record a trade", "pick:trade")
                )
            return Reply(words.stuck(found, what), first)
        title = words.title(found, what, ground.currency)
        return Reply(
            words.told(found, what, ground.currency, demo=opened.portfolio.demo),
            _next(found, what),
            image=Image(png, f"{title}.") if png else None,
            why=words.why(found),
        )

    return finish


def _next(found: Imagined, what: WhatIf) -> tuple[tuple[Button, ...], ...]:
    """What can be asked next."""
    if isinstance(found, Undone):
        early = [] if what.kind is Kind.HABIT else [Button("All early sales", "what_if:early")]
        return row(
            *early, Button("My twin", "pick:twin"), Button("Market drops 30%", "what_if:fall")
        )
    if isinstance(found, Frozen | Behaviour):
        return row(Button("My twin", "pick:twin"), Button("What could I do?", "pick:rules"))
    if isinstance(found, Put):
        record = [Button("Record it when bought", "pick:trade")] if found.amount > 0 else []
        return row(*record, Button("Twice as much", "what_if:double"))
    others = [year for year in ("2008", "2020") if year != what.episode]
    return row(
        *(Button(f"Replay {year}", f"what_if:{year}") for year in others),
        Button("Reduce this risk", "optimise:"),
    )
