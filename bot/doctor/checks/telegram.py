"""Telegram: is the token good, and does the webhook lead to us?"""

from __future__ import annotations

from typing import Any

import httpx

from bot.doctor.verdict import PATIENCE, State, Verdict
from bot.settings import Settings

THING = "Telegram"
API = "https://api.telegram.org"


async def look(settings: Settings, api: str = API) -> list[Verdict]:
    """Never says the token itself, nor an address that holds it."""
    token = settings.telegram_token
    if not token:
        do = "To open it, see docs/telegram.md and set TELEGRAM_TOKEN"
        return [Verdict(THING, State.UNUSED, "no token, the door stays closed", do)]
    async with httpx.AsyncClient(timeout=PATIENCE, base_url=f"{api}/bot{token}/") as client:
        try:
            me, hook = await _ask(client, "getMe"), await _ask(client, "getWebhookInfo")
        except httpx.HTTPError as fact:
            told = f"it can't be reached ({type(fact).__name__})"
            return [Verdict(THING, State.BAD, told, "Look at the network or a proxy")]
    if not me.get("ok"):
        told = f"the token is refused ({me.get('description', 'no reason')})"
        do = "Ask @BotFather: /mybots → your bot → API Token, and put it into .env"
        return [Verdict(THING, State.BAD, told, do)]
    bot = me["result"]
    found = [Verdict(THING, State.GOOD, f"the token is that of @{bot['username']}")]
    if bot.get("can_read_all_group_messages"):
        do = "@BotFather: /setprivacy → Enable"
        told = "privacy mode is off: all talk of groups is sent here"
        found.append(Verdict(THING, State.WEAK, told, do))
    return [*found, _webhook(settings, hook.get("result", {}))]


async def _ask(client: httpx.AsyncClient, method: str) -> dict[str, Any]:
    answer = await client.get(method)
    try:
        told = answer.json()
    except ValueError:
        told = None
    return told if isinstance(told, dict) else {"description": f"HTTP {answer.status_code}"}


def _webhook(settings: Settings, hook: dict[str, Any]) -> Verdict:
    url, waiting = hook.get("url", ""), hook.get("pending_update_count", 0)
    late = f"; {waiting} updates wait" if waiting else ""
    if not settings.public_address:
        if url:
            told = "a webhook is set there, but BPO_PUBLIC_ADDRESS is not here"
            return Verdict(THING, State.WEAK, told, "The next start takes it off and polls")
        return Verdict(THING, State.GOOD, f"updates are polled for{late}")
    if not url.startswith(settings.public_address):
        told = "the webhook does not lead to BPO_PUBLIC_ADDRESS"
        return Verdict(THING, State.WEAK, told, "The next start of the web role sets it")
    if hook.get("last_error_message"):
        told = f"Telegram's last try to reach us failed: {hook['last_error_message']}{late}"
        do = "Look at the certificate and the proxy before our web process"
        return Verdict(THING, State.BAD, told, do)
    return Verdict(THING, State.GOOD, f"updates come by webhook{late}")
