"""“card”: the trade that waits for a yes, after something else was talked about."""

from __future__ import annotations

from conversations import cards
from conversations.actions import drafts, open_cards
from conversations.intents import Details, intent
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import trades


@intent(
    "card",
    label="Open card",
    summary="See the card that is still open",
    examples=("card", "show the card", "my open card"),
    pattern=r"/?((show|see|back to)( me)? )?(the |my )?(open |trade )?card( again)?\W{0,30}",
    guess="offer",
)
async def card(turn: Turn, said: Details) -> Reply:
    draft = await open_cards.find(turn)
    if draft is None:
        return Reply(trades.no_card(), row(Button("Record a trade", "pick:trade")))
    if draft.portfolio != turn.portfolio.id:
        return Reply(trades.other_portfolio())
    turn.state["flow"] = "trade"
    return await cards.show_unsaved(turn, draft.id, drafts.unpack(draft.content))
