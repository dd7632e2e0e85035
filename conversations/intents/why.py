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
    draft = turn.state.get("draft")
    buttons = [one.data for line in offered(turn.state) for one in line]
    if turn.state.get("flow") != "trade" or not any(f":{draft}" in one for one in buttons):
        return Reply(why_so, why=why_so)  # of the card, nothing was said last
    # The question did not use the open card up: from here on this message stands for it.
    key = f"draft:{draft}"
    return Reply(why_so, offered(turn.state), why=why_so, key=key)
