"""“format Germany”: how numbers and dates are written."""

from __future__ import annotations

from decimal import Decimal

from conversations.actions import preferences
from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import formats
from conversations.wording import settings as words
from conversations.wording.figures import day, money

OFFERED = ("en-GB", "en-US", "de-DE", "de-CH", "fr-FR", "sv-SE")


@intent(
    "format",
    label="Number format",
    summary="Choose how numbers and dates are written",
    group="settings",
    examples=("format Germany", "number format", "numbers as in the US", "language german"),
    pattern=(
        r"/?(set |change |use )?(my |the )?((number|date|numbers and dates?) formats?|format"
        r"|numbers( and dates)?|language|locale)"
        r"( (is |to |as in |like in |like )?(?P<said>\S.{0,30}))?\W{0,30}"
    ),
    guess="offer",
)
async def format_(turn: Turn, said: Details) -> Reply:
    if not said.get("said"):
        buttons = [Button(_label(one), f"format:{one}") for one in OFFERED]
        return Reply(words.ask_format(), row(*buttons))
    locale = formats.find(said["said"])
    return await _set(turn, locale) if locale else Reply(words.no_such_format(said["said"]))


def _label(locale: str) -> str:
    country = formats.FORMATS[locale].country.removeprefix("the ")
    return country[:1].upper() + country[1:]


@press("format")
async def pressed(turn: Turn, said: Details) -> Reply:
    if said["data"] not in formats.FORMATS:
        return Reply(words.ask_format())
    return await _set(turn, said["data"])


async def _set(turn: Turn, locale: str) -> Reply:
    undo = await preferences.change(turn, preferences={formats.KEY: locale})
    formats.use(locale)
    shown = money(Decimal("1234.56"), turn.portfolio.currency)
    return Reply(
        words.format_set(formats.FORMATS[locale], shown, day(await turn.today())), row(undo)
    )
