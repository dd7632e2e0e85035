"""One turn of talk: a message comes in, a reply goes out, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import structlog

from conversations.desk import Desk
from conversations.messages import IncomingMessage, Reply
from conversations.turn import Turn, begin, noted
from conversations.understanding import understand
from conversations.wording import general
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """Our reply, and the slow work that was promised in it."""

    reply: Reply
    later: tuple[tuple[str, dict[str, Any]], ...]
    person: UUID
    state: dict[str, Any]  # the chat's memory, to be kept with the reply


async def answer(message: IncomingMessage, work: UnitOfWork, now: datetime, desk: Desk) -> Answer:
    """Our answer to ``message``, with whatever it set in motion left in ``work``.

    A handler that raises loses what it did, not its turn: the person is told that nothing was
    saved, with a reference that the log carries too.
    """
    turn = await begin(message, work, now, desk)
    try:
        async with work.savepoint():
            reply = await _reply(turn)
    except Exception:
        reference = uuid4().hex[:4]
        log.exception("a handler failed", reference=reference, message=message.id)
        reply, turn.later = Reply(general.broken(reference)), []
        turn.state = await _state(turn)
    noted(turn.state, reply)
    return Answer(reply, tuple(turn.later), turn.person.id, turn.state)


async def _state(turn: Turn) -> dict[str, Any]:
    address = turn.message.address
    return await turn.work.dialogs.get(address.channel, address.chat, turn.person.id)


async def _reply(turn: Turn) -> Reply:
    found = await understand(turn)
    if isinstance(found, Reply):
        return found
    handler, details = found
    turn.state["misses"] = 0
    return await handler(turn, details)
