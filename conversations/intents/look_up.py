"""Asking a live feed for a day's price before a trade is shown: the slow part of “bought …”."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from conversations import cards
from conversations.actions import drafts, pricing
from conversations.actions.drafts import Content
from conversations.messages import Button, Reply, row
from conversations.reading.trades import review
from conversations.tasks import Finish, Job, task
from conversations.turn import Turn, begin_for, message_of
from conversations.wording import tasks, trades
from storage.records import Draft
from storage.unit_of_work import UnitOfWork


@task("look_up")
async def look_up(job: Job) -> Finish:
    content = drafts.unpack(job.task.details["content"])
    freshness = await pricing.refresh(job.desk, pricing.symbols_of(content), job.now)

    async def finish(work: UnitOfWork) -> Reply:
        turn = await begin_for(job.task, work, job.now, job.desk)
        if str(turn.portfolio.id) != job.task.details["portfolio"]:
            return Reply(tasks.elsewhere(demo=turn.portfolio.demo))
        world = await turn.world()
        readings = tuple(review(reading, world) for reading in content.readings)
        looked_up = Content(readings)
        if await _newer_is_open(turn, job):
            return await _behind(turn, looked_up)
        reply = await cards.propose(turn, looked_up)
        await turn.keep_state()
        if not freshness.unreachable:
            return reply
        known = (await turn.prices()).last_day
        note = trades.feeds_unreachable(freshness.unreachable, known)
        return replace(reply, text=f"{reply.text}\n{note}")

    return finish


async def _newer_is_open(turn: Turn, job: Job) -> bool:
    """Whether a card is open that was shown after "Looking up": it is what is spoken about now."""
    short = turn.state.get("draft") or ""
    shown, promised = message_of(turn.state, f"draft:{short}"), job.task.reply_to
    if shown is None or promised is None or shown <= promised:
        return False
    id = drafts.long(short)
    draft = await turn.work.drafts.get(id, turn.person.id) if id else None
    return draft is not None and draft.status == "open" and draft.expires_at > turn.now


async def _behind(turn: Turn, content: Content) -> Reply:
    """Keep the trade, to be shown when it is asked for; the newer card stays open."""
    address, id = turn.message.address, uuid4()
    await turn.work.drafts.add(
        Draft(
            id=id,
            portfolio=turn.portfolio.id,
            person=turn.person.id,
            channel=address.channel,
            chat=address.chat,
            content=drafts.pack(content),
            status="replaced",
            created_at=turn.now,
            expires_at=turn.now + drafts.EXPIRES_AFTER,
        )
    )
    again = Button("Show it", f"again:{drafts.short(id)}")
    return Reply(tasks.newer_card([one.symbol for one in content.readings]), row(again))
