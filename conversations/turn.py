"""One turn of talk: the message, who sent it, the hour, the open transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from conversations.actions.teams import rooms
from conversations.desk import DEMO, Desk
from conversations.messages import Address, Button, IncomingMessage, Reply
from conversations.reading.meaning import DayRange, World
from conversations.wording import formats
from engine.market.instruments import Instrument, Universe
from engine.prices import Prices
from storage.records import Access, Person, PortfolioRecord, Task
from storage.unit_of_work import UnitOfWork

TOPIC = "topic"  # of the chat's memory: the intent that answered last, asides left out
REMEMBERED_MESSAGES = 30  # replies of a chat that can still be edited by their key


@dataclass(slots=True)
class Turn:
    """Everything a handler may use. ``state`` is the chat's memory, kept when the turn ends."""

    message: IncomingMessage
    person: Person
    portfolio: PortfolioRecord
    now: datetime
    work: UnitOfWork
    desk: Desk
    state: dict[str, Any]
    later: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    access: Access | None = None  # what the person may do with the portfolio
    bound: bool = False  # all that is said in this chat is about one shared portfolio
    carried: bool = False  # the portfolio was neither named nor chosen: an open card is about it
    topic: str = ""  # the intent that answered before this turn; "" nothing yet
    gone: bool = False  # the person is no longer known: nothing can be remembered of them
    _prices: Prices | None = None  # a market does not change within a turn

    async def come_home(self) -> None:
        """Something new begins, and no portfolio was named: it is about the person's own."""
        if self.carried:
            known = await self.work.members.shared_with(self.person.id)
            self.portfolio = await rooms.home(self.work, self.person, known)
            self.access = rooms.access_of(self.person, self.portfolio, known)
            rooms.keep_to(self.work, self.access)
            self.carried, self._prices = False, None

    @property
    def team(self) -> str:
        """The shared portfolio that is spoken about while one talks alone; "" of one's own."""
        if self.access is None or not self.access.shared or self.message.shared:
            return ""
        return self.access.name

    @property
    def sources(self) -> tuple[str, ...]:
        """Whose prices this portfolio is valued with, best first."""
        return (DEMO,) if self.portfolio.demo else self.desk.sources

    async def prices(self) -> Prices:
        """All prices known for this portfolio, up to its today."""
        if self._prices is None:
            known = await self.work.market.prices(None, self.sources)
            self._prices = known.until(await self.today())
        return self._prices

    async def today(self) -> date:
        """The person's date; in the demo, the last day of its data."""
        if self.portfolio.demo:
            last = await self.work.market.last_day((DEMO,))
            if last is not None:
                return last
        return self.now.astimezone(ZoneInfo(self.person.time_zone)).date()

    async def world(self) -> World:
        """What has to be known to understand a sentence about trades."""
        prices = await self.prices()
        held = {
            symbol: quantity
            for symbol, quantity, _ in await self.work.positions.of(self.portfolio.id)
        }
        return World(
            today=await self.today(),
            universe=self._with_held(await self.universe(), held),
            holdings=held,
            currency=self.portfolio.currency,
            day_first=self.person.day_first,
            last_symbol=self.state.get("last_symbol"),
            quote=lambda symbol, day: day_range(prices, symbol, day),
        )

    def _with_held(self, universe: Universe, held: Iterable[str]) -> Universe:
        """What somebody holds is known, also where no list has it."""
        new = [symbol for symbol in held if symbol not in universe]
        if not new:
            return universe
        named = (Instrument(one, one, self.portfolio.currency) for one in new)
        return Universe.of([*universe, *named])

    async def currency_of(self, symbol: str) -> str:
        """What ``symbol`` is quoted in; the portfolio's own currency for cash and the unknown."""
        found = (await self.universe()).get(symbol)
        return found.currency if found else self.portfolio.currency

    async def keep_state(self) -> None:
        """Keep the chat's memory now, for a turn that does not end in ``dialogue.answer``."""
        address = self.message.address
        await self.work.dialogs.put(address.channel, address.chat, self.person.id, self.state)

    async def universe(self) -> Universe:
        """All that is listed, and what the person's files named beside it, in its currency."""
        listed = await self.work.instruments.universe()
        own = await self.work.layouts.currencies(self.portfolio.id)
        new = [Instrument(one, one, own[one]) for one in own if one not in listed]
        return Universe.of([*listed, *new]) if new else listed


