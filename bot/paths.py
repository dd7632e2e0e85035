"""Files that are named at the terminal: the one that is meant, or the one that may be."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path

FILES = {".csv", ".tsv", ".txt", ".json", ".xml", ".ofx", ".qif", ".xls", ".xlsx", ".pdf", ".zip"}
LONGEST = 4096
ASKED = re.compile(r"(?:please )?(?:import|read|load|upload|open) (?:the |my )?(?:file )?", re.I)
PLACED = re.compile(r"(?:file://|[\"'~/\\.]|[A-Za-z]:[/\\])")  # how a path begins, and no sentence


def named(words: str) -> Path | None:
    """The file that ``words`` names, as terminals write it when one is dropped into them, or as
    somebody asks for it (“import trades.csv”)."""
    for one in (words, ASKED.sub("", words, count=1)):
        path = _path(one)
        try:
            if path is not None and path.expanduser().is_file():
                return path.expanduser()
        except (OSError, RuntimeError):  # no such user, a name too long: words, then
            continue
    return None


def missing(words: str) -> Path | None:
    """The path in ``words`` where they are nothing but one; there need not be such a file."""
    alone = ASKED.sub("", words, count=1)
    if " " in alone.replace("\\ ", "") and PLACED.match(alone) is None:
        return None  # a sentence that ends in a file's name
    return _path(alone)


def not_there(path: Path) -> str:
    """That there is no such file, and which is called almost so."""
    try:
        folder = path.expanduser().parent
        others = {one.name.casefold(): one.name for one in folder.iterdir() if _is_ours(one)}
    except (OSError, RuntimeError):
        return f"There is no folder {path.parent} here, so no file {path.name}. Nothing was sent."
    near = get_close_matches(path.name.casefold(), others, n=1)
    meant = f" Did you mean {path.parent / others[near[0]]}?" if near else ""
    return f"There is no file {path} here.{meant} Nothing was sent."


def _path(words: str) -> Path | None:
    name = words.strip().removeprefix("file://").strip("'\"").replace("\\ ", " ")
    if Path(name).suffix.lower() not in FILES or len(name) > LONGEST or "\0" in name:
        return None
    return Path(name)


def _is_ours(path: Path) -> bool:
    return path.suffix.lower() in FILES and path.is_file()
