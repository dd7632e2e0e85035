"""``bpo backtest``: weights or trades from files, tested on a file of prices, without a chat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TextIO
from uuid import UUID

import numpy as np

from bot import backtest_lines
from bot.files import Unusable, list_problems, prices_of, text_of, trades_of
from conversations.actions.backtesting.grounds import NO_PRICES, Ground
from conversations.actions.backtesting.outcomes import Outcome, Stuck
from conversations.reading.contenders import CASH, Contender, Contest
from conversations.reading.trials import USUAL_CAPITAL, USUAL_RATE, Pace, Trial
from conversations.wording.figures import count, percent
from engine.backtest.panel import Way
from engine.ledger import LotMethod, Rules, Trade
from engine.market.instruments import Universe
from engine.prices import Prices
from engine.weights_file import CASH as CASH_ROW
from engine.weights_file import WeightsFile, read_weights
from storage.records import PortfolioRecord

BASIS_POINTS = 10_000
CAPITAL, USUAL_BPS = USUAL_CAPITAL, USUAL_RATE * BASIS_POINTS
KINDS = ("html", "pdf")  # of a report
PACES = {
    "D": Pace.DAILY,
    "W": Pace.WEEKLY,
    "M": Pace.MONTHLY,
    "Q": Pace.QUARTERLY,
    "Y": Pace.YEARLY,
    "NEVER": Pace.NEVER,
}
ROUNDING = 0.001  # by which weights may exceed 1 as a rounding error, which is said
BOOKS = UUID(int=20260101)  # of the files: the same ones give the same figures
_PEOPLE = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Question:
    """Files and terms. ``accept`` to ``proxies``: symbols with what was decided about their
    prices, the latter as in "RIVN=SPY"."""

    prices: Path
    weights: Path | None = None
    trades: Path | None = None
    investor: str | None = None
    rebalance: str = "M"
    costs_bps: float = USUAL_BPS
    lag: int = 0
    capital: float = USUAL_CAPITAL
    since: str = ""
    until: str = ""
    benchmark: str | None = None
    accept: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    start_there: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    currency: str = ""
    report: Path | None = None


def print_backtest(question: Question, *, as_json: bool, out: TextIO, err: TextIO) -> None:
    """Print what came of it, and write the report that was asked for. Raises Unusable."""
    outcome = work_out(question, err)
    if question.report is not None:
        _write(outcome, question.report, err)
    backtest_lines.write_outcome(outcome, as_json=as_json, out=out)


def work_out(question: Question, err: TextIO) -> Outcome:
    """Raises Unusable, with one line, for whatever stands in the way; troubles of prices are
    listed on ``err`` with the options that decide about them."""
    from conversations.actions.backtesting.running import run  # here: slow to import

    if question.weights is None and question.trades is None:
        raise Unusable("give --weights or --trades: what to test")
    if question.report is not None and _kind(question.report) not in KINDS:
        raise Unusable(f"--report {question.report}: a name that ends in .html or .pdf")
    trial = _terms(question)
    market = prices_of(question.prices, err).prices
    contenders = []
    if question.weights is not None:
        contenders.append(_weighted(question.weights, err))
    trades = _trades(question, err)
    if question.trades is not None:
        contenders.append(Contender(Contest.TRADES, question.trades.name))
    named = _named(contenders, trades)
    if question.benchmark is not None:
        contenders.append(_benchmark(question, market))
        named.add(_symbol(question.benchmark))
    since = trial.since or _first_date(contenders)
    trial = replace(trial, contenders=tuple(contenders), since=since, ways=_ways(question, named))
    outcome = run(_ground(question, market, trades, named), trial)
    if isinstance(outcome, Stuck):
        raise Unusable(_stuck(outcome, question, err))
    for line in backtest_lines.say_start(market, outcome, named, asked=bool(since)):
        err.write(f"{question.prices}: {line}\n")
    return outcome


def _terms(question: Question) -> Trial:
    pace, band = _pace(question.rebalance)
    for name, day in (("since", question.since), ("until", question.until)):
        try:
            date.fromisoformat(day or "2000-01-01")
        except ValueError:
            raise Unusable(f"--{name} {day}: expected a day as in 2022-12-28") from None
    if question.since and question.until and question.since > question.until:
        raise Unusable(f"--since {question.since} is after --until {question.until}")
    return Trial(
        since=question.since,
        until=question.until,
        pace=pace,
        band=band,
        rate=question.costs_bps / BASIS_POINTS,
        capital=question.capital,
        lag=question.lag,
    )


def _pace(said: str) -> tuple[Pace, float]:
    word, _, size = said.strip().upper().partition(":")
    if word in PACES and not size:
        return PACES[word], Trial().band
    try:
        width = float(size) if word == "BAND" else 0.0
    except ValueError:
        width = 0.0
    if not 0.0 < width < 100.0:
        known = ", ".join([*PACES, "band:5"]).replace("NEVER", "never")
        raise Unusable(f"--rebalance {said}: expected one of {known} (5 points off)")
    return Pace.BANDS, width / 100.0


def _weighted(path: Path, err: TextIO) -> Contender:
    read = read_weights(text_of(path))
    list_problems(path, read.problems, err)
    if read.problems:
        raise Unusable(f"{path}: weights that miss a line are others than yours; mend it first.")
    if not (read.fixed or read.dated):
        raise Unusable(f"{path}: no weights found. Expected the columns symbol, weight.")
    if read.fixed:
        whole = _whole(path, "", read.fixed, err)
        return Contender(Contest.MIX, path.name, whole | _spare(whole))
    return Contender(Contest.DATED, path.name, schedule=_schedule(path, read, err))


def _schedule(path: Path, read: WeightsFile, err: TextIO) -> dict[str, dict[str, float]]:
    return {
        str(day): _whole(path, f" of {day}", weights, err) for day, weights in read.dated.items()
    }


def _whole(path: Path, when: str, weights: Mapping[str, float], err: TextIO) -> dict[str, float]:
    """Without cash; scaled down to 1 where they exceed it by a rounding error, which is said."""
    total = sum(weights.values())
    if total > 1.0 + ROUNDING:
        wrong = f"{path}: the weights{when} add up to {percent(total, 1)}"
        if total > 2.0:
            raise Unusable(f"{wrong}: write 0.6 or 60%, not 60")
        raise Unusable(f"{wrong}; expected 100%, or less with the rest in cash")
    if total <= 0.0:
        raise Unusable(f"{path}: the weights{when} add up to nothing")
    scale = 1.0
    if total > 1.0 + 1e-9:
        scale = 1.0 / total
        err.write(f"{path}: the weights{when} add up to {percent(total, 2)}: scaled to 100%\n")
    return {s: w * scale for s, w in weights.items() if s != CASH_ROW and w > 0.0}


def _spare(whole: Mapping[str, float]) -> dict[str, float]:
    spare = 1.0 - sum(whole.values())
    return {CASH: spare} if spare > 1e-9 else {}


def _trades(question: Question, err: TextIO) -> tuple[Trade, ...]:
    """Of the one investor; those of what is left out are left out, which is said."""
    if question.trades is None:
        return ()
    groups = trades_of(question.trades, err).by_investor
    if question.investor is None and len(groups) > 1:
        some = ", ".join(list(groups)[:5])
        raise Unusable(
            f"{question.trades}: trades of {len(groups)} investors; name one with "
            f"--investor ({some}{', …' if len(groups) > 5 else ''})"
        )
    who = next(iter(groups)) if question.investor is None else question.investor
    if who not in groups:
        raise Unusable(f"--investor {who}: {question.trades} has no trades of that name")
    without = set(map(_symbol, question.leave_out))
    kept = tuple(one for one in groups[who] if one.symbol not in without)
    if len(kept) < len(groups[who]):
        err.write(f"{question.trades}: left out: {count(len(groups[who]) - len(kept), 'trade')}\n")
    if not kept:
        raise Unusable(f"{question.trades}: nothing is left of the trades")
    return kept


def _benchmark(question: Question, market: Prices) -> Contender:
    symbol = _symbol(question.benchmark or "")
    if symbol not in market:
        raise Unusable(f"--benchmark {symbol}: {question.prices} has no prices of it")
    return Contender(Contest.MIX, symbol, {symbol: 1.0})


def _ways(question: Question, named: set[str]) -> dict[str, tuple[str, str]]:
    """Raises Unusable for two decisions about a symbol, and one about a symbol nobody holds."""
    given = [
        *(("--accept", _symbol(one), Way.ACCEPT, "") for one in question.accept),
        *(("--leave-out", _symbol(one), Way.LEAVE_OUT, "") for one in question.leave_out),
        *(("--start-there", _symbol(one), Way.START_THERE, "") for one in question.start_there),
    ]
    for one in question.proxies:
        symbol, sign, other = map(_symbol, one.partition("="))
        if not (symbol and sign and other):
            raise Unusable(f"--proxy {one}: expected two symbols, as in RIVN=SPY")
        given.append(("--proxy", symbol, Way.PROXY, other))
    found: dict[str, tuple[str, str]] = {}
    for option, symbol, way, other in given:
        if symbol in found:
            raise Unusable(f"{option} {symbol}: something else was decided about {symbol}, too")
        if symbol not in named and way is not Way.LEAVE_OUT:
            raise Unusable(f"{option} {symbol}: nobody holds it here")
        found[symbol] = (way.value, other)
    return found


def _ground(
    question: Question, market: Prices, trades: tuple[Trade, ...], named: set[str]
) -> Ground:
    """Only what somebody holds, and what stands in for it, so that nobody else's prices matter."""
    proxies = {_symbol(one.partition("=")[2]) for one in question.proxies}
    prices = _only(market, [s for s in market.symbols if s in named | proxies])
    index = NO_PRICES
    if question.benchmark is not None:
        index = _only(market, [_symbol(question.benchmark)])
        if _symbol(question.benchmark) in map(_symbol, question.accept):
            index = _carried(index)
    last = market.last_day
    assert last is not None, "prices_of refuses an empty file"
    books = PortfolioRecord(BOOKS, _PEOPLE, "", False, question.currency, LotMethod.FIFO, False, 0)
    return Ground(
        books, prices, last, question.currency, Universe.of(()), {}, {}, trades, Rules(), index
    )


