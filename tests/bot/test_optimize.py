"""``bpo optimize`` on files of real prices."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.bot.launch import BPO, PATIENCE
from tests.engine.biases.records import real_prices

DAYS = 1500


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("optimize")
    prices = real_prices()
    rows = ["time,symbol,close"]
    for t in range(len(prices.days) - DAYS, len(prices.days)):
        for n, symbol in enumerate(prices.symbols):
            rows.append(f"{prices.days[t]},{symbol},{prices.close[t, n]}")
    (made / "prices.csv").write_text("\n".join(rows))
    (made / "held.csv").write_text("symbol,quantity\nAAPL,10\nPFE,316\nGE,ten\nCASH,500\n")
    (made / "groups.csv").write_text(
        "symbol,sector\nAAPL,Information Technology\nMSFT,Information Technology\n"
    )
    return made


def _bpo(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BPO, "optimize", "--prices", folder / "prices.csv", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_weights_within_bounds_in_numbers_and_words(folder: Path) -> None:
    files = ["--holdings", "held.csv", "--groups", "groups.csv"]
    words = ["--limit", "tech at least 10%, never sell AAPL"]
    numbers = ["--max", "0.15", "--cash", "0.05"]
    ended = _bpo(folder, "--method", "minimum_variance", *files, *words, *numbers, "--json")
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    weights = told["weights"]
    assert sum(weights.values()) == pytest.approx(0.95, abs=1e-9)
    assert told["cash"] == pytest.approx(0.05)
    assert all(
        0 <= weight <= max(0.15, told["now"].get(s, 0)) + 1e-9 for s, weight in weights.items()
    )
    assert weights["AAPL"] >= told["now"]["AAPL"] - 1e-9
    assert weights["AAPL"] + weights["MSFT"] >= 0.1 - 1e-9
    assert told["volatility"] == pytest.approx(told["objective"])
    assert {one["symbol"] for one in told["orders"]} >= {"PFE"}
    assert "GE,ten" not in ended.stdout
    assert "line 4: this is not a number: ten" in ended.stderr


def test_text_names_the_method_and_the_trades(folder: Path) -> None:
    ended = _bpo(folder, "--method", "risk_parity", "--holdings", "held.csv")
    assert ended.stdout.startswith("the same risk from each (risk_parity), 20 assets, ")
    assert "expected return" in ended.stdout
    assert "(a guess)" in ended.stdout
    assert "SELL " in ended.stdout


def test_mental_accounts_name_no_account(folder: Path) -> None:
    ended = _bpo(folder, "--method", "mental_accounts", "--parameter", "threshold=-0.3")
    assert "(mental accounts) (mental_accounts), 20 assets, " in ended.stdout
    assert "chance to fall below the threshold in a year: 5.0%" in ended.stdout
    assert " all" not in ended.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--method", "nonsense"], "--method nonsense: expected one of black_litterman, "),
        (["--method", "target_return"], "--parameter: target_return needs target"),
        (["--method", "target_return", "--parameter", "target=9"], "900.0% is out of reach;"),
        (["--method", "target_return", "--parameter", "target"], "expected a name and a number"),
        (
            ["--method", "mental_accounts", "--parameter", "threshold=0.2"],
            "no portfolio of these falls below 20.0% a year with a chance of 5.0% at most (chance)",
        ),
        (
            ["--method", "minimum_variance", "--max", "0.04"],
            "at most 4% each, only 20 shares = 80%",
        ),
        (["--method", "minimum_variance", "--max", "0.1", "--min", "0.2"], "is more than --max"),
        (["--method", "minimum_variance", "--limit", "no weapons"], '--limit "no weapons": not'),
        (["--method", "minimum_variance", "--until", "soon"], "--until soon: expected a day"),
        (["--method", "minimum_variance", "--until", "2017-01-31"], "I could not work that out: "),
        (
            ["--method", "minimum_variance", "--holdings", "nowhere.csv"],
            "nowhere.csv: No such file",
        ),
        (["--method", "minimum_variance", "--holdings", "prices.csv"], "prices.csv: nothing held."),
    ],
)
def test_what_is_wrong_is_one_line(folder: Path, words: list[str], said: str) -> None:
    ended = _bpo(folder, *words)
    assert ended.returncode == 2
    assert said in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
