"""“why?”: where the last number came from."""

from __future__ import annotations

from conversations.intents import Details, intent
from conversations.messages import Reply
from conversations.turn import Turn
from conversations.wording import general


@intent(
    "why",
    label="Why?",
    summary="Ask where a number comes from",
    examples=("why?", "why", "how come?", "explain that"),
    pattern=r"(why|why this|how come|explain( that| this)?|how do you know( that)?)\W*",
    rank=8,
)
async def why(turn: Turn, said: Details) -> Reply:
    return Reply(turn.state.get("why") or general.nothing_to_explain())
