"""What the terminal shows, and how it is typed into."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import os
import queue
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from rich.console import Console, Group
from rich.text import Text

from bot.door import clean

PROMPT = "> "
CHUNK = 4096  # bytes of a picture that kitty takes at a time
ITERM, KITTY = {"iTerm.app", "WezTerm"}, {"kitty", "ghostty"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A reply as the terminal shows it."""

    id: int
    text: str
    labels: tuple[str, ...] = ()  # of its buttons
    png: bytes | None = None
    alt: str = ""
    picture: str | None = None  # its id, for the name of the file
    document: tuple[str, bytes] | None = None  # a file's name and what is in it


class Screen:
    """Prints replies; the newest changes in place while somebody watches."""

    def __init__(self, out: TextIO, pictures: Path, interactive: bool) -> None:
        self.interactive = interactive
        self._out = out
        self._pictures = pictures
        self._console = Console(file=out, highlight=False, markup=False, emoji=False)
        self._last: tuple[int, int] | None = None  # the newest reply and its height on the screen
        self._busy = False
        self.prompting = False  # somebody is at the prompt, on the line below the newest reply

    def echo(self, line: str) -> None:
        """Show what was piped in; what was typed can be seen already."""
        self._last = None
        if not self.interactive:
            self._write(f"{PROMPT}{clean(line.strip())}\n")

    def note(self, words: str) -> None:
        """Say something that is not part of the conversation."""
        self._last = None
        self._write(f"{clean(words)}\n\n")

    def working(self, on: bool) -> None:
        """Say that an answer is on its way, or no longer."""
        if self.interactive and on != self._busy:
            self._busy = on
            self._write("…\r" if on else "\r\x1b[K")

    def show(self, reply: Shown) -> None:
        if not self.interactive:
            self._write("\n".join([*_plain(reply), *self._saved(reply)]) + "\n\n")
            return
        self._busy = False  # what follows overwrites it
        words = [Text(line, "dim") for line in self._saved(reply)]
        styled = Group(*_styled(reply), *words, Text(""))
        above = self._last[1] if self._last is not None and self._last[0] == reply.id else 0
        self._write(f"\r\x1b[{above}A\x1b[J" if above else "\r\x1b[K")
        inline = inline_picture(reply.png, os.environ) if reply.png and self._tty() else None
        if inline is not None:
            self._write(f"{inline}\n")
        self._console.print(styled)
        height = len(self._console.render_lines(styled, pad=False))
        fits = inline is None and height < self._console.height
        self._last = (reply.id, height) if fits else None
        if self.prompting:
            self._write(PROMPT)

    def _saved(self, reply: Shown) -> list[str]:
        """Write what goes with the reply into files, and say where."""
        said = []
        if reply.png is not None:
            path = self._pictures / f"{reply.id}-{clean(reply.picture or '')[:8]}.png"
            said.append(f"[picture: {_written(path, reply.png)}]")
        if reply.document is not None:
            name, data = reply.document
            plain = Path(clean(name)).name or "file"
            path = self._pictures.with_name("files") / f"{reply.id}-{plain}"
            said.append(f"[file: {_written(path, data)}]")
        return said

    def _tty(self) -> bool:
        return self._out.isatty()

    def _write(self, words: str) -> None:
        self._out.write(words)
        self._out.flush()


def _written(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def _plain(reply: Shown) -> list[str]:
    lines = clean(reply.text).split("\n")
    if reply.png is not None and reply.alt:
        lines.append(f"({clean(reply.alt)})")
    if reply.labels:
        lines.append(_numbered(reply.labels))
    return lines


def _styled(reply: Shown) -> list[Text]:
    lines = clean(reply.text).split("\n")
    parts = [Text(lines[0], "bold" if len(lines) > 1 else ""), *map(Text, lines[1:])]
    if reply.png is not None and reply.alt:
        parts.append(Text(clean(reply.alt), "italic"))
    if reply.labels:
        parts.append(Text(_numbered(reply.labels), "cyan"))
    return parts


def _numbered(labels: tuple[str, ...]) -> str:
    return "  ".join(f"{n}) {clean(label)}" for n, label in enumerate(labels, 1))


def inline_picture(png: bytes, environment: Mapping[str, str]) -> str | None:
    """The control sequence that shows ``png``, for terminals known to understand one.

    iTerm2's inline images (also WezTerm) and kitty's graphics protocol (also Ghostty), from the
    documentation of those terminals.
    """
    program, kind = environment.get("TERM_PROGRAM", ""), environment.get("TERM", "")
    if program in ITERM:
        code = base64.b64encode(png).decode()
        return f"\x1b]1337;File=inline=1;size={len(png)};width=80%:{code}\x07"
    if "KITTY_WINDOW_ID" in environment or program in KITTY or "kitty" in kind:
        code = base64.b64encode(png).decode()
        parts = [code[n : n + CHUNK] for n in range(0, len(code), CHUNK)]
        return "".join(
            f"\x1b_G{'a=T,f=100,' if n == 0 else ''}m={int(n < len(parts) - 1)};{part}\x1b\\"
            for n, part in enumerate(parts)
        )
    return None


async def piped(source: TextIO) -> AsyncIterator[str]:
    """The lines of ``source``, each read when the one before it has been answered."""
    ours = _reopened(source)
    async for line in _asked(lambda: ours.readline() or None):
        yield line.rstrip("\r\n")


async def typed() -> AsyncIterator[str]:
    """What somebody types at a prompt, until the end of input."""

    def ask() -> str | None:
        try:
            return input(PROMPT)
        except (EOFError, KeyboardInterrupt):
            return None

    async for line in _asked(ask):
        yield line
    sys.stdout.write("\n")


def _reopened(source: TextIO) -> TextIO:
    """The same input through a file of our own, if it is a real one.

    On leaving, Python closes ``sys.stdin``, and fails where a thread is still reading from it.
    """
    try:
        copy = os.dup(source.fileno())
    except io.UnsupportedOperation:  # text in memory
        return source
    return os.fdopen(copy, encoding=source.encoding, errors=source.errors)


async def _asked(ask: Callable[[], str | None]) -> AsyncIterator[str]:
    """What ``ask`` answers, until it answers None.

    It waits in a thread of its own that never keeps the program from ending.
    """
    wanted: queue.SimpleQueue[asyncio.Future[str | None]] = queue.SimpleQueue()
    loop = asyncio.get_running_loop()

    def serve() -> None:
        while True:
            answer = wanted.get()
            line, problem = None, None
            try:
                line = ask()
            except Exception as fact:  # noqa: BLE001 - it is raised where the answer is awaited
                problem = fact
            with contextlib.suppress(RuntimeError):  # the loop is closed, and nobody listens
                loop.call_soon_threadsafe(_settle, answer, line, problem)

    threading.Thread(target=serve, daemon=True, name="prompt").start()
    while True:
        answer: asyncio.Future[str | None] = loop.create_future()
        wanted.put(answer)
        if (line := await answer) is None:
            return
        yield line


def _settle(
    future: asyncio.Future[str | None], line: str | None, problem: Exception | None
) -> None:
    if future.done():
        return
    if problem is None:
        future.set_result(line)
    else:
        future.set_exception(problem)
