"""“yearly table”: the last test on the past, year by year."""

from __future__ import annotations

from conversations.actions.backtesting import backtests
from conversations.intents import Details, intent
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import backtest as words


@intent(
    "yearly_table",
    label="Yearly table",
    summary="See a test year by year",
    examples=("yearly table", "year by year", "show me each year"),
    pattern=(
        r"/?(?:(?:show (?:me )?|see )?(?:the )?(?:yearly|annual) (?:table|returns|results)"
        r"|(?:show (?:me )?)?(?:it )?(?:year by year|each year|every year|by year))\W*"
    ),
    guess="take",
)
async def yearly_table(turn: Turn, said: Details) -> Reply:
    outcome = await backtests.last(turn, turn.state.get(backtests.LAST))
    if outcome is None:
        return Reply(words.how_to_ask(), row(Button("60/40 vs mine", "backtest:sixty")))
    return Reply(
        words.yearly(outcome),
        row(
            Button("Full report", "pick:full_report"),
            Button("Change period", "pick:change_backtest"),
        ),
        why=words.why(outcome),
    )
