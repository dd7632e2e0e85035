"""Backtests beside vectorbt, bt, skfolio, quantstats and empyrical, on twenty real shares.

8,313 days, equal weights on the first trading day of each month, 10 bp of the money traded, one
BLAS thread, CPU time. Those that the product must not import run in an environment of their own
(``peers``), where their times are taken; without it their rows are missing, and said to be.
Engines differ in what they do at a fill, so that final values are compared in words.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from operator import mul
from statistics import median
from time import process_time
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
from skfolio.model_selection import WalkForward, cross_val_predict
from skfolio.optimization import EqualWeighted
from threadpoolctl import threadpool_limits

from benchmarks.peers import Missing, ask
from conversations.actions.backtesting import backtests, reports
from conversations.actions.backtesting.grounds import Ground
from conversations.actions.backtesting.outcomes import Outcome
from conversations.actions.backtesting.running import run
from conversations.reading.contenders import Contender, Contest
from conversations.reading.trials import Trial
from conversations.wording import backtest as words
from engine.arrays import Floats
from engine.backtest.costs import Costs
from engine.backtest.panel import Panel
from engine.backtest.rebalancing import calendar
from engine.backtest.replay import Replayed, follow
from engine.backtest.simulation import simulate
from engine.backtest.strategies import dated_weights, fixed_weights
from engine.backtest.sweep import Sweep, sweep
from engine.ledger import LotMethod, Rules
from engine.market.instruments import Universe
from engine.performance.figures import FIGURES
from engine.performance.figures import measure as measure_all
from engine.performance.intervals import bound
from engine.prices import Prices
from storage.feeds import demo
from storage.listings import read as listings
from storage.records import PortfolioRecord
from tests.engine.backtest.markets import real_panel
from tests.engine.backtest.trading import ten_thousand
from tests.engine.biases.records import real_prices

RATE, CAPITAL = 0.001, 1_000_000.0
DAYS = 8_000  # of returns that are measured
SWEPT, ASKED = 1_000, 50  # portfolios: ours, and those that vectorbt is given
ORDERS_CAPITAL = 1e8
REPEATS, PATIENCE = 9, 3.0  # at most so many calls, and no new one after so many seconds

Row = dict[str, Any]
Made = TypeVar("Made")


def measure() -> list[Row]:
    with threadpool_limits(1):
        panel = real_panel()
        return [
            *_one(panel),
            *_sweep(panel),
            *_replay(real_prices()),
            *_figures(panel),
            *_told(),
        ]


def _timed(job: Callable[[], Made]) -> tuple[float, Made, int]:
    """Median CPU milliseconds after a first call, what came of it, and of how many calls."""
    made = job()
    taken: list[float] = []
    start = process_time()
    while not taken or (len(taken) < REPEATS and process_time() - start < PATIENCE):
        before = process_time()
        made = job()
        taken.append(process_time() - before)
    return 1000 * median(taken), made, len(taken)


def _row(name: str, value: float, unit: str, target: str | None, peer: str | None) -> Row:
    return {"name": name, "value": value, "unit": unit, "target": target, "peer": peer}


def _peer(script: str, arrays: dict[str, Any], **terms: Any) -> dict[str, Any] | str:
    """Its answer, or why there is none."""
    try:
        return ask(script, {name: np.asarray(one) for name, one in arrays.items()}, **terms)
    except Missing as why:
        print(f"{script}: {why}")
        return f"missing: {why}"


def _add_faster(
    made: list[Row],
    name: str,
    own: float,
    peer: dict[str, Any] | str,
    target: str | None,
    said: str = "",
) -> None:
    """How many times faster ours is; of a peer that is missing the first row says so instead."""
    if isinstance(peer, str):
        made[0]["peer"] += f"; {name} is {peer}"
    else:
        told = f"{peer['ms']:,.1f} ms{said}"
        made.append(_row(f"  as fast as {name}", peer["ms"] / own, "times", target, told))


def _one(panel: Panel) -> list[Row]:
    """Job A: one portfolio, every daily value of it."""
    rule, costs = calendar.build("monthly"), Costs(RATE)
    weights = dict.fromkeys(panel.symbols, 1.0 / len(panel.symbols))
    fixed = fixed_weights.build(panel.symbols, weights)
    own, path, calls = _timed(lambda: simulate(panel, fixed, rule, costs, capital=CAPITAL))
    final = float(path.values[-1])
    assert rule.rows is not None, "a calendar"
    rows = rule.rows(panel.days)
    name = f"backtest: {len(panel.symbols)} shares, {len(panel.days):,} days, monthly, 10 bp"
    made = [_row(name, own, "CPU ms", "<= 5", f"median of {calls}; ends at {final:,.2f}")]
    events = dated_weights.build(panel.symbols, {"1900-01-01": weights})
    took, other, _ = _timed(lambda: simulate(panel, events, rule, costs, capital=CAPITAL))
    apart = abs(float(other.values[-1]) / final - 1.0)
    made.append(_row("  the same event by event", took, "CPU ms", None, f"{apart:.0e} apart"))
    arrays = {"close": panel.close, "days": panel.days}
    vectorbt = _peer(
        "with_vectorbt", {**arrays, "rows": rows}, job="one", rate=RATE, capital=CAPITAL
    )
    bt = _peer("with_bt", arrays, job="one", rate=RATE, capital=CAPITAL)
    why = {"vectorbt": ": sizes at the value before costs", "bt": ""}
    for peer, answer, target in (("vectorbt", vectorbt, ">= 10"), ("bt", bt, ">= 10")):
        _add_faster(made, peer, own, answer, target, _apart(answer, final, why[peer]))
    returns = panel.close[1:] / panel.close[:-1] - 1.0
    folds = WalkForward(train_size=21, test_size=21)
    took, _, _ = _timed(lambda: cross_val_predict(EqualWeighted(), returns, cv=folds))
    said = "; 21-day walk-forward, weights that do not drift, no costs: another job"
    _add_faster(made, "skfolio", own, {"ms": took}, None, said)
    return [*made, _against_plain(panel, final)]


def _apart(answer: dict[str, Any] | str, final: float, why: str) -> str:
    """By how much a peer's final wealth differs."""
    if isinstance(answer, str):
        return ""
    return f"; ends {abs(answer['final'] / final - 1.0):.3%} away{why} (v{answer['version']})"


