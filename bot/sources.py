"""The sources of prices that the settings name."""

from __future__ import annotations

from bot.settings import CSV, BadSettings, Settings
from storage import feeds


def open_feeds(settings: Settings) -> dict[str, feeds.Feed]:
    """The feeds that the settings name, best first. Raises BadSettings for an unknown name."""
    unknown = [name for name in settings.source_names if name not in feeds.known()]
    if unknown:
        names = ", ".join(feeds.known())
        raise BadSettings(f"BPO_SOURCES: {unknown[0]!r} is no source of prices; known: {names}")
    where = {CSV: str(settings.prices_csv)}
    return {name: feeds.feed(name, where.get(name, "")) for name in settings.source_names}
