"""Starting and stopping: whatever happens on the way, nothing is left behind."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from tests.bot.conftest import free_port
from tests.bot.launch import (
    BPO,
    PATIENCE,
    Running,
    assert_nothing_is_left,
    bpo,
    chatting,
    computing,
    environment,
    tell,
    wait_for,
)


def test_run_says_where_it_is_stops_cleanly_and_keeps_its_data(home: Path) -> None:
    port = free_port()
    first = Running(home, port)
    assert first.address == f"The web chat is at http://127.0.0.1:{port} (Ctrl-C stops it)"
    taken = bpo(home, "run", BPO_PORT=str(port))
    assert taken.returncode == 2
    assert f"Port {port} is taken." in taken.stderr
    status, said = first.stop(signal.SIGTERM)
    assert (status, said.splitlines()[-1]) == (0, "Stopped. Nothing was lost.")
    assert "Traceback" not in said
    assert not (home / "data" / "postgres" / "postmaster.pid").exists()

    second = Running(home, port)
    status, said = second.stop(signal.SIGINT)
    assert status == 0
    assert "Loading the demo market" not in said  # it is there already
    assert_nothing_is_left(home)


@pytest.mark.parametrize("word", ["run", "chat"])
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("at", ["Starting the database", "Loading the demo market"])
def test_a_start_that_is_broken_off_leaves_nothing(
    home: Path, word: str, sign: signal.Signals, at: str
) -> None:
    if word == "chat":  # it tells no steps where nobody watches, so it is told by what it does
        started = chatting(home)
        folder = home / "data" / ("postgres.new" if at.startswith("Starting") else "postgres")
        wait_for(lambda: folder.exists())
    else:
        started = subprocess.Popen(
            [BPO, word], env=environment(home, BPO_PORT=str(free_port())), cwd=home,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        assert started.stderr
        while at not in (line := started.stderr.readline()):
            assert line, "it ended before"
        time.sleep(0.3)
    tell(started, sign)
    try:
        _, said = started.communicate(timeout=30)
    finally:
        started.kill()
    assert started.returncode == 130, said
    assert said.splitlines()[-1] == "Stopped. Nothing was lost."
    assert "Traceback" not in said
    assert_nothing_is_left(home)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("typed", ["", "demo\nbiases\n"])
def test_a_chat_that_is_told_to_stop_ends_and_leaves_nothing(
    home: Path, sign: signal.Signals, typed: str
) -> None:
    with chatting(home) as chat:
        assert chat.stdin
        assert chat.stdout
        chat.stdin.write(typed or "help\n")
        chat.stdin.flush()
        for _ in range(2 if typed else 1):  # it echoes a line before it works on it
            while not chat.stdout.readline().startswith("> "):
                pass
        time.sleep(0.5)
        tell(chat, sign)
        began = time.monotonic()
        said = chat.communicate(timeout=30)[1]
        assert (chat.returncode, said) == (0, "")
        assert time.monotonic() - began < 15
    assert_nothing_is_left(home)


def test_a_killed_program_leaves_only_its_server(home: Path) -> None:
    """SIGKILL gives nobody a chance to stop PostgreSQL; the next start finds it and goes on."""
    running = Running(home, free_port())
    child = computing(running.process)
    running.process.kill()
    running.process.communicate(timeout=10)  # nobody holds its output open
    wait_for(lambda: not psutil.pid_exists(child.pid) or child.status() == psutil.STATUS_ZOMBIE)
    again = Running(home, free_port())
    assert again.stop(signal.SIGTERM)[0] == 0
    assert_nothing_is_left(home)


def test_a_report_is_made_after_the_computing_process_was_killed(home: Path) -> None:
    with chatting(home) as chat:
        assert chat.stdin
        assert chat.stdout
        chat.stdin.write("demo\n")
        chat.stdin.flush()
        while "216 trades" not in chat.stdout.readline():
            pass
        computing(chat).kill()
        said, problems = chat.communicate("biases\n", timeout=PATIENCE)
    assert "Strongest: averaging down" in said, problems
    assert chat.returncode == 0
    assert_nothing_is_left(home)
