"""All looks, one after the other, and how they are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pkgutil import iter_modules

from bot.doctor import checks
from bot.doctor.verdict import Look, State, Verdict
from bot.settings import Settings

MARKS = {State.GOOD: "✅", State.UNUSED: "–", State.WEAK: "⚠️", State.BAD: "❌"}


def looks() -> list[Look]:
    """Every file of the folder ``checks``, by name."""
    names = sorted(found.name for found in iter_modules(checks.__path__, f"{checks.__name__}."))
    return [import_module(name).look for name in names]


async def examine(settings: Settings, told: Callable[[Verdict], None]) -> bool:
    """Tell each verdict as it is found; whether nothing is bad."""
    fine = True
    for look in looks():
        for verdict in await look(settings):
            told(verdict)
            fine = fine and verdict.state is not State.BAD
    return fine


def line(verdict: Verdict) -> str:
    """``❌ Telegram: the token is refused. → Ask @BotFather for it again.``"""
    step = f" → {verdict.do}" if verdict.do else ""
    return f"{MARKS[verdict.state]} {verdict.thing}: {verdict.what}{step}"


def as_rows(verdicts: Sequence[Verdict]) -> list[dict[str, str]]:
    return [
        {"thing": one.thing, "state": str(one.state), "what": one.what, "do": one.do}
        for one in verdicts
    ]
