"""The question which symbol a number in a file means, as the chat remembers it."""

from __future__ import annotations

from conversations.actions.files import isins
from conversations.actions.files.isins import Nameless
from conversations.messages import LONGEST_BUTTON_DATA, Button, Reply, row
from conversations.turn import Turn
from conversations.wording import importing as words
from engine.market.instruments import Universe

FLOW = "isin"


def ask(turn: Turn, file: str, open_: tuple[Nameless, ...], universe: Universe) -> Reply:
    """The question about the first of them."""
    share = open_[0]
    turn.state["flow"] = FLOW
    turn.state["isin"] = {
        "file": file,
        "isin": share.isin,
        "currency": share.currency,
        "all": [one.isin for one in open_],
    }
    offered = [
        Button(f"{one.symbol} · {one.name[:24]}", data)
        for one in isins.candidates(share, universe)
        if len((data := f"isin:{file}:{share.isin}:{one.symbol}").encode()) <= LONGEST_BUTTON_DATA
    ]
    skip = [Button("None of these" if offered else "Skip", f"isin:{file}:{share.isin}:")]
    if len(open_) > 1:
        skip.append(Button(f"Skip all {len(open_)}", f"noisin:{file}"))
    text = words.ask_symbol(share.isin, share.name, share.currency, len(open_), bool(offered))
    return Reply(text, (*row(*offered), *row(*skip, Button("Cancel", f"unfile:{file}"))))
