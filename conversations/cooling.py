"""Waiting with a trade: its card is closed, and after the time they chose it is spoken of again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from conversations.actions import drafts, reminding
from conversations.cards import weigh
from conversations.messages import Button, Reply, row
from conversations.postponing import noted, put_off, unanswered
from conversations.turn import Turn
from conversations.wording import cooling as words
from conversations.wording import trades, warning
from storage.records import WAITED, Draft

A_DAY = timedelta(days=1)
LONGEST = 300  # characters that are kept of a reason


async def wait(turn: Turn, draft: Draft, until: datetime, reason: str = "") -> Reply:
    """Keep the draft as it is and close its card; nothing is saved. ``reason``: in their words.

    In the demo time stands still: there it is a reminder like any other.
    """
    if turn.portfolio.demo:
        return await put_off(turn, draft, until)
    content = drafts.unpack(draft.content)
    proposal = await weigh(turn, draft.id, replace(content, warned=False))
    if not proposal.trades:
        return await unanswered(turn, draft)
    first = proposal.trades[0]
    name = trades.short(first, await turn.currency_of(first.symbol))
    wanted = await reminding.note(turn, until, WAITED, draft.id, name)
    if wanted is None:
        return noted(None)
    told = warning.told(proposal.warning) if proposal.warning else ""
    kept = replace(content, waits=name, reason=reason[:LONGEST], told=told)
    await turn.work.drafts.rewrite(draft.id, turn.person.id, drafts.pack(kept))
    await turn.work.drafts.close(draft.id, turn.person.id, "cancelled")
    turn.state["flow"] = turn.state["draft"] = None
    undo = Button("Undo", f"uncool:{drafts.short(wanted.id)}")
    return Reply(
        words.waits(wanted, kept.reason),
        row(undo, Button("My reminders", "pick:reminders")),
        replaces=f"draft:{drafts.short(draft.id)}",
    )
