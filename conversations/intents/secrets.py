"""A pasted key or password: warned about, never stored (it was masked before it was kept)."""

from __future__ import annotations

from conversations.intents import Details, intent
from conversations.messages import Reply
from conversations.reading.secrets import Secret, hidden
from conversations.turn import Turn
from conversations.wording import general


def _recognise(text: str) -> Details | None:
    kind = hidden(text)
    return None if kind is None else {"kind": kind}


@intent(
    "secrets",
    label="A key",
    summary="Warn about a pasted key",
    examples=(f"my api key is {Secret.KEY.value * 20}", "password: hunter2hunter2"),
    urgent=_recognise,
)
async def secrets(turn: Turn, said: Details) -> Reply:
    """An open card stays open: the words were no answer to it."""
    kind: Secret = said.get("kind", Secret.KEY)
    return Reply(general.secret(general.SECRETS[kind.name]), private=True)
