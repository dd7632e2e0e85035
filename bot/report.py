"""``bpo report``: the bias report for a file of trades, without a chat."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from conversations.actions.importing import LARGEST, NotText, decode
from conversations.wording import bias as words
from conversations.wording import importing
from engine.detection.finding import BiasFinding, Label
from engine.diagnosis import EVERY_TRADE, Profile, examine
from engine.price_file import PriceFile, read_prices
from engine.trade_file import Problem, read_trades

SEED = 20260101  # of the bootstrap: the same files give the same figures
MOST_PROBLEMS = 20


class Unusable(ValueError):
    """One line that says which file cannot be used, and why."""


def print_report(
    trades: Path, prices: Path, *, currency: str, as_json: bool, out: TextIO, err: TextIO
) -> None:
    """Print one report for each investor in ``trades``. Raises Unusable."""
    market = _prices(prices, err)
    rows: list[dict[str, Any]] = []
    for investor, profile in profiles(trades, market, err):
        if as_json:
            rows += [as_row(investor, finding) for finding in profile.findings]
        else:
            title = f"Investor {investor}" if investor else trades.name
            out.write(f"{title}\n{_text(profile, currency)}\n\n")
    if as_json:
        json.dump(rows, out, indent=1, allow_nan=False)
        out.write("\n")


def profiles(trades: Path, market: PriceFile, err: TextIO) -> Iterator[tuple[str, Profile]]:
    """The profile of each investor in a file; lines that cannot be read are listed on ``err``.

    Every trade counts (``EVERY_TRADE``): a file says nothing of plans, and this is the convention
    of the published figures (Odean 1998), so that they can be compared.
    """
    read = read_trades(_text_of(trades))
    _list_problems(trades, read.problems, err)
    if not any(read.by_investor.values()):
        raise Unusable(
            f"{trades}: no trades found. Expected the columns time, symbol, side, quantity, price."
        )
    assert market.prices.last_day is not None, "_prices refuses an empty file"
    for investor, group in read.by_investor.items():
        yield (
            investor,
            examine(
                group,
                market.prices,
                until=max(market.prices.last_day, max(trade.at.date() for trade in group)),
                rng=np.random.default_rng(SEED),
                convention=EVERY_TRADE,
                quotes=market.quotes,
            ),
        )


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
    name = f"  {words.name(finding.bias):<24}"
    if finding.label is Label.INSUFFICIENT or math.isnan(finding.theta):
        return f"{name}not enough data ({words.sample(finding)}, need {finding.n_min})"
    return (
        f"{name}theta {finding.theta:6.3f}  se {finding.se:.3f}  {words.sample(finding):>16}  "
        f"intensity {finding.intensity:5.1f}  {finding.label}"
    )


def _prices(path: Path, err: TextIO) -> PriceFile:
    read = read_prices(_text_of(path))
    _list_problems(path, read.problems, err)
    if read.prices.last_day is None:
        raise Unusable(f"{path}: no prices found. Expected the columns time, symbol, close.")
    return read


def _text_of(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as failed:
        raise Unusable(f"{path}: {failed.strerror or failed}") from None
    try:
        return decode(data, largest=100 * LARGEST)
    except NotText:
        raise Unusable(f"{path}: not a text file") from None


def _list_problems(path: Path, problems: tuple[Problem, ...], err: TextIO) -> None:
    for one in problems[:MOST_PROBLEMS]:
        reason = importing.REASONS.get(one.reason, one.reason.replace("_", " "))
        err.write(f"{path}: line {one.line}: {reason}: {one.text[:60]}\n")
    if len(problems) > MOST_PROBLEMS:
        err.write(f"{path}: and {len(problems) - MOST_PROBLEMS} more lines that can't be read\n")
