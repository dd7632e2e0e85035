"""What is said about the apps that one person talks to us from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from conversations.wording.figures import count, day, listed
from storage.records import Account

DOORS = {"web": "the web page", "terminal": "the terminal", "telegram": "Telegram"}
DOORS |= {"slack": "Slack"}


def door(channel: str) -> str:
    return DOORS.get(channel, channel)


def code(code: str, minutes: int, bot: str | None) -> str:
    """``bot``: what we are called on Telegram, where that is known."""
    telegram = (
        f"On Telegram, this opens me with it: https://t.me/{bot}?start={code}\n"
        if bot
        else f"On Telegram, /start {code} does the same. "
    )
    return (
        f'In the other app, send me this within {count(minutes, "minute")}:\n"link {code}"\n'
        f"{telegram}It works once; whoever has it can join their "
        "account to yours, so show it to nobody."
    )


def ask(channel: str, trades: int, since: datetime, mine: int) -> str:
    return (
        f"Join this account ({count(mine, 'trade')}) with the one on {door(channel)} "
        f"({count(trades, 'trade')}, since {day(since.date())})?\n"
        "Both sets of portfolios are kept. Whoever uses that app sees what you have here: say yes "
        "only if that is you."
    )


def linked(doors: Sequence[str], trades: int) -> str:
    told = listed([door(one) for one in dict.fromkeys(doors)])
    return (
        f"✅ One account now: {told}. All portfolios are kept, with {count(trades, 'trade')}; "
        'settings are those of the older account.\nIf that was wrong, say "unlink" within '
        "10 minutes."
    )


def unlinked() -> str:
    return "↩️ Two accounts again: everything is back where it was."


def no_link() -> str:
    return (
        "There is nothing to unlink: accounts part again only within 10 minutes. "
        'To take an app off this account, say "unlink telegram".'
    )


def nothing_offered() -> str:
    return 'Nothing waits to be linked. Say "link my account" in the other app first.'


def not_linked() -> str:
    return "OK, nothing was linked."


def accounts(known: Sequence[Account]) -> str:
    lines = [f"You reach me from {count(len(known), 'place')}:"]
    lines += [f"{door(one.channel)} – since {day(one.since.date())}" for one in known[:5]]
    return "\n".join(lines)


def detached(channel: str) -> str:
    return (
        f"✅ {door(channel)} no longer leads to this account. Everything stays here; whoever "
        "writes from there begins anew."
    )


def no_such_door(channel: str) -> str:
    return f"{door(channel)} does not lead to this account. Nothing was changed."


def only_door() -> str:
    return (
        "That is the only way to this account: without it nobody could reach it. Nothing changed."
    )
