"""“in EUR”: figures in another currency need a rate, and none is known."""

from __future__ import annotations

import re

from conversations.intents import Details, intent
from conversations.messages import Button, Reply, row
from conversations.reading.currencies import currency_of
from conversations.reading.meaning import World
from conversations.turn import Turn
from conversations.wording import settings as words

_ASKED = re.compile(
    r"(?i)/?(?:and |but |ok |so )?(?:what about |how about )?(?:(?:please |can you )?"
    r"(?:show|tell|give|say|convert)(?: me)?(?: (?:it|that|this|all|everything))?(?: again)? )?"
    r"(?:and )?(?P<money>(?:in|into|to) \S{1,12}?)(?: please| instead)?\W*"
)


def _recognise(text: str, world: World) -> Details | None:
    asked = _ASKED.fullmatch(" ".join(text.split()))
    code = currency_of(re.sub(r"(?i)^(?:in|into|to) ", "", asked["money"])) if asked else None
    return {"code": code} if code else None


@intent(
    "in_currency",
    label="In a currency",
    summary="Ask for figures in another currency",
    examples=("in EUR", "show it in dollars"),
    recognise=_recognise,
)
async def in_currency(turn: Turn, said: Details) -> Reply:
    code, own = said["code"], turn.portfolio.currency
    if code == own:
        return Reply(words.own_already(code))
    return Reply(words.no_rate(code, own), row(Button("Settings", "pick:settings")))
