"""The program as a person starts it: settings, the report, the piped chat, start and stop."""

from __future__ import annotations

import asyncio
import csv
import json
import re
import subprocess
from pathlib import Path

import asyncpg
import pytest

from engine.diagnosis.registry import detectors
from storage.address import parse
from tests.bot.conftest import free_port
from tests.bot.launch import BPO, PATIENCE, bpo

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "domain" / "data"


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("BPO_NONSENSE", "1", "unknown setting BPO_NONSENSE"),
        ("BPO_PORT", "99999", "PORT: Input should be less than or equal to 65535"),
        ("DATABASE_URL", "mysql://a/b", "DATABASE_URL: expected postgresql://"),
        ("DATABASE_URL", "postgresql://u:secret@127.0.0.1:1/x", "The database can't be reached"),
        ("REDIS_URL", "ftp://x", "REDIS_URL: expected redis://"),
        ("BPO_LOG_LEVEL", "LOUD", "LOG_LEVEL: expected DEBUG, INFO, WARNING or ERROR"),
        ("DATABASE_URL", "postgresql://u:secret@h:99999/x", "not between 1 and 65535"),
        ("DATABASE_URL", "postgresql://u:secret@h/x?secret_x=1", "'secret_x' is not understood"),
        ("DATABASE_URL", "postgresql://u:secret@h/x?sslmode=maybe", "its sslmode is none of"),
        ("DATABASE_URL", "postgresql://u:secret@no.such.host.invalid/x", "can't be reached: "),
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
    assert not re.search(r"secret\b", ended.stderr)


async def test_a_database_that_does_not_let_us_in_is_said_in_one_line(home: Path, dsn: str) -> None:
    address = parse(dsn)
    poor, bare = f"{address.database}_poor", f"{address.database}_bare"
    books = await asyncpg.connect(dsn.replace("+asyncpg", ""))
    await books.execute(f'CREATE ROLE "{poor}" LOGIN')
    await books.execute(f'CREATE DATABASE "{bare}"')
    try:
        for url, reason in (
            (address.set(database="nosuch"), 'database "nosuch" does not exist'),
            (address.set(username="nobody"), 'role "nobody" does not exist'),
            (address.set(username=poor, database=bare), "permission denied for schema public"),
        ):
            away = url.render_as_string(hide_password=False)
            ended = await asyncio.to_thread(bpo, home, "worker", DATABASE_URL=away)
            assert (ended.returncode, ended.stderr) == (
                2,
                f"The database can't be reached: {reason}\n",
            )
    finally:
        await books.execute(f'DROP DATABASE "{bare}"')
        await books.execute(f'DROP ROLE "{poor}"')
        await books.close()


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("no.such.host.invalid", "Can't listen on no.such.host.invalid, port "),
        ("192.0.2.1", "Can't listen on 192.0.2.1, port "),
        ("x" * 70, "no such name. Set BPO_HOST"),
    ],
)
def test_an_address_that_is_not_ours_is_said_in_one_line(
    home: Path, dsn: str, host: str, said: str
) -> None:
    ended = bpo(home, "web", DATABASE_URL=dsn, BPO_HOST=host, BPO_PORT=str(free_port()))
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert said in ended.stderr


def test_an_unknown_setting_in_the_file_stops_the_start(home: Path) -> None:
    (home / ".env").write_text("BPO_PROT=80\n")
    ended = bpo(home, "run")
    assert ended.returncode == 2
    assert ended.stderr.startswith("Bad setting: unknown setting BPO_PROT in .env; known are BPO_")
    (home / ".env").write_bytes(b"\xff\xfe\x00=")
    ended = bpo(home, "run")
    assert (ended.returncode, ended.stderr) == (
        2,
        "Bad setting: .env can't be read: it is no text\n",
    )


def test_the_file_may_hold_what_is_for_other_programs(home: Path) -> None:
    (home / ".env").write_text("POSTGRES_PASSWORD=x\nTELEGRAM_TOKEN=y\nBPO_LOG_LEVEL=LOUD\n")
    assert "LOG_LEVEL: expected DEBUG" in bpo(home, "run").stderr  # so the others were passed over


