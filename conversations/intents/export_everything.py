"""“export my data”: everything that is kept of a person, in one file."""

from __future__ import annotations

from typing import Any

from conversations.actions.files import packing
from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import belongings as words


@intent(
    "export_everything",
    label="Export everything",
    summary="Get everything that is kept of you",
    group="data",
    examples=("export my data", "export everything", "download my data"),
    pattern=(
        r"/?(export|download|get|send me|give me) (all )?(of )?(my )?"
        r"(data|everything|information)( you have( (of|on|about) me)?)?\W*|/?export\W*"
    ),
)
async def export_everything(turn: Turn, said: Details) -> Reply:
    found = packing.count(await _everything(turn))
    text = words.ready(found.trades, found.notes, found.reports)
    only = Button("Only trades CSV", "pick:export_trades")
    return Reply(text, row(Button("Send it", "export:all"), only))


@press("export")
async def send(turn: Turn, said: Details) -> Reply:
    document = await packing.pack(turn, await _everything(turn))
    await turn.work.audit.note(turn.person.id, "exported", turn.now)
    return Reply(words.sent(document.name, len(document.data)), document=document)


async def _everything(turn: Turn) -> dict[str, list[dict[str, Any]]]:
    """With what stayed under the accounts that were joined to this one, such as their settings."""
    found = await turn.work.belongings.of(turn.person.id)
    for other in await turn.work.links.absorbed(turn.person.id):
        for name, rows in (await turn.work.belongings.of(other)).items():
            found[name] = [*found.get(name, ()), *rows]
    return found
