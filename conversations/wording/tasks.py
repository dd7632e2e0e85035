"""What is said of slow work and of what was undone, where no subject has words of its own."""

from __future__ import annotations

from collections.abc import Sequence

from conversations.wording.figures import day, listed
from conversations.wording.trades import demo_mark
from engine.ledger import Impossible, Kind, Trade

NAMES = {Kind.SPLIT: "the split", Kind.DIVIDEND: "the dividend"}


def under_way() -> str:
    return 'I am at it already; it comes in a moment. "cancel" stops it.'


def takes_longer() -> str:
    return (
        "Still at it; this one takes longer. I'll answer here when it is ready. “cancel” stops it."
    )


def called_off() -> str:
    return "Cancelled."


def elsewhere(*, demo: bool) -> str:
    """Work that was begun in another portfolio than the one now open."""
    there = "your own portfolio" if demo else "the demo portfolio or another one"
    return f"{demo_mark(demo=demo)}That belongs to {there}, not to this one. Nothing was saved."


def newer_card(symbols: Sequence[str | None]) -> str:
    """A price was looked up, and meanwhile another card was opened."""
    about = listed(list(dict.fromkeys(one for one in symbols if one))) or "that trade"
    return (
        f"I have the prices for {about} now. Nothing was saved of it: you opened a newer card "
        "meanwhile, which is still open."
    )


def named(trade: Trade) -> str:
    """``the split of AAPL on 3 Mar 2024 (#12)``."""
    what = NAMES.get(trade.kind, f"the {trade.kind.value}")
    of = f" of {trade.symbol}" if trade.symbol else ""
    number = f" (#{trade.number})" if trade.number else ""
    return f"{what}{of} on {day(trade.at.date())}{number}"


REASONS = {
    Impossible.NOTHING_TO_SPLIT: "there would be nothing to split",
    Impossible.NEVER_HELD: "the share would never have been held",
    Impossible.SPLIT_SIZE: "it would leave no share, or far too many",
    Impossible.QUANTITY: "its quantity cannot be booked",
    Impossible.PRICE: "its price cannot be booked",
    Impossible.FEE: "its fee cannot be booked",
    Impossible.SYMBOL: "its symbol does not go with it",
    Impossible.MOMENT: "its date cannot be booked",
}


def stands_in_the_way(trade: Trade, reason: Impossible) -> str:
    """Undoing or restoring something would make ``trade`` impossible."""
    first = f" Undo #{trade.number} first." if trade.number else ""
    return (
        f"I can't do that: {named(trade)} stands in the way – without that, {REASONS[reason]}."
        f"{first} Nothing was changed."
    )


def cannot_be(trade: Trade, reason: Impossible) -> str:
    """A trade of a file that cannot have happened as told."""
    return f"Those trades don't fit: {named(trade)} – {REASONS[reason]}. Nothing was saved."
