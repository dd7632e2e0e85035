"""Why a trade was made and how sure somebody was; how it went; how they feel in the morning."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from conversations.actions import drafts
from conversations.actions.journal import asking, journaling
from conversations.intents import Details, flow, intent, press
from conversations.messages import Button, Reply, row
from conversations.reading.journal import read_reason, read_sure
from conversations.reading.trades import read_trades
from conversations.turn import Turn, offered
from conversations.wording import journal as words
from conversations.wording.reminders import moment

SKIPPING = frozenset({"skip", "later", "none", "no reason"})


@press("reason")
async def reason(turn: Turn, said: Details) -> Reply:
    """``reason:<trade>:tip``; pressing another one later changes it."""
    short, _, key = said["data"].partition(":")
    trade = await journaling.own_trade(turn, short)
    if trade is None:
        return _leave(turn, Reply(words.no_such_entry()))
    if key not in words.REASONS:
        return _leave(turn, Reply(words.skipped()))
    await journaling.keep(turn, trade, {"reason": key})
    await journaling.promise(turn, trade)
    turn.state["flow"] = journaling.FLOW
    return Reply(words.ask_sure(), row(*journaling.sure_buttons(trade.id)))


@press("sure")
async def sure(turn: Turn, said: Details) -> Reply:
    """``sure:<trade>:4``."""
    short, _, level = said["data"].partition(":")
    trade = await journaling.own_trade(turn, short)
    if trade is None or level not in map(str, range(1, journaling.SURE + 1)):
        return _leave(turn, Reply(words.no_such_entry()))
    await journaling.keep(turn, trade, {"sure": int(level)})
    entry = await turn.work.journal.entry(turn.portfolio.id, trade.id)
    assert entry is not None, "it was kept a moment ago"
    text = words.answered(entry, await journaling.promise(turn, trade))
    turn.state["flow"] = None
    if entry.reason != "plan" or trade.planned:
        return Reply(text)
    ask = row(Button("It was planned", f"foreseen:{short}:yes"), Button("No", f"foreseen:{short}:"))
    return Reply(f"{text}\n{words.ask_planned()}", ask, why=words.why_planned())


@press("foreseen")
async def foreseen(turn: Turn, said: Details) -> Reply:
    """``foreseen:<trade>:yes``: it was planned before; anything else takes that back."""
    short, _, word = said["data"].partition(":")
    trade = await journaling.own_trade(turn, short)
    if trade is None:
        return Reply(words.no_such_entry())
    await journaling.keep(turn, trade, None)
    await journaling.set_planned(turn, trade, planned=word == "yes")
    if word != "yes":
        return Reply(words.not_planned(trade))
    undo = Button("Undo", f"foreseen:{short}:no")
    return Reply(words.planned(trade), row(undo), why=words.why_planned())


@flow(journaling.FLOW)
async def answer(turn: Turn, text: str) -> Reply | None:
    """A typed answer to the question below the trade that was saved last."""
    wanted = next(
        (
            one.data
            for line in offered(turn.state)
            for one in line
            if one.data.startswith(("reason:", "sure:"))
        ),
        None,
    )
    if wanted is None:
        turn.state["flow"] = None
        return None
    kind, short, _ = wanted.split(":")
    if text.strip(" .!").casefold() in SKIPPING:
        return _leave(turn, Reply(words.skipped()))
    if kind == "reason" and (key := read_reason(text)) is not None:
        return await reason(turn, {"data": f"{short}:{key}"})
    if kind == "sure" and (level := read_sure(text)) is not None:
        return await sure(turn, {"data": f"{short}:{level}"})
    if read_trades(text, await turn.world()):
        turn.state["flow"] = None
    return None


def _leave(turn: Turn, reply: Reply) -> Reply:
    if turn.state.get("flow") == journaling.FLOW:
        turn.state["flow"] = None
    return reply


@press("went")
async def went(turn: Turn, said: Details) -> Reply:
    """``went:<trade>:yes``: whether they would do it again, of whichever portfolio it was."""
    short, _, word = said["data"].partition(":")
    id = drafts.long(short)
    again = {"yes": True, "no": False}.get(word)
    if id is None:
        return Reply(words.no_such_entry())
    own = [one.id for one in await turn.work.portfolios.of(turn.person.id)]
    shared = await turn.work.members.shared_with(turn.person.id)
    for portfolio in [*own, *(one.portfolio for one in shared if one.writes)]:
        if await turn.work.trades.by_id(portfolio, id) is not None:
            await turn.work.journal.open(portfolio, turn.person.id, id, turn.now)
            await turn.work.journal.answer(portfolio, id, again=again)
            return Reply(words.thanks(again=again))
    return Reply(words.no_such_entry())


@press("mood")
async def mood(turn: Turn, said: Details) -> Reply:
    value = {"1": 1, "0": 0, "-1": -1}.get(said["data"])
    if value is None:
        return Reply(words.thanks(again=None))
    day = turn.now.astimezone(ZoneInfo(turn.person.time_zone)).date()
    await turn.work.journal.feel(turn.person.id, day, value)
    return Reply(words.mood_kept(value))


@intent(
    "mood_question",
    label="Morning question",
    summary="Be asked in the morning how you are",
    group="journal",
    examples=("ask my mood", "mood question on", "mood question off", "stop asking my mood"),
    pattern=(
        r"/?((start |please )?ask (for |about )?my mood|(turn )?(the )?mood (question|line)s?( on)?"
        r"|(?P<off>(turn )?(the )?mood (question|line)s? off"
        r"|(stop|don't|do not) (ask|asking) (for |about )?my mood))\W*"
    ),
)
async def mood_question(turn: Turn, said: Details) -> Reply:
    wanted = not said.get("off")
    undo = Button("Undo", f"moodline:{'off' if wanted else 'on'}")
    person = await turn.work.users.get(turn.person.id)
    changed = {**person.preferences, asking.MOOD: wanted}
    await turn.work.users.change(person.id, preferences=changed)
    waiting = await turn.work.journal.waiting(person.id, None)
    if waiting is not None:
        await turn.work.journal.drop(waiting.id, turn.now)
    if not wanted:
        return Reply(words.mood_off(), row(undo))
    here = turn.message.address
    due = await asking.plan_mood(turn.work, person, turn.portfolio.id, here, turn.now)
    if due is None:
        return Reply(words.mood_needs_hours())
    return Reply(words.mood_on(moment(due, person.time_zone)), row(undo))


@press("moodline")
async def mood_pressed(turn: Turn, said: Details) -> Reply:
    return await mood_question(turn, {"off": said["data"] == "off"})


@press("addreason")
async def add_reason(turn: Turn, said: Details) -> Reply:
    """Ask for the reason of a trade that has none."""
    trade = await journaling.own_trade(turn, said["data"])
    if trade is None:
        return Reply(words.no_such_entry())
    turn.state["flow"] = journaling.FLOW
    return Reply(words.ASK_WHY, row(*journaling.reason_buttons(trade.id)))
