"""“use Club”: from now on we speak about another portfolio, until another is chosen."""

from __future__ import annotations

from conversations.intents import Details, intent, known
from conversations.messages import Reply
from conversations.turn import Turn
from conversations.wording import teams as words


@intent(
    "use",
    label="Change portfolio",
    summary="Speak about another portfolio",
    group="team",
    examples=("use Club", "switch to Main", "use my own portfolio"),
    pattern=(
        r"/?(switch to|use)( the)? (?P<name>(?!.* here$)(?!average|fifo|all|yesterday|my real)"
        r"[^\W\d_][\w '-]{1,30}?)( portfolio)?\W{0,30}"
    ),
)
async def use(turn: Turn, said: Details) -> Reply:
    wanted = (said.get("name") or "").casefold()
    own = [one for one in await turn.work.portfolios.of(turn.person.id) if not one.demo]
    shared = await turn.work.members.shared_with(turn.person.id)
    for one in shared:
        if one.name.casefold() == wanted:
            await turn.work.users.change(turn.person.id, portfolio=one.portfolio)
            return Reply(words.chosen(one.name, shared=True))
    found = [one for one in own if one.name.casefold() == wanted or wanted in ("my own", "mine")]
    if not found and wanted in ("demo", "the demo"):
        return await next(one for one in known() if one.name == "demo").picked(turn, {})
    if not found:
        return Reply(words.no_such(said.get("name") or "that"))
    await turn.work.users.change(turn.person.id, portfolio=found[0].id)
    return Reply(words.chosen(found[0].name, shared=False))
