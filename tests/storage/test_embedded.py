"""The server of our own keeps its data through any kind of ending."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from storage import embedded
from storage.embedded import DiskFull, Server, ServerDidNotStart

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="bpo-own-"))
    yield made
    shutil.rmtree(made)


async def ask(server: Server, question: str) -> object:
    connection = await asyncpg.connect(server.dsn.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def postmaster(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().split()[0])


async def test_a_second_start_finds_the_data_of_the_first(folder: Path) -> None:
    server = embedded.start(folder)
    await ask(server, "CREATE TABLE kept AS SELECT 42 AS it")
    server.stop()
    server.stop()  # twice is harmless
    assert not (folder / "postgres" / "postmaster.pid").exists()
    began = time.monotonic()
    server = embedded.start(folder)
    assert time.monotonic() - began < 5
    assert await ask(server, "SELECT it FROM kept") == 42
    server.stop()


async def test_the_last_one_to_leave_stops_the_server(folder: Path) -> None:
    first = embedded.start(folder)
    second = embedded.start(folder)
    first.stop()
    assert await ask(second, "SELECT 1") == 1
    second.stop()
    with pytest.raises(OSError):  # noqa: PT011 - whichever the missing socket gives
        await ask(second, "SELECT 1")


async def test_another_process_shares_it_and_may_be_killed(folder: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from storage import embedded;"
        "server = embedded.start(Path(sys.argv[1])); print(server.dsn, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(  # noqa: ASYNC220 - nothing else runs here
        [sys.executable, "-W", "error", "-c", program, str(folder)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stderr is not None
        dsn = other.stdout.readline().decode().strip()
        server = embedded.start(folder)
        assert server.dsn == dsn
        pid = postmaster(folder)
        other.kill()
        other.wait()
        assert other.stderr.read() == b""  # no warnings either
    assert await ask(server, "SELECT 1") == 1
    assert postmaster(folder) == pid
    server.stop()  # the dead one is not waited for
    assert not (folder / "postgres" / "postmaster.pid").exists()


async def test_a_server_killed_at_once_leaves_nothing_in_the_way(folder: Path) -> None:
    first = embedded.start(folder)
    await ask(first, "CREATE TABLE kept AS SELECT 42 AS it")
    os.kill(postmaster(folder), signal.SIGKILL)
    await asyncio.sleep(0.3)  # its children notice
    assert (folder / "postgres" / "postmaster.pid").exists()
    server = embedded.start(folder)
    assert await ask(server, "SELECT it FROM kept") == 42
    server.stop()
    first.stop()


async def test_a_pid_that_now_belongs_to_something_else_is_no_server(folder: Path) -> None:
    server = embedded.start(folder)
    file = folder / "postgres" / "postmaster.pid"
    said = file.read_text()
    os.kill(postmaster(folder), signal.SIGKILL)
    await asyncio.sleep(0.3)
    with subprocess.Popen(["sleep", "60"]) as stranger:  # noqa: ASYNC220
        file.write_text(said.replace(said.split()[0], str(stranger.pid), 1))
        again = embedded.start(folder)
        assert await ask(again, "SELECT 1") == 1
        stranger.kill()
    again.stop()
    server.stop()


async def test_a_server_whose_data_were_deleted_is_ended(folder: Path) -> None:
    lost = embedded.start(folder)
    pid = postmaster(folder)
    shutil.rmtree(folder / "postgres")
    server = embedded.start(folder)
    assert postmaster(folder) != pid
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    assert await ask(server, "SELECT 1") == 1
    server.stop()
    lost.stop()


def test_a_path_too_long_for_a_socket_is_gone_round(folder: Path) -> None:
    deep = folder / ("a" * 60) / ("b" * 60)
    server = embedded.start(deep)
    assert str(deep) not in server.dsn
    sockets = Path(server.dsn.partition("host=")[2])
    assert sockets.stat().st_mode & 0o777 == 0o700  # trust is for those who may enter
    server.stop()
    assert not sockets.exists()


def test_a_set_up_that_died_half_way_is_begun_again(folder: Path) -> None:
    (folder / "postgres.new").mkdir()
    (folder / "postgres.new" / "PG_VERSION").write_text("18")
    embedded.start(folder).stop()


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    with pytest.raises(ServerDidNotStart) as refused:
        embedded.start(folder, settings={"shared_buffers": "nonsense"})
    assert "shared_buffers" in refused.value.reason
    embedded.start(folder).stop()


def test_a_folder_that_is_a_file_is_told(folder: Path) -> None:
    (folder / "taken").write_text("")
    with pytest.raises(ServerDidNotStart):
        embedded.start(folder / "taken")


def test_a_full_disk_is_told_before_anything_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "ROOM_NEEDED", 1 << 62)
    with pytest.raises(DiskFull) as full:
        embedded.start(folder)
    assert 0 < full.value.free < 1 << 62
    assert not (folder / "postgres").exists()
