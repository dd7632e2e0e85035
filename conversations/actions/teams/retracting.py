"""Taking trades out of the books and putting them back: one trade, or a whole import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from conversations.actions import trading
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import importing, tasks
from conversations.wording import trades as words
from engine.ledger import ImpossibleTrade, NotEnoughShares, Trade


class Change(StrEnum):
    UNDO = "undo"
    RESTORE = "restore"
    UNBATCH = "unbatch"
    REBATCH = "rebatch"


@dataclass(frozen=True, slots=True)
class Retraction:
    """What is to be done; ``subject``: the trade, or the import that trades came with."""

    change: Change
    subject: UUID

    @property
    def whole(self) -> bool:
        """Whether it is about a whole import."""
        return self.change in (Change.UNBATCH, Change.REBATCH)


def pack(wanted: Retraction) -> dict[str, Any]:
    """As a draft keeps it until somebody else has said yes."""
    return {"change": str(wanted.change), "subject": str(wanted.subject)}


def unpack(content: Mapping[str, Any]) -> Retraction | None:
    """None of a draft of trades."""
    if "change" not in content:
        return None
    return Retraction(Change(content["change"]), UUID(content["subject"]))


async def carry_out(turn: Turn, wanted: Retraction) -> Reply:
    """Do it, or say why it cannot be done; then nothing was changed."""
    turn.portfolio = await turn.work.portfolios.lock(turn.portfolio.id)
    if wanted.change is Change.UNBATCH:
        return await _unbatch(turn, wanted.subject)
    if wanted.change is Change.REBATCH:
        return await _rebatch(turn, wanted.subject)
    trade = await turn.work.trades.by_id(turn.portfolio.id, wanted.subject)
    if trade is None:
        return Reply(words.nothing_to_undo())
    return await (_undo if wanted.change is Change.UNDO else _restore)(turn, trade)


async def _undo(turn: Turn, trade: Trade) -> Reply:
    try:
        async with turn.work.savepoint():
            booked = await trading.void(turn.work, turn.portfolio, trade, turn.now)
    except NotEnoughShares as fact:
        return Reply(words.needed_later(trade, fact.trade, await turn.currency_of(fact.symbol)))
    except ImpossibleTrade as fact:
        return Reply(tasks.stands_in_the_way(fact.trade, fact.reason))
    if booked is None:
        return Reply(words.undone_before(trade))
    left = booked.position(trade.symbol) if trade.symbol else None
    currency = await turn.currency_of(trade.symbol)
    text = words.undone(trade, left, currency, demo=turn.portfolio.demo)
    return Reply(text, row(Button("Restore", f"restore:{trade.id}")), key=f"undone:{trade.id}")


async def _restore(turn: Turn, trade: Trade) -> Reply:
    try:
        async with turn.work.savepoint():
            booked = await trading.restore(turn.work, turn.portfolio, trade.id, turn.now)
    except NotEnoughShares as fact:
        return Reply(words.no_longer_fits(fact.symbol, fact.held, fact.wanted))
    except ImpossibleTrade as fact:
        return Reply(tasks.stands_in_the_way(fact.trade, fact.reason))
    if booked is None:
        return Reply(words.not_undone(trade))
    left = booked.position(trade.symbol) if trade.symbol else None
    currency = await turn.currency_of(trade.symbol)
    text = words.restored(trade, left, currency, demo=turn.portfolio.demo)
    undo = Button("Undo", f"undo:{trade.id}")
    return Reply(text, row(undo), replaces=f"undone:{trade.id}")


async def _unbatch(turn: Turn, batch: UUID) -> Reply:
    try:
        async with turn.work.savepoint():
            removed = await turn.work.trades.void_batch(turn.portfolio.id, batch, turn.now)
            await trading.settle(turn.work, turn.portfolio, trading.rules_of(turn.portfolio))
    except NotEnoughShares as fact:
        return Reply(importing.needed_later(fact.trade.number))
    except ImpossibleTrade as fact:
        return Reply(tasks.stands_in_the_way(fact.trade, fact.reason))
    if not removed:  # undone before, or of another portfolio
        return Reply(words.nothing_to_undo())
    text = importing.removed(removed, demo=turn.portfolio.demo)
    return Reply(text, row(Button("Restore", f"rebatch:{batch}")), key=f"unbatched:{batch}")


async def _rebatch(turn: Turn, batch: UUID) -> Reply:
    try:
        async with turn.work.savepoint():
            back = await turn.work.trades.restore_batch(turn.portfolio.id, batch, turn.now)
            await trading.settle(turn.work, turn.portfolio, trading.rules_of(turn.portfolio))
    except NotEnoughShares as fact:
        return Reply(importing.no_longer_fits(fact.symbol, fact.held, fact.wanted))
    except ImpossibleTrade as fact:
        return Reply(tasks.stands_in_the_way(fact.trade, fact.reason))
    if not back:
        return Reply(importing.not_undone())
    text = importing.restored(back, demo=turn.portfolio.demo)
    undo = Button("Undo", f"unbatch:{batch}")
    return Reply(text, row(undo), replaces=f"unbatched:{batch}", key=f"rebatched:{batch}")
