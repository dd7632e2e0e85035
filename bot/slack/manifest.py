"""The manifest from which Slack makes the app, written from what is known to the conversation."""

from __future__ import annotations

from typing import Any

from conversations.intents import Intent, known
from conversations.wording import doors

NAME = "bpo"
COMMAND = "/bpo"
SCOPES = (
    "app_mentions:read", "chat:write", "commands", "files:read", "files:write", "im:history",
    "im:read", "im:write", "users:read",
)  # fmt: skip
EVENTS = (
    "app_home_opened", "app_mention", "app_uninstalled", "file_shared", "message.im",
    "tokens_revoked",
)  # fmt: skip
# Where others install us: an organisation may take one of its workspaces away again.
SHARED_EVENTS = ("team_access_revoked",)
COLOUR = "#1f3a5f"
SHORTCUTS = 5  # that Slack shows of an app everywhere
LONGEST_SHORTCUT, LONGEST_SUMMARY, LONGEST_HINT, LONGEST_TEXT = 24, 150, 1_000, 4_000


def manifest(public_address: str = "", *, several: bool = False) -> dict[str, Any]:
    """The manifest. With a ``public_address`` Slack sends requests there; without one, the program
    connects to Slack itself. ``several``: other workspaces may install the app."""
    offered = [one for one in known() if one.rank]
    events = f"{public_address}/slack/events"
    reached = {"request_url": events} if public_address else {}
    command: dict[str, Any] = {
        "command": COMMAND,
        "description": "Record a trade, ask for a report, or say anything else",
        "usage_hint": offered[0].examples[0][:LONGEST_HINT] if offered else "help",
        "should_escape": False,
    }
    heard = [*EVENTS, *(SHARED_EVENTS if several and public_address else ())]
    oauth: dict[str, Any] = {"scopes": {"bot": list(SCOPES)}}
    if several and public_address:
        oauth["redirect_urls"] = [f"{public_address}/slack/oauth_redirect"]
    return {
        "display_information": {
            "name": "Behavioral Portfolio Optimizer",
            "description": doors.about_shortly()[:140],
            "long_description": _long(offered),
            "background_color": COLOUR,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "shortcuts": [_shortcut(one) for one in offered[:SHORTCUTS]],
            "slash_commands": [command | ({"url": events} if public_address else {})],
        },
        "oauth_config": oauth,
        "settings": {
            "event_subscriptions": {**reached, "bot_events": heard},
            "interactivity": {"is_enabled": True, **reached},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not public_address,
            "token_rotation_enabled": False,
        },
    }


def _shortcut(one: Intent) -> dict[str, str]:
    return {
        "name": one.label[:LONGEST_SHORTCUT],
        "type": "global",
        "callback_id": f"pick:{one.name}",
        "description": one.summary[:LONGEST_SUMMARY],
    }


def _long(offered: list[Intent]) -> str:
    """What the app's page says: Slack wants 174 characters at least."""
    lines = [doors.about(), "", "You can say, for example:"]
    lines += [f"• {one.examples[0]}" for one in offered]
    return "\n".join(lines)[:LONGEST_TEXT]
