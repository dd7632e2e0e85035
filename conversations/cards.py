"""From a draft to the reply that shows it: a question, a warning, or a card to save."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from conversations.actions import drafts, trading
from conversations.actions.drafts import Content
from conversations.actions.trading import Proposal, Question
from conversations.messages import Button, Reply, row
from conversations.reading.meaning import Issue, IssueKind, World
from conversations.turn import Turn
from conversations.wording import bias, questions, trades
from conversations.wording.figures import ago, shares
from engine.ledger import Kind, Trade
from engine.market.sessions import holiday


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
    return Reply(text, buttons, why=why, key=key, replaces=key if edits else "")


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


def _button(label: str, verb: str, draft: UUID, *rest: str) -> Button:
    return Button(label, ":".join((verb, drafts.short(draft), *rest)))


async def _card(
    turn: Turn, proposal: Proposal, world: World
) -> tuple[str, tuple[tuple[Button, ...], ...], str]:
    """The trades as they would be saved, with the warning if there is one."""
    demo = turn.portfolio.demo
    several = len(proposal.trades) > 1
    lines = [trades.several(len(proposal.trades), demo=demo)] if several else []
    for index, trade in enumerate(proposal.trades):
        mark = f"{index + 1}) " if several else trades.demo_mark(demo=demo)
        lines += [
            mark + line if n == 0 else line
            for n, line in enumerate(_trade_lines(turn, proposal, index, trade, world))
        ]
    id = proposal.draft
    if proposal.warning is not None:
        lines.append(f"⚠️ {bias.warning(proposal.warning)}")
        buttons = [_button("Save anyway", "save", id)]
        if proposal.trades[0].quantity > 1:
            buttons.append(_button("Save half", "half", id))
        buttons += [
            _button("Cancel", "drop", id),
            Button("Why?", "pick:why"),
            _button("It was planned", "planned", id),
        ]
        why = bias.why_warning(proposal.warning)
        return "\n".join(lines), row(*buttons), why
    edits = (
        [_button(f"Edit {n + 1}", "edit", id, str(n)) for n in range(min(len(proposal.trades), 3))]
        if several
        else [_button("Edit", "edit", id, "0")]
    )
    save = _button("Save both" if len(proposal.trades) == 2 else "Save all", "save", id)
    save = save if several else _button("Save", "save", id)
    return "\n".join(lines), row(save, *edits, _button("Cancel", "drop", id)), ""


def _trade_lines(
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
    return lines + trades.assumed(reading)


async def _question(
    turn: Turn, proposal: Proposal, question: Question, world: World
) -> tuple[str, tuple[tuple[Button, ...], ...], str]:
    id, index = proposal.draft, question.index
    reading = proposal.content.readings[index]
    instrument = world.universe.get(reading.symbol or "")
    currency = instrument.currency if instrument else turn.portfolio.currency
    mark = trades.demo_mark(demo=turn.portfolio.demo)
    cancel = _button("Cancel", "drop", id)
    if question.oversell is not None:
        text, buttons = await _oversold(turn, proposal, question, currency)
        return mark + text, row(*buttons, cancel), ""
    if question.twin is not None:
        recorded = await turn.work.trades.recorded_at(turn.portfolio.id, question.twin.id)
        text = questions.twin(question.twin, ago(recorded, turn.now) if recorded else "before")
        same = _button("It's the same", "drop", id)
        second = _button("Second trade", "twins", id)
        return mark + text, row(same, second), ""
    assert question.issue is not None, "a question is about words, holdings or a twin"
    issue = question.issue
    on = reading.on or world.today
    quote = world.quote(reading.symbol, on) if reading.symbol else None
    if issue.kind is IssueKind.DATE_HOLIDAY:
        exchange = instrument.exchange if instrument else "XNYS"
        text = questions.holiday(issue, on, holiday(exchange, on))
    else:
        text = questions.ask(issue, reading, world.universe, quote, currency)
    buttons = [
        _button(
            questions.choice_label(choice, issue, world.universe, currency),
            "ask", id, str(index), issue.kind.value, choice.value,
        )
        for choice in issue.choices[:4]
    ]  # fmt: skip
    return mark + text, row(*buttons, cancel), ""


async def _oversold(
    turn: Turn, proposal: Proposal, question: Question, currency: str
) -> tuple[str, list[Button]]:
    fact = question.oversell
    assert fact is not None, "asked only when more is sold than held"
    id, index = proposal.draft, str(question.index)
    later = fact.trade if fact.trade.number else None
    buttons = []
    reading = proposal.content.readings[question.index]
    if later is None and reading.side is Kind.SELL and fact.held > 0:
        buttons.append(_button(f"Sell {shares(fact.held)}", "sellheld", id, index))
    if later is None and reading.quantity is not None:
        short_of = shares(reading.quantity - fact.held)
        buttons.append(_button(f"I'm short {short_of}", "short", id, index))
    buttons.append(_button("An earlier buy is missing", "missing", id, index))
    return questions.oversold(fact, later=later, currency=currency), buttons


def issue_of(content: Content, index: int, kind: str) -> Issue | None:
    """The open issue of ``kind`` that a pressed button answers, if it is still open."""
    if not 0 <= index < len(content.readings):
        return None
    return next((i for i in content.readings[index].issues if i.kind.value == kind), None)
