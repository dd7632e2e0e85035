"""“trade list”: the trades of the last proposal, whether they were made, and to dismiss it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

from conversations.intents import Details, intent
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import trade_list as words
from conversations.wording.trades import demo_mark
from engine.optimization.follow_up import Outcome, find_staleness, follow_up
from storage.records import RecommendationRecord

MIDNIGHT = time(23, 59)  # of a day of the demo: all its trades are made by then
STATUS = {Outcome.DONE: "done", Outcome.PARTLY: "partly", Outcome.EXPIRED: "expired"}


@intent(
    "trade_list",
    label="Trade list",
    summary="The trades of the last proposal",
    examples=("trade list", "which trades?", "show me the trades of the proposal"),
    pattern=(
        r"/?((show (me )?|give me )?(the |my )?(trade|order) list|(what|which) (trades|orders)"
        r"( are (that|those|needed))?|(show (me )?)?(the )?trades of (the|that) proposal"
        r"|what (do|would) i have to trade|(the )?proposed trades)\W*"
    ),
)
async def trade_list(turn: Turn, said: Details) -> Reply:
    told = await turn.work.recommendations.latest_open(turn.portfolio.id)
    if told is None:
        return Reply(words.none_open(), row(Button("Rebalance", "optimise:")))
    stale = find_staleness(told.content, await _now(turn), await _closes(turn, told))
    if stale is not None:
        again = row(Button("Work it out again", "optimise:"), Button("Dismiss", "pick:dismiss"))
        return Reply(demo_mark(demo=turn.portfolio.demo) + words.stale(stale), again)
    currency = await turn.currency_of(next(iter(told.content.prices), ""))
    return Reply(
        words.trade_list(
            told.content, currency, await _closes_of(turn, told), demo=turn.portfolio.demo
        ),
        row(
            Button("Why these?", "pick:why"),
            Button("I did it", "pick:did_it"),
            Button("Dismiss", "pick:dismiss"),
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
)
async def did_it(turn: Turn, said: Details) -> Reply:
    """By the trades that are recorded: what was only said is not in the books."""
    told = await turn.work.recommendations.latest_open(turn.portfolio.id)
    if told is None:
        return Reply(words.none_open(), row(Button("Rebalance", "optimise:")))
    recorded = await turn.work.trades.of(turn.portfolio.id)
    now = await _now(turn)
    found = follow_up(told.content, recorded, now, await _closes(turn, told))
    if found.outcome in STATUS:
        status = STATUS[found.outcome]
        await turn.work.recommendations.set_status(told.id, turn.person.id, status, turn.now)
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
    return Reply(words.dismissed(), row(Button("Rebalance", "optimise:")))


async def _now(turn: Turn) -> datetime:
    """The moment of this turn; in the demo, the end of its day."""
    if not turn.portfolio.demo:
        return turn.now
    return datetime.combine(await turn.today(), MIDNIGHT, UTC)


async def _closes_of(turn: Turn, told: RecommendationRecord) -> date:
    """The day of the newest close that there was when it was worked out."""
    at = told.content.at.date()
    prices = (await turn.prices()).until(at)
    bars = [bar for symbol in told.content.prices if (bar := prices.latest(symbol)) is not None]
    return max((bar.day for bar in bars), default=at)


async def _closes(turn: Turn, told: RecommendationRecord) -> dict[str, Decimal]:
    prices = await turn.prices()
    bars = {symbol: prices.latest(symbol) for symbol in told.content.prices}
    return {s: Decimal(repr(round(bar.close, 6))) for s, bar in bars.items() if bar is not None}
