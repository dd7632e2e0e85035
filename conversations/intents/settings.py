"""“settings”: everything that can be set, shown together; each change can be taken back."""

from __future__ import annotations

from typing import Any

from conversations.actions import accounts, preferences
from conversations.actions.journal import journaling
from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.nudge_classes import KEY as NUDGES
from conversations.quiet_hours import KEY as HOURS
from conversations.quiet_hours import window_of
from conversations.turn import Turn
from conversations.wording import formats, journal, risk_profile, welcome
from conversations.wording import settings as words
from engine.ledger import LotMethod, NotEnoughShares

# What "reset settings" drops; limits, goals and the quiz are kept elsewhere in the preferences.
RESET = (
    HOURS, NUDGES, journaling.KEY, formats.KEY, "risk_quick", "risk_score", "risk_profile",
    "drawdown", "mood",
)  # fmt: skip


@intent(
    "settings",
    label="Settings",
    summary="Change your settings",
    group="settings",
    examples=("settings", "/settings", "currency EUR", "time zone Berlin", "average cost"),
    pattern=(
        r"/?(settings?|preferences|options"
        r"|(set |change )?(my )?currency( (is|to))? ?(?P<currency>[a-z]{3})?"
        r"|(set |change )?(my )?time ?zone (is |to )?(?P<zone>[a-z_/ ]{2,40})"
        r"|(use |set |count gains by )?(lot method |gains )?(to |by )?"
        r"(?P<lots>fifo|first in,? first out|average( cost)?))\W{0,30}"
    ),
    rank=8,
    guess="take",
)
async def settings(turn: Turn, said: Details) -> Reply:
    if said.get("currency"):
        return await _currency(turn, said["currency"])
    if said.get("zone"):
        return await _zone(turn, said["zone"])
    if said.get("lots"):
        method = "average" if said["lots"].casefold().startswith("average") else "fifo"
        return await _rebooked(turn, words.lots_changed(method), lot_method=method)
    if "currency" in turn.message.text.casefold():
        return Reply(words.ask_currency())
    return _shown(turn)


def _shown(turn: Turn) -> Reply:
    portfolio, person = turn.portfolio, turn.person
    chosen = person.preferences
    text = words.settings(
        portfolio.currency,
        person.time_zone,
        portfolio.lot_method,
        short=portfolio.allow_short,
        day_first=person.day_first,
        demo=portfolio.demo,
        window=window_of(chosen),
        preferences=chosen,
        risk=risk_profile.current(chosen),
        style=formats.FORMATS.get(str(chosen.get(formats.KEY)), formats.USUAL),
        journal=journaling.asks(chosen),
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
            Button("Quiet hours", "pick:quiet_hours"),
            Button("Nudges", "pick:nudges"),
            Button("Other settings", "set:more"),
        ),
    )


def _more(turn: Turn) -> Reply:
    on = journaling.asks(turn.person.preferences)
    return Reply(
        words.more(),
        row(
            Button("Risk profile", "pick:risk_profile"),
            Button("Number format", "pick:format"),
            Button("Journal off", "journal:off") if on else Button("Journal on", "journal:on"),
            Button("Privacy", "pick:privacy"),
            Button("Reset settings", "pick:reset_settings"),
            Button("Back", "pick:settings"),
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
    undo = await preferences.change(turn, person={"currency": code})
    return Reply(words.currency_changed(code), row(undo))


async def _zone(turn: Turn, said: str) -> Reply:
    zone = accounts.read_zone(said)
    if zone is None:
        return Reply(welcome.not_a_zone(said))
    undo = await preferences.change(turn, person={"time_zone": zone})
    return Reply(words.changed("Your time zone", zone), row(undo))


@press("set")
async def change(turn: Turn, said: Details) -> Reply:
    """``set:lots:average``: a button sets, so that pressing it twice is pressing it once."""
    turn.portfolio = await turn.work.portfolios.lock(turn.portfolio.id)
    match said["data"].split(":"):
        case ["lots", ("fifo" | "average") as method]:
            return await _rebooked(turn, words.lots_changed(method), lot_method=method)
        case ["short", ("on" | "off") as word]:
            done = words.short_changed(allowed=word == "on")
            return await _rebooked(turn, done, allow_short=word == "on")
        case ["day", ("day" | "month") as first]:
            undo = await preferences.change(turn, person={"day_first": first == "day"})
            return Reply(words.changed("The order of dates", f"{first} first"), row(undo))
        case ["more"]:
            return _more(turn)
    return _shown(turn)


async def _rebooked(turn: Turn, done: str, **change: Any) -> Reply:
    """Change how the books are kept, if they hold that way."""
    try:
        undo = await preferences.change(turn, books=change)
    except NotEnoughShares as fact:
        return Reply(words.short_needed(fact.symbol))
    return Reply(done, row(undo))


@press("unset")
async def take_back(turn: Turn, said: Details) -> Reply:
    """Any change of a setting, as it was before."""
    turn.portfolio = await turn.work.portfolios.lock(turn.portfolio.id)
    try:
        done = await preferences.take_back(turn, said["data"])
    except NotEnoughShares as fact:
        return Reply(words.short_needed(fact.symbol))
    return Reply(words.taken_back() if done else words.not_remembered())


@intent(
    "reset_settings",
    label="Reset settings",
    summary="Set all settings back",
    examples=("reset settings", "reset all my settings"),
    pattern=r"/?(reset|restore) (all )?(my |the )?(default )?(settings|preferences|options)\W*",
)
async def reset(turn: Turn, said: Details) -> Reply:
    return Reply(words.confirm_reset(), row(Button("Reset", "reset:"), Button("No", "keep:")))


@press("reset")
async def reset_pressed(turn: Turn, said: Details) -> Reply:
    turn.portfolio = await turn.work.portfolios.lock(turn.portfolio.id)
    try:
        undo = await preferences.change(
            turn,
            preferences=dict.fromkeys(RESET),
            person={"currency": "USD", "time_zone": "UTC", "day_first": None},
            books={"lot_method": "fifo", "allow_short": False},
        )
    except NotEnoughShares as fact:
        return Reply(words.short_needed(fact.symbol))
    return Reply(words.reset(), row(undo))


@intent(
    "journal_questions",
    label="Journal questions",
    summary="Be asked why after a trade, or not",
    group="settings",
    examples=("journal questions off", "turn on journal questions", "stop asking why"),
    pattern=(
        r"/?((turn )?(the )?journal (questions? )?(?P<word>on|off)"
        r"|turn (?P<turn>on|off) (the )?journal( questions?)?"
        r"|(?P<stop>(stop|don't|do not) (ask|asking)( me)? why)|ask me why)\W*"
    ),
)
async def journal_questions(turn: Turn, said: Details) -> Reply:
    word = (said.get("word") or said.get("turn") or "").casefold()
    return await _journal(turn, on=word != "off" and not said.get("stop"))


@press("journal")
async def journal_pressed(turn: Turn, said: Details) -> Reply:
    return await _journal(turn, on=said["data"] != "off")


async def _journal(turn: Turn, *, on: bool) -> Reply:
    undo = await preferences.change(turn, preferences={journaling.KEY: on})
    return Reply(journal.questions_on() if on else journal.questions_off(), row(undo))
