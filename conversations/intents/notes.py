"""Notes on trades: kept, listed, changed, deleted; why a trade was made; what notes come to."""

from __future__ import annotations

import re
from uuid import UUID

from conversations.actions import drafts
from conversations.actions.journal import journaling, learning
from conversations.intents import Details, flowing, intent, press
from conversations.messages import Button, Image, Reply, row
from conversations.reading.journal import LONGEST_NOTE, NOTE, read_note, read_topic
from conversations.reading.symbols import find_symbols, settle
from conversations.turn import Turn
from conversations.wording import journal as words
from conversations.wording.trades import demo_mark, no_such_trade
from engine.ledger import Kind, Trade
from storage.records import Note

SHOWN = 3  # trades in an answer to "why did I"
PAGE = 5  # notes of a list
MOST = 8  # outcomes of a list
_SOLD = frozenset({"sell", "dump", "trim", "exit"})


@intent(
    "note",
    label="Add a note",
    summary="Note why you traded",
    group="journal",
    examples=("note: felt rushed", "note on #216: podcast said so", "add a note to #3: too early"),
    pattern=rf"/?{NOTE}",
)
async def note(turn: Turn, said: Details) -> Reply:
    """To the trade that is named, or to the last; on an open card it belongs to the card."""
    read = read_note(turn.message.text)
    going = flowing(turn.state.get("flow"))
    if said.get("number") is None and turn.state.get("draft") and going is not None:
        answered = await going(turn, turn.message.text)
        if answered is not None:
            return answered
    if read is None:
        return Reply(words.nothing_to_note())
    trade = await _named(turn, read.number)
    if trade is None:
        if read.number is None:
            return Reply(words.nothing_to_note())
        return Reply(no_such_trade(read.number))
    kept = await journaling.add_note(turn, trade, read.words)
    text = words.added(trade, await journaling.promise(turn, trade))
    undo = Button("Undo", f"unnote:{drafts.short(kept.id)}")
    return Reply(text, row(undo, *await _reason_of_mine(turn, trade)))


async def _reason_of_mine(turn: Turn, trade: Trade) -> list[Button]:
    """Of a shared trade only the one who saved it was asked why: the others may say so too."""
    entry = await turn.work.journal.entry(turn.portfolio.id, trade.id)
    shared = turn.access is not None and turn.access.shared
    told = entry is None or entry.reason is not None or trade.kind not in (Kind.BUY, Kind.SELL)
    return (
        [] if told or not shared else [Button("Add reason", f"addreason:{drafts.short(trade.id)}")]
    )


async def _named(turn: Turn, number: int | None) -> Trade | None:
    if number is not None:
        return await turn.work.trades.get(turn.portfolio.id, number)
    last = await turn.work.trades.last(turn.portfolio.id)
    return last[0] if last else None


@intent(
    "notes",
    label="My notes",
    summary="Read your notes",
    group="journal",
    examples=("my notes", "show my notes", "notes on MSFT", "journal"),
    pattern=(
        r"/?((show|list|see|read)( me)? )?(all )?(my |the )?(notes|journal)"
        r"( (on|of|for|about) (?P<symbol>[a-z][\w.&' -]{0,30}))?\W{0,30}"
    ),
    guess="take",
)
async def notes(turn: Turn, said: Details) -> Reply:
    symbol = await _symbol(turn, said["symbol"]) if said.get("symbol") else ""
    return await _page(turn, symbol or "", 0)


@press("notes")
async def older(turn: Turn, said: Details) -> Reply:
    """``notes:MSFT:5``: those of a share, from the sixth on."""
    symbol, _, start = said["data"].partition(":")
    return await _page(turn, symbol, int(start) if start.isdecimal() else 0)


async def _page(turn: Turn, symbol: str, start: int) -> Reply:
    recorded = {trade.id: trade for trade in await turn.work.trades.of(turn.portfolio.id)}
    mine = [id for id, one in recorded.items() if one.symbol == symbol] if symbol else None
    wanted = await turn.work.journal.notes(turn.portfolio.id, mine)
    shown = wanted[start : start + PAGE]
    if not shown:
        return Reply(demo_mark(demo=turn.portfolio.demo) + words.no_notes(symbol))
    today, lines = await turn.today(), []
    for one in shown:
        trade = recorded.get(one.trade)
        currency = await turn.currency_of(trade.symbol) if trade else ""
        lines.append(words.note_line(one, trade, currency, today))
    buttons = []
    if start + PAGE < len(wanted):
        buttons.append(Button("Older", f"notes:{symbol[:20]}:{start + PAGE}"))
    text = words.notes(lines, start, len(wanted), demo=turn.portfolio.demo)
    return Reply(text, row(*buttons), why=words.how_to_change())


