"""“brokers”: whose files are read, and where each of them hides its download."""

from __future__ import annotations

from conversations.intents import Details, intent, press
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import importing as words
from engine.broker_files.registry import known

_PAGE = 5


@intent(
    "brokers",
    label="Known brokers",
    summary="See whose files I read",
    group="trades",
    examples=("brokers", "which brokers do you know", "known brokers", "import csv"),
    pattern=(
        r"/?((which |what )?(known |supported |other )?brokers?( files?)?"
        r"( do you (know|read|support))?"
        r"|import( (a |my )?(csv|file|trades|history))?)\W*"
    ),
    rank=7,
    guess="take",
)
async def brokers(turn: Turn, said: Details) -> Reply:
    return _page(0)


@press("brokers")
async def more(turn: Turn, said: Details) -> Reply:
    return _page(int(said["data"]) if said["data"].isdecimal() else 0)


@press("broker")
async def one(turn: Turn, said: Details) -> Reply:
    layout = known().get(said["data"])
    if layout is None or not layout.menu:
        return _page(0)
    text = f"{words.where(layout.title, layout.menu)} Then drop the file here."
    return Reply(text, row(Button("Other brokers", "brokers:0")))


def _page(start: int) -> Reply:
    """One button per broker: its first layout stands for the others."""
    titles: dict[str, str] = {}
    for layout in known().values():
        if layout.menu:
            titles.setdefault(layout.title, layout.name)
    names = list(titles)[start : start + _PAGE] or list(titles)[:_PAGE]
    buttons = [Button(title, f"broker:{titles[title]}") for title in names]
    following = start + _PAGE if start + _PAGE < len(titles) else 0
    buttons.append(Button("More", f"brokers:{following}"))
    return Reply(f"{words.ask_broker()}\n{words.reads_too()}", row(*buttons))
