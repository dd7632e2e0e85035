"""“log”: what was done to a portfolio and to an account, by whom and when, newest first."""

from __future__ import annotations

from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import log as words

PAGE = 5


@intent(
    "log",
    label="Log",
    summary="See what was done, by whom and when",
    group="team",
    examples=("log", "/log", "audit log", "show the log"),
    pattern=r"/?((show|see|open) )?(the |my )?(audit )?(log|audit( log)?|audit trail)\W*",
    guess="take",
)
async def log(turn: Turn, said: Details) -> Reply:
    return await _page(turn, 0)


@press("log")
async def older(turn: Turn, said: Details) -> Reply:
    start = said["data"]
    return await _page(turn, int(start) if start.isdecimal() and len(start) < 7 else 0)


async def _page(turn: Turn, start: int) -> Reply:
    shared = turn.access is not None and turn.access.shared
    books = [turn.portfolio.id] if shared else [turn.portfolio.id, turn.person.id]
    found = await turn.work.audit.latest(books, PAGE + 1, start)
    names = {}
    if shared:
        names = {one.person: one.name for one in await turn.work.members.of(turn.portfolio.id)}
    else:
        names = dict.fromkeys(
            [turn.person.id, *await turn.work.links.absorbed(turn.person.id)], "you"
        )
    text = words.page(found[:PAGE], names, turn.person.time_zone, turn.portfolio.name)
    more = [Button("Older", f"log:{start + PAGE}")] if len(found) > PAGE else []
    return Reply(text, row(*more), why=words.why())
