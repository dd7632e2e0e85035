"""An edited message: it changes the open card it made; everything else is asked about first."""

from __future__ import annotations

from dataclasses import replace

from conversations import cards
from conversations.actions import drafts
from conversations.actions.drafts import Content
from conversations.intents import Details, press
from conversations.messages import Button, Reply, row
from conversations.reading.trades import read_trades
from conversations.turn import Turn
from conversations.understanding import understand
from conversations.wording import doors, general


@press("edited")
async def edited(turn: Turn, said: Details) -> Reply:
    """Take an edit: of the message that made the open card, it is read in that one's place."""
    if "data" in said:
        return await _answered(turn, said["data"])
    text: str = said["text"]
    open_id = drafts.long(turn.state.get("draft") or "")
    if open_id and turn.state.get("draft_from") == turn.message.id:
        draft = await turn.work.drafts.get(open_id, turn.person.id)
        usable = draft is not None and draft.status == "open" and draft.expires_at > turn.now
        readings = read_trades(text, await turn.world()) if usable else ()
        if readings:
            again = await cards.propose(turn, Content(tuple(readings)))
            return replace(again, replaces=f"draft:{drafts.short(open_id)}")
    turn.state["edited"] = text
    return Reply(
        doors.edited(), row(Button("Yes, read it", "edited:take"), Button("No", "edited:leave"))
    )


async def _answered(turn: Turn, answer: str) -> Reply:
    text = turn.state.pop("edited", None)
    if answer == "leave":
        return Reply(doors.edit_left())
    if answer != "take":
        return Reply(general.stale_button())
    if not text:
        return Reply(doors.edit_gone())
    turn.message = replace(turn.message, pressed=None, edited=False, text=text)
    found = await understand(turn)
    if isinstance(found, Reply):
        return found
    handler, details = found
    return await handler(turn, details)
