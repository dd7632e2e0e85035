"""Slack: are the tokens good, and does the app have the scopes it needs?"""

from __future__ import annotations

from typing import Any

import httpx

from bot.doctor.verdict import PATIENCE, State, Verdict
from bot.settings import Settings

THING = "Slack"


async def look(settings: Settings) -> list[Verdict]:
    """Never says a token."""
    if not settings.slack_bot_token and not settings.slack_client_id:
        do = "To open it, see docs/slack.md"
        return [Verdict(THING, State.UNUSED, "no tokens, the door stays closed", do)]
    from bot.slack.manifest import SCOPES  # here: the door's packages are slow to import

    found = _settings(settings)
    async with httpx.AsyncClient(timeout=PATIENCE, base_url=settings.slack_api) as client:
        try:
            if settings.slack_bot_token:
                found += await _bot(client, settings.slack_bot_token, SCOPES)
            if settings.slack_app_token:
                found.append(await _socket(client, settings.slack_app_token))
        except httpx.HTTPError as fact:
            told = f"it can't be reached ({type(fact).__name__})"
            found.append(Verdict(THING, State.BAD, told, "Look at the network or a proxy"))
    return found


def _settings(settings: Settings) -> list[Verdict]:
    """What belongs together."""
    found = []
    if settings.slack_bot_token and not settings.slack_app_token and not settings.public_address:
        told = "Slack has no way to reach us"
        do = "Set SLACK_APP_TOKEN (Socket Mode), or BPO_PUBLIC_ADDRESS and SLACK_SIGNING_SECRET"
        found.append(Verdict(THING, State.BAD, told, do))
    if settings.public_address and not settings.slack_signing_secret:
        do = "Basic Information → App Credentials → Signing Secret, as SLACK_SIGNING_SECRET"
        found.append(Verdict(THING, State.BAD, "no signing secret: nothing is believed", do))
    if settings.slack_client_id and not settings.slack_client_secret:
        do = "Basic Information → App Credentials, as SLACK_CLIENT_SECRET"
        found.append(Verdict(THING, State.BAD, "a client id without its secret", do))
    if settings.slack_client_id and not settings.encryption_key:
        told = "tokens of other workspaces could not be kept encrypted"
        found.append(Verdict(THING, State.BAD, told, "Set BPO_ENCRYPTION_KEY: bpo slack key"))
    return found


async def _bot(client: httpx.AsyncClient, token: str, scopes: tuple[str, ...]) -> list[Verdict]:
    answer, headers = await _ask(client, "auth.test", token)
    if not answer.get("ok"):
        told = f"the bot token is refused ({answer.get('error', 'no reason')})"
        do = "OAuth & Permissions → Bot User OAuth Token, as SLACK_BOT_TOKEN"
        return [Verdict(THING, State.BAD, told, do)]
    named = f"{answer.get('user', '?')} in {answer.get('team', '?')}"
    found = [Verdict(THING, State.GOOD, f"the bot token is that of {named}")]
    granted = {one.strip() for one in headers.get("x-oauth-scopes", "").split(",") if one.strip()}
    missing = [one for one in scopes if one not in granted]
    if granted and missing:
        do = "Paste `bpo slack manifest` at App Manifest, then install the app again"
        found.append(Verdict(THING, State.BAD, f"scopes missing: {', '.join(missing)}", do))
    return found


async def _socket(client: httpx.AsyncClient, token: str) -> Verdict:
    answer, _ = await _ask(client, "apps.connections.open", token)
    if answer.get("ok"):
        return Verdict(THING, State.GOOD, "Socket Mode is open to us")
    told = f"Socket Mode is refused ({answer.get('error', 'no reason')})"
    do = "Basic Information → App-Level Tokens, scope connections:write, as SLACK_APP_TOKEN"
    return Verdict(THING, State.BAD, told, do)


async def _ask(
    client: httpx.AsyncClient, method: str, token: str
) -> tuple[dict[str, Any], httpx.Headers]:
    answer = await client.post(method, headers={"Authorization": f"Bearer {token}"})
    try:
        told = answer.json()
    except ValueError:
        told = None
    known = isinstance(told, dict)
    return (told if known else {"error": f"HTTP {answer.status_code}"}), answer.headers
