"""A transcript walked at the doors, and what has to be the same on all of them."""

from __future__ import annotations

import re
import shutil
import struct
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from conversations.desk import Desk
from scheduler.jobs import cool_off, nudges, reminders, weekly_review
from storage.unit_of_work import Storage
from tests.bot.slack.office import Office
from tests.conversations.talk import Talk
from tests.dialogues import transcripts
from tests.dialogues.doors import Door, Heard, Page, Workspace, console, phone
from tests.dialogues.transcripts import Step

Take = Callable[[Door, str, Desk], Awaitable[Heard]]

CLOCK = (reminders, cool_off, weekly_review)  # whose messages come unasked
GATHERED = timedelta(minutes=5)
WIDE = 640  # pixels that a picture has at least
# What is drawn by lot each time: the receipt of a deletion, a report's name, an invitation.
CHANCE = re.compile(r"\bdel-[0-9a-f]+|(?<=backtest-)[a-z0-9]+|\b[A-Z0-9]{5}(?:-[A-Z0-9]{3,5})+\b")
UNSENT = "SELECT channel, body->>'text' FROM outbox WHERE sent_at IS NULL OR parked_at IS NOT NULL"
UNDONE = "SELECT channel FROM inbox WHERE answered_at IS NULL"


async def walk(door: Door, steps: list[Step], desk: Desk, take: Take) -> list[Heard]:
    """All that came of the steps; fails at the first that does not come as written."""
    heard: list[Heard] = []
    for step in steps:
        answer = await take(door, step.done, desk)
        assert not (wrong := step.wrong(answer)), f"{door.name}, {step.where}, {step.done}\n{wrong}"
        for png in answer.pictures:
            kind, width, _ = struct.unpack_from(">12x4sII", png)
            assert (png[:8], kind) == (b"\x89PNG\r\n\x1a\n", b"IHDR"), step.where
            assert width >= WIDE, step.where
        heard.append(answer)
    return heard


async def take(door: Door, done: str, desk: Desk) -> Heard:
    if done.startswith("⏳"):
        door.wait(days=int(done[1:]))
        for job in CLOCK:
            await job.run(desk, door.now)
        await nudges.run(desk, door.now + GATHERED)  # what belongs together is one message
        return await door.listen()
    if done.startswith("📎"):
        name = done[1:].strip()
        return await door.drop(name, transcripts.dropped(name))
    if done.startswith("[") and done.endswith("]"):
        return await door.press(done[1:-1])
    return await door.say(done)


async def left(storage: Storage) -> list[object]:
    async with storage.transaction() as work:
        found: list[object] = []
        for query in (UNSENT, UNDONE):
            found += (await work._connection.exec_driver_sql(query)).all()
        return found


def alike(heard: Heard) -> tuple[object, ...]:
    """What has to be the same on all doors; of pictures, that there are as many."""
    files = [re.sub(CHANCE, "*", name) for name, _ in heard.files]
    return (re.sub(CHANCE, "*", heard.text), heard.buttons, len(heard.pictures), files)


async def walk_everywhere(
    office: Office,
    desk: Desk,
    steps: list[Step],
    *,
    now: datetime | None = None,
    take: Take = take,
) -> None:
    """All steps at each of the four doors, one door after the other; ``now``: on their clocks at
    the beginning, where it matters."""
    storage = desk.storage
    page, terminal, telegram = Talk(storage, desk), console(storage, desk), phone(storage, desk)
    office.desk = desk
    if now is not None:
        page.now = terminal.now = telegram.person.town.now = office.now = now
    await terminal.begin()
    doors: list[Door] = [Page(page), terminal, telegram, Workspace(office)]
    try:
        first: list[Heard] = []
        for door in doors:
            heard = await walk(door, steps, desk, take)
            first = first or heard
            for step, ours, theirs in zip(steps, first, heard, strict=True):
                assert alike(ours) == alike(theirs), f"{door.name}, {step.where}, {step.done}"
            assert await left(storage) == [], door.name
    finally:
        await terminal.end()
        shutil.rmtree(terminal.folder)
