"""Which symbol a number in a file means: asked once, remembered, left open where nobody knows."""

from __future__ import annotations

from conversations.actions.files import isins
from conversations.actions.files.isin_questions import FLOW
from conversations.intents import Details, flow, press
from conversations.messages import Reply
from conversations.turn import Turn
from conversations.wording import importing as words
from engine.market.instruments import Instrument


@press("isin")
async def answer(turn: Turn, said: Details) -> Reply:
    file, isin, symbol = (*said["data"].split(":", 2), "", "")[:3]
    share = (await turn.universe()).get(symbol)
    if not isins.ISIN.fullmatch(isin) or (symbol and share is None):
        return Reply(words.gone())
    return await _keep(turn, file, [isin], share)


@press("noisin")
async def skip_all(turn: Turn, said: Details) -> Reply:
    asked = turn.state.get("isin")
    if asked is None or asked["file"] != said["data"]:
        return Reply(words.gone())
    return await _keep(turn, asked["file"], asked["all"], None)


@flow(FLOW)
async def typed(turn: Turn, text: str) -> Reply | None:
    """A symbol that was typed instead of pressed; anything else is for others."""
    asked = turn.state.get("isin")
    share = (await turn.universe()).get(text.strip().upper()) if asked else None
    if asked is None or share is None:
        return None
    if asked["currency"] and share.currency != asked["currency"]:
        return Reply(words.other_currency(share.symbol, share.currency, asked["currency"]))
    return await _keep(turn, asked["file"], [asked["isin"]], share)


async def _keep(turn: Turn, file: str, numbers: list[str], share: Instrument | None) -> Reply:
    """Remember it for all files to come, and go on with this one."""
    symbol = share.symbol if share else isins.NONE_OF_THEM
    await turn.work.layouts.name(turn.person.id, numbers, symbol, turn.now)
    turn.state["flow"] = turn.state["isin"] = None
    turn.later.append(
        ("read_file", {"file": file, "portfolio": str(turn.portfolio.id)} | {"isin": numbers[-1]})
    )
    return Reply(words.symbol_kept(numbers, symbol), key=f"file:{file}")
