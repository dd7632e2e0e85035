"""“cancel”: give up the open card, question or running work; nothing is saved."""

from __future__ import annotations

from conversations.actions import drafts, promises
from conversations.intents import Details, flowing, intent, pressed
from conversations.messages import Reply
from conversations.turn import Turn, offered
from conversations.wording import general


@intent(
    "cancel",
    label="Cancel",
    summary="Cancel what is open",
    examples=("cancel", "/cancel", "never mind", "stop", "back"),
    pattern=r"/?(cancel( that| it)?|never ?mind|forget it|stop|abort|back|no)\W*",
)
async def cancel(turn: Turn, said: Details) -> Reply:
    begun = flowing("start") if turn.state.get("flow") == "start" else None
    if begun is not None and turn.message.text.strip(" .!").lower() == "no":
        answered = await begun(turn, "no")  # to a question of the start: what was said stays
        if answered is not None:
            return answered
    word = turn.message.text.strip(" .!/").lower()
    if word in ("back", "stop") and (stepped := await _press(turn, word)) is not None:
        return stepped  # a question that can be gone back from, or left
    id = drafts.long(turn.state.get("draft") or "")
    closed = bool(id) and await turn.work.drafts.close(id, turn.person.id, "cancelled")  # type: ignore[arg-type]
    tasks = await promises.call_off(turn)
    going = bool(turn.state.get("flow"))
    turn.state["flow"] = turn.state["draft"] = None
    if going and not closed:
        turn.state["offered"] = []  # "yes" must not answer what was just given up
    if not (closed or tasks or going):
        return await _press(turn) or Reply(general.nothing_to_cancel())
    replaces = f"draft:{drafts.short(id)}" if closed and id else ""
    return Reply(general.cancelled(int(closed), tasks), replaces=replaces)


async def _press(turn: Turn, label: str = "cancel") -> Reply | None:
    """The button of this name under what was said last, such as under the preview of a file."""
    buttons = (one for line in offered(turn.state) for one in line)
    for button in (one for one in buttons if one.label.lower() == label):
        prefix, _, data = button.data.partition(":")
        handler = pressed(prefix)
        if handler is not None and prefix != "drop":  # of a card: it was closed before
            return await handler(turn, {"data": data})
    return None
