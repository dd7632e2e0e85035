"""What ``bpo backtest`` prints: a test on the past as text or JSON, and what has to be decided."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any, TextIO

import numpy as np

from bot.report import plain
from conversations.actions.backtesting.outcomes import Figure, Outcome, Ran
from conversations.wording import backtest as words
from conversations.wording import report
from conversations.wording.contenders import called
from engine.backtest.panel import Problem, Trouble
from engine.prices import Prices

SOON = 21  # days: a history that begins so much later begins late
WIDTH = 24
_DECIDES = {
    Trouble.NO_PRICES: ("--leave-out {}", "--proxy {}=OTHER"),
    Trouble.STARTS_LATE: (
        "--start-there {}",
        "--leave-out {}",
        "--proxy {}=OTHER",
        "--accept {} (the others have its weight until then)",
    ),
    Trouble.ENDS_EARLY: (
        "--accept {} (paid out at the last price)",
        "--leave-out {}",
        "--proxy {}=OTHER",
    ),
    Trouble.GAPS: ("--accept {} (keeps the last price)", "--leave-out {}"),
    Trouble.JUMP: (
        "correct the file where it was a split",
        "--accept {} (believe it)",
        "--leave-out {}",
    ),
    Trouble.NO_VOLUME: ("--accept {} (not traded on those days)", "--leave-out {}"),
}


def decides(one: Problem) -> str:
    """The options that decide about a trouble."""
    *most, last = (way.format(one.symbol) for way in _DECIDES[one.trouble])
    return f"{', '.join(most)} or {last}"


def say_start(market: Prices, outcome: Outcome, named: Iterable[str], *, asked: bool) -> list[str]:
    """Whose prices begin late, so that the whole test does, where no first day was ``asked``."""
    if asked:
        return []
    first = {symbol: _first(market, symbol) for symbol in sorted(named) if symbol in market}
    known = {symbol: day for symbol, day in first.items() if day is not None}
    begun = outcome.days[0]
    if not known or (begun - min(known.values())).days <= SOON:
        return []
    late = [symbol for symbol, day in known.items() if day >= begun]
    if not late:
        return []
    earliest = min(known.values())
    return [
        f"the test begins {begun}, with the prices of {', '.join(late)} (others: {earliest}); "
        f"or decide: --leave-out {late[0]}, --proxy {late[0]}=OTHER, --since {earliest}"
    ]


def _first(market: Prices, symbol: str) -> date | None:
    rows = np.flatnonzero(~np.isnan(market.close[:, market.column(symbol)]))
    day: date | None = market.days[rows[0]].item() if len(rows) else None
    return day


def write_outcome(outcome: Outcome, *, as_json: bool, out: TextIO) -> None:
    if as_json:
        json.dump(plain(as_row(outcome)), out, indent=1, allow_nan=False)
        out.write("\n")
    else:
        out.write("\n".join(_lines(outcome)) + "\n")


def as_row(outcome: Outcome) -> dict[str, Any]:
    """The JSON of ``bpo backtest --json``, with days as dates and NaN still in it."""
    trial = outcome.trial
    return {
        "id": outcome.id,
        "since": outcome.days[0],
        "until": outcome.days[-1],
        "observations": len(outcome.days) - 1,
        "rebalance": trial.pace.value,
        "band": trial.band if trial.pace == "bands" else None,
        "costs_bps": trial.rate * 1e4,
        "lag": trial.lag,
        "capital": trial.capital,
        "currency": outcome.currency,
        "benchmark": outcome.benchmark or None,
        "apart": _figure(outcome.apart),
        "runs": [_run(one) for one in outcome.runs],
        "days": list(outcome.days),
    }


def _run(ran: Ran) -> dict[str, Any]:
    whole = asdict(ran)
    whole["contender"] = {"kind": ran.contender.kind.value, "name": ran.contender.named}
    whole["figures"] = {key: _figure(one) for key, one in ran.figures.items()}
    whole["months"] = [
        {"year": year, "month": month, "earned": earned} for year, month, earned in ran.months
    ]
    whole["at_costs"] = [{"bps": rate * 1e4, "cagr": grown} for rate, grown in ran.at_costs]
    whole["notes"] = [{"about": about, "what": what} for about, what in ran.notes]
    return whole


def _figure(one: Figure | None) -> dict[str, Any] | None:
    return None if one is None else {"value": one.value, "low": one.low, "high": one.high}


def _lines(outcome: Outcome) -> list[str]:
    lines = [words.told(outcome), *report.doubts(outcome)]
    for ran in outcome.runs:
        lines += ["", f"{called(ran.contender)} ({ran.contender.named})", *_table(ran)]
    return [*lines, "", f"id {outcome.id}; ranges are 90%, from blocks of days drawn anew"]


def _table(ran: Ran) -> list[str]:
    rows = [f"  {key:<{WIDTH}} {one.value:>12.4f}{_range(one)}" for key, one in ran.figures.items()]
    missing = [f"  {key:<{WIDTH}} {'':>12}  {why}" for key, why in ran.undefined.items()]
    money = [
        f"  {key:<{WIDTH}} {value:>12,.2f}"
        for key, value in (("final", ran.final), ("costs", ran.costs), ("turnover", ran.turnover))
    ]
    return rows + missing + money


def _range(one: Figure) -> str:
    return "" if one.low is None else f"   {one.low:.4f} to {one.high:.4f}"
