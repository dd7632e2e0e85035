"""What is said when somebody takes everything with them, or wants it gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from conversations.wording.figures import count


def ready(trades: int, notes: int, reports: int) -> str:
    return (
        f"Ready: {count(trades, 'trade')}, {count(notes, 'note')}, {count(reports, 'report')}, "
        "settings. One zip (CSV + JSON + README), valid 24 h, only here."
    )


def sent(name: str, size: int) -> str:
    kilobytes = max(1, round(size / 1000))
    return f"📎 {name} ({kilobytes:,} kB). It can be fetched for 24 hours."


def readme(names: Sequence[str], at: datetime) -> str:
    listed = "\n".join(f"  {name}" for name in names)
    return (
        f"Everything that is kept of you, as of {at:%Y-%m-%d %H:%M} UTC.\n\n"
        "trades/  one CSV for each of your own portfolios. Dropped into the chat it is read back "
        "unchanged.\ndata/    one JSON file for each kind of thing that is kept: a list of rows. "
        "Times are ISO 8601, amounts are text with all digits, bytes are base64.\n\n"
        "Of portfolios that you share with others only what you added of your own is here.\n"
        f"Codes, sessions and unfinished cards are left out.\n\n{listed}\n"
    )


def ask(trades: int) -> str:
    return (
        "This erases trades, notes, reports and nudges. It can't be undone. I make no backups; "
        "whoever runs this server may.\nShared portfolios stay, your name is removed. "
        f"Type DELETE {trades} to confirm (10 min)."
    )


def not_asked() -> str:
    return 'Nothing was deleted. To delete everything, say "delete everything" first.'


def too_late() -> str:
    return 'That was more than 10 minutes ago. Nothing was deleted. Say "delete everything" again.'


def other_number(trades: int) -> str:
    return f"Nothing was deleted: to confirm, type DELETE {trades}."


def kept() -> str:
    return "OK, everything stays."


def gone(at: datetime, zone: str, receipt: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return (
        f"Done. Everything of yours is gone from the live system, {local.day} {local:%b %Y %H:%M}. "
        f"Say /start to begin again. Receipt: {receipt}."
    )
