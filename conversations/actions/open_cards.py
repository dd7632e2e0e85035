"""A trade card that stays open while something else is talked about: the answer says so."""

from __future__ import annotations

from dataclasses import replace

from conversations.actions import drafts
from conversations.messages import Reply
from conversations.turn import Turn
from conversations.wording import trades
from storage.records import Draft, Task
from storage.unit_of_work import UnitOfWork

CARD = "card"  # of a task's details: the draft that was open when it was promised
OPENING = frozenset({"look_up"})  # tasks that end in a card of their own


async def find(turn: Turn) -> Draft | None:
    """The draft of the card that is open in this chat."""
    id = drafts.long(turn.state.get("draft") or "")
    found = await turn.work.drafts.get(id, turn.person.id) if id else None
    usable = found is not None and found.status == "open" and found.expires_at > turn.now
    return found if usable else None


async def beside(turn: Turn, before: str, reply: Reply) -> Reply:
    """``reply``, and that the card which was open ``before`` still is, unless it is about it."""
    about_it = bool(reply.key or reply.replaces) or reply.private
    if turn.gone or not before or about_it or turn.state.get("draft") != before:
        return reply
    if (draft := await find(turn)) is None or OPENING & {kind for kind, _ in turn.later}:
        return reply
    turn.later = [(kind, {**details, CARD: before}) for kind, details in turn.later]
    return _said(reply, draft)


async def beside_later(task: Task, work: UnitOfWork, reply: Reply) -> Reply:
    """The same of what slow work came to, where the card is open still."""
    before = task.details.get(CARD)
    if before is None or reply.key or reply.replaces:
        return reply
    state = await work.dialogs.get(task.channel, task.chat, task.person)
    id = drafts.long(before)
    draft = await work.drafts.get(id, task.person) if id else None
    if draft is None or draft.status != "open" or state.get("draft") != before:
        return reply
    return _said(reply, draft)


def _said(reply: Reply, draft: Draft) -> Reply:
    open_still = trades.stays_open(drafts.unpack(draft.content).readings)
    if reply.text.endswith(":"):  # the buttons are what it ends in
        return replace(reply, text=f"{open_still}\n{reply.text}")
    return replace(reply, text=f"{reply.text}\n{open_still}")
