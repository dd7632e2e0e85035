"""Everything of a person in one file that other programs can read."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from conversations.actions.backtesting import sheets
from conversations.messages import Document
from conversations.turn import Turn
from conversations.wording import belongings as words

LASTS = timedelta(hours=24)
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Counted:
    """How much there is."""

    trades: int
    notes: int
    reports: int


def count(rows: Rows) -> Counted:
    reports = {one["review"] for one in rows.get("bias_scores", ())}
    return Counted(
        len(rows.get("trades", ())),
        len(rows.get("journal_notes", ())),
        len(reports) + len(rows.get("backtests", ())),
    )


async def pack(turn: Turn, rows: Rows) -> Document:
    """One zip: trades as CSV that we read back, all rows as JSON, and what is what."""
    files: dict[str, bytes] = {}
    universe = await turn.universe()
    for portfolio in await turn.work.portfolios.of(turn.person.id):
        home = portfolio.currency

        def currency_of(symbol: str, home: str = home) -> str:
            found = universe.get(symbol) if symbol else None
            return found.currency if found else home

        told = await turn.work.trades.of(portfolio.id)
        sheet = sheets.write_trades(told, currency_of, turn.now.date())
        files[_free(f"trades/{_file_name(portfolio.name)}", files)] = sheet.data
    for table, kept in sorted(rows.items()):
        files[f"data/{table}.json"] = json.dumps(kept, indent=1, ensure_ascii=False).encode()
    files["README.txt"] = words.readme(sorted(files), turn.now).encode()
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(name, content)
    return Document(
        f"bpo-export-{turn.now:%Y-%m-%d}.zip",
        "application/zip",
        data.getvalue(),
        turn.now + LASTS,
    )


def _free(name: str, taken: Mapping[str, bytes]) -> str:
    """A name that is not taken: those of two portfolios may differ in signs alone."""
    names = (f"{name}.csv", *(f"{name}-{n}.csv" for n in range(2, len(taken) + 3)))
    return next(one for one in names if one not in taken)


def _file_name(name: str) -> str:
    plain = "".join(one if one.isascii() and one.isalnum() else "-" for one in name)
    return plain.strip("-").lower() or "portfolio"
