"""“settings”: currency, time zone, date order, lot method, short positions."""

from __future__ import annotations

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
            Button("Use average cost" if fifo else "Use FIFO", "set:lots"),
            Button(short, "set:short"),
            Button("Dates: day first" if not person.day_first else "Dates: month first", "set:day"),
        ),
    )


async def _currency(turn: Turn, said: str) -> Reply:
    code = accounts.read_currency(said)
    if code is None:
        return Reply(welcome.not_a_currency(said))
    await turn.work.users.change(turn.person.id, currency=code)
    await turn.work.portfolios.change(turn.portfolio.id, currency=code)
    return Reply(welcome.changed("Your currency", code))


async def _zone(turn: Turn, said: str) -> Reply:
    zone = accounts.read_zone(said)
    if zone is None:
        return Reply(welcome.not_a_zone(said))
    await turn.work.users.change(turn.person.id, time_zone=zone)
    return Reply(welcome.changed("Your time zone", zone))


@press("set")
async def change(turn: Turn, said: Details) -> Reply:
    turn.portfolio = await turn.work.portfolios.lock(turn.portfolio.id)
    if said["data"] == "lots":
        return await _lots(turn)
    if said["data"] == "short":
        return await _short(turn)
    if said["data"] == "day":
        await turn.work.users.change(turn.person.id, day_first=not turn.person.day_first)
        order = "month first" if turn.person.day_first else "day first"
        return Reply(welcome.changed("The order of dates", order))
    return _shown(turn)


async def _lots(turn: Turn) -> Reply:
    fifo = turn.portfolio.lot_method is LotMethod.FIFO
    method = LotMethod.AVERAGE if fifo else LotMethod.FIFO
    await turn.work.portfolios.change(turn.portfolio.id, lot_method=method)
    turn.portfolio = await turn.work.portfolios.get(turn.portfolio.id)
    await trading.settle(turn.work, turn.portfolio, trading.rules_of(turn.portfolio))
    return Reply(welcome.lots_changed(method))


async def _short(turn: Turn) -> Reply:
    allowed = not turn.portfolio.allow_short
    try:
        async with turn.work.savepoint():
            await turn.work.portfolios.change(turn.portfolio.id, allow_short=allowed)
            portfolio = await turn.work.portfolios.get(turn.portfolio.id)
            await trading.settle(turn.work, portfolio, trading.rules_of(portfolio))
    except NotEnoughShares as fact:
        return Reply(welcome.short_needed(fact.symbol))
    return Reply(welcome.short_changed(allowed=allowed))
