"""Room on the disk, and who may read the secrets."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

from bot.doctor.verdict import State, Verdict
from bot.settings import FILE, Settings

LEAST = 1_000_000_000  # bytes
_OTHERS = stat.S_IRGRP | stat.S_IROTH


async def look(settings: Settings) -> list[Verdict]:
    home = settings.home.absolute()
    there = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    told = f"{free / 1e9:,.1f} GB free for {settings.home}"
    if free < LEAST:
        found = [Verdict("Disk", State.WEAK, told, "Make room: below 1 GB the database may stop")]
    else:
        found = [Verdict("Disk", State.GOOD, told)]
    return [*found, *_secrets(Path(FILE))]


def _secrets(file: Path) -> list[Verdict]:
    if not file.is_file():
        return [Verdict("Settings", State.GOOD, f"no {FILE}; every setting has a default")]
    if file.stat().st_mode & _OTHERS:
        told = f"{FILE} can be read by other accounts of this machine"
        return [Verdict("Settings", State.WEAK, told, f"chmod 600 {FILE}")]
    return [Verdict("Settings", State.GOOD, f"{FILE} is understood, and yours alone")]
