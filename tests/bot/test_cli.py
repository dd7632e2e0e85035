"""The program as a person starts it: settings, the report, the piped chat, start and stop."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "domain" / "data"
BPO = Path(sys.executable).with_name("bpo")
PATIENCE = 120  # seconds; only ever reached when something hangs


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A short folder of its own: a database's socket lies in it."""
    folder = tmp_path_factory.mktemp("h")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def environment(home: Path, **more: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BPO_")}
    plain.pop("DATABASE_URL", None)
    return plain | {"BPO_HOME": str(home / "data"), "BPO_SOURCES": "demo", **more}


def bpo(home: Path, *words: str, typed: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BPO, *words],
        input=typed,
        env=environment(home, **more),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("BPO_NONSENSE", "1", "unknown setting BPO_NONSENSE"),
        ("BPO_PORT", "99999", "PORT: Input should be less than or equal to 65535"),
        ("DATABASE_URL", "mysql://a/b", "DATABASE_URL: expected postgresql://"),
        ("DATABASE_URL", "postgresql://u:secret@127.0.0.1:1/x", "The database can't be reached"),
        ("REDIS_URL", "ftp://x", "REDIS_URL: expected redis://"),
        ("BPO_LOG_LEVEL", "LOUD", "LOG_LEVEL: expected DEBUG, INFO, WARNING or ERROR"),
    ],
)
def test_a_bad_setting_stops_the_start_with_one_line(
    home: Path, setting: str, value: str, said: str
) -> None:
    ended = bpo(home, "run", **{setting: value})
    assert ended.returncode == 2
    lines = ended.stderr.strip().splitlines()
    assert said in lines[-1]
    assert "Traceback" not in ended.stderr
    assert "secret" not in ended.stderr


def test_an_unknown_setting_in_the_file_stops_the_start(home: Path) -> None:
    (home / ".env").write_text("BPO_PROT=80\n")
    ended = bpo(home, "run")
    assert (ended.returncode, ended.stderr) == (
        2,
        "Bad setting: unknown setting BPO_PROT in .env\n",
    )


SENT = "demo\nbiases\nsold 5 AAPL at 125.70 today\n1\nundo\n"


def test_the_piped_chat_shows_a_report_a_card_a_saved_trade_and_its_undo(home: Path) -> None:
    ended = bpo(home, "chat", typed=SENT)
    assert ended.returncode == 0, ended.stderr
    said = ended.stdout
    steps = [
        "DEMO · loaded a made-up investor's portfolio on real prices: 217 trades",
        "Strongest: selling winners early (disposition effect), strong evidence",
        "90% range",
        "SELL 5 Apple (AAPL) @ $125.70 · Wed 28 Dec 2022",
        "✅ DEMO · Saved #218: SELL 5 AAPL @ $125.70.",
        "↩️ DEMO · #218 removed",
    ]
    places = [said.find(step) for step in steps]
    assert -1 not in places, said
    assert places == sorted(places)
    picture = home / re.findall(r"\[picture: (.*\.png)\]", said)[0]
    assert picture.read_bytes().startswith(b"\x89PNG")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


class Running:
    """``bpo run`` as a process, until it is told to stop."""

    def __init__(self, home: Path, port: int) -> None:
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [BPO, "run"],
            env=environment(home, BPO_PORT=str(port)),
            cwd=home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.address = self.process.stdout.readline().strip()

    def stop(self, sign: signal.Signals) -> tuple[int, str]:
        self.process.send_signal(sign)
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said


def test_run_says_where_it_is_stops_cleanly_and_keeps_its_data(home: Path) -> None:
    port = free_port()
    first = Running(home, port)
    assert first.address == f"The web chat is at http://127.0.0.1:{port} (Ctrl-C stops it)"
    taken = bpo(home, "run", BPO_PORT=str(port))
    assert taken.returncode == 2
    assert f"Port {port} is taken." in taken.stderr
    status, said = first.stop(signal.SIGTERM)
    assert (status, said.splitlines()[-1]) == (0, "Stopped. Nothing was lost.")
    assert "Traceback" not in said
    assert not (home / "data" / "postgres" / "postmaster.pid").exists()

    second = Running(home, port)
    status, said = second.stop(signal.SIGINT)
    assert status == 0
    assert "Loading the demo market" not in said  # it is there already


@pytest.fixture(scope="module")
def investors() -> list[dict[str, object]]:
    """What ``bpo report --json`` says of the five real investors."""
    files = [DATA / "investors_transactions.csv", DATA / "investors_marketprices.csv"]
    if not all(one.exists() for one in files):
        pytest.skip("the five real investors' files are not on this machine")
    ended = subprocess.run(
        [BPO, "report", files[0], "--prices", files[1], "--json"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    rows: list[dict[str, object]] = json.loads(ended.stdout)
    return rows


def test_the_report_on_five_real_investors_has_the_published_statistic(
    investors: list[dict[str, object]],
) -> None:
    with (DATA / "investors_disposition_mh.csv").open() as table:
        known = list(csv.DictReader(table))
    assert len(known) == 5
    for row in known:
        (found,) = [
            one
            for one in investors
            if (one["investor"], one["bias"]) == (row["investor"], "disposition")
        ]
        assert found["theta"] == pytest.approx(float(row["mh_lnOR"]), abs=5e-4)
        assert found["se"] == pytest.approx(float(row["mh_se"]), abs=5e-4)


def test_the_json_has_every_field_and_no_nan(investors: list[dict[str, object]]) -> None:
    fields = (
        "investor bias theta se n intensity ci90 p_present label detected opposite cost cost_ci "
        "evidence"
    )
    assert len(investors) == 5 * 3
    assert all(set(fields.split()) <= set(row) for row in investors)


TRADES = "time,symbol,side,quantity,price\n2022-12-01,AAPL,buy,10,147\nx,AAPL,buy,1,1\n"
PRICES = "time,symbol,close\n2022-12-01,AAPL,148\n2022-12-02,AAPL,147\n"


@pytest.mark.parametrize(
    ("trades", "prices", "status", "said"),
    [
        (TRADES, PRICES, 0, "line 3"),
        ("", PRICES, 2, "no trades found"),
        (TRADES, "a,b\n1,2\n", 2, "no prices found"),
        (TRADES, None, 2, "No such file"),
    ],
)
def test_files_that_cannot_be_read_are_named_with_their_lines(
    home: Path, trades: str, prices: str | None, status: int, said: str
) -> None:
    (home / "t.csv").write_text(trades)
    if prices is not None:
        (home / "p.csv").write_text(prices)
    ended = bpo(home, "report", "t.csv", "--prices", "p.csv")
    assert ended.returncode == status, ended.stderr
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr
