"""Asking a live feed for a day's price before a trade is shown: the slow part of “bought …”."""

from __future__ import annotations

from conversations import cards
from conversations.actions import drafts, pricing
from conversations.actions.drafts import Content
from conversations.messages import Reply
from conversations.reading.trades import review
from conversations.tasks import Finish, Job, task
from conversations.turn import begin_for
from conversations.wording import trades
from storage.unit_of_work import UnitOfWork


@task("look_up")
async def look_up(job: Job) -> Finish:
    content = drafts.unpack(job.task.details["content"])
    freshness = await pricing.refresh(job.desk, pricing.symbols_of(content), job.now)

    async def finish(work: UnitOfWork) -> Reply:
        turn = await begin_for(job.task, work, job.now, job.desk)
        world = await turn.world()
        readings = tuple(review(reading, world) for reading in content.readings)
        reply = await cards.propose(turn, Content(readings, looked_up=True))
        await turn.keep_state()
        if not freshness.unreachable:
            return reply
        known = (await turn.prices()).last_day
        note = trades.feeds_unreachable(freshness.unreachable, known)
        return Reply(f"{reply.text}\n{note}", reply.buttons, why=reply.why, key=reply.key)

    return finish
