"""One turn of talk: a message comes in, a reply goes out, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import structlog

from conversations.actions import open_cards
from conversations.actions.privacy import is_personal, may_speak
from conversations.actions.teams import whose
from conversations.desk import Desk
from conversations.messages import OPEN_DM, Button, IncomingMessage, Reply, row
from conversations.turn import TOPIC, Turn, begin, noted
from conversations.understanding import topic_of, understand
from conversations.wording import doors, general, teams
from storage.records import LooksOnly
from storage.unit_of_work import UnitOfWork

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """Our reply, and the slow work that was promised in it."""

    reply: Reply
    later: tuple[tuple[str, dict[str, Any]], ...]
    person: UUID | None  # None: they have just asked to be forgotten
    state: dict[str, Any]  # the chat's memory, to be kept with the reply
    about: UUID | None = None  # the shared portfolio that was spoken about


async def answer(message: IncomingMessage, work: UnitOfWork, now: datetime, desk: Desk) -> Answer:
    """Our answer to ``message``, with whatever it set in motion left in ``work``.

    A handler that raises loses what it did, not its turn: the person is told that nothing was
    saved, with a reference that the log carries too.
    """
    turn = await begin(message, work, now, desk)
    try:
        async with work.savepoint():
            reply = await _reply(turn)
    except LooksOnly:
        name = turn.access.name if turn.access else ""
        reply, turn.later = Reply(teams.only_looks(name)), []
        turn.state = await _state(turn)
    except Exception:
        reference = uuid4().hex[:4]
        log.exception("a handler failed", reference=reference, message=message.id)
        reply, turn.later = Reply(general.broken(reference)), []
        turn.state = await _state(turn)
    noted(turn.state, reply)
    about = turn.portfolio.id if turn.access is not None and turn.access.shared else None
    person = None if turn.gone else turn.person.id
    return Answer(reply, tuple(turn.later), person, turn.state, about)


async def _state(turn: Turn) -> dict[str, Any]:
    address = turn.message.address
    kept = await turn.work.dialogs.get(address.channel, address.chat, turn.person.id)
    return {**kept, "shared": True} if turn.message.shared else kept


async def _reply(turn: Turn) -> Reply:
    before = turn.state.get("draft") or ""
    found = await understand(turn)
    if isinstance(found, Reply):
        reply = found
    elif is_personal(turn, found[0]) and not (turn.message.aside and turn.access is None):
        reply = Reply(doors.private(), row(Button(doors.OPEN, OPEN_DM)), private=True)
    else:
        handler, details = found
        turn.state["misses"] = 0
        turn.topic = turn.state.pop(TOPIC, "")
        reply = whose.with_name(turn, handler, await handler(turn, details))
        turn.state.setdefault(TOPIC, topic_of(handler) or turn.topic)
    reply = await open_cards.beside(turn, before, reply)
    heard_by_all = turn.message.shared and not reply.private and await may_speak(turn)
    return replace(reply, open=True) if heard_by_all else reply
