"""“save as plan”: keep a proposal; “my plans”: list, open and dismiss what is kept; “csv”."""

from __future__ import annotations

from conversations.actions import drafts
from conversations.actions.allocation import following
from conversations.actions.allocation.trade_sheet import write_sheet
from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import plans as words
from conversations.wording import trade_list
from storage.records import Plan, RecommendationRecord


@intent(
    "save_plan",
    label="Save as plan",
    summary="Keep a proposal as a plan",
    examples=("save as plan", "save it as a plan", "keep the proposal"),
    pattern=(
        r"/?((save|keep|store) (it |that |this |the proposal |the trades |the trade list )?"
        r"as (a |my )?plan|(keep|save) (the|that|this) proposal)\W*"
    ),
    guess="offer",
)
async def save_plan(turn: Turn, said: Details) -> Reply:
    turn.portfolio = await turn.work.portfolios.lock(turn.portfolio.id)
    told = await turn.work.recommendations.latest_open(turn.portfolio.id)
    if told is None:
        return Reply(trade_list.none_open(), row(Button("Rebalance", "optimise:")))
    plan, new = await turn.work.plans.save(told, turn.now)
    undo = [Button("Undo", f"unplan:{drafts.short(plan.id)}")] if new else []
    text = words.saved(plan, new=new, demo=turn.portfolio.demo)
    return Reply(text, row(*undo, Button("My plans", "pick:plans")))


@intent(
    "plans",
    label="My plans",
    summary="See the proposals you kept",
    group="proposals",
    examples=("my plans", "plans", "show my plans"),
    pattern=r"/?((show( me)?|list|see|what are) )?(my |the )?plans\W*",
    guess="take",
)
async def plans(turn: Turn, said: Details) -> Reply:
    known = await turn.work.plans.of(turn.portfolio.id)
    stale = [
        await following.staleness(turn, one.recommendation.content) is not None for one in known
    ]
    buttons = [
        Button(f"Open {one.number}", f"plan:{drafts.short(one.id)}") for one in known[: words.MOST]
    ]
    return Reply(words.list_of(known, stale, demo=turn.portfolio.demo), row(*buttons[:6]))


@intent(
    "plan",
    label="Open a plan",
    summary="Open or dismiss a plan",
    examples=("open plan 1", "plan 2", "dismiss plan 1"),
    pattern=(
        r"/?((?P<drop>dismiss|drop|forget|delete|remove)|open|show( me)?|see)? ?(my |the )?plan "
        r"(number )?#?(?P<number>\d{1,6})\W*"
    ),
    guess="offer",
)
async def plan(turn: Turn, said: Details) -> Reply:
    if not said.get("number"):
        return await plans(turn, said)
    number = int(said["number"])
    known = await turn.work.plans.of(turn.portfolio.id)
    found = next((one for one in known if one.number == number), None)
    if found is None:
        return Reply(words.no_such(number), row(Button("My plans", "pick:plans")))
    return await (_dismiss(turn, found) if said.get("drop") else _open(turn, found))


@press("plan")
async def open_pressed(turn: Turn, said: Details) -> Reply:
    found = await _own(turn, said["data"])
    if found is None or found.dismissed_at is not None:
        return Reply(words.no_such(found.number if found else None))
    return await _open(turn, found)


async def _own(turn: Turn, data: str) -> Plan | None:
    """The plan that a button names, if it is of the portfolio that is spoken about."""
    id = drafts.long(data)
    found = await turn.work.plans.get(id, turn.person.id) if id else None
    return found if found is not None and found.portfolio == turn.portfolio.id else None


async def _open(turn: Turn, plan: Plan) -> Reply:
    told, demo = plan.recommendation.content, turn.portfolio.demo
    drop = Button("Dismiss plan", f"unplan:{drafts.short(plan.id)}")
    stale = await following.staleness(turn, told)
    if stale is not None:
        text = words.outdated(plan, trade_list.stale(stale), demo=demo)
        return Reply(text, row(Button("Work it out again", "optimise:"), drop))
    currency = await turn.currency_of(next(iter(told.prices), ""))
    closes_of = await following.day_of_closes(turn, told)
    listed = trade_list.trade_list(told, currency, closes_of, demo=demo)
    csv = Button("CSV", f"csv:{drafts.short(plan.recommendation.id)}")
    return Reply(words.opened(plan, listed), row(csv, drop), why=trade_list.why(told))


@press("unplan")
async def dismiss_pressed(turn: Turn, said: Details) -> Reply:
    found = await _own(turn, said["data"])
    return Reply(words.no_such(None)) if found is None else await _dismiss(turn, found)


async def _dismiss(turn: Turn, plan: Plan) -> Reply:
    if not await turn.work.plans.dismiss(plan.id, turn.person.id, turn.now):
        return Reply(words.no_such(plan.number))
    restore = Button("Restore", f"replan:{drafts.short(plan.id)}")
    return Reply(words.dismissed(plan), row(restore))


@press("replan")
async def restore(turn: Turn, said: Details) -> Reply:
    found = await _own(turn, said["data"])
    if found is None or not await turn.work.plans.dismiss(found.id, turn.person.id, None):
        return Reply(words.no_such(None))
    return Reply(words.back(found), row(Button("Undo", f"unplan:{drafts.short(found.id)}")))


@intent(
    "trade_sheet",
    label="CSV",
    summary="Get the trade list as a file",
    examples=("csv", "trade list as csv", "download the trades of the proposal"),
    pattern=(
        r"/?((give me |send me |get |as |the )?csv( please)?|(the )?(trade|order) list (as|in|to) "
        r"(a )?csv( file)?|(download|export) (the )?((trade|order) list|trades of the proposal))\W*"
    ),
    guess="take",
)
async def trade_sheet(turn: Turn, said: Details) -> Reply:
    told = await turn.work.recommendations.latest_open(turn.portfolio.id)
    return await _sheet(turn, told)


@press("csv")
async def sheet_pressed(turn: Turn, said: Details) -> Reply:
    id = drafts.long(said["data"])
    told = await turn.work.recommendations.get(id, turn.person.id) if id else None
    mine = told is not None and told.portfolio == turn.portfolio.id
    return await _sheet(turn, told if mine else None)


async def _sheet(turn: Turn, told: RecommendationRecord | None) -> Reply:
    if told is None:
        return Reply(trade_list.none_open(), row(Button("Rebalance", "optimise:")))
    stale = await following.staleness(turn, told.content)
    if stale is not None:
        return Reply(trade_list.stale(stale), row(Button("Work it out again", "optimise:")))
    closes_of = await following.day_of_closes(turn, told.content)
    text = words.sheet(told.content, closes_of, demo=turn.portfolio.demo)
    return Reply(text, row(Button("I did it", "pick:did_it")), document=write_sheet(told.content))
