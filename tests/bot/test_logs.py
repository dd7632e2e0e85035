"""Every line of the log is one JSON object, whoever logs it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot import logs


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    level, handlers, before = root.level, root.handlers[:], structlog.get_config()
    out = io.StringIO()
    logs.configure("WARNING", out)
    yield out
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_libraries_are_heard_in_the_same_words_as_we_are(out: io.StringIO) -> None:
    structlog.get_logger("ours").warning("a price feed failed", feed="yahoo")
    logging.getLogger("apscheduler.executors").warning("Run of %s missed", "a job")
    logging.getLogger("asyncio").info("nobody asked")
    ours, theirs = lines(out)
    assert (ours["event"], ours["level"], ours["feed"]) == (
        "a price feed failed",
        "warning",
        "yahoo",
    )
    assert (theirs["event"], theirs["level"], theirs["logger"]) == (
        "Run of a job missed",
        "warning",
        "apscheduler.executors",
    )
    assert ours["timestamp"][:10] == theirs["timestamp"][:10]


def test_a_failure_is_told_without_the_values_at_hand(out: io.StringIO) -> None:
    def fail() -> None:
        secret = "said in confidence"
        raise RuntimeError(str(len(secret)))

    for log in (structlog.get_logger("ours").exception, logging.getLogger("theirs").exception):
        try:
            fail()
        except RuntimeError:
            log("it failed")
    told = lines(out)
    assert len(told) == 2
    for line in told:
        assert line["event"] == "it failed"
        assert line["exception"][0]["exc_type"] == "RuntimeError"
        assert line["exception"][0]["frames"][-1]["name"] == "fail"
    assert "said in confidence" not in out.getvalue()
