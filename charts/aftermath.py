"""The trades behind a finding: where each stood then, and where it stood some time later."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from matplotlib.figure import Figure

from charts import legend, numbers, sheet, theme
from charts.legend import Sign
from charts.render import render
from charts.sheet import Sheet
from engine.detection.finding import BiasFinding, Evidence

MOST = 10  # rows
ROW = 112
BETWEEN = 36
DOT = 28
SYMBOL = 320  # pixels at most
FIELD = 240  # pixels at least
FARTHEST = 6  # times the median distance from zero, and 100 %: beyond both there is an arrow
AFTER = "after"  # the fact that says what came of it: a return, 0.11 is 11 %


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the evidence of a bias is drawn: from where each trade stood to where it led."""

    begin: str | None  # the fact that says where it stood; None: nowhere, the row begins at zero
    sign: int  # -1 where that fact is a loss, told without its sign
    begin_label: str
    higher: str
    lower: str  # of these three, {horizon} is the number of trading days
    unit: str = "%"  # " pts" where "after" is a difference of two returns


OTHER = Comparison(None, 1, "", "higher", "or lower, {horizon} trading days later")


@dataclass(frozen=True, slots=True)
class _Row:
    symbol: str
    day: str
    begin: float
    end: float
    rose: bool
    words: tuple[str, ...]  # the facts as the text beside the picture gives them, in one or two
    weight: float  # how much was at stake

    @property
    def colour(self) -> str:
        return theme.GAIN if self.rose else theme.LOSS


def draw(
    finding: BiasFinding,
    *,
    title: str,
    subtitle: str | None = None,
    comparison: Comparison = OTHER,
) -> bytes:
    """A PNG, 1,280 pixels wide, as high as it needs to be; see ``compose``."""
    return render(compose(finding, title=title, subtitle=subtitle, comparison=comparison))


def compose(
    finding: BiasFinding,
    *,
    title: str,
    subtitle: str | None = None,
    comparison: Comparison = OTHER,
) -> Figure:
    """A dumbbell per trade of the evidence, best end first; of more than 10, those with most money
    at stake. ``comparison`` says which facts are drawn, and in which words.

    The right end is where the holding stood some time later: its return at the trade, and the fact
    "after" on top of it (10 % up and then 10 % down is 1 % below the start). Trades of which a
    return is not known cannot be drawn; how many they are is said. Without a ``subtitle`` it says
    how many trades there are.
    """
    evidence = finding.evidence
    rows = [row for one in evidence if (row := _row(one, comparison)) is not None]
    shown = sorted(rows, key=lambda row: -row.weight)[:MOST]
    shown.sort(key=lambda row: -row.end)
    page = Sheet(title, numbers.count(len(evidence), "trades") if subtitle is None else subtitle)
    if shown:
        _legend(page, comparison, finding.horizon)
        _rows(page, shown, hollow=comparison.begin is not None)
    notes = _notes(len(rows) - len(shown), len(evidence) - len(rows), bool(shown))
    if notes:
        page.y += 8
        page.paragraph(notes, theme.SMALL, colour=theme.MUTED, most=2)
    return page.finish()


def _row(one: Evidence, comparison: Comparison) -> _Row | None:
    begin, after = 0.0, one.facts.get(AFTER, math.nan)
    if comparison.begin is not None:
        begin = comparison.sign * one.facts.get(comparison.begin, math.nan)
    if not (math.isfinite(begin) and math.isfinite(after)):
        return None
    moved = numbers.percent(after, signed=True).replace("%", comparison.unit)
    words: tuple[str, ...] = (moved,)
    if comparison.begin is not None:
        words = (f"{numbers.percent(begin, signed=True)},", f"then {moved}")
    end = (1 + begin) * (1 + after) - 1
    if not math.isfinite(end):
        return None
    weight = 0.0 if one.kappa is None or math.isnan(one.kappa) else abs(one.kappa)
    day = f"{one.day.day} {one.day:%b %Y}"
    return _Row(one.symbol.replace(">", " → "), day, begin, end, after >= 0, words, weight)


