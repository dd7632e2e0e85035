"""“trades”: what has been recorded, newest first, ten at a time."""

from __future__ import annotations

from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import books

PAGE = 10


@intent(
    "trades",
    label="Trades",
    summary="List your trades",
    group="trades",
    examples=("trades", "my trades", "trades AAPL", "show my last trades"),
    pattern=(
        r"/?(show |list |see )?(me )?(all )?(my |the )?(last |latest |recent )?"
        r"(trades|history|transactions)( (of|in|for))?( (?P<symbol>[a-z][a-z.]{0,9}))?\W{0,30}"
    ),
    rank=4,
    guess="take",
)
async def trades(turn: Turn, said: Details) -> Reply:
    symbol = said.get("symbol")
    return await _page(turn, symbol.upper() if symbol else "", 0)


@press("trades")
async def older(turn: Turn, said: Details) -> Reply:
    symbol, _, start = said["data"].partition(":")
    return await _page(turn, symbol, int(start) if start.isdecimal() else 0)


async def _page(turn: Turn, symbol: str, start: int) -> Reply:
    recorded = await turn.work.trades.of(turn.portfolio.id)
    wanted = [trade for trade in reversed(recorded) if not symbol or trade.symbol == symbol]
    shown = wanted[start : start + PAGE]
    if not shown:
        return Reply(books.no_trades(symbol or None))
    buttons = []
    if start + PAGE < len(wanted):
        buttons.append(Button("Older", f"trades:{symbol[:10]}:{start + PAGE}"))
    told = [(trade, await turn.currency_of(trade.symbol)) for trade in shown]
    text = books.trade_list(
        told, start, len(wanted), demo=turn.portfolio.demo, symbol=symbol or None
    )
    return Reply(text, row(*buttons))
