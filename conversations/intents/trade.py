"""“sold 20 AAPL at 190”: understand it, ask what is unclear, warn, and save it on a yes."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from uuid import UUID

from conversations import cards
from conversations.actions import drafts, open_cards, pricing, trading
from conversations.actions.allocation import wishing
from conversations.actions.drafts import Content
from conversations.actions.journal import journaling
from conversations.actions.teams import approving
from conversations.classifying.slips import mistyped
from conversations.cooling import A_DAY, wait
from conversations.elsewhere import changes_a_test, meant_for
from conversations.intents import Details, flow, intent, press
from conversations.messages import Button, Reply, row
from conversations.postponing import plan
from conversations.reading.aims import read_aim, read_aside
from conversations.reading.forecasts import asks_for_forecast, is_question
from conversations.reading.meaning import IssueKind, World
from conversations.reading.moments import read_moment
from conversations.reading.trades import amend, choose, read_trades, review
from conversations.turn import TOPIC, Turn
from conversations.wording import questions, trades
from engine.ledger import NotEnoughShares
from storage.records import Draft

SAVING = frozenset({"save", "save it", "save anyway", "yes", "ok", "approve"})


def recognise(text: str, world: World) -> Details | None:
    if is_question(text):
        return None
    readings = read_trades(text, world)
    return {"readings": readings} if readings else None


async def explain(turn: Turn, said: Details) -> Reply:
    return Reply(trades.how_to_tell())


@intent(
    "trade",
    label="Record a trade",
    summary="Record a trade",
    group="trades",
    examples=("bought 10 AAPL at 125.20 yesterday", "sold 5 AAPL at 125.70 today"),
    recognise=recognise,
    picked=explain,
    rank=1,
    guess="take",
)
async def propose(turn: Turn, said: Details) -> Reply:
    content = Content(said["readings"])
    turn.state["draft_from"] = turn.message.id
    if await pricing.wanting(turn, content.readings):
        turn.later.append(("look_up", {"content": drafts.pack(content)}))
        return Reply(trades.looking_up([one.symbol for one in content.readings if one.symbol]))
    return await cards.propose(turn, content)


@flow("trade")
async def amend_open(turn: Turn, text: str) -> Reply | None:
    """Words that change the open card: "fee 1", "monday", "no, 12"; nothing if they do not."""
    draft = await open_cards.find(turn)
    if draft is None:
        turn.state["flow"] = None
        return None
    content, world = drafts.unpack(draft.content), await turn.world()
    if any(one.side and one.symbol and not one.issues for one in read_trades(text, world)):
        return None  # a whole new trade, not a change to this one
    index = min(content.focus, len(content.readings) - 1)
    unclear = [n for n, one in enumerate(content.readings) if one.issues]
    index = unclear[0] if unclear else index
    changed = amend(content.readings[index], text, world)
    if changed is None and (read_aim(text, world) or read_aside(text)):
        return None  # a goal; the card stays open beside it
    if changed is None and changes_a_test(turn.state.get(TOPIC, ""), text, world):
        return None
    if changed is None and (recognise(text, world) or asks_for_forecast(text.strip(" ?!."))):
        return None  # another trade, or a question that is none about this card
    if changed is None:
        return await _beside(turn, text, draft, content, world)
    return await cards.show(turn, draft.id, content.with_reading(index, changed))


async def _beside(
    turn: Turn, text: str, draft: Draft, content: Content, world: World
) -> Reply | None:
    """What is no change to the card: a limit or a view, the card again, or nothing where it is
    meant for something else, which is answered while the card stays open."""
    said = " ".join(text.split()).strip(" .!?")
    if said.casefold() in SAVING:
        return await cards.show_unsaved(turn, draft.id, content)
    wished = await wishing.keep_aside(turn, text, world)
    if wished is None and await meant_for(text, said, world, asked="trade"):
        return None
    again = await cards.show(turn, draft.id, content)
    near = mistyped(said) if wished is None else ()
    offers = row(*(Button(one.label, f"pick:{one.name}") for one in near))
    told = wished or trades.not_a_change([one.label for one in near])
    return replace(again, text=f"{told}\n{again.text}", buttons=(*again.buttons, *offers))


async def _pressed(turn: Turn, said: Details) -> tuple[Draft, Content, list[str]] | Reply:
    """The draft a button belongs to, or why it cannot be used any more."""
    short, revision, *rest = f"{said['data']}:".split(":")
    id = drafts.long(short)
    draft = await turn.work.drafts.get(id, turn.person.id) if id else None
    if draft is None:
        return Reply(trades.draft_closed("unknown"))
    if draft.status == "saved":
        saved = await turn.work.trades.by_id(draft.portfolio, draft.id)
        return Reply(trades.already_saved(saved) if saved else trades.draft_closed("unknown"))
    if draft.status != "open":
        return Reply(trades.draft_closed(draft.status))
    if draft.portfolio != turn.portfolio.id:
        return Reply(trades.other_portfolio())
    if draft.expires_at <= turn.now:
        return Reply(trades.expired(), row(Button("Show it again", f"again:{short}")))
    content = drafts.unpack(draft.content)
    if revision != str(content.revision):  # a card of an earlier state: show what would be saved
        return await cards.show(turn, draft.id, content)
    return draft, content, rest


def _index(rest: list[str], content: Content) -> int:
    """Which trade of the draft a button is about; the first where it says none."""
    return min(int(rest[0]) if rest and rest[0].isdecimal() else 0, len(content.readings) - 1)


@press("ask")
async def answer_question(turn: Turn, said: Details) -> Reply:
    found = await _pressed(turn, said)
    if isinstance(found, Reply):
        return found
    draft, content, rest = found
    answer = cards.answer_to(content, *(*rest, "", "")[:2])
    if answer is None:
        return Reply(trades.draft_closed("replaced"))
    index, issue, value = answer
    if issue.kind is IssueKind.DATE_UNCLEAR:
        await _remember_date_order(turn, issue.said, value)
    changed = choose(content.readings[index], issue.kind, value, await turn.world())
    return await cards.show(turn, draft.id, content.with_reading(index, changed), edits=True)


async def _remember_date_order(turn: Turn, said: str, iso: str) -> None:
    """Someone who meant 4 March by "4/3" writes the day first; ask only once."""
    leading = "".join(letter if letter.isdigit() else " " for letter in said).split()
    if leading:
        day_first = int(leading[0]) == int(iso[8:10])
        await turn.work.users.change(turn.person.id, day_first=day_first)


@press("save")
async def save(turn: Turn, said: Details) -> Reply:
    portfolio = await turn.work.portfolios.lock(turn.portfolio.id)
    turn.portfolio = portfolio
    found = await _pressed(turn, said)
    if isinstance(found, Reply):
        return found
    draft, content, _ = found
    proposal = await cards.weigh(turn, draft.id, replace(content, warned=True))
    if proposal.question is not None:  # the books have changed since the card was shown
        return await cards.show(turn, draft.id, content, edits=True)
    if approving.is_needed(turn):
        shown = await cards.show(turn, draft.id, replace(content, warned=True), edits=True)
        return shown if turn.bound else await approving.send(turn, shown, draft.id, content)
    prices = await turn.prices()
    try:
        async with turn.work.savepoint():  # what does not fit leaves no trace
            if await turn.work.drafts.take(draft.id, turn.person.id, turn.now) is None:
                return Reply(trades.draft_closed("unknown"))
            saved = await trading.confirm(turn.work, proposal, portfolio, prices, turn.now)
    except NotEnoughShares as fact:
        return Reply(trades.no_longer_fits(fact.symbol, fact.held, fact.wanted))
    turn.state["flow"] = turn.state["draft"] = None
    currencies = [await turn.currency_of(one.symbol) for one in saved.trades]
    told = (saved.trades, saved.position, saved.weight, currencies)
    text = trades.saved(*told, demo=portfolio.demo, team=turn.team)
    undo = [
        Button("Undo" if len(saved.trades) == 1 else f"Undo #{one.number}", f"undo:{one.id}")
        for one in saved.trades[:3]
    ]
    asked = await journaling.after_saving(turn, saved.trades, undo)
    return Reply(
        f"{text}\n{asked.text}" if asked.text else text,
        asked.buttons,
        why=trades.why_saved(),
        key=f"trade:{draft.id}",
        replaces=_key(draft.id),
    )


def _key(draft: UUID) -> str:
    return f"draft:{drafts.short(draft)}"


@press("same")
async def same_trade(turn: Turn, said: Details) -> Reply:
    """The look-alike is the trade that is recorded already."""
    reply = await drop(turn, said)
    return replace(reply, text=trades.once()) if reply.replaces else reply


@press("drop")
async def drop(turn: Turn, said: Details) -> Reply:
    found = await _pressed(turn, said)
    if isinstance(found, Reply):
        return found
    draft, _, _ = found
    if not await turn.work.drafts.close(draft.id, turn.person.id, "cancelled"):
        return Reply(trades.just_closed())  # another door was faster
    turn.state["flow"] = turn.state["draft"] = None
    return Reply(trades.draft_closed("cancelled"), replaces=_key(draft.id))


@press("foresee")
async def save_as_plan(turn: Turn, said: Details) -> Reply:
    """``foresee:<draft>:<revision>:0``: the day has not come; on it, the trade is spoken about."""
    found = await _pressed(turn, said)
    if isinstance(found, Reply):
        return found
    draft, content, rest = found
    index = _index(rest, content)
    reading = content.readings[index]
    if reading.on is None or reading.on <= await turn.today():
        return await cards.show(turn, draft.id, content, edits=True)
    return await plan(turn, draft, reading)


@press("later")
async def later(turn: Turn, said: Details) -> Reply:
    """Nothing is saved; in a week it is spoken about again."""
    found = await _pressed(turn, said)
    if isinstance(found, Reply):
        return found
    week = read_moment("in 7 days", turn.now, turn.person.time_zone).at
    assert week is not None, "a week from now is a moment"
    return await wait(turn, found[0], week)


@press("waitday")
async def wait_a_day(turn: Turn, said: Details) -> Reply:
    found = await _pressed(turn, said)
    return found if isinstance(found, Reply) else await wait(turn, found[0], turn.now + A_DAY)


@press("again")
async def show_again(turn: Turn, said: Details) -> Reply:
    """An expired card, looked at afresh."""
    id = drafts.long(said["data"])
    draft = await turn.work.drafts.get(id, turn.person.id) if id else None
    if draft is None or draft.status not in ("open", "replaced"):
        return Reply(trades.draft_closed("unknown"))
    if draft.portfolio != turn.portfolio.id:
        return Reply(trades.other_portfolio())
    world = await turn.world()
    content = drafts.unpack(draft.content)
    readings = tuple(review(one, world) for one in content.readings)
    return await cards.propose(turn, Content(readings))


@press("edit")
async def edit(turn: Turn, said: Details) -> Reply:
    found = await _pressed(turn, said)
    if isinstance(found, Reply):
        return found
    draft, content, rest = found
    index = _index(rest, content)
    content = replace(content, focus=index)
    if turn.message.text:  # a form was filled in: its words come with the press
        return await _filled_in(turn, draft, content)
    await turn.work.drafts.rewrite(draft.id, turn.person.id, drafts.pack(content))
    turn.state["flow"], turn.state["draft"] = "trade", drafts.short(draft.id)
    return Reply(trades.how_to_edit(len(content.readings), index))


async def _filled_in(turn: Turn, draft: Draft, content: Content) -> Reply:
    """The card with every line of a form applied to the trade that it is about."""
    reading, world = content.readings[content.focus], await turn.world()
    for line in turn.message.text.split("\n"):
        reading = amend(reading, line, world) or reading
    turn.state["flow"], turn.state["draft"] = "trade", drafts.short(draft.id)
    return await cards.show(
        turn, draft.id, content.with_reading(content.focus, reading), edits=True
    )


@press("half")
async def save_half(turn: Turn, said: Details) -> Reply:
    """Half of the trade: whole shares stay whole."""
    found = await _pressed(turn, said)
    if isinstance(found, Reply):
        return found
    draft, content, _ = found
    quantity = content.readings[0].quantity or Decimal(0)
    half = quantity / 2
    if quantity == quantity.to_integral_value():
        half = half.to_integral_value(ROUND_FLOOR)
    reading = review(replace(content.readings[0], quantity=half), await turn.world())
    smaller = replace(content.with_reading(0, reading), warned=True)
    return await cards.show(turn, draft.id, smaller, edits=True)


@press("planned")
async def planned(turn: Turn, said: Details) -> Reply:
    """The trade follows a plan: it is saved as such and left out of the bias statistics."""
    return await _with(turn, said, planned=True)


@press("twins")
async def second_trade(turn: Turn, said: Details) -> Reply:
    return await _with(turn, said, twins=True)


@press("short")
async def allow_short(turn: Turn, said: Details) -> Reply:
    return await _with(turn, said, allow_short=True)


async def _with(turn: Turn, said: Details, **flags: bool) -> Reply:
    found = await _pressed(turn, said)
    if isinstance(found, Reply):
        return found
    draft, content, _ = found
    return await cards.show(turn, draft.id, content.with_flags(**flags), edits=True)


@press("sellheld")
async def sell_what_is_held(turn: Turn, said: Details) -> Reply:
    found = await _pressed(turn, said)
    if isinstance(found, Reply):
        return found
    draft, content, rest = found
    index = _index(rest, content)
    proposal = await cards.weigh(turn, draft.id, content)
    if proposal.question is None or proposal.question.oversell is None:
        return await cards.show(turn, draft.id, content, edits=True)
    held = proposal.question.oversell.held
    reading = review(replace(content.readings[index], quantity=held), await turn.world())
    return await cards.show(turn, draft.id, content.with_reading(index, reading), edits=True)


@press("missing")
async def earlier_buy_is_missing(turn: Turn, said: Details) -> Reply:
    found = await _pressed(turn, said)
    if isinstance(found, Reply):
        return found
    draft, content, rest = found
    index = _index(rest, content)
    return Reply(
        questions.missing_buy(content.readings[index].symbol or "it"),
        row(Button("Show my sale again", f"again:{drafts.short(draft.id)}")),
    )
