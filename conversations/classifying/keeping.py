"""What was learnt, kept in a file until something that it depends on changes."""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import structlog

from conversations.classifying.model import Learnt, learn

FILE, TURN = "classifier.learnt", "classifier.turn"
TEXTS = ("names", "words", "letters", "plain", "meaning")
TABLES = ("words_rarity", "letters_rarity", "weights", "intercept")
CODE = ("model.py", "pieces.py", "keeping.py")
LIBRARIES = ("numpy", "scipy", "scikit-learn")

log = structlog.get_logger(__name__)


def learnt_from(phrases: Mapping[str, Sequence[str]], folder: Path | None) -> Learnt:
    """What ``phrases`` teach: as kept in ``folder``, else learnt now and kept there for next time.

    Bit for bit the same either way. A file that is damaged, or that other phrases, code, libraries
    or machines wrote, is replaced; where nothing can be kept, it is learnt every time.
    """
    if folder is None:
        return learn(phrases)
    key = fingerprint(phrases)
    kept = _read(folder / FILE, key)
    if kept is not None:
        return kept
    try:
        with _turn(folder):  # of several processes that start at once, one learns
            kept = _read(folder / FILE, key)
            if kept is None:
                kept = learn(phrases)
                _write(folder / FILE, key, kept)
            return kept
    except OSError as failed:
        log.warning("what was learnt cannot be kept", reason=failed.strerror)
        return learn(phrases) if kept is None else kept


def fingerprint(phrases: Mapping[str, Sequence[str]]) -> bytes:
    """Of everything that what is learnt depends on, the order of the phrases included."""
    code = [files(__package__).joinpath(one).read_text("utf-8") for one in CODE]
    libraries = [platform.python_version(), platform.machine(), *map(version, LIBRARIES)]
    said = [[name, list(phrases_of)] for name, phrases_of in phrases.items()]
    return hashlib.sha256(json.dumps([said, code, libraries]).encode()).digest()


def _read(path: Path, key: bytes) -> Learnt | None:
    """What the file holds; None where it is not there, not whole, or another's."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    seal, body = data[: len(key)], data[len(key) :]
    if seal != _seal(key, body):
        return None
    with np.load(io.BytesIO(body), allow_pickle=False) as held:
        texts = json.loads(held["texts"].tobytes())
        found: dict[str, Any] = {name: held[name] for name in TABLES}
    found |= {name: tuple(texts[name]) for name in TEXTS}
    return Learnt(**found)


def _write(path: Path, key: bytes, learnt: Learnt) -> None:
    """All of it or nothing, whenever the power fails."""
    texts = json.dumps({name: getattr(learnt, name) for name in TEXTS}).encode()
    body = io.BytesIO()
    tables = {name: getattr(learnt, name) for name in TABLES}
    np.savez(body, texts=np.frombuffer(texts, dtype=np.uint8), **tables)
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(_seal(key, body.getvalue()) + body.getvalue())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _seal(key: bytes, body: bytes) -> bytes:
    """What stands before a body that is whole and ours."""
    return hashlib.sha256(key + body).digest()


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Alone among the processes that learn for ``folder``; the system lets go for a dead one."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / TURN).open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
