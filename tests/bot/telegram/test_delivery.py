"""Long work is seen under way in one message, which becomes the answer."""

from __future__ import annotations

from typing import Any

import pytest

from bot.patience import keeping
from bot.post import answer_next, send_next, work_next
from bot.telegram.presence import show
from tests.bot.telegram.people import Person, Town


def png(width: int = 1280, height: int = 800) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes(4) + b"IHDR" + width.to_bytes(4) + height.to_bytes(4)


async def send(town: Town) -> None:
    while await send_next(town.storage, {"telegram": town.door}, town.now):
        pass


async def test_progress_is_one_message_that_becomes_the_answer(town: Town, ana: Person) -> None:
    """“Working on it”, “typing …”, “still at it” after a while, then the picture: one message."""
    await ana.say("demo")
    ana.writes("what are my biases?")
    before = len(ana.sees)
    await town.take()
    assert await answer_next(town.storage, {"telegram": town.door}, town.desk, town.now)
    await send(town)
    progress = ana.heard
    first = progress.text
    await show(town.door)
    assert town.platform.actions == [(ana.chat, "upload_photo")]
    async with town.storage.transaction() as work:
        task = await work.tasks.lease(town.now, 0.5)
        assert task is not None
    async with keeping(town.storage, task, town.now, 0.5, long=0.0):
        while ana.heard.text == first:
            await send(town)
    assert progress.text.startswith("Still at it; this one takes longer.")
    town.wait(seconds=60)
    assert await work_next(town.storage, town.desk, town.now)
    await send(town)
    assert (progress.kind, progress.edits) == ("photo", 2)
    assert "Strongest" in progress.text
    assert progress.labels
    assert len(ana.sees) == before + 1
    await show(town.door)
    assert len(town.platform.actions) == 1


PICTURE, FILE = {"picture": png()}, {"document": ("a.csv", b"1")}
LONG = {"text": "word " * 300}
STEPS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["text"]),
    (PICTURE, ["photo"]),
    (FILE, ["document"]),
    (PICTURE | FILE, ["photo", "document"]),
    (PICTURE | LONG, ["photo", "text"]),
    ({"text": "word " * 1500}, ["text", "text"]),
    ({"text": "word " * 5000}, ["document"]),
]


@pytest.mark.parametrize("first", range(len(STEPS)))
async def test_any_reply_becomes_any_other_and_leaves_nothing_behind(
    town: Town, ana: Person, first: int
) -> None:
    async def reply(more: dict[str, Any]) -> tuple[dict[str, Any], Any, Any]:
        body = {"text": "Words", "buttons": [[{"label": "Help", "data": "pick:help"}]]}
        body |= {name: value for name, value in more.items() if name == "text"}
        picture = await work.pictures.add(more["picture"], "Alt") if "picture" in more else None
        file = None
        if "document" in more:
            name, data = more["document"]
            file = await work.documents.add(name, "text/csv", data)
        return body, picture, file

    for second, kinds in STEPS:
        async with town.storage.transaction() as work:
            body, picture, file = await reply(STEPS[first][0])
            id = await work.outbox.add(
                "telegram", str(ana.chat), body, picture=picture, document=file
            )
        await send(town)
        began = ana.sees[0].id
        async with town.storage.transaction() as work:
            body, picture, file = await reply(second)
            await work.outbox.edit(id, {**body, "now": 2}, picture, file)
        await send(town)
        assert [one.kind for one in ana.sees] == kinds
        assert sum(one.labels == ["Help"] for one in ana.sees) == 1
        if not (STEPS[first][1][0] != "text" and kinds[0] == "text") and len(STEPS[first][1]) == 1:
            assert ana.sees[0].id == began, "what can be changed is not sent anew"
        town.platform.messages[ana.chat].clear()
