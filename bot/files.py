"""The files that commands are given: read, and what is wrong with them said."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from conversations.actions.files.importing import LARGEST, NotText, decode
from conversations.wording import importing
from engine.price_file import PriceFile, read_prices
from engine.trade_file import Problem, TradeFile, read_trades

MOST_PROBLEMS = 20  # listed


class Unusable(ValueError):
    """One line that says which file cannot be used, and why."""


def trades_of(path: Path, err: TextIO, *, zero_quantity: bool = False) -> TradeFile:
    """The trades of a file; lines that cannot be read are listed on ``err``. Raises Unusable."""
    read = read_trades(text_of(path), zero_quantity=zero_quantity)
    list_problems(path, read.problems, err)
    if not any(read.by_investor.values()):
        raise Unusable(
            f"{path}: no trades found. Expected the columns time, symbol, side, quantity, price."
        )
    return read


def prices_of(path: Path, err: TextIO) -> PriceFile:
    """The prices of a file, in the same way. Raises Unusable."""
    read = read_prices(text_of(path))
    list_problems(path, read.problems, err)
    if read.prices.last_day is None:
        raise Unusable(f"{path}: no prices found. Expected the columns time, symbol, close.")
    return read


def text_of(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as failed:
        raise Unusable(f"{path}: {failed.strerror or failed}") from None
    try:
        return decode(data, largest=100 * LARGEST)
    except NotText:
        raise Unusable(f"{path}: not a text file") from None


def list_problems(path: Path, problems: tuple[Problem, ...], err: TextIO) -> None:
    for one in problems[:MOST_PROBLEMS]:
        err.write(f"{path}: line {one.line}: {reason_of(one.reason)}: {one.text[:60]}\n")
    if len(problems) > MOST_PROBLEMS:
        err.write(f"{path}: and {len(problems) - MOST_PROBLEMS} more lines that can't be read\n")


def reason_of(key: str) -> str:
    return importing.REASONS.get(key, key.replace("_", " "))
