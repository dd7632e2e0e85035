"""``bpo report``: the bias report for a file of trades, without a chat."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import inf
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from bot.files import (
    MOST_PROBLEMS,
    Unusable,
    list_problems,
    prices_of,
    reason_of,
    text_of,
    trades_of,
)
from conversations.wording import bias as words
from conversations.wording.figures import count
from engine.context_file import CountryFile, ScoreFile, read_countries, read_country, read_scores
from engine.delimited import Unreadable
from engine.detection.finding import BiasFinding, Label
from engine.diagnosis import EVERY_TRADE, Profile, examine
from engine.ledger import Trade
from engine.price_file import PriceFile
from engine.record.context import Context, Panel

SEED = 20260101  # of the bootstrap: the same files give the same figures


@dataclass(frozen=True, slots=True)
class Question:
    """What a report is made of: files of trades and prices, and whatever else is known."""

    trades: Path
    prices: Path
    news: Path | None = None
    sentiment: Path | None = None
    crowd: Path | None = None
    countries: Path | None = None
    home: str | None = None
    benchmark: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row of the file, or a trade of it, that no statistic uses."""

    investor: str
    dropped: str  # why: the key of a sentence
    line: int | None  # of the file, where it could not be read
    trade_id: str | None
    text: str


def print_report(
    question: Question,
    *,
    currency: str,
    as_json: bool,
    with_dropped: bool,
    out: TextIO,
    err: TextIO,
) -> None:
    """Print one report for each investor in the trades, and what was left out of them.

    In JSON the latter are rows of their own, at the end, where ``with_dropped``. Raises Unusable.
    """
    market = prices_of(question.prices, err)
    context = _context(question, market, err)
    read = trades_of(question.trades, err)
    rows: list[dict[str, Any]] = []
    left_out = [LeftOut("", one.reason, one.line, None, one.text) for one in read.problems]
    for investor, group in read.by_investor.items():
        profile = _profile(group, market, context)
        left_out += _dropped(investor, group, profile)
        if as_json:
            rows += [as_row(investor, finding) for finding in profile.findings]
        else:
            title = f"Investor {investor}" if investor else question.trades.name
            out.write(f"{title}\n{_text(profile, currency)}\n\n")
    if as_json:
        rows += [asdict(one) for one in left_out] if with_dropped else []
        json.dump(rows, out, indent=1, allow_nan=False)
        out.write("\n")
    else:
        out.writelines(f"{line}\n" for line in say_left_out(left_out))


def _profile(trades: Sequence[Trade], market: PriceFile, context: Context) -> Profile:
    """Every trade counts (``EVERY_TRADE``): a file says nothing of plans, and this is the
    convention of the published figures (Odean 1998), so that they can be compared."""
    assert market.prices.last_day is not None, "prices_of refuses an empty file"
    return examine(
        trades,
        market.prices,
        until=max(market.prices.last_day, max(trade.at.date() for trade in trades)),
        rng=np.random.default_rng(SEED),
        convention=EVERY_TRADE,
        quotes=market.quotes,
        context=context,
    )


def _dropped(investor: str, trades: Sequence[Trade], profile: Profile) -> list[LeftOut]:
    told = {
        str(one.id): f"{one.at.date()} {one.kind} {one.quantity:f} {one.symbol}" for one in trades
    }
    return [
        LeftOut(investor, one.reason, None, one.trade_id, told[one.trade_id])
        for one in profile.dropped
    ]


def say_left_out(left_out: Sequence[LeftOut]) -> list[str]:
    """``Left out: 8 rows, the quantity is 0: lines 3, 9, …``, one line for each reason."""
    said = []
    for reason in dict.fromkeys(one.dropped for one in left_out):
        alike = [one for one in left_out if one.dropped == reason]
        places = [str(one.line) if one.line else one.text for one in alike[:MOST_PROBLEMS]]
        more = f" and {len(alike) - MOST_PROBLEMS} more" if len(alike) > MOST_PROBLEMS else ""
        where = ("line " if len(alike) == 1 else "lines ") if alike[0].line else ""
        rows = count(len(alike), "row" if where else "trade")
        said.append(f"Left out: {rows}, {reason_of(reason)}: {where}{', '.join(places)}{more}")
    return said


def as_row(investor: str, finding: BiasFinding) -> dict[str, Any]:
    """A finding as the JSON of ``bpo report --json`` has it; what is not a number is null."""
    names = (
        "bias theta se n intensity ci90 p_present label detected opposite cost cost_ci evidence "
        "unit n_min horizon cost_share calibration measures caveats"
    )
    whole = asdict(finding)
    row: dict[str, Any] = plain(
        {"investor": investor} | {name: whole[name] for name in names.split()}
    )
    return row


def plain(value: Any) -> Any:
    """``value`` in what JSON knows: NaN and infinities become null, days ISO dates."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {key: plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
        case None | bool() | int() | str():
            return value
        case _:
            return value.isoformat()


def _text(profile: Profile, currency: str) -> str:
    report = words.report(profile.findings, profile.trades, currency, demo=False, notes=())
    rows = [_row(finding) for finding in profile.findings]
    return "\n".join([report, *rows])


def _row(finding: BiasFinding) -> str:
    name, sample = f"  {words.name(finding.bias):<30}", words.sample(finding)
    if finding.label is Label.INSUFFICIENT or math.isnan(finding.theta):
        # With enough of them something else is missing, as the volumes or the news may be.
        need = f", need {finding.n_min}" if finding.n < finding.n_min else ""
        return f"{name}not enough data ({sample}{need})"
    strength = "" if math.isnan(finding.intensity) else f"intensity {finding.intensity:5.1f}"
    if finding.label is Label.MEASURED:
        return f"{name}value {finding.theta:7.3f} {'':10} {sample:>17}  {strength:15}  measured"
    return (
        f"{name}theta {finding.theta:7.3f}  se {finding.se:6.3f} {sample:>17}  {strength:15}  "
        f"{finding.label}"
    )


def _context(question: Question, market: PriceFile, err: TextIO) -> Context:
    benchmark = None if question.benchmark is None else question.benchmark.strip().upper()
    if benchmark is not None and benchmark not in market.prices:
        raise Unusable(f"--benchmark {benchmark}: {question.prices} has no prices of it")
    if (question.home is None) != (question.countries is None):
        raise Unusable("--home and --countries belong together: where you live, and the shares")
    return Context(
        news=_panel(question.news, -inf, inf, 0.0, err),
        sentiment=_panel(question.sentiment, -1.0, 1.0, math.nan, err),
        crowd=_panel(question.crowd, 0.0, 1.0, math.nan, err),
        countries={} if question.countries is None else _countries(question.countries, err),
        home=None if question.home is None else _home(question.home),
        benchmark=benchmark,
    )


def _panel(
    path: Path | None, lowest: float, highest: float, otherwise: float, err: TextIO
) -> Panel | None:
    if path is None:
        return None
    read: ScoreFile = read_scores(
        text_of(path), lowest=lowest, highest=highest, otherwise=otherwise
    )
    list_problems(path, read.problems, err)
    if read.panel is None:
        raise Unusable(f"{path}: no scores found. Expected the columns time, symbol, score.")
    return read.panel


def _countries(path: Path, err: TextIO) -> dict[str, str]:
    read: CountryFile = read_countries(text_of(path))
    list_problems(path, read.problems, err)
    if not read.countries:
        raise Unusable(f"{path}: no countries found. Expected the columns symbol, country.")
    return read.countries


def _home(code: str) -> str:
    try:
        return read_country(code)
    except Unreadable:
        raise Unusable(f"--home {code}: expected two letters, as in US or DE") from None
