"""“drafts”, “approve 1”, “approve all”: what waits for a second yes, by its number in the list."""

from __future__ import annotations

from dataclasses import replace

from conversations.actions.teams import waiting_drafts
from conversations.intents import Details, intent, press, pressed
from conversations.messages import Reply
from conversations.turn import Turn
from conversations.wording import general
from conversations.wording import waiting as words


@intent(
    "drafts",
    label="Drafts",
    summary="See, approve or reject drafts that wait for a second yes",
    group="team",
    examples=("drafts", "open drafts", "what waits for approval?"),
    pattern=(
        r"/?((show( me)?|list|see) )?(all |my |our |the )?(open |waiting |pending )?drafts"
        r"|/?what('s| is)? (waits?|waiting|pending|open)( for (approval|a (second )?yes|me|us))?\W*"
    ),
    guess="offer",
)
async def drafts(turn: Turn, said: Details) -> Reply:
    return await waiting_drafts.listed(turn)


@intent(
    "approve_number",
    label="Approve by number",
    summary="Approve or reject a draft by its number",
    examples=("approve 1", "approve all", "reject 2"),
    pattern=(
        r"/?(approve|(?P<no>reject)) (draft |number |no\.? ?|#)?"
        r"((?P<number>\d{1,3})|all( of (them|it))?|everything|both|(all )?(the )?drafts)\W*"
    ),
)
async def by_number(turn: Turn, said: Details) -> Reply:
    number = int(said["number"]) if said.get("number") else None
    return await _each(turn, number, "reject" if said.get("no") else "approve")


@press("waiting")
async def chosen(turn: Turn, said: Details) -> Reply:
    """``waiting:all``, or one by the data that its own card's buttons carry."""
    if said["data"] == "all":
        return await _each(turn, None, "approve")
    await waiting_drafts.come_to(turn)
    handler = pressed("approve")
    return await handler(turn, said) if handler else Reply(general.stale_button())


async def _each(turn: Turn, number: int | None, verb: str) -> Reply:
    """One by one as their buttons would; a list that was not shown is shown first."""
    found = await waiting_drafts.named(turn, number)
    handler = pressed(verb)
    if handler is None:
        return Reply(general.stale_button())
    if not found:
        again = await waiting_drafts.listed(turn)
        if number is None or not again.buttons:
            return again
        return replace(again, text=f"{words.which(number)}\n{again.text}")
    replies = [await handler(turn, {"data": data}) for data in found]
    if len(replies) == 1:
        return replies[0]
    told = words.said([one.text for one in replies])
    return Reply(told, for_all=any(one.for_all for one in replies))
