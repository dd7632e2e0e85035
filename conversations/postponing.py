"""A trade that is put off: its card is closed, and a reminder speaks of it later."""

from __future__ import annotations

from datetime import datetime

from conversations.actions import drafts, reminding
from conversations.cards import weigh
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import reminders as words
from conversations.wording import trades
from storage.records import Draft, Reminder


async def put_off(turn: Turn, draft: Draft, until: datetime) -> Reply:
    """Close the card and remind of its trade ``until`` then; nothing is saved."""
    proposal = await weigh(turn, draft.id, drafts.unpack(draft.content))
    if not proposal.trades:
        return Reply(words.no_trade_yet())
    first = proposal.trades[0]
    name = trades.short(first, await turn.currency_of(first.symbol))
    wanted = await reminding.note(turn, until, "trade", draft.id, name)
    if wanted is None:
        return noted(None)
    await turn.work.drafts.close(draft.id, turn.person.id, "cancelled")
    turn.state["flow"] = turn.state["draft"] = None
    return Reply(
        words.card_put_off(wanted),
        row(reminding.undo_button(wanted), Button("My reminders", "pick:reminders")),
        replaces=f"draft:{drafts.short(draft.id)}",
    )


def noted(wanted: Reminder | None) -> Reply:
    """That a reminder is kept; None: that too many are."""
    if wanted is None:
        return Reply(words.too_many(reminding.MOST), row(Button("My reminders", "pick:reminders")))
    buttons = row(reminding.undo_button(wanted), Button("My reminders", "pick:reminders"))
    return Reply(words.noted(wanted), buttons)
