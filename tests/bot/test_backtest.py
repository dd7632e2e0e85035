"""``bpo backtest`` on files of real prices, and on files with whatever may be wrong in them."""

from __future__ import annotations

import io
import json
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.backtest import Question, print_backtest, work_out
from bot.backtest_lines import write_outcome
from bot.files import Unusable
from conversations.actions.backtesting.outcomes import Figure, Outcome, pack, unpack
from conversations.wording.backtest import apart, told
from tests.bot.launch import BPO, PATIENCE
from tests.engine.biases.records import real_prices

DAYS = 800
SYMBOLS = ("AAPL", "KO", "MSFT", "PFE")
TRADES = """time,symbol,side,quantity,price,investor
2020-03-02,AAPL,buy,10,70,
2020-06-01,KO,buy,20,45,
2021-03-01,AAPL,sell,5,125,
"""


def _table(**changed: np.ndarray) -> list[str]:
    """Lines of prices; the columns of ``changed`` are multiplied, NaN: no line."""
    prices = real_prices()
    rows = ["time,symbol,close,volume"]
    for t in range(DAYS):
        row = len(prices.days) - DAYS + t
        for symbol in SYMBOLS:
            close = prices.close[row, prices.column(symbol)] * changed.get(symbol, np.ones(DAYS))[t]
            if np.isfinite(close):
                volume = 0 if symbol == "PFE" and "HALT" in changed and 50 <= t < 60 else 1000
                rows.append(f"{prices.days[row]},{symbol},{close},{volume}")
    return rows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("backtest")
    (made / "prices.csv").write_text("\n".join(_table()))
    (made / "w.csv").write_text("symbol,weight\nAAPL,40%\nKO,0.3\nPFE,0.2\nCASH,0.1\n")
    (made / "trades.csv").write_text(TRADES)
    return made


def asked(folder: Path, **terms: object) -> Question:
    return replace(Question(folder / "prices.csv", folder / "w.csv"), **terms)  # type: ignore[arg-type]


def outcome_of(question: Question) -> tuple[Outcome, str]:
    err = io.StringIO()
    return work_out(question, err), err.getvalue()


