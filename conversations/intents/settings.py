"""“settings”: currency, time zone, date order, lot method, short positions."""

from __future__ import annotations

from typing import Any

from conversations.actions import accounts, trading
from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import welcome
from engine.ledger import LotMethod, NotEnoughShares


@intent(
    "settings",
    label="Settings",
    summary="Change your settings",
    examples=("settings", "/settings", "currency EUR", "time zone Berlin"),
    pattern=(
        r"/?(settings?|preferences|options|(my )?currency (is )?(?P<currency>[a-z]{3})"
        r"|(my )?time ?zone (is )?(?P<zone>[a-z_/ ]{2,40}))\W*"
    ),
    rank=8,
)
async def settings(turn: Turn, said: Details) -> Reply:
    if said.get("currency"):
        return await _currency(turn, said["currency"])
    if said.get("zone"):
        return await _zone(turn, said["zone"])
    return _shown(turn)


def _shown(turn: Turn) -> Reply:
    portfolio, person = turn.portfolio, turn.person
    text = welcome.settings(
        portfolio.currency,
        person.time_zone,
        portfolio.lot_method,
        short=portfolio.allow_short,
        day_first=person.day_first,
        demo=portfolio.demo,
    )
    fifo = portfolio.lot_method is LotMethod.FIFO
    short = "Forbid shorts" if portfolio.allow_short else "Allow shorts"
    return Reply(
        text,
        row(
            _lots_button(fifo=fifo),
            Button(short, "set:short:off" if portfolio.allow_short else "set:short:on"),
            Button("Dates: month first", "set:day:month")
            if person.day_first
            else Button("Dates: day first", "set:day:day"),
        ),
    )


def _lots_button(*, fifo: bool) -> Button:
    if fifo:
        return Button("Use average cost", "set:lots:average")
    return Button("Use FIFO", "set:lots:fifo")


async def _currency(turn: Turn, said: str) -> Reply:
    code = accounts.read_currency(said)
    if code is None:
        return Reply(welcome.not_a_currency(said))
    await accounts.set_currency(turn.work, turn.person, code)
    return Reply(welcome.currency_changed(code))


async def _zone(turn: Turn, said: str) -> Reply:
    zone = accounts.read_zone(said)
    if zone is None:
        return Reply(welcome.not_a_zone(said))
    await turn.work.users.change(turn.person.id, time_zone=zone)
    return Reply(welcome.changed("Your time zone", zone))


@press("set")
async def change(turn: Turn, said: Details) -> Reply:
    """``set:lots:average``: a button sets, so that pressing it twice is pressing it once."""
    turn.portfolio = await turn.work.portfolios.lock(turn.portfolio.id)
    match said["data"].split(":"):
        case ["lots", ("fifo" | "average") as method]:
            return await _rebooked(turn, welcome.lots_changed(method), lot_method=LotMethod(method))
        case ["short", ("on" | "off") as word]:
            words = welcome.short_changed(allowed=word == "on")
            return await _rebooked(turn, words, allow_short=word == "on")
        case ["day", ("day" | "month") as first]:
            await turn.work.users.change(turn.person.id, day_first=first == "day")
            return Reply(welcome.changed("The order of dates", f"{first} first"))
    return _shown(turn)


async def _rebooked(turn: Turn, done: str, **change: Any) -> Reply:
    """Change how the books are kept, if they hold that way."""
    try:
        async with turn.work.savepoint():
            await turn.work.portfolios.change(turn.portfolio.id, **change)
            portfolio = await turn.work.portfolios.get(turn.portfolio.id)
            await trading.settle(turn.work, portfolio, trading.rules_of(portfolio))
    except NotEnoughShares as fact:
        return Reply(welcome.short_needed(fact.symbol))
    return Reply(done)
