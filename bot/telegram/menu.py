"""What Telegram shows before anything is said: the commands and what this is."""

from __future__ import annotations

from typing import Any

from telegram import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.constants import BotCommandLimit
from telegram.ext import ExtBot

from conversations.actions.privacy import COMMON
from conversations.intents import Intent, known
from conversations.wording import doors


def commands(intents: list[Intent]) -> list[BotCommand]:
    """One command for each intent of the help, in its order; all that Telegram takes."""
    ranked = [one for one in intents if one.rank]
    return [
        BotCommand(one.name, one.summary[: BotCommandLimit.MAX_DESCRIPTION])
        for one in ranked[: BotCommandLimit.MAX_COMMAND_NUMBER]
    ]


async def show_menu(bot: ExtBot[Any]) -> None:
    """Tell Telegram the commands and the descriptions. Raises what the library raises."""
    private = commands(known())
    groups = commands([one for one in known() if one.name in COMMON])
    await bot.set_my_commands(private, scope=BotCommandScopeAllPrivateChats())
    await bot.set_my_commands(groups, scope=BotCommandScopeAllGroupChats())
    await bot.set_my_description(doors.about())
    await bot.set_my_short_description(doors.about_shortly())
