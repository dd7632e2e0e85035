"""Calling off slow work that was promised."""

from __future__ import annotations

from conversations.messages import Reply, pack
from conversations.turn import Turn
from conversations.wording import tasks


async def call_off(turn: Turn) -> int:
    """Stop what the person waits for in this chat, and say so where it was promised; how much."""
    here = turn.message.address
    stopped = await turn.work.tasks.cancel(here.channel, here.chat, turn.person.id)
    for promised in stopped:
        if promised is not None:
            await turn.work.outbox.edit(promised, pack(Reply(tasks.called_off())))
    return len(stopped)