def refused(question: Question) -> tuple[str, list[str]]:
    """The one line, and what was listed before it."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(Unusable) as fact:
        print_backtest(question, as_json=False, out=out, err=err)
    assert out.getvalue() == ""
    assert "\n" not in str(fact.value)
    return str(fact.value), err.getvalue().splitlines()


def other(folder: Path, name: str, lines: list[str]) -> Path:
    path = folder / name
    path.write_text("\n".join(lines))
    return path


def final_of(folder: Path, rebalanced: list[int], rate: float) -> float:
    """By hand: 10,000 in 40, 30 and 20 % and the rest in cash, brought back on ``rebalanced``."""
    prices = real_prices()
    close = np.array(
        [prices.close[-DAYS:, prices.column(symbol)] for symbol in ("AAPL", "KO", "PFE")]
    )
    wanted, shares, cash = np.array([0.4, 0.3, 0.2]), np.zeros(3), 10_000.0
    for row in rebalanced:
        before = float(shares @ close[:, row]) + cash
        left = before
        for _ in range(100):
            left = before - rate * np.abs(wanted * left - shares * close[:, row]).sum()
        shares, cash = wanted * left / close[:, row], 0.1 * left
    return float(shares @ close[:, -1]) + cash


def test_json_has_what_a_plain_loop_gives(folder: Path) -> None:
    words = ["--prices", "prices.csv", "--weights", "w.csv", "--costs-bps", "10", "--json"]
    ended = subprocess.run(
        [BPO, "backtest", *words, "--benchmark", "msft"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    months = real_prices().days[-DAYS:].astype("datetime64[M]")
    firsts = [0, *(np.flatnonzero(months[1:] != months[:-1]) + 1).tolist()]
    mine, benchmark = told["runs"]
    assert mine["final"] == pytest.approx(final_of(folder, firsts, 0.001), rel=1e-12)
    assert mine["weights"] == pytest.approx({"AAPL": 0.4, "KO": 0.3, "PFE": 0.2, "cash": 0.1})
    assert len(mine["course"]) == len(told["days"]) == DAYS
    assert benchmark["contender"] == {"kind": "mix", "name": "MSFT"}
    growth = mine["figures"]["cagr"]
    assert growth["low"] < growth["value"] < growth["high"]
    assert {"beta", "information"} <= set(mine["figures"])
    assert told["costs_bps"] == 10.0
    assert told["apart"]["low"] < told["apart"]["high"]


def test_text_begins_with_the_answer_and_says_the_terms(folder: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    question = asked(folder, rebalance="band:5", lag=1, currency="EUR")
    print_backtest(question, as_json=False, out=out, err=err)
    lines = out.getvalue().splitlines()
    assert "a year (90% range " in lines[0]
    terms = "rebalanced when 5% off, filled 1 close later, 0.05% a trade, in EUR, €10,000 → €"
    assert terms in lines[1]
    assert any(line.split()[:1] == ["sharpe"] and " to " in line for line in lines)


def test_same_files_same_id_and_figures(folder: Path) -> None:
    first, second = (outcome_of(asked(folder))[0] for _ in range(2))
    assert first == second
    assert outcome_of(asked(folder, costs_bps=50.0))[0].id != first.id


def test_never_and_yearly_and_late_fills_differ(folder: Path) -> None:
    finals = {
        said: outcome_of(asked(folder, rebalance=said, costs_bps=0.0))[0].runs[0].final
        for said in ("never", "Y", "d")
    }
    assert finals["never"] == pytest.approx(final_of(folder, [0], 0.0), rel=1e-12)
    assert finals["d"] == pytest.approx(final_of(folder, list(range(DAYS)), 0.0), rel=1e-12)
    assert len(set(finals.values())) == 3


def test_weights_that_change_on_days(folder: Path) -> None:
    days = real_prices().days[-DAYS:]
    table = ["date,AAPL,KO", f"{days[10]},1,0", f"{days[100]},0,100%"]
    weights = other(folder, "dated.csv", table)
    outcome, _ = outcome_of(asked(folder, weights=weights, rebalance="never", costs_bps=0.0))
    prices = real_prices()
    aapl, ko = (prices.close[-DAYS:, prices.column(one)] for one in ("AAPL", "KO"))
    assert outcome.days[0] == days[10].item()
    grown = aapl[100] / aapl[10] * ko[-1] / ko[100]
    assert outcome.runs[0].final == pytest.approx(10_000.0 * grown, rel=1e-12)
    assert told(outcome).startswith("Weights of 2 dates ")
    assert unpack(pack(outcome)) == outcome
    bands = outcome_of(asked(folder, weights=weights, rebalance="band:5", costs_bps=0.0))[0]
    assert bands.runs[0].final == pytest.approx(outcome.runs[0].final, rel=1e-12)


def test_trades_are_replayed_beside_weights(folder: Path) -> None:
    question = asked(folder, trades=folder / "trades.csv", benchmark="MSFT")
    outcome, _ = outcome_of(question)
    assert [one.contender.kind.value for one in outcome.runs] == ["mix", "trades", "mix"]
    behind = replace(outcome, apart=Figure(-0.067, -0.203, 0.069))
    assert apart(behind).endswith("chance alone could do that (90% range −6.9% to 20.3%).")
    alone, _ = outcome_of(asked(folder, weights=None, trades=folder / "trades.csv"))
    last = real_prices().close[-1]
    held = 5 * last[real_prices().column("AAPL")] + 20 * last[real_prices().column("KO")]
    assert alone.runs[0].final == pytest.approx(held)
    assert str(alone.days[0]) == "2020-03-02"
    without, said = outcome_of(
        asked(folder, weights=None, trades=folder / "trades.csv", leave_out=("KO",))
    )
    assert "left out: 1 trades" not in said
    assert "left out: 1 trade\n" in said
    assert without.runs[0].final < held


def late(folder: Path, symbol: str = "KO", rows: int = 300) -> Path:
    missing = np.where(np.arange(DAYS) < rows, np.nan, 1.0)
    return other(folder, "late.csv", _table(**{symbol: missing}))


def test_history_that_starts_late(folder: Path) -> None:
    prices = late(folder)
    days = real_prices().days[-DAYS:]
    outcome, said = outcome_of(asked(folder, prices=prices))
    assert outcome.days[0] == days[300].item()
    assert f"the test begins {days[300]}, with the prices of KO" in said
    assert "--leave-out KO, --proxy KO=OTHER" in said
    first = str(days[0])
    line, listed = refused(asked(folder, prices=prices, since=first))
    assert line.endswith(
        "1 thing to decide about the prices of KO; nothing is filled in without you"
    )
    assert "KO starts " in listed[0]
    assert "--start-there KO, --leave-out KO, --proxy KO=OTHER or --accept KO (the oth" in listed[0]
    decided = {
        "start_there": {"start_there": ("ko",)},
        "leave_out": {"leave_out": ("KO",)},
        "accept": {"accept": ("KO",)},
        "proxy": {"proxies": ("KO=MSFT",)},
    }
    finals = set()
    for name, terms in decided.items():
        outcome, _ = outcome_of(asked(folder, prices=prices, since=first, **terms))
        assert outcome.runs[0].notes[0][0] == "KO", name
        assert outcome.days[0] == days[300 if name == "start_there" else 0].item()
        finals.add(round(outcome.runs[0].final, 6))
    assert len(finals) == len(decided)


def test_gaps_jumps_and_days_without_volume_are_listed_with_their_options(folder: Path) -> None:
    holes, split = np.ones(DAYS), np.ones(DAYS)
    holes[[200, 201, 350]] = np.nan
    split[400:] = 100.0
    lines = _table(KO=holes, AAPL=split, HALT=np.ones(DAYS))
    prices = other(folder, "troubles.csv", lines)
    line, listed = refused(asked(folder, prices=prices))
    assert "3 things to decide about the prices of AAPL, KO, PFE" in line
    assert len(listed) == 3
    assert "AAPL jumps 99× up on 28 May 2021, as if by a split" in listed[0]
    assert "correct the file where it was a split, --accept AAPL (believe it)" in listed[0]
    assert "KO has no price on 3 days" in listed[1]
    assert "--accept KO (keeps the last price) or --leave-out KO" in listed[1]
    assert "PFE was not traded on 10 days" in listed[2]
    everything, _ = outcome_of(asked(folder, prices=prices, accept=("AAPL", "KO", "PFE")))
    assert {about for about, _ in everything.runs[0].notes} >= {"AAPL", "KO", "PFE"}
    out = io.StringIO()
    write_outcome(everything, as_json=False, out=out)
    assert "\nKO lacks 3 closing prices; the last one before was kept.\n" in out.getvalue()


def test_benchmark_with_accepted_gaps_still_measures(folder: Path) -> None:
    holes = np.ones(DAYS)
    holes[[200, 201]] = np.nan
    prices = other(folder, "holes.csv", _table(MSFT=holes))
    outcome, _ = outcome_of(asked(folder, prices=prices, benchmark="MSFT", accept=("MSFT",)))
    assert "beta" in outcome.runs[0].figures


def test_only_prices_that_somebody_needs_matter(folder: Path) -> None:
    wild = np.ones(DAYS)
    wild[400:] = 100.0
    prices = other(folder, "wild.csv", _table(MSFT=wild))
    assert outcome_of(asked(folder, prices=prices))[0].runs[0].notes == ()
    bought_late = late(folder, rows=50)
    trades = asked(folder, prices=bought_late, weights=None, trades=folder / "trades.csv")
    assert outcome_of(trades)[0].runs[0].final > 0.0


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ("AAPL,0.7\nKO,0.5", "the weights add up to 120.0%; expected 100%, or less with the rest"),
        ("AAPL,60\nKO,40", "add up to 10,000.0%: write 0.6 or 60%, not 60"),
        ("AAPL,0\nKO,0", "the weights add up to nothing"),
        ("AAPL,0.5\nKO,some", "weights that miss a line are others than yours; mend it first."),
        ("AAPL,1.2\nKO,-0.2", "weights that miss a line are others than yours; mend it first."),
        ("AAPL,0.5\nRIVN,0.5", "1 thing to decide about the prices of RIVN;"),
    ],
)
def test_weights_that_cannot_be_used(folder: Path, weights: str, said: str) -> None:
    path = other(folder, "bad.csv", ["symbol,weight", weights])
    line, _ = refused(asked(folder, weights=path))
    assert said in line


def test_weights_a_rounding_error_above_one_are_scaled_aloud(folder: Path) -> None:
    path = other(folder, "rounded.csv", ["symbol,weight", "AAPL,0.3334", "KO,0.3334", "PFE,.3334"])
    outcome, said = outcome_of(asked(folder, weights=path))
    assert "the weights add up to 100.02%: scaled to 100%" in said
    assert sum(outcome.runs[0].weights.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"since": "2021-01-01", "until": "2020-01-01"}, "--since 2021-01-01 is after --until"),
        ({"since": "2031-01-01"}, "My prices end on 28 Dec 2022, before 1 Jan 2031."),
        ({"until": "1999-01-01"}, "there is no trading day."),
        ({"since": "soon"}, "--since soon: expected a day as in 2022-12-28"),
        ({"since": "2022-12-20"}, "below 21 I would be guessing."),
        ({"rebalance": "often"}, "--rebalance often: expected one of D, W, M, Q, Y, never, band:5"),
        ({"rebalance": "band:"}, "--rebalance band:: expected one of"),
        ({"rebalance": "M:5"}, "--rebalance M:5: expected one of"),
        ({"benchmark": "SPY"}, "--benchmark SPY: "),
        ({"accept": ("KO",), "leave_out": ("KO",)}, "something else was decided about KO, too"),
        ({"accept": ("MSFT",)}, "--accept MSFT: nobody holds it here"),
        ({"proxies": ("KO",)}, "--proxy KO: expected two symbols, as in RIVN=SPY"),
        ({"weights": None}, "give --weights or --trades: what to test"),
        ({"report": Path("out.docx")}, "--report out.docx: a name that ends in .html or .pdf"),
        ({"weights": Path("nowhere.csv")}, "nowhere.csv: No such file"),
        ({"investor": "ann", "trades": "trades.csv"}, "--investor ann: "),
        ({"trades": "many.csv"}, "trades of 2 investors; name one with --investor (ann, bo)"),
        ({"trades": "unpriced.csv"}, "leave out its trades: --leave-out ZZZ"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_line(folder: Path, terms: dict[str, object], said: str) -> None:
    head = "time,symbol,side,quantity,price,investor"
    rows = [head, "2021-03-01,KO,buy,1,50,ann", "2021-03-01,KO,buy,1,50,bo"]
    other(folder, "many.csv", rows)
    other(folder, "unpriced.csv", [head, "2021-03-01,ZZZ,buy,1,50,"])
    if isinstance(terms.get("trades"), str):
        terms = terms | {"trades": folder / str(terms["trades"])}
    line, _ = refused(asked(folder, **terms))
    assert said in line


def test_report_is_written(folder: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    path = folder / "report.HTML"
    print_backtest(asked(folder, report=path), as_json=True, out=out, err=err)
    assert path.read_bytes()[:9].lower() == b"<!doctype"
    assert f"{path}: written" in err.getvalue()
    json.loads(out.getvalue())
    line, _ = refused(asked(folder, report=folder / "nowhere" / "report.pdf"))
    assert line.endswith("No such file or directory")
