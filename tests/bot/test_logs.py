"""Every line of the log is one JSON object, whoever logs it."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
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


def test_beside_a_conversation_lines_go_into_a_file_that_stays_small(
    out: io.StringIO, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new" / "chat.log"
    logs.configure_beside("WARNING", path)
    logging.getLogger("yfinance").warning("Cookie/crumb fetch failed")
    structlog.get_logger("ours").warning("a price feed failed", feed="yahoo")
    events = [json.loads(line)["event"] for line in path.read_text().splitlines()]
    assert events == ["Cookie/crumb fetch failed", "a price feed failed"]
    with logs.Roll(path, largest=300) as roll:
        for n in range(9):
            print(f"line {n} {'x' * 90}", file=roll, flush=True)
    kept = [path.with_name("chat.log.1"), path]
    lines = "".join(one.read_text() for one in kept).splitlines()
    assert [line[:6] for line in lines] == [f"line {n}" for n in range(9)][-len(lines) :]
    assert len(lines) >= 4
    assert all(one.stat().st_size < 500 for one in kept)
    assert capsys.readouterr() == ("", "")


def test_without_a_file_only_what_broke_is_told(
    out: io.StringIO, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("")
    logs.configure_beside("WARNING", tmp_path / "taken" / "chat.log")
    structlog.get_logger("ours").warning("a price feed failed", feed="yahoo")
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "no file for the log"
