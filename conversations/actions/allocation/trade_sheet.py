"""The trades of a proposal as a CSV file, in the columns that we import ourselves."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from conversations.messages import Document
from engine.amounts import ZERO
from engine.delimited import FORMULA
from engine.optimization.recommendation import Recommendation

COLUMNS = ("time", "symbol", "side", "quantity", "price", "fee")


def write_sheet(told: Recommendation) -> Document:
    """A line for each trade, at its close and with the estimated fee.

    The time is a second after the proposal: imported as it is, the trades count as made after it.
    A symbol that a spreadsheet would take for a formula gets an apostrophe, which the import drops.
    """
    after = (told.at + timedelta(seconds=1)).isoformat(timespec="seconds")
    text = io.StringIO()
    sheet = csv.writer(text, lineterminator="\n")
    sheet.writerow(COLUMNS)
    for move in told.moves:
        order = move.order
        side = "buy" if order.shares > ZERO else "sell"
        amounts = (f"{one:f}" for one in (abs(order.shares), order.price, order.fee))
        sheet.writerow((after, _plain(order.symbol), side, *amounts))
    return Document(f"trades-{told.at:%Y-%m-%d}.csv", "text/csv", text.getvalue().encode())


def _plain(words: str) -> str:
    return f"'{words}" if words[:1] in FORMULA else words
