"""The answers to “did you do it?”: all of it, partly, not yet, no."""

from __future__ import annotations

from collections.abc import Sequence

from conversations.actions import drafts
from conversations.intents import Details, press
from conversations.messages import Button, Reply, row
from conversations.nudging.kinds import follow_up
from conversations.turn import Turn
from conversations.wording import follow_up as words
from engine.optimization.follow_up import Outcome
from storage.records import RecommendationRecord

LIVE = ("open", "partly")


@press("followed")
async def followed(turn: Turn, said: Details) -> Reply:
    """``followed:<proposal>:notyet``, of whichever portfolio it was."""
    short, _, key = said["data"].partition(":")
    id = drafts.long(short)
    told = await turn.work.recommendations.get(id, turn.person.id) if id else None
    if told is None or told.status not in LIVE:
        return Reply(words.ended(), row(Button("Rebalance", "optimise:")))
    match key:
        case "dropped":
            return await _dropped(turn, told)
        case "notyet":
            on = told.follow_up_at.date() if told.follow_up_at else None
            return Reply(words.not_yet(on), row(*_buttons()))
    found = await follow_up.compared(turn.work, told, turn.desk.sources, turn.now)
    await turn.work.recommendations.remind(told.id, turn.person.id, None)
    if found.outcome is Outcome.DONE:
        await turn.work.recommendations.set_status(told.id, turn.person.id, "done", turn.now)
        return Reply(words.done())
    again = Button("Undo", f"followagain:{short}")
    if key == "partly":
        return Reply(words.partly(), row(*_buttons(), again))
    record, file = Button("Record a trade", "pick:trade"), Button("Import CSV", "pick:brokers")
    return Reply(words.all_of_it(), row(record, file, again))


def _buttons() -> Sequence[Button]:
    return [Button("Trade list", "pick:trade_list"), Button("Dismiss", "pick:dismiss")]


async def _dropped(turn: Turn, told: RecommendationRecord) -> Reply:
    await turn.work.recommendations.set_status(told.id, turn.person.id, "dismissed", turn.now)
    await turn.work.reminders.cancel_about(told.id, turn.person.id, turn.now)
    return Reply(words.dropped(), row(Button("Rebalance", "optimise:")))


@press("followagain")
async def ask_again(turn: Turn, said: Details) -> Reply:
    """Take back that nothing more is asked."""
    id, at = drafts.long(said["data"]), turn.now + follow_up.AGAIN
    if id is None or not await turn.work.recommendations.remind(id, turn.person.id, at):
        return Reply(words.ended())
    return Reply(words.not_yet(at.date()))
