"""How the program logs: one JSON object a line, no local variables, no words that people said."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor

DETAIL = "DETAIL:"  # from here on PostgreSQL quotes the row, and so what somebody said


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
