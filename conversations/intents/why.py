"""“why?”: where the last number came from."""

from __future__ import annotations

from conversations.intents import Details, intent
from conversations.messages import Reply
from conversations.turn import Turn, offered
from conversations.wording import general


@intent(
    "why",
    label="Why?",
    summary="Ask where a number comes from",
    examples=("why?", "why", "how come?", "explain that"),
    pattern=r"(why|why this|how come|explain( that| this)?|how do you know( that)?)\W*",
    rank=8,
    guess="take",
)
async def why(turn: Turn, said: Details) -> Reply:
    why_so = turn.state.get("why")
    if not why_so:
        return Reply(general.nothing_to_explain())
    if turn.state.get("flow") != "trade":
        return Reply(why_so, why=why_so)
    # The question did not use the open card up: from here on this message stands for it.
    key = f"draft:{turn.state.get('draft')}"
    return Reply(why_so, offered(turn.state), why=why_so, key=key)