def _only(market: Prices, symbols: Sequence[str]) -> Prices:
    at = [market.column(symbol) for symbol in symbols]
    return Prices(
        symbols=tuple(symbols),
        days=market.days,
        open=market.open[:, at],
        high=market.high[:, at],
        low=market.low[:, at],
        close=market.close[:, at],
        volume=market.volume[:, at],
    )


def _carried(index: Prices) -> Prices:
    """With the last price on days without one, as was accepted."""
    close = index.close[:, 0]
    known = np.maximum.accumulate(np.where(np.isnan(close), 0, np.arange(len(close))))
    return Prices.from_closes(index.symbols, index.days, close[known][:, None])


def _named(contenders: Iterable[Contender], trades: Iterable[Trade]) -> set[str]:
    found = {symbol for one in contenders for symbol in one.weights if symbol != CASH}
    found |= {s for one in contenders for weights in one.schedule.values() for s in weights}
    return found | {one.symbol for one in trades if one.symbol}


def _first_date(contenders: Iterable[Contender]) -> str:
    return max((min(one.schedule) for one in contenders if one.schedule), default="")


def _symbol(said: str) -> str:
    return said.strip().upper()


def _stuck(stuck: Stuck, question: Question, err: TextIO) -> str:
    """What stands in the way; each trouble of prices on a line of its own before."""
    from conversations.wording import stuck as words

    if stuck.reason == "prices":
        for one in stuck.problems:
            err.write(f"{question.prices}: {words.problem(one)}: {backtest_lines.decides(one)}\n")
        symbols = list(dict.fromkeys(one.symbol for one in stuck.problems))
        many = len(stuck.problems)
        what = "1 thing" if many == 1 else f"{many} things"
        return (
            f"{question.prices}: {what} to decide about the prices of {', '.join(symbols[:5])}"
            f"{', …' if len(symbols) > 5 else ''}; nothing is filled in without you"
        )
    said = words.sentence(stuck)
    if stuck.reason == "no_price":
        said += f" Add its prices, or leave out its trades: --leave-out {stuck.facts['symbol']}"
    return f"{question.prices}: {said}"


def _kind(path: Path) -> str:
    return path.suffix.lower().removeprefix(".")


def _write(outcome: Outcome, path: Path, err: TextIO) -> None:
    from conversations.actions.backtesting import reports  # here: matplotlib is slow to import

    try:
        path.write_bytes(reports.write(outcome, _kind(path)))
    except OSError as failed:
        raise Unusable(f"--report {path}: {failed.strerror or failed}") from None
    err.write(f"{path}: written\n")
