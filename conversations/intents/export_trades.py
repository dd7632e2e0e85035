"""“export my trades”: a CSV file that we read back unchanged."""

from __future__ import annotations

from conversations.actions.backtesting import sheets
from conversations.intents import Details, intent
from conversations.messages import Reply
from conversations.turn import Turn
from conversations.wording import books, exporting


@intent(
    "export_trades",
    label="Export trades",
    summary="Get your trades as a file",
    group="books",
    examples=("export my trades", "export trades", "download my trades", "trades as csv"),
    pattern=(
        r"/?((export|download|save|give me|send me) (me )?(all )?(of )?(my |the )?trades?"
        r"( (as|to|in) (a )?(csv|file|spreadsheet)( file)?)?"
        r"|(my |all )*trades (as|to|in) (a )?(csv|file|spreadsheet)( file)?|only trades csv)\W*"
    ),
    rank=5,
    guess="offer",
)
async def export_trades(turn: Turn, said: Details) -> Reply:
    recorded = await turn.work.trades.of(turn.portfolio.id)
    if not recorded:
        return Reply(books.no_trades(None))
    universe, home = await turn.universe(), turn.portfolio.currency

    def currency_of(symbol: str) -> str:
        found = universe.get(symbol) if symbol else None
        return found.currency if found else home

    document = sheets.write_trades(recorded, currency_of, await turn.today())
    return Reply(exporting.trades(len(recorded), demo=turn.portfolio.demo), document=document)
