"""From the text of a file to entries for the books, and what is to be said of the other lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.broker_files.layout import Entry, Layout, LeftOut
from engine.broker_files.locale import Locale, Order, date_order, decimal_mark
from engine.broker_files.plain_columns import Mapped, mapped
from engine.broker_files.registry import Match, known, recognise
from engine.broker_files.sheet import Row, headers, lines_of, mend, records
from engine.broker_files.unknown import Unknown, describe, header_key
from engine.delimited import Problem, Unreadable

_NOTE_ABOVE = 3  # a row with one cell under a header of more columns is a note


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says.

    ``layout`` is None where nobody knows it; ``unknown`` is then what can be said of it.
    """

    layout: str | None
    title: str  # of the broker; "" for our own layout and those that people described
    menu: str
    entries: tuple[Entry, ...] = ()  # by time; those of one moment as they happened
    problems: tuple[Problem, ...] = ()  # lines that could not be read
    left_out: tuple[Problem, ...] = ()  # lines that are nothing for the books
    repeated: int = 0  # lines with the id and the content of another one
    unknown: Unknown | None = None
    order_asked: bool = False  # dates can be read in two ways, and nothing says which is meant


def read_file(
    text: str, *, day_first: bool | None = None, mappings: Mapping[str, Mapped] | None = None
) -> Reading:
    """Recognise ``text`` and read it.

    ``day_first``: how the person writes dates, for layouts that do not say; None: unknown.
    ``mappings``: what the person said of headers, by their key.
    """
    lines = lines_of(text)
    match = _remembered(lines, mappings or {}) or recognise(lines, list(known().values()))
    if match is None:
        return Reading(None, "", "", unknown=describe(lines))
    raw = list(_rows(lines, match))
    locale, asked = _locale(match, raw, day_first)
    layout = match.layout
    if asked:
        return Reading(layout.name, layout.title, layout.menu, order_asked=True)
    for row in raw:
        row.locale = locale
    return _read(layout, raw, nul="\0" in text)


def _remembered(lines: Sequence[str], mappings: Mapping[str, Mapped]) -> Match | None:
    if not mappings:
        return None
    for line, delimiter, names in headers(lines):
        told = mappings.get(header_key(names))
        layout = mapped(told) if told else None
        columns = layout.columns(names) if layout and layout.columns else None
        if layout is not None and columns is not None:
            return Match(layout, line, delimiter, columns)
    return None


def _rows(lines: Sequence[str], match: Match) -> Iterator[Row]:
    """The records under the header, or what the layout finds by itself."""
    locale = match.layout.locale
    if match.layout.open is not None:
        yield from match.layout.open(lines, match.line, match.delimiter, locale)
        return
    width = max(match.columns.values()) + 1
    for line, cells in records(lines, match.line + 1, match.delimiter):
        yield Row(line, match.columns, mend(cells, width) if len(cells) > width else cells, locale)


def _locale(match: Match, rows: Sequence[Row], day_first: bool | None) -> tuple[Locale, bool]:
    """How this file writes numbers and dates, and whether the order of dates must be asked."""
    layout, locale = match.layout, match.layout.locale
    if layout.ask_decimal:
        names = [name for name in layout.ask_decimal if not rows or name in rows[0].columns]
        cells = {row[name] for row in rows for name in names}
        mark, unclear = decimal_mark(cells)
        # Between commas nobody leaves "1.234" unquoted and means a thousand by it.
        unclear &= match.delimiter != "," or any("," in cell for cell in cells)
        if mark is not None:
            locale = replace(locale, decimal=mark)
        elif not unclear and locale.decimal is None:
            locale = replace(locale, decimal=".")
    if not layout.ask_order:
        return locale, False
    order, needed = date_order({row[layout.ask_order] for row in rows})
    if needed and day_first is not None:
        order, needed = Order.DAY_FIRST if day_first else Order.MONTH_FIRST, False
    return replace(locale, order=order), needed


def _read(layout: Layout, rows: Sequence[Row], *, nul: bool) -> Reading:
    """``nul``: there is such a byte somewhere."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    left_out: list[Problem] = []
    readable = _readable(rows, left_out)
    for group in layout.group(readable) if layout.group else ([row] for row in readable):
        try:
            if nul and "\0" in "".join(cell for row in group for cell in row.cells):
                raise Unreadable("nul_byte", group[0]["symbol"])
            entries += layout.read(group)
        except Unreadable as wrong:
            problems += [wrong.at(row.line) for row in group]
        except LeftOut as fact:
            left_out += [fact.at(row.line) for row in group]
    kept, repeated = _once(entries)
    return Reading(
        layout.name,
        layout.title,
        layout.menu,
        tuple(_in_order(kept)),
        tuple(sorted(problems, key=lambda one: one.line)),
        tuple(sorted(left_out, key=lambda one: one.line)),
        repeated,
    )


def _readable(rows: Sequence[Row], notes: list[Problem]) -> Iterator[Row]:
    """The rows but for notes under the table, which have a single cell; these go to ``notes``."""
    for row in rows:
        if len(row.columns) <= _NOTE_ABOVE or (any(row.cells[:1]) and any(row.cells[1:2])):
            yield row
            continue
        full = [cell for cell in row.cells if cell and not cell.isspace()]
        if len(full) > 1:
            yield row
        elif full:
            notes.append(LeftOut("text_only", full[0]).at(row.line))


def _once(entries: Sequence[Entry]) -> tuple[list[Entry], int]:
    """Without rows that say again what another with the same id of the broker has said."""
    seen: set[object] = set()
    kept = []
    for one in entries:
        if one.key:
            told = one.trade
            what = (one.key, told.at, told.kind, told.symbol, told.quantity, told.price, told.fee)
            if what in seen:
                continue
            seen.add(what)
        kept.append(one)
    return kept, len(entries) - len(kept)


def _in_order(entries: Sequence[Entry]) -> list[Entry]:
    """By time. Many files begin with the newest: those are turned round before, so that what
    happened in one moment, or on one day without a time, keeps the order in which it happened."""
    if len(entries) > 1 and entries[0].trade.at > entries[-1].trade.at:
        entries = _turned(entries)
    return sorted(entries, key=lambda one: one.trade.at)


def _turned(entries: Sequence[Entry]) -> list[Entry]:
    """The lines from last to first; the entries of one line stay as they are."""
    by_line: dict[int, list[Entry]] = {}
    for one in entries:
        by_line.setdefault(one.line, []).append(one)
    return [one for line in sorted(by_line, reverse=True) for one in by_line[line]]
