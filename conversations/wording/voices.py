"""What is said about the channel in which a team is spoken to first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conversations.wording.settings import full_hours, place


def chosen(name: str, hours: Mapping[str, Any], zone: str) -> str:
    when = "never" if hours.get("never") else f"{full_hours(hours)}, {place(zone)} time"
    return (
        f"✅ I speak first about {name} here, {when}: at most one a day and three a week.\n"
        'Owners change it: "market nudges silent", "nudge us here 9 to 18", "stop nudging us".'
    )


def stopped(name: str) -> str:
    return f"✅ I no longer speak first about {name}."


def silent(name: str) -> str:
    return (
        f"I don't speak first about {name}. An owner chooses the channel: "
        'say "nudge us here" there. Nothing was changed.'
    )


def in_the_channel() -> str:
    return (
        'That is for the channel in which I am to speak: say "nudge us here" there. '
        "Nothing was changed."
    )


def bind_first(name: str) -> str:
    return f'First say what this chat is about: "use {name} here". Nothing was changed.'


def another(name: str, here: str) -> str:
    return f"This chat is about {here}, not {name}. Nothing was changed."


def unread(said: str) -> str:
    return (
        f'I can\'t read "{said}" as hours or a place. Try "nudge us here 9 to 18 in Berlin". '
        "Nothing was changed."
    )


def not_remembered() -> str:
    return "I no longer know what was before. Nothing was changed."


def taken_back(name: str, *, silent: bool) -> str:
    now = "I don't speak first there" if silent else "nudges come as they did"
    return f"↩️ {name} is as it was before: {now}."


def lost(name: str) -> str:
    return (
        f"{name}: I can no longer write in the channel you chose, so I no longer speak first there."
        "\n"
        f'To go on, say "use {name} here" and "nudge us here" where I am to speak.'
    )
