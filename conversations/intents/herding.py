"""“do we follow each other in Club?”: herding among those who share a portfolio."""

from __future__ import annotations

from conversations.actions.teams import team_views, teaming
from conversations.intents import Details, intent
from conversations.messages import Reply
from conversations.turn import Turn
from conversations.wording import teams as words


@intent(
    "team_herding",
    label="Herding in the team",
    summary="See whether you trade as the others of your team do",
    group="team",
    examples=("do we follow each other?", "do I follow the others in Club?"),
    pattern=(
        r"/?((do (we|i) (follow (each other|the others)|herd)|herding)"
        r"( (in|inside|of) (the team|(?P<team>[^\W\d_][\w &'-]{1,40}?)))?"
        r"|team herding)\W{0,30}"
    ),
)
async def team_herding(turn: Turn, said: Details) -> Reply:
    access = await teaming.choose(turn, said.get("team"))
    if isinstance(access, Reply):
        return access
    found = await team_views.follow(turn, access)
    if found.finding is None or not found.finding.measures["signals"]:
        text = words.too_few(access.name, found.others, team_views.FEWEST)
        return Reply(text, private=True)
    told = found.finding.measures
    text = words.herding(
        access.name,
        int(told["with_crowd"]),
        int(told["signals"]),
        told["expected_share"],
        found.finding.detected,
    )
    return Reply(text, private=True)


@intent(
    "team_digest",
    label="Team week",
    summary="See the week of a shared portfolio",
    group="team",
    examples=("week of Club", "team digest"),
    pattern=(
        r"/?((the |our )?week( (of|in) (?P<team>[^\W\d_][\w &'-]{1,40}?))?"
        r"|team (digest|week))\W{0,30}"
    ),
)
async def team_week(turn: Turn, said: Details) -> Reply:
    access = await teaming.choose(turn, said.get("team"))
    if isinstance(access, Reply):
        return access
    return Reply(await team_views.digest(turn.work, access.portfolio, turn.now))