async def begin(message: IncomingMessage, work: UnitOfWork, now: datetime, desk: Desk) -> Turn:
    """The turn that ``message`` opens: who is speaking, and about which portfolio."""
    address = message.address
    person = await work.users.known_as(address.channel, message.sender)
    formats.use(person.preferences.get(formats.KEY))
    state = await work.dialogs.get(address.channel, address.chat, person.id)
    room = await rooms.enter(work, person, message, state)
    return _turn(room, person, now, work, desk, state)


async def begin_for(task: Task, work: UnitOfWork, now: datetime, desk: Desk) -> Turn:
    """The turn that ends a task: the person of the task, as if they had just spoken."""
    address = Address(task.channel, task.chat)
    message = IncomingMessage(f"task:{task.id}", task.chat, address, now)
    person = await work.users.get(task.person)
    formats.use(person.preferences.get(formats.KEY))
    state = await work.dialogs.get(task.channel, task.chat, person.id)
    message = replace(message, shared=bool(state.get("shared")))
    room = await rooms.enter(work, person, message, state)
    turn = _turn(room, person, now, work, desk, state)
    about = task.details.get("portfolio")
    if about != str(turn.portfolio.id):  # it may have been named when the work was promised
        known = await work.members.shared_with(person.id)
        named = next((one for one in known if str(one.portfolio) == about), None)
        if named is not None:
            turn.portfolio, turn.access = await work.portfolios.get(named.portfolio), named
            rooms.keep_to(work, named)
    return turn


def _turn(
    room: rooms.Room,
    person: Person,
    now: datetime,
    work: UnitOfWork,
    desk: Desk,
    state: dict[str, Any],
) -> Turn:
    return Turn(
        room.message,
        person,
        room.portfolio,
        now,
        work,
        desk,
        state,
        access=room.access,
        bound=room.bound,
        carried=room.carried,
    )


def noted(state: dict[str, Any], reply: Reply) -> None:
    """Remember what a reply says of itself: what explains it, and which words press its buttons.

    A reply without buttons leaves those before it pressable: "why?" does not use a card up.
    """
    state["why"] = reply.why or ("" if reply.buttons else state.get("why", ""))
    if reply.buttons:
        state["offered"] = [[(one.label, one.data) for one in line] for line in reply.buttons]


def offered(state: dict[str, Any]) -> tuple[tuple[Button, ...], ...]:
    """The buttons that were offered last."""
    return tuple(
        tuple(Button(label, data) for label, data in line) for line in state.get("offered", [])
    )


def message_of(state: dict[str, Any], key: str) -> int | None:
    """The outbox id of the reply that carried ``key``, if it is still remembered."""
    found: int | None = state.get("messages", {}).get(key)
    return found


def remember(state: dict[str, Any], key: str, outbox_id: int) -> None:
    """Let later turns find the reply that carries ``key``."""
    messages = {**state.get("messages", {}), key: outbox_id}
    state["messages"] = dict(list(messages.items())[-REMEMBERED_MESSAGES:])


def day_range(prices: Prices, symbol: str, day: date) -> DayRange | None:
    """What ``symbol`` cost on ``day``: its low and high, or the span of two closes."""
    bar = prices.bar(symbol, day)
    if bar is None:
        return None
    close = _money(bar.close)
    if bar.low is not None and bar.high is not None:
        return DayRange(_money(bar.low), _money(bar.high), close, exact=True)
    before = prices.until(day)
    column, row = prices.column(symbol), len(before.days) - 1
    previous = _money(float(before.close[row - 1, column])) if row > 0 else close
    if previous.is_nan():
        previous = close
    return DayRange(min(previous, close), max(previous, close), close, exact=False)


def _money(value: float) -> Decimal:
    """A quoted price as people write it: cents, or four digits below one."""
    return Decimal(repr(round(value, 2 if abs(value) >= 1 else 4)))