def _against_plain(panel: Panel, final: float) -> Row:
    """The same conventions in loops over days and shares: the cost by bisection, no arrays."""
    weight, shares, month = 1.0 / len(panel.symbols), [0.0] * len(panel.symbols), ""
    value = CAPITAL
    start = process_time()
    for day, closes in zip(panel.days.astype(str).tolist(), panel.close.tolist(), strict=True):
        value = sum(map(mul, shares, closes)) if any(shares) else CAPITAL
        if day[:7] != month:
            month, held = day[:7], list(map(mul, shares, closes))
            low, high = 0.0, value
            for _ in range(200):
                after = (low + high) / 2.0
                cost = RATE * sum(abs(weight * after - one) for one in held)
                low, high = (after, high) if after + cost < value else (low, after)
            shares = [weight * low / close for close in closes]
            value = low
    took = process_time() - start
    said = f"plain loops, {took:,.1f} s: ends at {value:,.2f}"
    name = "  final wealth: away from a plain implementation"
    return _row(name, abs(value / final - 1.0), "", "<= 1e-9", said)


def _sweep(panel: Panel) -> list[Row]:
    """Job C: final value, Sharpe ratio and deepest fall of a thousand portfolios."""
    rng = np.random.default_rng(11)
    weights = rng.dirichlet(np.ones(len(panel.symbols)), SWEPT)
    rule = calendar.build("monthly")
    own, found, calls = _timed(lambda: sweep(panel, weights, rule, RATE))
    name = f"backtest: {SWEPT:,} such portfolios"
    made = [_row(name, own / 1000, "CPU s", "<= 0.5", f"median of {calls}")]
    assert rule.rows is not None, "a calendar"
    arrays = {"close": panel.close, "days": panel.days, "rows": rule.rows(panel.days)}
    peer = _peer("with_vectorbt", {**arrays, "weights": weights[:ASKED]}, job="many", rate=RATE)
    if isinstance(peer, str):
        _add_faster(made, "vectorbt", own, peer, None)
        return made
    scaled = {"ms": peer["ms"] * SWEPT / ASKED}
    _add_faster(made, "vectorbt", own, scaled, ">= 10", _means(peer, found))
    return made


