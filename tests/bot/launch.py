"""The program as a process: started, told to stop, and looked for afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.conftest import LEARNT

BPO = Path(sys.executable).with_name("bpo")
PATIENCE = 120  # seconds; only ever reached when something hangs


def environment(home: Path, **more: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BPO_")}
    plain.pop("DATABASE_URL", None)
    plain.pop(
        "PYTHONDONTWRITEBYTECODE", None
    )  # a start that compiles all of us takes a second more
    ours = {"BPO_HOME": str(home / "data"), "BPO_SOURCES": "demo", "BPO_LEARNT": str(LEARNT)}
    return plain | ours | more


def bpo(home: Path, *words: str, typed: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BPO, *words],
        input=typed,
        env=environment(home, **more),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


class Running:
    """``bpo run`` as a process, until it is told to stop."""

    def __init__(self, home: Path, port: int) -> None:
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [BPO, "run"],
            env=environment(home, BPO_PORT=str(port)),
            cwd=home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        self.address = self.process.stdout.readline().strip()

    def stop(self, sign: signal.Signals) -> tuple[int, str]:
        tell(self.process, sign)
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said


def tell(process: subprocess.Popen[str], sign: signal.Signals) -> None:
    """Send a signal as it comes in life: Ctrl-C to all processes of a terminal's group."""
    if sign is signal.SIGINT:
        os.killpg(process.pid, sign)
    else:
        process.send_signal(sign)


def chatting(home: Path) -> subprocess.Popen[str]:
    """``bpo chat`` at a pipe that stays open."""
    return subprocess.Popen(
        [BPO, "chat"],
        env=environment(home),
        cwd=home,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for(fact: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not fact():
        assert time.monotonic() < end
        time.sleep(0.02)


def computing(program: subprocess.Popen[str]) -> psutil.Process:
    """The process that computes for ``program``, once it is there."""
    found: list[psutil.Process] = []

    def there() -> bool:
        found[:] = [
            child
            for child in psutil.Process(program.pid).children()
            if "spawn_main" in " ".join(child.cmdline())
        ]
        return bool(found)

    wait_for(there)
    return found[0]


def assert_nothing_is_left(home: Path) -> None:
    """No server, no process that computes: nothing whose command or folder is ours."""
    assert not (home / "data" / "postgres" / "postmaster.pid").exists()
    left = [
        process.info["cmdline"]
        for process in psutil.process_iter(["cmdline", "environ", "status"])
        if process.info["status"] != psutil.STATUS_ZOMBIE
        and (process.info["environ"] or {}).get("BPO_HOME") == str(home / "data")
    ]
    assert left == []
