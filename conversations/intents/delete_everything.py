"""“delete everything”: all of a person goes, once they have typed how much that is."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import belongings as words

CONFIRM_WITHIN = timedelta(minutes=10)
ASKED = "delete"  # in the chat's memory: until when it may be confirmed


@intent(
    "delete_everything",
    label="Delete everything",
    summary="Delete everything that is kept of you",
    group="data",
    examples=("delete everything", "delete all my data", "delete my account", "forget me"),
    pattern=(
        r"/?((delete|erase|remove|wipe) (everything|all (of )?my data|my (data|account))"
        r"( (you have|of mine))?|forget me)\W*"
    ),
)
async def delete_everything(turn: Turn, said: Details) -> Reply:
    turn.state[ASKED] = (turn.now + CONFIRM_WITHIN).isoformat()
    trades = await turn.work.belongings.count(turn.person.id)
    first = Button("Export first", "pick:export_everything")
    return Reply(words.ask(trades), row(first, Button("Cancel", "keep_all:")))


@press("keep_all")
async def keep(turn: Turn, said: Details) -> Reply:
    turn.state.pop(ASKED, None)
    return Reply(words.kept())


@intent(
    "confirm_deletion",
    label="Confirm a deletion",
    summary="Confirm that everything is to go",
    examples=("DELETE 214",),
    pattern=r"delete (?P<trades>\d{1,9})",
    picked=delete_everything,
)
async def confirm(turn: Turn, said: Details) -> Reply:
    until = turn.state.get(ASKED)
    if until is None:
        return Reply(words.not_asked())
    if turn.now > datetime.fromisoformat(until):
        return Reply(words.too_late())
    trades = await turn.work.belongings.count(turn.person.id)
    if int(said["trades"]) != trades:
        return Reply(words.other_number(trades))
    receipt = f"del-{secrets.token_hex(4)}"
    zone, address = turn.person.time_zone, turn.message.address
    people = [turn.person.id, *await turn.work.links.absorbed(turn.person.id)]
    here = (address.channel, address.chat)
    await turn.work.belongings.erase(people, receipt, here, turn.now)
    turn.gone, turn.state = True, {}
    return Reply(words.gone(turn.now, zone, receipt))