def _notes(more: int, unknown: int, any_shown: bool) -> str:
    notes = []
    if more:
        notes.append(f"and {more:,} more")
    if unknown:
        trades = numbers.count(unknown, "trades")
        notes.append(f"{trades} too recent or without a price")
    if not any_shown and not unknown:
        notes.append("No trades to show yet.")
    return " · ".join(notes)


def _legend(page: Sheet, comparison: Comparison, horizon: int) -> None:
    signs = (
        (theme.MUTED, True, comparison.begin_label),
        (theme.GAIN, False, comparison.higher),
        (theme.LOSS, False, comparison.lower.format(horizon=horizon)),
    )
    shown = [
        Sign(label, _dot(page, colour, hollow=hollow)) for colour, hollow, label in signs if label
    ]
    legend.draw(page, shown)
    page.y += 20


def _dot(page: Sheet, colour: str, *, hollow: bool) -> Callable[[float, float], None]:
    return lambda x, y: page.dot(x, y, DOT - 4, colour, hollow=hollow)


def _rows(page: Sheet, rows: Sequence[_Row], *, hollow: bool) -> None:
    days = max(sheet.width(row.day, theme.SMALL) for row in rows)
    whole = page.right - page.left - 2 * BETWEEN - DOT - FIELD
    said = [[" ".join(row.words)] for row in rows]
    if _widest(said) > whole - days:
        said = [list(row.words) for row in rows]
    words = _widest(said)
    room = max(whole - words, days)
    symbols = [sheet.shorten(row.symbol, min(room, SYMBOL), theme.BODY, bold=True) for row in rows]
    names = max(days, *(sheet.width(text, theme.BODY, bold=True) for text in symbols))
    left = page.left + names + BETWEEN + DOT / 2
    right = page.right - words - BETWEEN - DOT / 2
    low, high = _range(rows)

    def at(value: float) -> float:
        return left + (right - left) * (min(max(value, low), high) - low) / (high - low)

    page.line((at(0), at(0)), (page.y, page.y + ROW * len(rows)), theme.RULE, 3)
    for row, symbol, lines in zip(rows, symbols, said, strict=True):
        y = page.y + ROW / 2
        page.text(page.left, y - theme.BODY * 0.56, symbol, theme.BODY, bold=True)
        page.text(page.left, y + theme.SMALL * 0.62, row.day, theme.SMALL, colour=theme.MUTED)
        page.line((at(row.begin), at(row.end)), (y, y), row.colour, 10)
        if hollow and low <= row.begin <= high:
            page.dot(at(row.begin), y, DOT - 4, theme.MUTED, hollow=True)
        if low <= row.end <= high:
            page.dot(at(row.end), y, DOT, row.colour)
        else:
            _beyond(page, at(row.end), y, row)
        for number, line in enumerate(lines):
            height = y + theme.SMALL * 1.2 * (number - (len(lines) - 1) / 2)
            page.text(page.right, height, line, theme.SMALL, bold=True, side="right")
        page.y += ROW
    page.y += theme.SMALL / 2 + 4
    page.text(at(0), page.y, "0%", theme.SMALL, colour=theme.MUTED, side="center")
    page.y += theme.SMALL / 2


def _widest(said: Sequence[Sequence[str]]) -> float:
    return max(sheet.width(line, theme.SMALL, bold=True) for lines in said for line in lines)


def _beyond(page: Sheet, x: float, y: float, row: _Row) -> None:
    """An arrow in place of the dot: it goes on outside the picture."""
    tip = DOT / 2 if row.rose else -DOT / 2
    page.shape([(x + tip, y), (x - tip, y - DOT / 2), (x - tip, y + DOT / 2)], row.colour)


def _range(rows: Sequence[_Row]) -> tuple[float, float]:
    """From the lowest to the highest, zero among them; a few far away do not squeeze the rest."""
    most = max(FARTHEST * median(abs(row.end) for row in rows), 1.0)
    values = [0.0, *(value for row in rows for value in (row.begin, row.end))]
    return max(min(values), -most), min(max(*values, 0.02), most)
