"""“approve”: the second yes to a draft that somebody else wrote; or a no."""

from __future__ import annotations

from conversations.actions import drafts
from conversations.actions.teams import approving, retracting, waiting_drafts
from conversations.actions.teams.approving import Waiting
from conversations.actions.teams.retracting import Retraction
from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import tasks, trades
from conversations.wording import teams as words
from engine.ledger import ImpossibleTrade, NotEnoughShares


@intent(
    "approve",
    label="Approve",
    summary="Approve or reject a draft of a shared portfolio",
    examples=("approve", "approve the draft", "reject the draft"),
    pattern=r"/?(approve|(?P<no>reject))( (it|that|the draft|this))?\W*",
)
async def approve(turn: Turn, said: Details) -> Reply:
    if (several := await waiting_drafts.several(turn)) is not None:
        return several
    return await (_reject(turn, "") if said.get("no") else _approve(turn, ""))


@press("approve")
async def approve_pressed(turn: Turn, said: Details) -> Reply:
    return await _approve(turn, said["data"])


@press("reject")
async def reject_pressed(turn: Turn, said: Details) -> Reply:
    return await _reject(turn, said["data"])


async def _approve(turn: Turn, data: str) -> Reply:
    turn.portfolio = await turn.work.portfolios.lock(turn.portfolio.id)
    waiting = await approving.find(turn, data)
    if isinstance(waiting, Reply):
        return waiting
    if waiting.draft.person == turn.person.id:
        return Reply(words.own_draft(), private=True)
    if isinstance(waiting.content, Retraction):
        return await _take_back(turn, waiting, waiting.content)
    proposal = await approving.weigh(turn, waiting, waiting.content)
    if proposal.question is not None:
        return Reply(words.draft_unfinished(waiting.author))
    try:
        async with turn.work.savepoint():  # what does not fit leaves no trace
            saved = await approving.save(turn, waiting, proposal)
    except NotEnoughShares as fact:
        return Reply(trades.no_longer_fits(fact.symbol, fact.held, fact.wanted))
    except ImpossibleTrade as fact:
        return Reply(tasks.stands_in_the_way(fact.trade, fact.reason))
    if saved is None:
        return Reply(words.nothing_waits())
    numbers = [one.number for one in saved.trades if one.number is not None]
    me = await approving.name_of(turn, turn.person.id)
    text = words.approved(numbers, (waiting.author, me), turn.now, turn.person.time_zone)
    undo = Button("Undo – either, 24 h", f"undo:{saved.trades[0].id}")
    return await _in_its_place(turn, waiting, Reply(text, row(undo), for_all=True))


async def _take_back(turn: Turn, waiting: Waiting, wanted: Retraction) -> Reply:
    if not await approving.agree(turn, waiting.draft):
        return Reply(words.nothing_waits())
    done = await retracting.carry_out(turn, wanted)
    me = await approving.name_of(turn, turn.person.id)
    text = words.agreed(done.text, (waiting.author, me))
    return await _in_its_place(turn, waiting, Reply(text, done.buttons, for_all=True))


async def _reject(turn: Turn, data: str) -> Reply:
    waiting = await approving.find(turn, data)
    if isinstance(waiting, Reply):
        return waiting
    draft, portfolio = waiting.draft, turn.portfolio.id
    if not await turn.work.drafts.close_shared(draft.id, portfolio, "cancelled"):
        return Reply(words.nothing_waits())
    told = {"member": str(draft.person)}
    await turn.work.audit.note(portfolio, "rejected", turn.now, told)
    me = await approving.name_of(turn, turn.person.id)
    taking_back = isinstance(waiting.content, Retraction)
    text = (words.refused if taking_back else words.rejected)(me, waiting.author)
    return await _in_its_place(turn, waiting, Reply(text))


async def _in_its_place(turn: Turn, waiting: Waiting, reply: Reply) -> Reply:
    await approving.follow_card(turn, waiting.draft)
    key = f"draft:{drafts.short(waiting.draft.id)}"
    return Reply(reply.text, reply.buttons, replaces=key, for_all=reply.for_all)