@intent(
    "edit_note",
    label="Edit a note",
    summary="Change a note",
    examples=("edit note 3: bought too early", "change note #2: it was the news"),
    pattern=(
        r"/?(edit|change|rewrite|correct) (my |the )?note (number )?#?(?P<number>\d{1,9})"
        r" ?(:|to\b:?|=) ?(?P<words>\S.*)"
    ),
)
async def edit(turn: Turn, said: Details) -> Reply:
    number = int(said["number"])
    found = await turn.work.journal.note(turn.portfolio.id, number)
    if found is None:
        return Reply(words.no_such_note(number))
    raw = re.split(r"(?i)\d\s*(?::|to\b:?|=)", turn.message.text, maxsplit=1)
    new = (raw[1] if len(raw) > 1 else said["words"]).strip().replace("\x00", " ")[:LONGEST_NOTE]
    changed = await turn.work.journal.rewrite(turn.portfolio.id, found.id, new)
    assert changed is not None, "it was there a moment ago"
    undo = Button("Undo", f"revert:{drafts.short(found.id)}")
    return Reply(words.edited(changed, await _trade_of(turn, changed)), row(undo))


@press("revert")
async def revert(turn: Turn, said: Details) -> Reply:
    id = drafts.long(said["data"])
    back = await turn.work.journal.revert(turn.portfolio.id, id) if id else None
    if back is None:
        return Reply(words.stays())
    redo = Button("Undo", f"revert:{said['data']}")
    return Reply(words.edited(back, await _trade_of(turn, back)), row(redo))


@intent(
    "delete_note",
    label="Delete a note",
    summary="Delete a note",
    examples=("delete note 3", "remove my note #2"),
    pattern=r"/?(delete|remove|erase|forget) (my |the )?note (number )?#?(?P<number>\d{1,9})\W*",
)
async def delete(turn: Turn, said: Details) -> Reply:
    number = int(said["number"])
    found = await turn.work.journal.note(turn.portfolio.id, number)
    return await _delete(turn, found.id) if found else Reply(words.no_such_note(number))


@press("unnote")
async def delete_pressed(turn: Turn, said: Details) -> Reply:
    id = drafts.long(said["data"])
    return await _delete(turn, id) if id else Reply(words.stays())


async def _delete(turn: Turn, id: UUID) -> Reply:
    gone = await turn.work.journal.delete(turn.portfolio.id, id, turn.now)
    if gone is None:
        return Reply(words.stays())
    restore = Button("Undo", f"renote:{drafts.short(id)}")
    return Reply(words.deleted(gone, await _trade_of(turn, gone)), row(restore))


@press("renote")
async def restore(turn: Turn, said: Details) -> Reply:
    id = drafts.long(said["data"])
    back = await turn.work.journal.undelete(turn.portfolio.id, id) if id else None
    if back is None:
        return Reply(words.stays())
    undo = Button("Undo", f"unnote:{said['data']}")
    return Reply(words.back(back, await _trade_of(turn, back)), row(undo))


async def _trade_of(turn: Turn, note: Note) -> Trade | None:
    return await turn.work.trades.by_id(turn.portfolio.id, note.trade)


async def _symbol(turn: Turn, said: str) -> str | None:
    """The one share that ``said`` names; None where it names none, or several."""
    world = await turn.world()
    found = next((one for one in find_symbols(said, world) if one.symbols), None)
    symbols = settle(found, world) if found else ()
    return symbols[0] if len(symbols) == 1 else None


