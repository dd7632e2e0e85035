"""A second yes: a draft goes to the others, and one of them saves it or sends it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from conversations.actions import drafts, trading
from conversations.actions.drafts import Content
from conversations.actions.trading import Proposal, Saved
from conversations.messages import Button, Reply, pack, row
from conversations.turn import Turn, message_of, remember
from conversations.wording import teams as words
from engine.ledger import Trade
from storage.records import Draft, Member

WAITS = timedelta(hours=24)
UNDO_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft, who wrote it, and how it looks now."""

    draft: Draft
    content: Content
    author: str


def is_needed(turn: Turn) -> bool:
    return turn.access is not None and turn.access.second_yes


async def name_of(turn: Turn, person: UUID | None) -> str:
    """What those who share the portfolio call somebody."""
    known = await turn.work.members.of(turn.portfolio.id)
    return named(known, person)


def named(known: Sequence[Member], person: UUID | None) -> str:
    return next((one.name for one in known if one.person == person), "a former member")


async def shown(turn: Turn, reply: Reply, draft: UUID, content: Content) -> Reply:
    """The card as the others see it, with what they may press."""
    author = await name_of(turn, turn.person.id)
    text = words.drafted(author, reply.text, turn.portfolio.name)
    data = f"{drafts.short(draft)}:{content.revision}"
    yes, no = Button("Approve", f"approve:{data}"), Button("Reject", f"reject:{data}")
    await turn.work.drafts.extend(draft, turn.now + WAITS)
    return replace(reply, text=text, buttons=row(yes, no), for_all=True)


async def send(turn: Turn, card: Reply, draft: UUID, content: Content) -> Reply:
    """Have a draft that was written in private put before the others."""
    told = await shown(turn, replace(card, replaces="", key=""), draft, content)
    chats = await turn.work.members.chats(turn.portfolio.id)
    if not chats:
        for one in await turn.work.members.of(turn.portfolio.id):
            if one.person != turn.person.id and one.role != "viewer":
                chats += (await turn.work.dialogs.private_chats(one.person))[:1]
    for channel, chat in chats:
        await turn.work.outbox.add(channel, chat, pack(told))
    turn.state["flow"] = turn.state["draft"] = None
    return Reply(
        words.sent_for_approval(turn.portfolio.name, len(chats)),
        replaces=f"draft:{drafts.short(draft)}",
    )


async def find(turn: Turn, data: str) -> Waiting | Reply:
    """The draft that a button, or "approve" alone, is about, if it still waits as it was shown."""
    short, _, revision = data.partition(":")
    if short:
        id = drafts.long(short)
        draft = await turn.work.drafts.shared(id, turn.portfolio.id) if id else None
    else:
        draft = await turn.work.drafts.open_shared(turn.portfolio.id, turn.now)
    if draft is None or draft.status != "open" or draft.expires_at <= turn.now:
        return Reply(words.nothing_waits())
    content = drafts.unpack(draft.content)
    author = await name_of(turn, draft.person)
    if short and revision != str(content.revision):
        return Reply(words.draft_moved())
    return Waiting(draft, content, author)


async def weigh(turn: Turn, waiting: Waiting) -> Proposal:
    """The draft as its author meant it: "yesterday" is theirs."""
    author = await turn.work.users.get(waiting.draft.person)
    return await trading.weigh(
        turn.work,
        portfolio=turn.portfolio,
        draft=waiting.draft.id,
        content=replace(waiting.content, warned=True),
        zone=author.time_zone,
        today=await turn.today(),
        now=turn.now,
        prices=await turn.prices(),
    )


async def save(turn: Turn, waiting: Waiting, proposal: Proposal) -> Saved | None:
    """Save what somebody else wrote; None: it was one's own, or somebody was faster. The portfolio
    is locked."""
    draft, person = waiting.draft, turn.person.id
    taken = await turn.work.drafts.take_shared(draft.id, turn.portfolio.id, person, turn.now)
    if not taken:
        return None
    saved = await trading.confirm(
        turn.work, proposal, turn.portfolio, await turn.prices(), turn.now
    )
    for trade in saved.trades:
        await turn.work.members.approved(
            trade.id, turn.portfolio.id, draft.person, person, turn.now
        )
        told = {"number": trade.number, "member": str(draft.person)}
        await turn.work.audit.note(turn.portfolio.id, "approved", turn.now, told)
    return saved


async def follow_card(turn: Turn, draft: Draft) -> None:
    """Let the answer take the place of the author's card, where that is in the same chat, or in
    the same room: there everybody's part of a thread is a chat of its own."""
    message, key = turn.message, f"draft:{drafts.short(draft.id)}"
    if draft.channel != message.address.channel:
        return
    theirs = await turn.work.dialogs.get(draft.channel, draft.chat, draft.person)
    together = bool(message.room) and theirs.get("room") == message.room
    if draft.chat != message.address.chat and not together:
        return
    shown_as = message_of(theirs, key)
    if shown_as is not None:
        remember(turn.state, key, shown_as)


async def may_undo(turn: Turn, trade: Trade) -> Reply | None:
    """Why somebody may not undo a trade that two said yes to; None: they may."""
    approval = await turn.work.members.approval(trade.id)
    if approval is None or (turn.access is not None and turn.access.role == "owner"):
        return None
    both = (approval.author, approval.approver)
    if turn.person.id in both and turn.now < approval.at + UNDO_WITHIN:
        return None
    known = await turn.work.members.of(turn.portfolio.id)
    return Reply(words.undo_closed([named(known, one) for one in both]))
