"""“if it falls 20% I will …”: kept, listed, forgotten; quoted back by a nudge."""

from __future__ import annotations

from conversations.actions import drafts, intending
from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import nudges as words

BUTTONS = 4


@intent(
    "intention",
    label="If … I will …",
    summary="Say what you will do when it falls",
    group="journal",
    examples=(
        "if it falls 20% I will read my plan and wait a week",
        "when the market drops 10%, I'll do nothing",
        "if AAPL rises 30% I will look at its share of my portfolio",
    ),
    pattern=intending.PATTERN,
    guess="offer",
)
async def intention(turn: Turn, said: Details) -> Reply:
    if "words" not in said:
        return await intentions(turn, said)
    if turn.portfolio.demo:
        return Reply(words.demo_stands_still())
    told = await intending.read(turn, dict(said))
    if told.symbol is None:
        return Reply(words.nothing_to_watch(told.name))
    if not -intending.DEEPEST <= told.change <= intending.HIGHEST or told.change == 0:
        return Reply(words.too_small())
    start = await intending.start_of(turn, told.symbol)
    if start is None:
        return Reply(words.nothing_to_watch("" if told.symbol == "" else told.name))
    kept = await intending.keep(turn, told, told.symbol, start)
    if kept is None:
        return Reply(words.too_many_intentions(intending.MOST))
    undo = Button("Undo", f"unintend:{drafts.short(kept.id)}")
    mine = Button("My intentions", "pick:intentions")
    return Reply(words.intention_kept(kept, await turn.today()), row(undo, mine))


@intent(
    "intentions",
    label="My intentions",
    summary="See what you said you will do",
    group="journal",
    examples=("my intentions", "show my intentions"),
    pattern=(
        r"/?((show (me )?|list )?(all )?(my |the )?intentions"
        r"|what did i say i('d| would) do)\W*"
    ),
    guess="take",
)
async def intentions(turn: Turn, said: Details) -> Reply:
    waiting = await turn.work.intentions.waiting(turn.person.id, turn.portfolio.id)
    buttons = [
        Button(f"Forget {n}", f"unintend:{drafts.short(one.id)}")
        for n, one in enumerate(waiting[:BUTTONS], 1)
    ]
    return Reply(words.intentions(waiting), row(*buttons))


@press("unintend")
async def forget(turn: Turn, said: Details) -> Reply:
    id = drafts.long(said["data"])
    gone = await turn.work.intentions.cancel(id, turn.person.id, turn.now) if id else None
    if gone is None:
        return Reply(words.no_such_intention())
    return Reply(
        words.intention_gone(gone), row(Button("Restore", f"reintend:{drafts.short(gone.id)}"))
    )


@press("reintend")
async def restore(turn: Turn, said: Details) -> Reply:
    id = drafts.long(said["data"])
    back = await turn.work.intentions.restore(id, turn.person.id) if id else None
    if back is None:
        return Reply(words.no_such_intention())
    undo = Button("Undo", f"unintend:{drafts.short(back.id)}")
    return Reply(words.intention_kept(back, back.made_at.date()), row(undo))
