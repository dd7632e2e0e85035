"""Reading a file of trades into a portfolio: what is new, what is known, what cannot be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from conversations.actions import trading
from conversations.actions.twins import looks
from engine.ledger import Trade, book
from engine.trade_file import Problem, read_trades
from storage.records import PortfolioRecord
from storage.unit_of_work import UnitOfWork

LARGEST = 5_000_000  # bytes; the doors take no more either
MOST_LINES = 50_000


class NotText(ValueError):
    """The file is not text in any encoding we read."""


class TooBig(ValueError):
    """The file is larger than we read."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What importing a file would do."""

    new: tuple[Trade, ...]
    known: int
    problems: tuple[Problem, ...]
    investors: tuple[str, ...]
    first_line: str


def decode(data: bytes, *, largest: int = LARGEST) -> str:
    """The text of a file: UTF-8, UTF-16 with a mark, else Windows-1252. Raises NotText, TooBig."""
    if len(data) > largest:
        raise TooBig
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif b"\x00" in data[:4096]:
        raise NotText
    else:
        encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text


def preview(data: bytes, recorded: Sequence[Trade], portfolio: PortfolioRecord) -> Preview:
    """What is in the file, less what is recorded already; true twins within it are kept.

    Raises NotText, TooBig, and NotEnoughShares or ImpossibleTrade where the books would not hold.
    """
    text = decode(data)
    if text.count("\n") > MOST_LINES:
        raise TooBig
    read = read_trades(text)
    trades = [trade for group in read.by_investor.values() for trade in group]
    # First what is the same to the second, then what was told in chat, which has only a day.
    others = _unknown(recorded, trades, _exactly)
    new = _unknown(_unknown(trades, recorded, _exactly), others, looks)
    if len(read.by_investor) == 1:
        book([*recorded, *new], trading.rules_of(portfolio))
    return Preview(
        new=tuple(new),
        known=len(trades) - len(new),
        problems=tuple(read.problems),
        investors=tuple(read.by_investor),
        first_line=text.lstrip().partition("\n")[0],
    )


def _unknown(
    told: Sequence[Trade], recorded: Sequence[Trade], like: Callable[[Trade], object]
) -> list[Trade]:
    """Those of ``told`` that are not ``like`` one of ``recorded``, each of which counts once."""
    left = Counter(like(trade) for trade in recorded)
    new = []
    for trade in told:
        if left[like(trade)] > 0:
            left[like(trade)] -= 1
        else:
            new.append(trade)
    return new


def _exactly(trade: Trade) -> object:
    return (trade.at, *looks(trade))


async def record(
    work: UnitOfWork, portfolio: PortfolioRecord, new: Sequence[Trade], now: datetime
) -> UUID:
    """Add ``new`` as one batch that can be undone as one. The portfolio is locked."""
    batch = uuid4()
    own = [replace(trade, id=uuid4()) for trade in new]
    await work.trades.add_many(portfolio.id, own, source="file", batch=batch, now=now)
    await trading.settle(work, portfolio, trading.rules_of(portfolio))
    return batch
