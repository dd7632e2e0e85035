"""“price of apple”: the last close that is known, and its day."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from conversations.intents import Details, intent
from conversations.messages import Button, Reply, row
from conversations.nudging import looks
from conversations.reading.symbols import find_symbols, settle
from conversations.turn import Turn
from conversations.wording import predictions as words
from conversations.wording.figures import price as money


@intent(
    "price",
    label="A price",
    summary="See the last close of a share",
    group="trades",
    examples=("price of AAPL", "how much is AAPL?", "AAPL price", "quote AAPL"),
    pattern=(
        r"/?(?:(?:what(?:'s| is) the |show (?:me )?the |last |latest |current )?"
        r"(?:price|quote|close)(?: of| for)? (?P<named>[\w.&' -]{1,40})"
        r"|how much (?:is|does) (?!my )(?P<asked>[\w.&' -]{1,40}?)"
        r"(?: cost| trade at)?(?: now| today)?"
        r"|what does (?P<cost>[\w.&' -]{1,40}?) cost(?: now| today)?"
        r"|(?P<first>[\w.&'-]{1,20}) (?:price|quote|share price))\W{0,30}"
    ),
    guess="take",
)
async def price(turn: Turn, said: Details) -> Reply:
    world = await turn.world()
    text = next((value for value in said.values() if value), turn.message.text)
    symbols = list(
        dict.fromkeys(symbol for one in find_symbols(text, world) for symbol in settle(one, world))
    )
    if not symbols:
        return Reply(words.no_quote(""))
    prices, symbol = await turn.prices(), symbols[0]
    bar = prices.latest(symbol)
    if bar is None:
        return Reply(words.no_quote(symbol), row(Button(f"Refresh {symbol}", f"refresh:{symbol}")))
    before = prices.until(bar.day - timedelta(days=1)).latest(symbol)
    close = money(
        Decimal(repr(round(bar.close, 2 if bar.close >= 1 else 4))), await turn.currency_of(symbol)
    )
    turn.state["last_symbol"] = symbol
    if symbol in world.holdings:
        looks.note(turn)
    return Reply(
        words.quote(
            world.universe.get(symbol), symbol, bar, before, close, demo=turn.portfolio.demo
        ),
        row(Button("Days like today", f"history:{symbol}"), Button("Portfolio", "pick:holdings")),
        why=words.why_quote(),
    )
