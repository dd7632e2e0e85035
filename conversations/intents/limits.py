"""“max 10% in one stock”, “never sell KO”: limits that every proposal keeps to."""

from __future__ import annotations

from conversations.actions.allocation import wishes, wishing
from conversations.actions.allocation.wishes import Wishes
from conversations.intents import Details, intent
from conversations.messages import Button, Reply, row
from conversations.reading.meaning import World
from conversations.turn import Turn
from conversations.wording import limits as words


def recognise(text: str, world: World) -> Details | None:
    found = wishing.find_limits(text, world)
    return None if found is None else {"found": found}


@intent(
    "limits",
    label="My limits",
    summary="See or set your limits",
    group="proposals",
    examples=("my limits", "what are my limits?", "limits"),
    pattern=r"/?((show( me)?|list|see|what are) )?(my |the )?(limits|constraints)\W*",
    guess="take",
)
async def limits(turn: Turn, said: Details) -> Reply:
    known = wishes.kept(turn.person, turn.portfolio).limits
    buttons = [Button("Rebalance", "optimise:")]
    buttons += [Button("Forget limits", "pick:forget_limits")] if known else []
    return Reply(words.list_of(known), row(*buttons))


@intent(
    "limit",
    label="A limit",
    summary="Set a limit",
    group="proposals",
    examples=("max 10% in one stock", "keep 5% cash", "at most 8 stocks", "never sell AAPL"),
    recognise=recognise,
    picked=limits,
    guess="take",
)
async def limit(turn: Turn, said: Details) -> Reply:
    found = said["found"]
    text = await wishing.keep_limits(turn, found)
    if not found.limits:
        buttons = [Button("Rebalance", "optimise:"), Button("My limits", "pick:limits")]
    else:
        forget = Button("Forget limits", "pick:forget_limits")
        buttons = [Button("Rebalance with these", "optimise:"), forget]
    return Reply(text, row(*buttons))


@intent(
    "forget_limits",
    label="Forget my limits",
    summary="Drop all limits",
    examples=("forget my limits", "no limits", "drop my limits"),
    pattern=(
        r"/?((forget|drop|remove|delete|clear|reset|lift) (all |my |the |all my |all the )?"
        r"(limits|constraints)|no (more )?(limits|constraints))\W*"
    ),
)
async def forget(turn: Turn, said: Details) -> Reply:
    known = wishes.kept(turn.person, turn.portfolio)
    left = Wishes((), known.beliefs, known.goals)
    await wishes.keep(turn.work, turn.person, turn.portfolio, left)
    return Reply(words.forgotten(len(known.limits)), row(Button("Rebalance", "optimise:")))
