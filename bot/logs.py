"""How the program logs: one JSON object a line, no local variables, no words that people said."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog


def configure(level: str, out: TextIO | None = None) -> None:
    """Log from ``level`` (DEBUG, INFO, WARNING, ERROR) on to ``out``, by default standard error."""
    numbers = logging.getLevelNamesMapping()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper("iso", utc=True),
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(numbers[level]),
        logger_factory=structlog.PrintLoggerFactory(out or sys.stderr),
        cache_logger_on_first_use=False,
    )
