"""“opening 30 AAPL at 120 on 2019-05-01”: what was held before the history begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from conversations import cards
from conversations.actions.drafts import Content
from conversations.actions.files import openings
from conversations.intents import Details, intent
from conversations.messages import Reply
from conversations.reading.meaning import IssueKind, TradeReading
from conversations.reading.trades import read_trades, review
from conversations.turn import Turn
from conversations.wording import importing as words
from engine.ledger import Kind

# What a sum of many purchases need not be: the price of that day, or made on a trading day.
_WAVED = frozenset({IssueKind.PRICE_ODD, IssueKind.DATE_HOLIDAY})


async def explain(turn: Turn, said: Details) -> Reply:
    return Reply(words.how_to_open())


@intent(
    "opening",
    label="Opening position",
    summary="Say what you held before your history begins",
    examples=(
        "opening 30 AAPL at 120 on 2019-05-01",
        "opening position 30 AAPL at 120 on 2019-05-01",
        "opening balance: 5 KO at 48.20",
    ),
    pattern=(r"/?opening( positions?| balance| holdings?)?:? (?P<what>(?=[^\n]*\d)[^\n]{3,200})"),
    picked=explain,
)
async def opening(turn: Turn, said: Details) -> Reply:
    """A purchase that is marked as what it is, on a card like any other."""
    world = await turn.world()
    found = read_trades(f"bought {said['what']}", world)
    if len(found) != 1 or found[0].side is not Kind.BUY:
        return Reply(words.how_to_open())
    reading = found[0]
    day = reading.on if reading.on not in (None, world.today) else _before(turn)
    if day is None:
        return Reply(words.open_when(said["what"]))
    marked = _marked(reading, day)
    turn.state["draft_from"] = turn.message.id
    return await cards.propose(turn, Content((review(marked, world),), planned=True))


def _before(turn: Turn) -> date | None:
    """The day before the file begins that needs it, where one was looked at last."""
    told = turn.state.get("opening")
    here = told is not None and told["portfolio"] == str(turn.portfolio.id)
    return date.fromisoformat(told["on"]) if told is not None and here else None


def _marked(reading: TradeReading, day: date) -> TradeReading:
    waved = reading.kept | {str(one) for one in _WAVED}
    return replace(reading, on=day, note=openings.NOTE, kept=waved)
