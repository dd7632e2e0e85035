"""From a draft to the reply that shows it: a question, a warning, or a card to save."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

from conversations.actions import drafts, trading
from conversations.actions.drafts import Content
from conversations.actions.teams import approving
from conversations.actions.trading import Proposal, Question
from conversations.messages import Button, Reply, row
from conversations.reading.meaning import Issue, IssueKind, Slot, TradeReading, World
from conversations.turn import Turn
from conversations.wording import questions, trades, warning
from conversations.wording.figures import ago, shares
from engine.ledger import Kind, NotEnoughShares, Trade
from engine.market.sessions import holiday

Said = tuple[str, tuple[tuple[Button, ...], ...], str]  # text, buttons, what to say to "why?"


async def propose(turn: Turn, content: Content) -> Reply:
    """Keep a new draft and show it."""
    draft = uuid4()
    proposal = await weigh(turn, draft, content)
    await drafts.add(
        turn.work,
        person=turn.person,
        portfolio=turn.portfolio,
        address=turn.message.address,
        id=draft,
        content=_shown(content, proposal),
        now=turn.now,
    )
    turn.state["flow"], turn.state["draft"] = "trade", drafts.short(draft)
    return await _reply(turn, proposal, edits=False)


async def show(turn: Turn, draft: UUID, content: Content, *, edits: bool = False) -> Reply:
    """Weigh the draft as it stands, keep it, and show what is to be said about it."""
    proposal = await weigh(turn, draft, content)
    packed = drafts.pack(_shown(content, proposal))
    await turn.work.drafts.rewrite(draft, turn.person.id, packed)
    return await _reply(turn, proposal, edits=edits)


async def show_unsaved(turn: Turn, draft: UUID, content: Content) -> Reply:
    """The card again after something else was said: nobody saves what they do not see."""
    shown = await show(turn, draft, content)
    return replace(shown, text=f"{trades.here_it_is()}\n{shown.text}")


def _shown(content: Content, proposal: Proposal) -> Content:
    """A warning is shown once."""
    return replace(content, warned=content.warned or proposal.warning is not None)


async def _reply(turn: Turn, proposal: Proposal, *, edits: bool) -> Reply:
    draft, content = proposal.draft, proposal.content
    symbols = [reading.symbol for reading in content.readings if reading.symbol]
    if symbols:
        turn.state["last_symbol"] = symbols[-1]
    world = await turn.world()
    key = f"draft:{drafts.short(draft)}"
    if proposal.question is not None:
        text, buttons, why = await _question(turn, proposal, proposal.question, world)
    else:
        text, buttons, why = await _card(turn, proposal, world)
    reply = Reply(text, buttons, why=why, key=key, replaces=key if edits else "")
    if turn.bound and proposal.question is None and approving.is_needed(turn):
        return await approving.shown(turn, reply, draft, content)
    return reply


async def weigh(turn: Turn, draft: UUID, content: Content) -> Proposal:
    return await trading.weigh(
        turn.work,
        portfolio=turn.portfolio,
        draft=draft,
        content=content,
        zone=turn.person.time_zone,
        today=await turn.today(),
        now=turn.now,
        prices=await turn.prices(),
    )


def _button(label: str, verb: str, proposal: Proposal, *rest: str) -> Button:
    """A button of this state of the draft: once the draft has changed, it only shows it again."""
    place = (drafts.short(proposal.draft), str(proposal.content.revision))
    return Button(label, ":".join((verb, *place, *rest)))


async def _card(turn: Turn, proposal: Proposal, world: World) -> Said:
    """The trades as they would be saved, with the warning if there is one."""
    demo = turn.portfolio.demo
    several = len(proposal.trades) > 1
    lines = [trades.several(len(proposal.trades), demo=demo)] if several else []
    for index, trade in enumerate(proposal.trades):
        first, *rest = await _trade_lines(turn, proposal, index, trade, world)
        mark = (
            f"{'abcdefgh'[index % 8]}) " if several else trades.demo_mark(demo=demo, team=turn.team)
        )
        lines += [mark + first, *rest]
    cancel = _button("Cancel", "drop", proposal)
    if proposal.warning is not None:
        lines.append(f"⚠️ {warning.told(proposal.warning)}")
        buttons = [_button("Save anyway", "save", proposal)]
        if not several and proposal.trades[0].kind is Kind.BUY:
            buttons.append(_button("Wait a day", "waitday", proposal))
        elif not several and proposal.trades[0].quantity > 1:
            buttons.append(_button("Save half", "half", proposal))
        if not several:
            buttons.append(_button("Remind me in 7 days", "later", proposal))
        planned = _button("It was planned", "planned", proposal)
        buttons += [Button("Why?", "pick:why"), planned, cancel]
        return "\n".join(lines), row(*buttons), warning.why(proposal.warning)
    count = len(proposal.trades)
    label = {1: "Save", 2: "Save both"}.get(count, "Save all")
    edits = [
        _button(f"Edit {'abc'[n]}" if several else "Edit", "edit", proposal, str(n))
        for n in range(min(count, 3))
    ]
    buttons = [_button(label, "save", proposal), *edits, cancel]
    return "\n".join(lines), row(*buttons), trades.why_card()


async def _trade_lines(
    turn: Turn, proposal: Proposal, index: int, trade: Trade, world: World
) -> list[str]:
    reading = proposal.content.readings[index]
    instrument = world.universe.get(trade.symbol)
    currency = instrument.currency if instrument else turn.portfolio.currency
    on = reading.on or world.today
    asked = world.quote(trade.symbol, on) if trade.symbol else None
    lines = [trades.headline(trade, instrument, on, currency)]
    second = trades.money_line(trade, reading, asked, proposal.gains[index], currency)
    lines += [second] if second else []
    lines += [trades.note(trade)] if trade.note else []
    if proposal.shorted[index]:
        allowed = turn.portfolio.allow_short
        lines.append(trades.leaves_short(proposal.shorted[index], trade.symbol, allowed=allowed))
    return lines + trades.assumed(reading)


async def _question(turn: Turn, proposal: Proposal, question: Question, world: World) -> Said:
    index = question.index
    reading = proposal.content.readings[index]
    instrument = world.universe.get(reading.symbol or "")
    currency = instrument.currency if instrument else turn.portfolio.currency
    mark = trades.demo_mark(demo=turn.portfolio.demo, team=turn.team)
    cancel = _button("Cancel", "drop", proposal)
    missing = _button("An earlier buy is missing", "missing", proposal, str(index))
    if question.impossible is not None:
        text = questions.impossible(question.impossible)
        return mark + text, row(missing, cancel), ""
    if question.oversell is not None:
        text, buttons = _oversold(proposal, question, question.oversell, currency)
        return mark + text, row(*buttons, missing, cancel), ""
    if question.twin is not None:
        recorded = await turn.work.trades.recorded_at(turn.portfolio.id, question.twin.id)
        text = questions.twin(question.twin, ago(recorded, turn.now) if recorded else "before")
        same, second = ("It's the same", "same"), ("Second trade", "twins")
        return mark + text, row(*(_button(*one, proposal) for one in (same, second))), ""
    assert question.issue is not None, "a question is about words, holdings or a twin"
    return await _asked(turn, proposal, index, question.issue, world)


async def _asked(turn: Turn, proposal: Proposal, index: int, issue: Issue, world: World) -> Said:
    """A question about the words, with its choices as buttons."""
    reading = proposal.content.readings[index]
    instrument = world.universe.get(reading.symbol or "")
    currency = instrument.currency if instrument else turn.portfolio.currency
    on = reading.on or world.today
    quote = world.quote(reading.symbol, on) if reading.symbol else None
    if issue.kind is IssueKind.DATE_HOLIDAY:
        exchange = instrument.exchange if instrument else "XNYS"
        text = questions.closed_market(on, holiday(exchange, on))
    elif _sells_nothing(reading, world):
        text = questions.none_held(reading.symbol or "")
        missing = _button("An earlier buy is missing", "missing", proposal, str(index))
        return text, row(missing, _button("Cancel", "drop", proposal)), ""
    else:
        text = questions.ask(issue, reading, world.universe, quote, currency)
    buttons = [
        _button(
            questions.in_its_currency(reading, currency)
            if choice.slot is Slot.CURRENCY
            else questions.choice_label(choice, issue, world.universe, currency),
            "ask",
            proposal,
            str(index),
            str(n),
        )
        for n, choice in enumerate(issue.choices[:5])
    ]
    if issue.kind is IssueKind.DATE_FUTURE:
        buttons.append(_button("Save as plan", "foresee", proposal, str(index)))
    mark = trades.demo_mark(demo=turn.portfolio.demo, team=turn.team)
    return mark + text, row(*buttons, _button("Cancel", "drop", proposal)), ""


def _sells_nothing(reading: TradeReading, world: World) -> bool:
    """“sold all my KO” of somebody who holds none: no number would be the answer."""
    asked = reading.issue(IssueKind.QUANTITY_MISSING) is not None
    held = world.holdings.get(reading.symbol or "", Decimal(0))
    return asked and reading.side is Kind.SELL and bool(reading.symbol) and not held


def _oversold(
    proposal: Proposal, question: Question, fact: NotEnoughShares, currency: str
) -> tuple[str, list[Button]]:
    index = str(question.index)
    later = fact.trade if fact.trade.number else None
    buttons = []
    reading = proposal.content.readings[question.index]
    if later is None and reading.side is Kind.SELL and fact.held > 0:
        buttons.append(_button(f"Sell {shares(fact.held)}", "sellheld", proposal, index))
    if later is None and reading.quantity is not None:
        short_of = shares(reading.quantity - fact.held)
        buttons.append(_button(f"I'm short {short_of}", "short", proposal))
    return questions.oversold(fact, later=later, currency=currency), buttons


def answer_to(content: Content, place: str, choice: str) -> tuple[int, Issue, str] | None:
    """The trade, issue and value that a pressed answer means, if they are what was asked."""
    index = int(place) if place.isdecimal() else len(content.readings)
    if index >= len(content.readings) or not content.readings[index].issues:
        return None
    issue = content.readings[index].issues[0]
    chosen = int(choice) if choice.isdecimal() else len(issue.choices)
    return (index, issue, issue.choices[chosen].value) if chosen < len(issue.choices) else None