SENT = (
    "demo\nbiases\nsold 5 AAPL at 125.70 today\n1\nundo\n"
    "end demo\n1\nbought 2 NVO at 100 on 2026-01-13\n"
)
NO_NETWORK = {"BPO_SOURCES": "yahoo,demo", "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""}


def test_the_piped_chat_shows_a_report_a_card_a_saved_trade_its_undo_and_no_log(home: Path) -> None:
    ended = bpo(home, "chat", typed=SENT, **NO_NETWORK)
    assert ended.returncode == 0, ended.stderr
    said = ended.stdout
    steps = [
        "DEMO · loaded a made-up investor's portfolio on real prices: 216 trades",
        "Strongest: averaging down (sunk cost), strong evidence",
        "90% range",
        "Also: selling winners early (strong evidence)",
        "SELL 5 Apple (AAPL) @ $125.70 · Wed 28 Dec 2022",
        "✅ DEMO · Saved #218: SELL 5 AAPL @ $125.70.",
        "↩️ DEMO · #218 removed",
        "BUY 2 Novo Nordisk (NVO) @ $100.00 · Tue 13 Jan 2026",
        "I can't reach yahoo right now",
        "“refresh prices”",
    ]
    places = [said.find(step) for step in steps]
    assert -1 not in places, said
    assert places == sorted(places)
    picture = home / re.findall(r"\[picture: (.*\.png)\]", said)[0]
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert ended.stderr == "", "what is logged is not for who talks"
    assert "a price feed failed" in (home / "data" / "chat.log").read_text()


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
    assert len(investors) == 5 * len(detectors())
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


def report(home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    (home / "t.csv").write_text(TRADES)
    (home / "p.csv").write_text(PRICES)
    return bpo(home, "report", "t.csv", "--prices", "p.csv", *options)


LEFT_OUT = (
    "time,symbol,side,quantity,price\n2022-12-01,AAPL,buy,10,147\n2022-12-01,AAPL,buy,0,147\n"
    "2022-12-02,AAPL,buy,0,147\n2022-12-02,AAPL,hold,1,147\n"
)


def test_rows_that_no_statistic_uses_are_counted_and_listed(home: Path) -> None:
    (home / "t.csv").write_text(LEFT_OUT)
    (home / "p.csv").write_text(PRICES)
    ended = bpo(home, "report", "t.csv", "--prices", "p.csv")
    assert ended.returncode == 0, ended.stderr
    assert "Left out: 2 rows, the quantity is 0: lines 3, 4\n" in ended.stdout
    assert "Left out: 1 row, the side is neither buy nor sell: line 5\n" in ended.stdout
    plain = json.loads(bpo(home, "report", "t.csv", "--prices", "p.csv", "--json").stdout)
    assert all("bias" in row for row in plain)
    every = json.loads(
        bpo(home, "report", "t.csv", "--prices", "p.csv", "--json", "--dropped").stdout
    )
    assert every[: len(plain)] == plain
    assert [(row["dropped"], row["line"]) for row in every[len(plain) :]] == [
        ("zero_quantity", 3),
        ("zero_quantity", 4),
        ("side_unknown", 5),
    ]


def test_what_else_is_known_can_be_given_to_the_report(home: Path) -> None:
    (home / "scores.csv").write_text("time,symbol,score\n2022-12-01,AAPL,0.5\nx,AAPL,1\n")
    (home / "places.csv").write_text("symbol,country\nAAPL,us\n")
    scores = [
        part for name in ("news", "sentiment", "crowd") for part in (f"--{name}", "scores.csv")
    ]
    ended = report(
        home, *scores, "--home", "de", "--countries", "places.csv", "--benchmark", "aapl", "--json"
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr.count("scores.csv: line 3: ") == 3
    rows = {row["bias"]: row for row in json.loads(ended.stdout)}
    assert "no_crowd_data" not in rows["herding"]["caveats"]
    assert "no_news" not in rows["confirmation"]["caveats"]
    assert rows["home_bias"]["measures"]["home_share"] == 0
    assert "too_few_for_benchmark" not in rows["under_diversification"]["caveats"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--crowd", "none.csv"), "none.csv: No such file"),
        (("--news", "p.csv"), "p.csv: no scores found. Expected the columns time, symbol, score"),
        (("--home", "US"), "--home and --countries belong together"),
        (("--home", "USA", "--countries", "places.csv"), "--home USA: expected two letters"),
        (("--home", "US", "--countries", "p.csv"), "p.csv: no countries found"),
        (("--benchmark", "SPY"), "--benchmark SPY: p.csv has no prices of it"),
    ],
)
def test_what_is_wrong_with_an_option_is_said_in_one_line(
    home: Path, options: tuple[str, ...], said: str
) -> None:
    (home / "places.csv").write_text("symbol,country\nAAPL,US\n")
    ended = report(home, *options)
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith(said)
    assert "Traceback" not in ended.stderr


def test_the_package_s_measures_on_five_real_investors() -> None:
    files = [DATA / "investors_transactions.csv", DATA / "investors_marketprices.csv"]
    golden = DATA / "investors_golden_all.csv"
    if not all(one.exists() for one in (*files, golden)):
        pytest.skip("the five real investors' files are not on this machine")
    ended = subprocess.run(
        [BPO, "disposition-effect", files[0], "--prices", files[1], "--json"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    found = {(row["investor"], row["asset"]): row for row in json.loads(ended.stdout)}
    with golden.open() as table:
        known = list(csv.DictReader(table))
    assert len(known) == len(found) > 100
    for row in known:
        ours = found[row["investor"], row["asset"]]
        for name, value in row.items():
            if name not in ("investor", "asset", "datetime"):
                wanted = float(value) if value else None
                assert ours[name] == pytest.approx(wanted, rel=1e-9, abs=1e-9), (row, name)