@intent(
    "why_did_i",
    label="Why did I trade",
    summary="Read why you traded a share",
    group="journal",
    examples=("why did i buy MSFT", "why did I sell Apple?", "why have i bought KO"),
    pattern=(
        r"/?(?:why|remind me why) (?:did i|have i|i) (?P<verb>buy|bought|get|add|sell|sold|trade|"
        r"traded|dump|trim|exit) (?:my |the |some |more )?(?P<what>\S+(?: \S+){0,2})\W{0,30}"
    ),
)
async def why_did_i(turn: Turn, said: Details) -> Reply:
    verb = said["verb"].casefold()
    kinds = {Kind.SELL} if verb in _SOLD | {"sold"} else {Kind.BUY}
    kinds = {Kind.BUY, Kind.SELL} if verb.startswith("trade") else kinds
    symbol = await _symbol(turn, said["what"]) or said["what"].upper()[:20]
    recorded = [
        trade
        for trade in reversed(await turn.work.trades.of(turn.portfolio.id))
        if trade.symbol == symbol and trade.kind in kinds
    ]
    if not recorded:
        past = "sold" if kinds == {Kind.SELL} else "bought"
        return Reply(words.never_traded(symbol, past))
    told, today = recorded[:SHOWN], await turn.today()
    known = await journaling.told_of(turn.work, turn.portfolio.id, told)
    lines = [words.reason_line(one, *known[one.id], today) for one in told]
    if len(recorded) > SHOWN:
        lines.append(words.more_trades(len(recorded) - SHOWN))
    every = Button(f"All {symbol} notes", f"notes:{symbol[:20]}:0")
    return Reply(demo_mark(demo=turn.portfolio.demo) + "\n".join(lines), row(every))


@intent(
    "notes_say",
    label="What my notes say",
    summary="See how trades went by reason",
    group="journal",
    examples=("what do my notes say", "what do my notes say about fomo", "my reasons"),
    pattern=(
        r"/?(what (do|does|did) my (notes|journal|reasons) (say|tell|show)( me)?"
        r"( (about|of|on) (?P<topic>.{1,40}?))?|my reasons|outcomes by reason)\W{0,30}"
    ),
    guess="take",
)
async def notes_say(turn: Turn, said: Details) -> Reply:
    if not said.get("topic"):
        return await _overview(turn)
    topic = read_topic(said["topic"])
    if topic is None:
        symbol = await _symbol(turn, said["topic"])
        return await _page(turn, symbol, 0) if symbol else await _overview(turn)
    lesson = await learning.learn(turn)
    other = "tip" if topic == "plan" else "plan"
    mine, theirs = lesson.median(topic), lesson.median(other)
    text = words.verdict(topic, mine, other, theirs, lesson.apart(topic, other), lesson.market)
    text = demo_mark(demo=turn.portfolio.demo) + text
    groups = [
        (words.REASONS[name], lesson.of(name), one)
        for name, one in ((topic, mine), (other, theirs))
        if one.n
    ]
    buttons = row(Button("List", f"outcomes:{topic}"), Button("All reasons", "outcomes:"))
    if not mine.enough:
        return Reply(text, buttons, why=words.why_verdict())
    title, subtitle = words.picture_title(topic), words.picture_subtitle(lesson.market)
    png = await turn.desk.compute(learning.draw, groups, title, subtitle)
    image = Image(png, text.partition("\n")[0])
    return Reply(text, buttons, image=image, why=words.why_verdict())


async def _overview(turn: Turn) -> Reply:
    lesson = await learning.learn(turn)
    groups = [(name, lesson.median(name)) for name in words.REASONS]
    text = demo_mark(demo=turn.portfolio.demo) + words.overview(groups, lesson.market)
    if not any(one.enough for _, one in groups):
        return Reply(text, why=words.why_verdict())
    shown = [(words.REASONS[name], lesson.of(name), one) for name, one in groups if one.n]
    title, subtitle = words.picture_title(None), words.picture_subtitle(lesson.market)
    png = await turn.desk.compute(learning.draw, shown, title, subtitle)
    return Reply(text, image=Image(png, text.partition("\n")[0]), why=words.why_verdict())


@press("outcomes")
async def outcomes(turn: Turn, said: Details) -> Reply:
    """``outcomes:tip``: the trades of a reason, newest first; without one, all reasons."""
    topic = said["data"]
    if topic not in words.REASONS:
        return await _overview(turn)
    found, today = (await learning.learn(turn)).listed(topic), await turn.today()
    if not found:
        return Reply(words.no_outcomes())
    lines = [words.outcome_line(trade, value, topic, today) for trade, value in found[:MOST]]
    return Reply(words.outcomes(lines, len(found)), why=words.why_verdict())
