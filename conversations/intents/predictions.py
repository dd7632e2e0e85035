"""“will apple go up?”: nobody knows; what came after such days, and after one's own purchases."""

from __future__ import annotations

from conversations.actions import likening
from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.reading.forecasts import asks_for_advice, asks_for_forecast
from conversations.reading.meaning import World
from conversations.reading.symbols import find_symbols, settle
from conversations.turn import Turn
from conversations.wording import books
from conversations.wording import predictions as words


def _recognise(text: str, world: World) -> Details | None:
    line = " ".join(text.replace("’", "'").split()).rstrip(" ?!.")
    if not asks_for_forecast(line):
        return None
    return {"symbol": named(text, world)}


def named(text: str, world: World) -> str:
    """The share that is spoken of; empty where there is none, or more than one."""
    found = {symbol for one in find_symbols(text, world) for symbol in settle(one, world)}
    return next(iter(found)) if len(found) == 1 else ""


@intent(
    "predict",
    label="The future",
    summary="Ask what nobody knows",
    examples=("will apple go up?", "should I buy MSFT now?", "which stock will rise?"),
    recognise=_recognise,
    guess="take",
)
async def predict(turn: Turn, said: Details) -> Reply:
    symbol = said.get("symbol")
    if symbol is None:  # it was only guessed: the words are read for a share
        symbol = named(turn.message.text, await turn.world())
    turn.state["last_symbol"] = symbol or turn.state.get("last_symbol")
    buttons = [Button("History", f"history:{symbol}")] if symbol else []
    if asks_for_advice(turn.message.text):
        record = [Button("My record", f"record:{symbol}"), Button("Bias report", "pick:biases")]
        return Reply(words.no_advice(symbol), row(*buttons, *record))
    return Reply(words.cannot_know(symbol), row(*buttons, Button("My record", f"record:{symbol}")))


@intent(
    "history",
    label="Days like today",
    summary="See what came after days like today",
    group="past",
    examples=("how did AAPL move after days like today?", "days like today for AAPL"),
    pattern=(
        r"/?(?:(?:how|what) (?:did|does|has|have|happened|usually happened|happens) ?"
        r"(?:to |for |with )?"
        r"(?P<symbol>[a-z.]{1,10} )?(?:move |moved |do |done |happen )?(?:usually )?"
        r"after (?:a )?days? like (?:today|this|that)|days like today"
        r"(?: (?:for|of) (?P<other>[a-z.]{1,10}))?)\W{0,30}"
    ),
    guess="take",
)
async def history(turn: Turn, said: Details) -> Reply:
    world = await turn.world()
    symbol = named(said.get("symbol") or said.get("other") or turn.message.text, world)
    return await _history(turn, symbol or world.last_symbol or "")


@press("history")
async def history_pressed(turn: Turn, said: Details) -> Reply:
    return await _history(turn, said["data"])


async def _history(turn: Turn, symbol: str) -> Reply:
    if not symbol:
        return Reply(words.which_share())
    found = await likening.after_today(turn, symbol)
    if found is None:
        return Reply(
            words.no_history(symbol), row(Button(f"Refresh {symbol}", f"refresh:{symbol}"))
        )
    return Reply(
        words.history(found, demo=turn.portfolio.demo),
        row(Button("My record", f"record:{symbol}")),
        why=words.why_history(),
    )


@intent(
    "my_record",
    label="My record",
    summary="See what came after your purchases",
    group="past",
    examples=("my record", "how good are my guesses?", "my track record"),
    pattern=(
        r"/?(?:(?:show (?:me )?)?my (?:track )?record|my hit rate"
        r"|how good (?:are|were) my (?:guesses|picks|purchases|predictions))\W*"
    ),
    guess="take",
)
async def my_record(turn: Turn, said: Details) -> Reply:
    return await _record(turn, "")


@press("record")
async def record_pressed(turn: Turn, said: Details) -> Reply:
    return await _record(turn, said["data"])


async def _record(turn: Turn, symbol: str) -> Reply:
    if not await turn.work.trades.count(turn.portfolio.id):
        return Reply(books.no_trades(None), row(Button("Demo portfolio", "pick:demo")))
    found = await likening.purchases(turn, symbol)
    return Reply(
        words.record(found, demo=turn.portfolio.demo),
        row(Button("Bias report", "pick:biases"), Button("Trades", "pick:trades")),
        why=words.why_record(),
    )
