"""Installing the npm stand-in for Slack, once, where no repository is."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).parent
PINNED = ("package.json", "package-lock.json")
NPM = "npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=0 --fetch-timeout=15000"
LONGEST = 60.0  # seconds an installation may take


class Missing(Exception):
    """The stand-in can't be had here; the words say why."""


def installed() -> Path:
    """The folder in which the package lies, put there by the first call. Raises Missing.

    Its name is made from what is pinned, so that another version is another folder.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise Missing(f"{program} is not here")
    pinned = b"".join((HERE / name).read_bytes() for name in PINNED)
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bpo-tests"
    folder = caches / f"emulate-{hashlib.sha256(pinned).hexdigest()[:12]}"
    if not folder.exists():
        try:
            caches.mkdir(parents=True, exist_ok=True)
            _install(folder)
        except OSError as problem:
            raise Missing(f"the cache folder can't be used: {problem}") from problem
    return folder


def _install(folder: Path) -> None:
    """Beside its place first: what lies in its place is whole."""
    trial = Path(tempfile.mkdtemp(dir=folder.parent, prefix="installing-"))
    try:
        for name in PINNED:
            shutil.copy(HERE / name, trial)
        try:
            done = subprocess.run(
                NPM.split(), cwd=trial, capture_output=True, text=True, timeout=LONGEST, check=False
            )
        except subprocess.TimeoutExpired as problem:
            raise Missing(f"npm took longer than {LONGEST:.0f} seconds") from problem
        if done.returncode:
            words = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
            raise Missing(f"npm could not install it ({' '.join(words[:1])})")
        with suppress(FileExistsError):  # another worker was faster
            trial.rename(folder)
    finally:
        shutil.rmtree(trial, ignore_errors=True)
