"""How the program logs: one JSON object a line, no local variables, no words that people said."""

from __future__ import annotations

import io
import logging
import sys
import threading
from pathlib import Path
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, Processor

DETAIL = "DETAIL:"  # from here on PostgreSQL quotes the row, and so what somebody said
LARGEST = 1_000_000  # characters of a log file; what was before it is kept once


def drop_rows(_logger: object, _method: str, event: EventDict) -> EventDict:
    """What went wrong with a row, without what stood in it."""
    for one in event.get("exception", ()):
        if isinstance(one, dict):
            one["exc_value"] = str(one.get("exc_value", "")).partition(DETAIL)[0].rstrip()
    return event


# What is said of every event, whoever logs it.
SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper("iso", utc=True),
    structlog.processors.ExceptionRenderer(
        structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    ),
    drop_rows,
)


def configure(level: str, out: TextIO | None = None) -> None:
    """Log from ``level`` (DEBUG, INFO, WARNING, ERROR) on to ``out``, by default standard error.

    Libraries, which log through the standard library, are heard in the same way.
    """
    out = out or sys.stderr
    numbers = logging.getLevelNamesMapping()
    structlog.configure(
        processors=[*SHARED, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(numbers[level]),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *SHARED],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)


class Roll(io.TextIOBase):
    """A file of log lines that stays small: full, it becomes ``….1``, and a new one is begun.

    Raises OSError where it cannot be written.
    """

    def __init__(self, path: Path, largest: int = LARGEST) -> None:
        self._path, self._largest, self._lock = path, largest, threading.Lock()
        self._begin()

    def _begin(self) -> None:
        self._file = self._path.open("a", encoding="utf-8", errors="backslashreplace")
        self._size = self._file.tell()

    def write(self, words: str) -> int:
        with self._lock:
            if self._size >= self._largest and words != "\n":  # never between a line and its end
                self._file.close()
                self._path.replace(self._path.with_name(f"{self._path.name}.1"))
                self._begin()
            self._size += len(words)
            return self._file.write(words)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        super().close()
        self._file.close()


def configure_beside(level: str, path: Path) -> None:
    """Log into the file at ``path``, where standard error is what somebody reads; where no file
    can be written, from ERROR on to standard error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        out = Roll(path)
    except OSError:
        configure("ERROR")
        structlog.get_logger(__name__).error("no file for the log", path=path.name)
    else:
        configure(level, cast(TextIO, out))  # all of one that a logger uses
