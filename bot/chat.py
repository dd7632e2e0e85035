"""``bpo chat``: the conversation in the terminal, with the workers beside it."""

from __future__ import annotations

from typing import TextIO

import typer

from bot import logs, program
from bot.settings import Settings
from bot.stopping import until
from bot.terminal import converse

CHAT = "local"  # there is one person at a terminal, and this is their conversation
LOG = "chat.log"


async def talk(settings: Settings, typed: TextIO, out: TextIO) -> None:
    """Talk until the input ends or Ctrl-C; a piped conversation prints nothing but replies.

    What is logged goes into ``chat.log`` in the program's folder: here somebody reads.
    """
    watched = typed.isatty() and out.isatty()
    logs.configure_beside(settings.log_level, settings.home / LOG)

    def say(line: str) -> None:
        if watched:
            typer.echo(f"{line} …", err=True)

    async with program.opened(settings, say) as opened:
        talking = until(opened.stop, _converse(opened, watched, out))
        await program.run(opened, [*program.workers(opened), talking])


async def _converse(opened: program.Program, watched: bool, out: TextIO) -> None:
    await opened.storage.bell.ready()
    if watched:
        typer.echo('Talk to me. "help" shows what I can do; Ctrl-D ends.', err=True)
    await converse(
        opened.storage,
        chat=CHAT,
        lines=None,
        out=out,
        interactive=watched,
        pictures=opened.settings.home / "pictures",
    )
