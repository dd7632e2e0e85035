"""“trade list”: the trades of the last proposal, whether they were made, and to dismiss it."""

from __future__ import annotations

from datetime import date

from conversations.actions import drafts
from conversations.actions.allocation import following, optimising
from conversations.actions.allocation.wishes import GOAL_WAYS
from conversations.intents import Details, intent
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import trade_list as words
from conversations.wording.trades import demo_mark
from engine.optimization.follow_up import Outcome, follow_up

STATUS = {Outcome.DONE: "done", Outcome.PARTLY: "partly", Outcome.EXPIRED: "expired"}


@intent(
    "trade_list",
    label="Trade list",
    summary="The trades of the last proposal",
    group="proposals",
    examples=("trade list", "which trades?", "show me the trades of the proposal"),
    pattern=(
        r"/?((show (me )?|give me )?(the |my )?(trade|order) list|(what|which) (trades|orders)"
        r"( are (that|those|needed))?|(show (me )?)?(the )?trades of (the|that) proposal"
        r"|what (do|would) i have to trade|(the )?proposed trades)\W*"
    ),
    guess="take",
)
async def trade_list(turn: Turn, said: Details) -> Reply:
    if (closes := optimising.last(turn).get("closes")) is not None:
        text = words.too_old(date.fromisoformat(closes), await turn.today())
        refresh = Button("Refresh prices", "refresh:")
        return Reply(text, row(refresh, Button("Work it out again", "optimise:")))
    told = await turn.work.recommendations.latest_open(turn.portfolio.id)
    if told is None:
        return Reply(words.none_open(), row(Button("Rebalance", "optimise:")))
    stale = await following.staleness(turn, told.content)
    if stale is not None:
        way = "goal:solve" if told.content.method in GOAL_WAYS else "optimise:"
        again = row(Button("Work it out again", way), Button("Dismiss", "pick:dismiss"))
        return Reply(demo_mark(demo=turn.portfolio.demo) + words.stale(stale), again)
    currency = await turn.currency_of(next(iter(told.content.prices), ""))
    return Reply(
        words.trade_list(
            told.content,
            currency,
            await following.day_of_closes(turn, told.content),
            demo=turn.portfolio.demo,
        ),
        row(
            Button("Why these?", "pick:why"),
            Button("I did it", "pick:did_it"),
            Button("Dismiss", "pick:dismiss"),
            Button("Remind me tomorrow", "remind:tomorrow"),
            Button("Save as plan", "pick:save_plan"),
            Button("CSV", f"csv:{drafts.short(told.id)}"),
        ),
        why=words.why(told.content),
    )


@intent(
    "did_it",
    label="Did I do it?",
    summary="See what of a proposal is done",
    examples=("did I do it?", "I did it", "what is left of the proposal?"),
    pattern=(
        r"/?(did i (do|follow) (it|that|the proposal|them)|i (did|made) (it|that|them|those|the "
        r"trades)|(what|how much) (is|of it is) (left|open|missing|done)( of (it|the proposal))?"
        r"|(the )?proposal is done|follow[ -]?up)\W*"
    ),
    guess="offer",
)
async def did_it(turn: Turn, said: Details) -> Reply:
    """By the trades that are recorded: what was only said is not in the books."""
    told = await turn.work.recommendations.latest_open(turn.portfolio.id)
    if told is None:
        return Reply(words.none_open(), row(Button("Rebalance", "optimise:")))
    recorded = await turn.work.trades.of(turn.portfolio.id)
    now, closes = await following.moment_of(turn), await following.closes(turn, told.content)
    found = follow_up(told.content, recorded, now, closes)
    if found.outcome in STATUS:
        status = STATUS[found.outcome]
        await turn.work.recommendations.set_status(told.id, turn.person.id, status, turn.now)
        if found.outcome is not Outcome.PARTLY:
            await turn.work.reminders.cancel_about(told.id, turn.person.id, turn.now)
    buttons = [Button("Rebalance", "optimise:")]
    if found.outcome in (Outcome.NOT, Outcome.PARTLY) and found.stale is None:
        buttons = [Button("Trade list", "pick:trade_list"), Button("Dismiss", "pick:dismiss")]
    return Reply(words.followed(found, demo=turn.portfolio.demo), row(*buttons))


@intent(
    "dismiss",
    label="Dismiss",
    summary="Drop the last proposal",
    examples=("dismiss", "dismiss the proposal", "drop the proposal"),
    pattern=r"/?(dismiss( it| that| the proposal)?|(drop|forget|discard) (the|that) proposal)\W*",
)
async def dismiss(turn: Turn, said: Details) -> Reply:
    told = await turn.work.recommendations.latest_open(turn.portfolio.id)
    if told is None:
        return Reply(words.none_open(), row(Button("Rebalance", "optimise:")))
    await turn.work.recommendations.set_status(told.id, turn.person.id, "dismissed", turn.now)
    await turn.work.reminders.cancel_about(told.id, turn.person.id, turn.now)
    return Reply(words.dismissed(), row(Button("Rebalance", "optimise:")))
