"""What is held against what is proposed: weights, and how much of the risk each asset brings."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from charts import candidates, legend, numbers, sheet, theme
from charts.legend import Sign
from charts.render import render
from charts.sheet import Sheet

MOST = 6  # assets with bars of their own, and cash
LEAST = 3  # of many: others only where their weight changes as it is told
BAR = 34
PITCH = 44  # from one bar of a pair to the other
GAP = 24
BETWEEN = 56  # the two columns
ASIDE = 12  # from a bar to its number
LARGEST = 100.0  # 10,000 %: what is beyond is drawn as long as that
NOW, PROPOSED = candidates.NOW, candidates.PROPOSED[0]
KEY = "Share of risk: how much of the ups and downs of the whole comes from each."


@dataclass(frozen=True, slots=True)
class Change:
    """One asset. Shares of the whole, .24 for 24 %, negative when short; NaN: not known."""

    name: str
    now: float
    proposed: float
    risk_now: float = (
        math.nan
    )  # its share of the variance of the whole; negative where it lowers it
    risk_proposed: float = math.nan


def draw(
    changes: Sequence[Change], *, title: str, subtitle: str, cash: Change | None = None
) -> bytes:
    """A PNG, 1,280 pixels wide, as high as it needs to be; see ``compose``."""
    return render(compose(changes, title=title, subtitle=subtitle, cash=cash))


def compose(
    changes: Sequence[Change], *, title: str, subtitle: str, cash: Change | None = None
) -> Figure:
    """A pair of bars per asset, now and proposed: left of its weight, right of its share of risk.

    The biggest moves come first, six at most (or all seven); the others are added up in "Rest",
    but ``cash`` always has its own pair if there is any. Both columns have the same scale. Where no
    share of risk is known there is only one column.
    """
    page = Sheet(title, subtitle)
    rows = _rows(changes, cash)
    if not rows:
        page.paragraph("Nothing to change.", theme.BODY, colour=theme.MUTED, most=1)
        return page.finish()
    legend.draw(
        page,
        [
            Sign("now", candidates.square(page, NOW)),
            Sign("proposed", candidates.square(page, PROPOSED)),
        ],
    )
    page.y += 14
    columns = _columns(page, rows)
    _headings(page, columns)
    for row in rows:
        _name(page, row.name)
        for column in columns:
            column.draw(page, row)
        page.y += PITCH + BAR + GAP
    if len(columns) > 1:
        page.paragraph(KEY, theme.SMALL, colour=theme.MUTED, most=2)
    return page.finish()


def _rows(changes: Sequence[Change], cash: Change | None) -> list[Change]:
    """Those with bars of their own, the biggest moves first, and the rest."""
    ranked = sorted(changes, key=_rank)
    most = len(ranked)
    if most > MOST + 1:  # a rest of one is no shorter
        most = max(sum(_words(one.now) != _words(one.proposed) for one in ranked[:MOST]), LEAST)
    shown, rest = ranked[:most], ranked[most:]
    if cash is not None and (cash.now != 0 or cash.proposed != 0):
        shown = sorted([*shown, cash], key=_rank)
    return [*shown, _together(rest)] if rest else shown


def _rank(change: Change) -> tuple[float, float]:
    """Moves that are not known come first: in the rest they would make all of it unknown."""
    move = abs(change.proposed - change.now)
    size = max(abs(change.proposed), abs(change.now))
    return (-move if math.isfinite(move) else -math.inf, -size if math.isfinite(size) else 0.0)


def _together(rest: Sequence[Change]) -> Change:
    return Change(
        f"Rest ({len(rest):,})",
        _sum([one.now for one in rest]),
        _sum([one.proposed for one in rest]),
        _sum([one.risk_now for one in rest]),
        _sum([one.risk_proposed for one in rest]),
    )


def _sum(values: Sequence[float]) -> float:
    """Not known where one of them is not."""
    return sum(min(max(value, -1e9), 1e9) for value in values) if _known(*values) else math.nan


def _known(*values: float) -> bool:
    return all(math.isfinite(value) for value in values)


def _words(share: float) -> str:
    return numbers.percent(share) if _known(share) else "not known"


@dataclass(frozen=True, slots=True)
class _Column:
    heading: str
    left: float
    right: float
    zero: float
    scale: float  # pixels for a share of one
    pair: Callable[[Change], tuple[float, float]]

    def draw(self, page: Sheet, row: Change) -> None:
        """Both bars from ``page.y`` down, each with its number behind it."""
        for number, (value, colour) in enumerate(zip(self.pair(row), (NOW, PROPOSED), strict=True)):
            top = page.y + number * PITCH
            end = self.zero
            if _known(value):
                end += self.scale * min(max(value, -LARGEST), LARGEST)
                left, right = sorted((self.zero, end))
                page.box(left, top, right - left, BAR, colour)
            page.text(
                max(end, self.zero) + ASIDE,
                top + BAR / 2,
                _words(value),
                theme.SMALL,
                colour=theme.INK if _known(value) else theme.MUTED,
            )
        ends = (page.y - 4, page.y + PITCH + BAR + 4)
        page.line((self.zero, self.zero), ends, theme.MUTED, 3)


def _columns(page: Sheet, rows: Sequence[Change]) -> list[_Column]:
    pairs: list[tuple[str, Callable[[Change], tuple[float, float]]]] = [
        ("Weight", lambda one: (one.now, one.proposed))
    ]
    if any(math.isfinite(risk) for one in rows for risk in (one.risk_now, one.risk_proposed)):
        pairs.append(("Share of risk", lambda one: (one.risk_now, one.risk_proposed)))
    values = [value for one in rows for _, pair in pairs for value in pair(one)]
    known = [min(max(value, -LARGEST), LARGEST) for value in values if _known(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    room = max(sheet.width(_words(value), theme.SMALL) for value in values) + ASIDE
    width = (page.right - page.left - (len(pairs) - 1) * BETWEEN) / len(pairs)
    scale = (width - room) / (high - low) if high > low else 0.0
    return [
        _Column(heading, left, left + width, left - scale * low, scale, pair)
        for left, (heading, pair) in zip(
            (page.left, page.left + width + BETWEEN), pairs, strict=False
        )
    ]


def _headings(page: Sheet, columns: Sequence[_Column]) -> None:
    page.y += theme.SMALL * theme.LINE / 2
    for column in columns:
        words = sheet.shorten(column.heading, column.right - column.left, theme.SMALL, bold=True)
        page.text(column.left, page.y, words, theme.SMALL, bold=True, colour=theme.MUTED)
    page.y += theme.SMALL * theme.LINE / 2 + 10


def _name(page: Sheet, name: str) -> None:
    room = page.right - page.left
    for line in sheet.wrap(name, [room] * 2, theme.BODY, bold=True) or [""]:
        page.y += theme.BODY * theme.LINE / 2
        page.text(page.left, page.y, line, theme.BODY, bold=True)
        page.y += theme.BODY * theme.LINE / 2
    page.y += 10