def _means(peer: dict[str, Any], found: Sweep) -> str:
    final = abs(peer["mean"] / float(found.final[:ASKED].mean()) - 1.0)
    fall = abs(abs(peer["drawdown"]) - float(found.drawdown[:ASKED].mean()))
    return (
        f", extrapolated from {ASKED}; mean final value {final:.3%} away, "
        f"mean deepest fall {100 * fall:.3f} points"
    )


def _replay(prices: Prices) -> list[Row]:
    """Job B: 10,000 trades over ten years, lots first in first out, valued every day."""
    trades = ten_thousand(prices)
    last: date = prices.days[-1].item()
    own, found, calls = _timed(lambda: follow(trades, prices, last))
    years = (trades[-1].at - trades[0].at).days / 365.25
    gained = float(found.realised.sum() + found.unrealised.sum())
    name = f"backtest: {len(trades):,} trades over {years:.0f} years, FIFO lots, valued daily"
    made = [_row(name, own, "CPU ms", "<= 50", f"median of {calls}; gained {gained:,.4f}")]
    arrays = _orders(prices, found)
    peer = _peer("with_vectorbt", arrays, job="orders", capital=ORDERS_CAPITAL)
    if isinstance(peer, str):
        _add_faster(made, "vectorbt", own, peer, None)
        return made
    apart = abs(peer["final"] - ORDERS_CAPITAL - gained)
    said = (
        f"; {peer['filled']:,} orders, gained {peer['final'] - ORDERS_CAPITAL:,.4f} "
        f"({apart:.0e} away), average cost, no lots"
    )
    _add_faster(made, "vectorbt", own, peer, None, said)
    return made


def _orders(prices: Prices, found: Replayed) -> dict[str, Floats]:
    """(R, N): a row for every order of a share on a day, and so many for that day."""
    journal = found.journal
    days = found.path.days
    at = np.searchsorted(days, journal.days)
    key = at * len(journal.symbols) + journal.column
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(key[order]) > 0])
    slot = np.empty(len(key), np.int64)
    slot[order] = np.arange(len(key)) - np.repeat(starts, np.diff(np.r_[starts, len(key)]))
    most = np.ones(len(days), np.int64)
    np.maximum.at(most, at, slot + 1)
    row = np.r_[0, np.cumsum(most)[:-1]][at] + slot
    columns = [prices.column(symbol) for symbol in journal.symbols]
    close = prices.close[np.searchsorted(prices.days, days)][:, columns]
    shape = (int(most.sum()), len(columns))
    size, price, fee = (np.full(shape, np.nan) for _ in range(3))
    size[row, journal.column] = journal.sign * journal.quantity
    price[row, journal.column] = journal.price
    fee[row, journal.column] = journal.fee
    return {
        "close": np.repeat(close, most, axis=0),
        "size": size,
        "price": np.where(np.isnan(price), np.repeat(close, most, axis=0), price),
        "fee": np.nan_to_num(fee),
    }


