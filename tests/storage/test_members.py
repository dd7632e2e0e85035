"""Who leaves a shared portfolio leaves nothing behind that would come to them later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import text

from storage.nudge_records import Intention, NudgeRecord
from storage.records import Draft, JournalQuestion, Person, Reminder
from storage.unit_of_work import Storage, UnitOfWork
from tests.storage.people import NOW, purchase, somebody
from tests.storage.test_recommendations import record

LATER = NOW + timedelta(days=1)
WAITING = """
    SELECT 'draft' FROM drafts WHERE status = 'open' AND user_id = :who
    UNION ALL SELECT 'reminder' FROM reminders WHERE cancelled_at IS NULL AND user_id = :who
    UNION ALL SELECT 'question' FROM journal_questions WHERE cancelled_at IS NULL AND user_id = :who
    UNION ALL SELECT 'intention' FROM intentions WHERE cancelled_at IS NULL AND user_id = :who
    UNION ALL SELECT status FROM nudges WHERE status <> 'dropped' AND user_id = :who
    UNION ALL SELECT 'plan' FROM plans WHERE dismissed_at IS NULL AND user_id = :who
    UNION ALL SELECT 'task' FROM tasks WHERE done_at IS NULL AND user_id = :who
    ORDER BY 1
"""
ALL = ["digest", "draft", "intention", "plan", "question", "reminder", "task", "waiting"]


async def left_open(work: UnitOfWork, person: Person, portfolio: UUID) -> None:
    """One of everything that somebody can leave open about a portfolio."""
    here, (id, trade) = (person.id, "web", "7"), (uuid4(), purchase())
    await work.trades.add(portfolio, trade)
    await work.drafts.add(Draft(id, portfolio, *here, {}, "open", NOW, LATER))
    await work.reminders.add(Reminder(uuid4(), portfolio, *here, "words", LATER, "UTC", NOW))
    await work.journal.ask_later(JournalQuestion(uuid4(), portfolio, here[0], trade.id, "web", "7",
                                                 LATER, NOW))  # fmt: skip
    await work.intentions.add(
        Intention(uuid4(), portfolio, person.id, "", -0.2, 100.0, "I will wait", NOW)
    )
    for key in ("one", "two"):
        nudge = NudgeRecord(
            uuid4(), portfolio, person.id, "fall", "market", f"{id}{key}", {}, 1.0, NOW, LATER
        )
        assert await work.nudges.want(nudge)
        if key == "two":
            await work.nudges.keep_for_digest([nudge.id])
    told = replace(record(person), portfolio=portfolio)
    await work.recommendations.add(told)
    await work.plans.save(told, NOW)
    body = {"text": "Working on it", "buttons": []}
    promised = await work.outbox.add("web", "7", body)
    await work.tasks.add("twin", "web", "7", person.id, {"portfolio": str(portfolio)}, promised)


async def waiting(work: UnitOfWork, person: Person) -> list[str]:
    return list((await work._connection.execute(text(WAITING), {"who": person.id})).scalars())


async def test_nothing_about_it_comes_to_who_was_removed(storage: Storage) -> None:
    (ada, club), (bob, own) = await somebody(storage), await somebody(storage, "bob")
    async with storage.transaction() as work:
        await work.members.make(club, ada.id, "Ada", NOW)
        await work.members.invite(b"code", club, ada.id, "member", LATER)
        await work.members.join(b"code", bob.id, "Bob", NOW)
        for person, portfolio in ((ada, club), (bob, club), (bob, own)):
            await left_open(work, person, portfolio)
        assert await waiting(work, bob) == sorted(2 * ALL)
        stopped = await work.members.remove(club, bob.id, LATER)
        assert stopped is not None
        assert len(stopped) == 1
        assert await waiting(work, bob) == ALL, "what is about the own portfolio"
        assert await waiting(work, ada) == ALL
        assert await work.members.remove(club, bob.id, LATER) is None
        assert await work.members.barred(bob.id, club)
        assert not await work.members.barred(bob.id, own)
        assert await work.members.barred(ada.id, own), "neither hers nor shared with her"
        assert not await work.members.barred(ada.id, uuid4())
