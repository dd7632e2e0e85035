"""Reminders: noted in a turn, and said when their moment has come."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from conversations.actions import drafts
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import reminders as words
from storage.records import Reminder
from storage.unit_of_work import UnitOfWork

MOST = 50  # reminders that wait for one person
SHORT = 200  # characters of what somebody wants to be told


async def note(
    turn: Turn, due: datetime, about: str, subject: UUID | None = None, said: str = ""
) -> Reminder | None:
    """Keep a reminder for the one who speaks, here; None where too many wait already."""
    if len(await turn.work.reminders.waiting(turn.person.id)) >= MOST:
        return None
    here = turn.message.address
    wanted = Reminder(
        id=uuid4(),
        portfolio=turn.portfolio.id,
        person=turn.person.id,
        channel=here.channel,
        chat=here.chat,
        about=about,
        due_at=due,
        time_zone=turn.person.time_zone,
        created_at=turn.now,
        subject=subject,
        words=said[:SHORT],
    )
    await turn.work.reminders.add(wanted)
    return wanted


def undo_button(wanted: Reminder) -> Button:
    return Button("Undo", f"unremind:{drafts.short(wanted.id)}")


async def say(work: UnitOfWork, wanted: Reminder, now: datetime) -> Reply:
    """What is to be said now that the moment has come, whatever has become of the matter."""
    person = await work.users.get(wanted.person)
    portfolio = await work.portfolios.get(wanted.portfolio)
    if wanted.about == "words":
        return Reply(words.of_words(wanted))
    reply = await _told(work, wanted, now, demo=portfolio.demo)
    if person.portfolio != wanted.portfolio:  # the buttons would be about another portfolio
        return Reply(f"{reply.text}\n{words.elsewhere(demo=portfolio.demo)}")
    return reply


async def _told(work: UnitOfWork, wanted: Reminder, now: datetime, *, demo: bool) -> Reply:
    if wanted.about == "trade" or wanted.subject is None:
        return Reply(words.of_trade(wanted, demo=demo))
    told = await work.recommendations.get(wanted.subject, wanted.person)
    status = told.status if told else "expired"
    again = row(Button("Work it out again", "optimise:"))
    if told is None or status not in ("open", "partly"):
        return Reply(words.of_ended_proposal(status, demo=demo), again)
    if not demo and now >= told.content.expires_at:
        return Reply(words.of_ended_proposal("expired", demo=demo), again)
    buttons = row(
        Button("Trade list", "pick:trade_list"),
        Button("I did it", "pick:did_it"),
        Button("Dismiss", "pick:dismiss"),
    )
    return Reply(words.of_proposal(told.content, told.content.at, demo=demo), buttons)
