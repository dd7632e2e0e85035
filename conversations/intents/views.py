"""“I think AAPL beats MSFT by 3%”: a view, mixed with what the market implies."""

from __future__ import annotations

from conversations.actions.allocation import wishes, wishing
from conversations.actions.allocation.proposals import VIEWS
from conversations.actions.allocation.wishes import Wishes
from conversations.intents import Details, intent
from conversations.messages import Button, Reply, row
from conversations.reading.beliefs import read_beliefs
from conversations.reading.meaning import World
from conversations.turn import Turn
from conversations.wording import views as words


def recognise(text: str, world: World) -> Details | None:
    found = read_beliefs(text, world)
    return {"found": found} if found else None


@intent(
    "views",
    label="My views",
    summary="See your views",
    group="proposals",
    examples=("my views", "what are my views?"),
    pattern=r"/?((show( me)?|list|see|what are) )?(my |the )?(views|beliefs|opinions)\W*",
    guess="take",
)
async def views(turn: Turn, said: Details) -> Reply:
    known = wishes.kept(turn.person, turn.portfolio).beliefs
    return Reply(words.list_of(known), row(*_buttons(bool(known))))


@intent(
    "view",
    label="A view",
    summary="Tell a view about returns",
    group="proposals",
    examples=("I think AAPL beats MSFT by 3%", "AAPL will return 8% a year"),
    recognise=recognise,
    picked=views,
    guess="take",
)
async def view(turn: Turn, said: Details) -> Reply:
    return Reply(await wishing.keep_views(turn, said["found"]), row(*_buttons(True)))


def _buttons(known: bool) -> list[Button]:
    if not known:
        return [Button("Rebalance", "optimise:")]
    rebalance = Button("Rebalance with views", f"optimise:{VIEWS}")
    return [rebalance, Button("Forget views", "pick:forget_views")]


@intent(
    "forget_views",
    label="Forget my views",
    summary="Drop all views",
    examples=("forget my views", "drop my views"),
    pattern=(
        r"/?(forget|drop|remove|delete|clear|reset) (all |my |the |all my )?"
        r"(views|beliefs|opinions)\W*"
    ),
)
async def forget(turn: Turn, said: Details) -> Reply:
    known = wishes.kept(turn.person, turn.portfolio)
    left = Wishes(known.limits, (), known.goals)
    await wishes.keep(turn.work, turn.person, turn.portfolio, left)
    return Reply(words.forgotten(len(known.beliefs), "view"), row(Button("Rebalance", "optimise:")))
