"""The conversation loop of the terminal."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.screen import Screen, Shown, inline_picture, piped
from bot.terminal import converse
from storage.unit_of_work import Storage
from tests.bot.conftest import Advisor
from tests.bot.script import chart


async def talk(
    storage: Storage, folder: Path, *lines: str, interactive: bool = False, chat: str = "me"
) -> str:
    """What the terminal shows when these lines are given."""
    out = io.StringIO()
    source = piped(io.StringIO("".join(f"{line}\n" for line in lines)))
    async with asyncio.timeout(20):
        await converse(
            storage, chat=chat, lines=source, out=out, interactive=interactive, pictures=folder
        )
    return out.getvalue()


@pytest.mark.usefixtures("advisor")
async def test_a_transcript(storage: Storage, tmp_path: Path) -> None:
    shown = await talk(
        storage, tmp_path, "demo", "", "1", "sold 5 AAPL at 125.70 today", "1", "1", "7"
    )
    assert re.sub(r"\[picture: .*[/\\]\d+-[0-9a-f]{8}\.png\]", "[picture: PATH]", shown) == (
        "> demo\n"
        "DEMO · You are looking at a sample investor on real prices.\n"
        "214 trades in 20 shares, 2016–2022; today is Wed 28 Dec 2022 here.\n"
        "Ask what their habits cost, or add a trade of your own.\n"
        "1) What are the biases?  2) Holdings  3) End demo\n"
        "\n"
        "> 1\n"
        "Strongest: selling winners too early. Ratio 1.9 (1.3–2.7).\n"
        "It cost about $640 in 12 months (range $90–1,250), 1.6% of average value.\n"
        "Clear: overtrading (turnover 62%/yr). Not enough data: loss chasing (4 cases).\n"
        "(Disposition 0.72 with interval 0.60 to 0.84; the other two are weaker.)\n"
        "1) The trades behind it  2) Why?\n"
        "[picture: PATH]\n"
        "\n"
        "> sold 5 AAPL at 125.70 today\n"
        "SELL 5 Apple (AAPL) @ $125.70 · Wed 28 Dec 2022\n"
        "= $628.50 · fee 0 · day's range 125.87–131.03\n"
        "⚠ You sell winners 1.9× as readily as losers (disposition effect; 64 sell days).\n"
        "1) Save  2) Edit  3) Cancel\n"
        "\n"
        "> 1\n"
        "✅ Saved #214. AAPL now 20 sh, avg $131.38, 14% of portfolio.\n"
        "1) Undo\n"
        "\n"
        "> 1\n"
        "↩ #214 removed. AAPL back to 25 sh.\n"
        "1) Restore\n"
        "\n"
        "> 7\n"
        "You said: 7\n"
        "\n"
    ).replace("⚠ ", "⚠\ufe0f ").replace("↩ ", "↩\ufe0f ")
    assert _saved(tmp_path) == [chart()]


def _saved(folder: Path) -> list[bytes]:
    return [picture.read_bytes() for picture in folder.iterdir()]


@pytest.mark.usefixtures("advisor")
async def test_a_number_presses_only_what_was_just_offered(
    storage: Storage, advisor: Advisor, tmp_path: Path
) -> None:
    await talk(storage, tmp_path, "sold 5 AAPL at 125.70 today", "hello", "1", "0", "-1", "²", "99")
    assert [message.pressed for message in advisor.heard] == [None] * 7
    assert [message.text for message in advisor.heard][2:] == ["1", "0", "-1", "²", "99"]


@pytest.mark.usefixtures("advisor")
async def test_progress_is_shown_once_in_a_pipe_and_changes_in_place_elsewhere(
    storage: Storage, tmp_path: Path
) -> None:
    shown = await talk(storage, tmp_path, "slow", chat="pipe")
    assert shown == "> slow\nDone: nothing to change.\n\n"
    watched = await talk(storage, tmp_path, "slow", interactive=True, chat="tty")
    assert watched.count("5 years of prices") == 1
    assert "\x1b[2A\x1b[J" in watched
    assert watched.split("\x1b[J")[-1].startswith("Done: nothing to change.\n")


@pytest.mark.usefixtures("advisor")
async def test_the_next_run_goes_on_where_the_last_one_ended(
    storage: Storage, tmp_path: Path
) -> None:
    await talk(storage, tmp_path, "demo")
    assert await talk(storage, tmp_path, "hello") == "> hello\nYou said: hello\n\n"
    again = await talk(storage, tmp_path, "bye", interactive=True)
    assert again.count("You said: hello") == 1
    assert await talk(storage, tmp_path) == ""


@pytest.mark.usefixtures("advisor")
async def test_what_comes_unasked_is_shown_while_somebody_thinks(
    storage: Storage, advisor: Advisor, tmp_path: Path
) -> None:
    async def thinking() -> AsyncIterator[str]:
        yield "hello"
        async with storage.transaction() as work:
            await work.outbox.add("terminal", "me", {"text": "You are near a pattern."})
        await storage.bell.ring("inbox")
        await asyncio.wait_for(out.shown.wait(), 10)

    class Watched(io.StringIO):
        shown = asyncio.Event()

        def write(self, words: str) -> int:
            if "near a pattern" in words:
                self.shown.set()
            return super().write(words)

    out = Watched()
    await converse(
        storage, chat="me", lines=thinking(), out=out, interactive=True, pictures=tmp_path
    )
    assert "You are near a pattern." in out.getvalue()
    assert out.getvalue().endswith("> ")


@pytest.mark.usefixtures("advisor")
async def test_a_file_that_is_named_is_read(
    storage: Storage, advisor: Advisor, tmp_path: Path
) -> None:
    file = tmp_path / "my trades.csv"
    file.write_bytes(b"time,symbol\n")
    large = tmp_path / "large.csv"
    large.write_bytes(b"x" * (5 * 2**20 + 1))
    shown = await talk(
        storage, tmp_path, f"'{file}'", str(file).replace(" ", "\\ "), str(large), "no such.csv"
    )
    first, second, third = advisor.heard
    for message in (first, second):
        assert message.file is not None
        assert (message.file.name, message.file.size) == ("my trades.csv", 12)
        async with storage.transaction() as work:
            found = await work.uploads.get(
                message.file.id, channel="terminal", chat=message.address.chat
            )
        assert found == ("my trades.csv", b"time,symbol\n")
    assert third.text == "no such.csv"
    assert "large.csv is too large: I read files up to 5 MB. Nothing was sent." in shown


@pytest.mark.usefixtures("advisor")
async def test_a_slip_in_a_path_is_told_and_the_file_that_is_like_it(
    storage: Storage, advisor: Advisor, tmp_path: Path
) -> None:
    file, folder = tmp_path / "Trades.csv", tmp_path / "nowhere"
    file.write_bytes(b"time,symbol\n")
    slips = [f"{tmp_path}/trdaes.csv", f"import '{tmp_path}/xyz.csv'", f"{folder}/trades.csv"]
    shown = await talk(
        storage, tmp_path / "kept", *slips, f"import {file}", "what is in the file trades.csv"
    )
    assert f"There is no file {slips[0]} here. Did you mean {file}? Nothing was sent." in shown
    assert f"There is no file {tmp_path}/xyz.csv here. Nothing was sent." in shown
    assert f"There is no folder {folder} here, so no file trades.csv." in shown
    read, asked = advisor.heard
    assert read.file is not None
    assert asked.text == "what is in the file trades.csv"


@pytest.mark.usefixtures("advisor")
@pytest.mark.parametrize("call", ["stat", "read_bytes"])
async def test_a_file_that_cannot_be_read_is_said_and_the_talk_goes_on(
    storage: Storage, advisor: Advisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    file = tmp_path / "gone.csv"
    file.write_bytes(b"x")
    real = Path.stat

    def fail(self: Path, *more: Any, **named: Any) -> Any:
        if self == file and asked.pop():
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *more, **named)

    # Whether it is a file at all is asked first, by ``stat`` too; root may read everything.
    asked = [True, False] if call == "stat" else [True]
    monkeypatch.setattr(Path, call, fail)
    shown = await talk(storage, tmp_path, str(file), "hello")
    assert "gone.csv can't be read: Permission denied. Nothing was sent." in shown
    assert [message.text for message in advisor.heard] == ["hello"]


async def test_words_never_become_markup_or_control_sequences(
    storage: Storage, advisor: Advisor, tmp_path: Path
) -> None:
    for interactive in (False, True):
        shown = await talk(
            storage,
            tmp_path,
            "[bold]x[/bold] \x1b]0;title\x07 \x1b[2J :smile:",
            interactive=interactive,
        )
        assert "[bold]x[/bold] ]0;title [2J :smile:" in shown
        assert "\x1b]" not in shown
        assert "\x1b[2J" not in shown


def test_files_are_written_beside_the_pictures(tmp_path: Path) -> None:
    out = io.StringIO()
    screen = Screen(out, tmp_path / "pictures", interactive=False)
    screen.show(Shown(7, "Here.", document=("../../a b.csv", b"time,symbol")))
    path = tmp_path / "files" / "7-a b.csv"
    assert out.getvalue() == f"Here.\n[file: {path}]\n\n"
    assert path.read_bytes() == b"time,symbol"


def test_pictures_are_drawn_where_the_terminal_can() -> None:
    png = chart()
    assert inline_picture(png, {"TERM": "xterm-256color"}) is None
    iterm = inline_picture(png, {"TERM_PROGRAM": "iTerm.app"})
    assert iterm is not None
    assert iterm.startswith(f"\x1b]1337;File=inline=1;size={len(png)};")
    kitty = inline_picture(png, {"TERM": "xterm-kitty"})
    assert kitty is not None
    parts = kitty.split("\x1b\\")[:-1]
    assert parts[0].startswith("\x1b_Ga=T,f=100,m=1;")
    assert all(part.startswith("\x1b_Gm=1;") for part in parts[1:-1])
    assert parts[-1].startswith("\x1b_Gm=0;")
