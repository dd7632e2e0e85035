"""Makes ``.venv`` and installs the locked dependencies, with progress and clear errors.

Runs on a bare Python: the standard library only. A second call finds nothing to do and is quick.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)
ROOM = 2_500_000_000  # bytes that the dependencies and the build of them need
NETWORK = (
    "Temporary failure in name resolution",
    "Failed to establish a new connection",
    "ConnectTimeoutError",
    "Network is unreachable",
    "Name or service not known",
    "nodename nor servname",
)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="install what tests and checks need too")
    wanted = "requirements-dev.txt" if parser.parse_args().dev else "requirements.txt"
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        fail(
            f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {found}. "
            "Install one and run again with PYTHON=python3.11 make ..."
        )
    lock = ROOT / "deploy" / wanted
    stamp = stamp_of(lock)
    if satisfied(wanted):
        return
    free = shutil.disk_usage(ROOT).free
    if free < ROOM:
        fail(f"Not enough room: {free // 10**6} MB free here, {ROOM // 10**6} MB needed.")
    make_venv()
    count = sum(1 for line in lock.read_text().splitlines() if line and line[0].isalnum())
    pip = [
        str(VENV / "bin" / "python"),
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--no-input",
        "install",
    ]
    step(
        f"Installing {count} pinned packages (a minute or two, once)",
        [*pip, "-r", str(lock)],
        count,
    )
    step("Installing the program", [*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    (VENV / f"{wanted}.stamp").write_text(stamp)


def make_venv():
    """Make ``.venv``, also in the place of one whose making was broken off."""
    if whole():
        return
    if VENV.exists() or VENV.is_symlink():
        show("Removing a half-made .venv …")
        if VENV.is_symlink():
            VENV.unlink()
        else:
            shutil.rmtree(VENV)
    step("Making .venv", [sys.executable, "-m", "venv", str(VENV)])


def whole():
    """Whether ``.venv`` has a Python with a pip, which comes last."""
    try:
        asked = subprocess.run(  # noqa: S603 - our own command
            [str(VENV / "bin" / "python"), "-m", "pip", "--version"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError:
        return False
    return asked.returncode == 0


def stamp_of(lock):
    """A digest of all that decides what is installed."""
    digest = hashlib.sha256()
    for path in (lock, ROOT / "pyproject.toml"):
        if not path.exists():
            fail(f"{path.relative_to(ROOT)} is missing: is this a whole checkout?")
        digest.update(path.read_bytes())
    digest.update(f"{sys.version_info[:2]}{ROOT}".encode())
    return digest.hexdigest()


def satisfied(wanted):
    """Whether this lock, or the larger one that contains it, is installed already."""
    for name in {wanted, "requirements-dev.txt"}:
        kept = VENV / f"{name}.stamp"
        lock = ROOT / "deploy" / name
        if kept.exists() and lock.exists() and kept.read_text() == stamp_of(lock):
            return True
    return False


def step(title, command, count=0):
    """Run ``command`` with a line of progress; its output is shown only when it fails."""
    started = time.monotonic()
    show(f"{title} …")
    environment = {**os.environ, "PIP_PROGRESS_BAR": "off", "PYTHONUNBUFFERED": "1"}
    try:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
    except OSError as failed:
        fail(f"{title} failed: {failed}")
    said, collected = [], 0
    with process:
        for line in process.stdout:
            said.append(line)
            if line.startswith("Collecting ") or line.startswith("Requirement already"):
                collected += 1
                show(f"{title} … {collected}/{count or '?'}")
            elif line.startswith("Installing collected packages"):
                show(f"{title} … unpacking")
    if process.returncode != 0:
        fail(explain(title, "".join(said)))
    show(f"{title}: done in {time.monotonic() - started:.0f} s", end="\n")


def explain(title, output):
    """The reason of a failure in a sentence, with the end of what the tool said."""
    tail = "\n".join(output.strip().splitlines()[-6:])
    if "No space left on device" in output:
        return f"{title} failed: the disk is full.\n{tail}"
    if any(sign in output for sign in NETWORK):
        return (
            f"{title} failed: the package registry can't be reached. Check the network "
            f"(or your pip configuration) and run the same command again.\n{tail}"
        )
    if "No matching distribution found" in output:
        version = ".".join(map(str, sys.version_info[:2]))
        return (
            f"{title} failed: a package has no such version for Python {version} on this machine, "
            f"or your registry lacks it. Another Python is used with PYTHON=python3.11 make ...\n"
            f"{tail}"
        )
    return f"{title} failed:\n{tail}"


def show(line, end=""):
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{line}{end}")
    elif end or line.endswith("…"):
        sys.stderr.write(line + "\n")
    sys.stderr.flush()


def fail(message):
    sys.stderr.write(f"\n{message}\n")
    raise SystemExit(1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        fail("Stopped. Run the same command to go on.")
