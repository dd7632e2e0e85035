"""Files that we hand out: trades in the columns that we import, and lists of bad lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date

from conversations.messages import Document
from engine.delimited import escape_formula
from engine.ledger import Trade

COLUMNS = (
    "time", "symbol", "side", "quantity", "price", "fee", "currency", "planned", "note",
)  # fmt: skip


def write_trades(
    trades: Iterable[Trade], currency_of: Callable[[str], str], today: date
) -> Document:
    """Every trade to the last digit: imported into an empty portfolio it gives the same trades.

    What a spreadsheet would run as a formula gets an apostrophe, which the import takes off
    again; numbers are plain digits, never quoted.
    """
    rows = (
        (
            one.at.astimezone(UTC).isoformat(),
            escape_formula(one.symbol),
            one.kind.value,
            f"{one.quantity:f}",
            f"{one.price:f}",
            f"{one.fee:f}",
            escape_formula(currency_of(one.symbol)),
            "yes" if one.planned else "",
            escape_formula(one.note),
        )
        for one in trades
    )
    return _sheet(f"trades-{today:%Y-%m-%d}.csv", COLUMNS, rows)


def write_lines(name: str, lines: Iterable[tuple[int, str, str]]) -> Document:
    """Lines of a file with what became of them and why."""
    rows = ((str(line), escape_formula(what), escape_formula(why)) for line, what, why in lines)
    return _sheet(name, ("line", "what", "why"), rows)


def _sheet(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Document:
    text = io.StringIO()
    sheet = csv.writer(text, lineterminator="\n")
    sheet.writerow(columns)
    sheet.writerows(rows)
    return Document(name, "text/csv", text.getvalue().encode())