def _figures(panel: Panel) -> list[Row]:
    """All figures of a course of returns, and their intervals."""
    moves = panel.close[1:] / panel.close[:-1] - 1.0
    index = moves.mean(axis=1)[-DAYS:]
    returns = moves[-DAYS:, 0] * 0.5 + moves[-DAYS:, 1] * 0.5
    days = panel.days[-DAYS:]
    terms: dict[str, Any] = {"days_per_year": 252.0, "risk_free": 0.0, "benchmark": index}
    own, found, calls = _timed(lambda: measure_all(returns, days=days, **terms))
    name = f"metrics: {len(FIGURES)} figures of {DAYS:,} days, beside an index"
    made = [_row(name, own, "CPU ms", "<= 5", f"median of {calls}")]
    arrays = {"returns": returns, "benchmark": index, "days": days}
    for peer in ("quantstats", "empyrical"):
        answer = _peer(f"with_{peer}", arrays, job="figures")
        said = ""
        if not isinstance(answer, str):
            sharpe = found.get("sharpe")
            assert sharpe is not None, "returns move"
            apart = abs(answer["sharpe"] - sharpe)
            said = f" for {answer['rows']} figures; Sharpe ratio {apart:.0e} away"
        _add_faster(made, peer, own, answer, None, said)
    drawn, bounds, calls = _timed(lambda: bound(returns, rng=np.random.default_rng(1), **terms))
    told = f"median of {calls}; 999 other pasts; no peer has them for all of these"
    made.append(_row(f"  90 % intervals of {len(bounds)} of them", drawn, "CPU ms", None, told))
    return made


def _told() -> list[Row]:
    """What a person waits for in the chat: the answer with its picture, and the full report."""
    ground = _demo()
    trial = Trial(
        contenders=(
            Contender(Contest.MIX, "60/40", {"stocks": 0.6, "bonds": 0.4}),
            Contender(Contest.NOW, "my portfolio"),
        ),
        since="2000-01-03",
    )

    def told() -> Outcome:
        outcome = run(ground, trial)
        assert isinstance(outcome, Outcome), outcome
        words.told(outcome)
        backtests.draw(outcome, words.title(outcome), words.subtitle(outcome))
        return outcome

    start = process_time()
    told()
    first = process_time() - start
    took, outcome, calls = _timed(told)
    days = len(outcome.days)
    name = f"chat: a backtest with its picture, two portfolios, {days:,} days"
    said = f"median of {calls}; the first call of a process {first:.2f} s"
    made = [_row(name, took / 1000, "CPU s", "<= 2", said)]
    own, page, calls = _timed(lambda: reports.write(outcome, reports.HTML))
    said = f"median of {calls}; {len(page) / 1024:,.0f} kB, the test itself not in it"
    made.append(_row("report: the HTML page of it", own / 1000, "CPU s", "<= 1", said))
    courses = [np.array(one.course) for one in outcome.runs]
    mine, other = (course[1:] / course[:-1] - 1.0 for course in reversed(courses))
    arrays = {"returns": mine, "benchmark": other, "days": np.array(outcome.days[1:], "M8[D]")}
    answer = _peer("with_quantstats", arrays, job="report")
    size = "" if isinstance(answer, str) else f"; {answer['bytes'] / 1024:,.0f} kB, no intervals"
    _add_faster(made, "quantstats.reports.html", own, answer, None, size)
    own, page, calls = _timed(lambda: reports.write(outcome, reports.PDF))
    said = f"median of {calls}; {len(page) / 1024:,.0f} kB"
    made.append(_row("report: the PDF of it", own / 1000, "CPU s", None, said))
    return made


def _demo() -> Ground:
    """The demo portfolio, as the chat opens it."""
    prices = demo.read()
    last = prices.last_day
    assert last is not None, "the demo has prices"
    record = PortfolioRecord(
        UUID(int=7), UUID(int=8), "demo", True, "USD", LotMethod.FIFO, False, 3
    )
    held = {"AAPL": 9000.0, "MSFT": 5000.0, "KO": 3000.0}
    return Ground(
        record,
        prices,
        last,
        "USD",
        Universe.of(listings()),
        held,
        {},
        (),
        Rules(),
        demo.read_index(),
        demo.read_factors(),
    )
