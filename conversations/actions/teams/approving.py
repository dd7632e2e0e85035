"""A second yes: a draft goes to the others, and one of them saves it or sends it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

from conversations.actions import drafts, trading
from conversations.actions.drafts import Content
from conversations.actions.teams import retracting
from conversations.actions.teams.retracting import Change, Retraction
from conversations.actions.trading import Proposal, Saved
from conversations.messages import Button, Reply, pack, row
from conversations.turn import Turn, message_of, remember
from conversations.wording import teams as words
from conversations.wording.trades import short
from storage.records import Draft, Member

WAITS = timedelta(hours=24)
UNDO_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft, who wrote it, and how it looks now."""

    draft: Draft
    content: Content | Retraction  # trades to be saved, or what was saved to be taken back
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
    places = await _tell_others(turn, told)
    turn.state["flow"] = turn.state["draft"] = None
    return Reply(
        words.sent_for_approval(turn.portfolio.name, places),
        replaces=f"draft:{drafts.short(draft)}",
    )


async def _tell_others(turn: Turn, told: Reply) -> int:
    """Say it in the chats of the team, or where it has none to each who may say yes; how many
    places that were."""
    chats = await turn.work.members.chats(turn.portfolio.id)
    if not chats:
        for one in await turn.work.members.of(turn.portfolio.id):
            if one.person != turn.person.id and one.role != "viewer":
                chats += (await turn.work.dialogs.private_chats(one.person))[:1]
    for channel, chat in chats:
        await turn.work.outbox.add(channel, chat, pack(told))
    return len(chats)


async def find(turn: Turn, data: str) -> Waiting | Reply:
    """The draft that a button, or "approve" alone, is about, if it still waits as it was shown."""
    named, _, revision = data.partition(":")
    if named:
        id = drafts.long(named)
        draft = await turn.work.drafts.shared(id, turn.portfolio.id) if id else None
    else:
        draft = await turn.work.drafts.open_shared(turn.portfolio.id, turn.now)
    if draft is None or draft.status != "open" or draft.expires_at <= turn.now:
        return Reply(words.nothing_waits())
    author = await name_of(turn, draft.person)
    wanted = retracting.unpack(draft.content)
    if wanted is not None:
        return Waiting(draft, wanted, author)
    content = drafts.unpack(draft.content)
    if named and revision != str(content.revision):
        return Reply(words.draft_moved())
    return Waiting(draft, content, author)


async def weigh(turn: Turn, waiting: Waiting, content: Content) -> Proposal:
    """The draft as its author meant it: "yesterday" is theirs."""
    author = await turn.work.users.get(waiting.draft.person)
    return await trading.weigh(
        turn.work,
        portfolio=turn.portfolio,
        draft=waiting.draft.id,
        content=replace(content, warned=True),
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


async def second_yes(turn: Turn, wanted: Retraction) -> Reply | None:
    """What is said instead of taking trades back; None: it may be done now.

    Where every trade needs two, so does taking one back or putting it back, whoever asks and
    whenever it was saved: else one alone could undo what two agreed on, or a whole import. Except
    for the two who agreed on a trade: either may take it back for a day, and put back what they
    took back, but not what two others did.
    """
    approval = None if wanted.whole else await turn.work.members.approval(wanted.subject)
    both = [] if approval is None else [approval.author, approval.approver]
    if approval and turn.person.id in both and turn.now < approval.at + UNDO_WITHIN:
        undone = retracting.pack(Retraction(Change.UNDO, wanted.subject))
        back = wanted.change is Change.RESTORE
        if not (back and await turn.work.drafts.agreed(turn.portfolio.id, undone)):
            return None
    if is_needed(turn):
        return await _ask_others(turn, wanted)
    if approval is None or (turn.access is not None and turn.access.role == "owner"):
        return None
    known = await turn.work.members.of(turn.portfolio.id)
    return Reply(words.undo_closed([named(known, one) for one in both]))


async def _ask_others(turn: Turn, wanted: Retraction) -> Reply | None:
    """Put it before the others; None where one of them has asked for the very same."""
    portfolio, content = turn.portfolio, retracting.pack(wanted)
    asked = await turn.work.drafts.same(portfolio.id, content, turn.now)
    if asked is not None and asked.person == turn.person.id:
        return Reply(words.asked_already(portfolio.name), private=True)
    if asked is not None and await agree(turn, asked):
        return None
    here, id = turn.message.address, uuid4()
    await turn.work.drafts.add(
        Draft(id, portfolio.id, turn.person.id, here.channel, here.chat, content, "open",
              turn.now, turn.now + WAITS)
    )  # fmt: skip
    me, data = await name_of(turn, turn.person.id), drafts.short(id)
    text = words.change_wanted(me, await _named(turn, wanted), portfolio.name)
    buttons = row(Button("Approve", f"approve:{data}:0"), Button("Reject", f"reject:{data}:0"))
    told = Reply(text, buttons, key=f"draft:{data}", for_all=True)
    if turn.message.shared:
        return told
    places = await _tell_others(turn, replace(told, key=""))
    return Reply(words.change_sent(portfolio.name, places))


async def agree(turn: Turn, asked: Draft) -> bool:
    """Say yes to what somebody else asked for. False: it was one's own, or had ended."""
    portfolio = turn.portfolio.id
    if not await turn.work.drafts.take_shared(asked.id, portfolio, turn.person.id, turn.now):
        return False
    told = {"member": str(asked.person)}
    await turn.work.audit.note(portfolio, "agreed", turn.now, told)
    return True


async def _named(turn: Turn, wanted: Retraction) -> str:
    """What is to be taken back, or put back, in words."""
    portfolio = turn.portfolio.id
    if wanted.whole:
        count, first, last = await turn.work.trades.of_batch(portfolio, wanted.subject)
        return words.change(wanted.change, words.import_named(count, first, last))
    trade = await turn.work.trades.by_id(portfolio, wanted.subject)
    if trade is None:
        return words.change(wanted.change, "a trade")
    told = short(trade, await turn.currency_of(trade.symbol))
    return words.change(wanted.change, f"#{trade.number} {told}")
