"""What follows on the weekly review: a plan for the next week, and the notes kept for it."""

from __future__ import annotations

from conversations.actions import preferences
from conversations.elsewhere import meant_for
from conversations.intents import Details, flow, press
from conversations.messages import Button, Reply, row
from conversations.nudging.kinds.weekly_review import KIND, PLAN
from conversations.turn import Turn
from conversations.wording import weeks as words

FLOW = "week_plan"
SHORTEST, LONGEST = 3, 200  # characters of a plan
LAST = 40  # messages among which the review is looked for
NONE = frozenset({"nothing", "none", "no", "no plans", "skip", "cancel"})


@press("weekplan")
async def ask(turn: Turn, said: Details) -> Reply:
    turn.state["flow"] = FLOW
    return Reply(words.ask_plan(), row(Button("No plans", "weeknoplan:")))


@press("weeknoplan")
async def none(turn: Turn, said: Details) -> Reply:
    turn.state["flow"] = None
    return Reply(words.no_plan())


@flow(FLOW)
async def keep(turn: Turn, text: str) -> Reply | None:
    """What is said now is the plan, unless it is meant for something else."""
    said = " ".join(text.split())
    if said.casefold().strip(" .!") in NONE:
        return await none(turn, {})
    if len(said) < SHORTEST:
        return Reply(words.plan_too_short())
    turn.state["flow"] = None
    if await meant_for(text, said, await turn.world(), asked=FLOW):
        return None
    today = (await turn.today()).isoformat()
    plan = {"words": said[:LONGEST], "day": today, "portfolio": turn.portfolio.id.hex}
    undo = await preferences.change(turn, preferences={PLAN: plan})
    return Reply(words.plan_kept(plan["words"]), row(undo))


@press("weeknotes")
async def notes(turn: Turn, said: Details) -> Reply:
    """``weeknotes:2026-W47``: what that review counted and did not tell."""
    for one in await turn.work.nudges.history(turn.person.id, LAST):
        if one.kind == KIND.name and one.facts["week"] == said["data"]:
            return Reply(words.notes(one.facts["notes"]))
    return Reply(words.no_notes())
