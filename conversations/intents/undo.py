"""“undo”: take a trade out of the books again, and put it back if that was wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from conversations.actions import drafts
from conversations.actions.teams import approving, retracting
from conversations.actions.teams.retracting import Change, Retraction
from conversations.intents import Details, Handler, intent, press, pressed
from conversations.messages import Button, Reply, row
from conversations.turn import Turn, offered
from conversations.wording import importing
from conversations.wording import trades as words
from conversations.wording.figures import ago
from engine.ledger import Trade

AT_ONCE = timedelta(minutes=1)  # an undo this soon after the save is a slip of the hand: no asking


@intent(
    "undo",
    label="Undo",
    summary="Undo your last trade",
    group="trades",
    examples=("undo", "undo #12", "undo 12", "/undo", "undo my last trade"),
    pattern=(
        r"/?(?:undo(?: (the|my) last( trade)?| that| it)?(?: trade)?"
        r"|(?:delete|remove|take back) (?:trade|entry)(?= #?\d)"
        r"|(?:delete|remove|take back)(?= #\d))"
        r"( #?(?P<number>\d{1,9}))?\W*"
    ),
    rank=6,
)
async def undo(turn: Turn, said: Details) -> Reply:
    if said.get("number"):
        number = int(said["number"])
        trade = await turn.work.trades.get(turn.portfolio.id, number)
        if trade is None:
            return Reply(words.no_such_trade(number))
        recorded = await turn.work.trades.recorded_at(turn.portfolio.id, trade.id)
        return await _ask(turn, trade, recorded or turn.now)
    if (closed := await _close_card(turn)) is not None:
        return closed
    if (just := _just_offered(turn)) is not None:
        return await just[0](turn, {"data": just[1]})
    last = await turn.work.trades.last(turn.portfolio.id)
    if last is None:
        return Reply(words.nothing_to_undo())
    trade, recorded = last
    told_here = trade.id.version == 4  # those of the demo are made from its rule
    slip = told_here and timedelta(0) <= turn.now - recorded <= AT_ONCE
    if (whole := await turn.work.trades.batch_of(turn.portfolio.id, trade.id)) is not None:
        batch, count, _ = whole
        return await _unbatch(turn, batch) if slip else _ask_batch(turn, batch, count, recorded)
    return await (_undo(turn, trade) if slip else _ask(turn, trade, recorded))


def _just_offered(turn: Turn) -> tuple[Handler, str] | None:
    """What the last reply offered to undo, where that is something else than trades."""
    for button in (one for line in offered(turn.state) for one in line if one.label == "Undo"):
        prefix, _, data = button.data.partition(":")
        handler = pressed(prefix)
        if handler is not None and prefix not in ("undo", "unbatch"):
            return handler, data
    return None


async def _close_card(turn: Turn) -> Reply | None:
    """With a card open, "undo" is about the card: it must not take back an older trade."""
    id = drafts.long(turn.state.get("draft") or "")
    if id is None or not await turn.work.drafts.close(id, turn.person.id, "cancelled"):
        return None
    turn.state["flow"] = turn.state["draft"] = None
    return Reply(words.draft_closed("cancelled"), replaces=f"draft:{drafts.short(id)}")


async def _ask(turn: Turn, trade: Trade, recorded: datetime) -> Reply:
    currency = await turn.currency_of(trade.symbol)
    text = words.ask_undo(trade, ago(recorded, turn.now), currency, demo=turn.portfolio.demo)
    return Reply(text, row(Button("Undo it", f"undo:{trade.id}"), Button("No", "keep:")))


def _ask_batch(turn: Turn, batch: UUID, trades: int, recorded: datetime) -> Reply:
    text = importing.ask_undo(trades, ago(recorded, turn.now), demo=turn.portfolio.demo)
    return Reply(text, row(Button("Undo it", f"unbatch:{batch}"), Button("No", "keep:")))


@press("keep")
async def keep(turn: Turn, said: Details) -> Reply:
    return Reply("OK, nothing was changed.")


@press("undo")
async def undo_pressed(turn: Turn, said: Details) -> Reply:
    trade = await _own(turn, said["data"])
    return await _undo(turn, trade) if trade else Reply(words.nothing_to_undo())


async def _own(turn: Turn, data: str) -> Trade | None:
    """The trade a button names, if it is in the portfolio that is spoken about."""
    id = _id(data)
    return await turn.work.trades.by_id(turn.portfolio.id, id) if id else None


def _id(data: str) -> UUID | None:
    try:
        return UUID(data)
    except ValueError:
        return None


async def _undo(turn: Turn, trade: Trade) -> Reply:
    return await _change(turn, Change.UNDO, trade.id)


async def _unbatch(turn: Turn, batch: UUID) -> Reply:
    return await _change(turn, Change.UNBATCH, batch)


async def _change(turn: Turn, change: Change, subject: UUID) -> Reply:
    """At once, or first put before the others who share the portfolio."""
    wanted = Retraction(change, subject)
    waits = await approving.second_yes(turn, wanted)
    return waits if waits is not None else await retracting.carry_out(turn, wanted)


@press("restore")
async def restore(turn: Turn, said: Details) -> Reply:
    trade = await _own(turn, said["data"])
    if trade is None:
        return Reply(words.nothing_to_undo())
    return await _change(turn, Change.RESTORE, trade.id)


@press("unbatch")
async def unbatch(turn: Turn, said: Details) -> Reply:
    """Undo a whole import."""
    batch = _id(said["data"])
    return await _unbatch(turn, batch) if batch else Reply(words.nothing_to_undo())


@press("rebatch")
async def rebatch(turn: Turn, said: Details) -> Reply:
    """Restore a whole import."""
    batch = _id(said["data"])
    return await _change(turn, Change.REBATCH, batch) if batch else Reply(importing.not_undone())
