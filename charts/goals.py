"""Mental accounts: what each goal asks for, the chance to miss it, and what its money is in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from charts import candidates, legend, numbers, sheet, theme
from charts.legend import Sign
from charts.render import render
from charts.sheet import Sheet

MOST = 6  # rows
PARTS = 6  # of a portfolio that are named, if they fit
BAR = 34
OVERHANG = 9  # of the line of the limit, above and below the bar
GAP = 36
LINES = 2  # of a portfolio
BETWEEN = 36
LEAST = 0.2  # chance at the right end of the bars, at least
WITHIN, BEYOND = theme.GAIN, theme.LOSS
KEY = "Bar: chance to miss the goal. Upright line: the most you allow."


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal and the portfolio that is kept for it."""

    name: str
    amount: float  # wanted
    by: str  # "in 2029", "in 12 years"; may be empty
    missed: float  # chance to miss it, 0 to 1; NaN: cannot be said
    limit: float  # the most that is allowed
    share: float  # of all your money that is set aside for it; NaN: not known
    parts: Sequence[tuple[str, float]]  # name and share of this portfolio, cash included
    now: float = math.nan  # chance to miss it with the money as it is held today


def draw(rows: Sequence[GoalRow], *, currency: str, title: str, subtitle: str) -> bytes:
    """A PNG, 1,280 pixels wide, as high as it needs to be; see ``compose``."""
    return render(compose(rows, currency=currency, title=title, subtitle=subtitle))


def compose(rows: Sequence[GoalRow], *, currency: str, title: str, subtitle: str) -> Figure:
    """A bar of the chance to miss it with its limit per goal, in the given order, six at most.

    All bars have the same scale. Below each its portfolio, the largest parts first, on two lines
    at most. ISO 4217 ``currency``, of the amounts.
    """
    page = Sheet(title, subtitle)
    shown = rows[:MOST]
    if not shown:
        page.paragraph("No goal yet.", theme.BODY, colour=theme.MUTED, most=1)
        return page.finish()
    reach = _reach(shown)
    for row in shown:
        _heading(page, row, currency)
        _bar(page, row, reach)
        _chance(page, row)
        _portfolio(page, row)
        page.y += GAP
    _key(page, shown, reach)
    if len(rows) > MOST:
        more = f"and {len(rows) - MOST:,} more"
        page.paragraph(more, theme.SMALL, colour=theme.MUTED, most=1)
    return page.finish()


def _chance_of(value: float) -> float:
    return min(max(value, 0.0), 1.0) if math.isfinite(value) else math.nan


def _reach(rows: Sequence[GoalRow]) -> float:
    """The chance at the right end: a little more than the largest."""
    chances = [_chance_of(value) for row in rows for value in (row.missed, row.limit)]
    known = [chance for chance in chances if not math.isnan(chance)]
    return min(max(1.15 * max(known, default=0.0), LEAST), 1.0)


def _heading(page: Sheet, row: GoalRow, currency: str) -> None:
    """The name to the left, in two lines if need be, what is wanted to the right."""
    wanted = [numbers.money(row.amount, currency)] if not math.isnan(row.amount) else []
    most = (page.right - page.left) / 2
    words = sheet.shorten(" ".join([*wanted, row.by]).strip(), most, theme.BODY)
    room = page.right - page.left - BETWEEN - sheet.width(words, theme.BODY)
    lines = sheet.wrap(row.name, [room] * 2, theme.BODY, bold=True) or [""]
    page.text(page.right, page.y + theme.BODY * theme.LINE / 2, words, theme.BODY, side="right")
    for line in lines:
        page.y += theme.BODY * theme.LINE / 2
        page.text(page.left, page.y, line, theme.BODY, bold=True)
        page.y += theme.BODY * theme.LINE / 2
    page.y += OVERHANG + 5


def _is_beyond(row: GoalRow) -> bool:
    """As it is told: what rounds to the limit keeps it."""
    missed, limit = _chance_of(row.missed), _chance_of(row.limit)
    return missed > limit and numbers.percent(missed) != numbers.percent(limit)


def _bar(page: Sheet, row: GoalRow, reach: float) -> None:
    length, top = page.right - page.left, page.y
    missed, limit = _chance_of(row.missed), _chance_of(row.limit)
    page.y += BAR
    if math.isnan(missed):
        page.box(page.left, top, length, BAR, theme.HATCH, hatched=True)
    else:
        page.box(page.left, top, length, BAR, theme.TRACK)
        colour = BEYOND if _is_beyond(row) else WITHIN
        page.box(page.left, top, max(length * missed / reach, 2), BAR, colour)
    if not math.isnan(limit):
        x = page.left + length * limit / reach
        for colour, width in ((theme.PAPER, 11), (theme.INK, 5)):
            page.line((x, x), (top - OVERHANG, top + BAR + OVERHANG), colour, width)
    page.y += OVERHANG


def _chance(page: Sheet, row: GoalRow) -> None:
    """In words: the chance to the left, whether it is within the limit to the right."""
    missed, limit = _chance_of(row.missed), _chance_of(row.limit)
    words = "chance to miss cannot be said"
    if not math.isnan(missed):
        words = f"chance to miss {_told(missed)}"
    if not math.isnan(limit):
        words += f" · at most {numbers.percent(limit)}"
    if not math.isnan(now := _chance_of(row.now)):
        longer = f"{words} · now {_told(now)}"
        beside = "over the limit" if _is_beyond(row) else ""
        room = page.right - page.left - (BETWEEN if beside else 0)
        taken = sheet.width(longer, theme.SMALL) + sheet.width(beside, theme.SMALL, bold=True)
        words = longer if taken <= room else words
    verdict = "over the limit" if _is_beyond(row) else ""
    page.y += theme.SMALL * theme.LINE / 2
    page.text(page.right, page.y, verdict, theme.SMALL, bold=True, side="right")
    page.text(page.left, page.y, words, theme.SMALL)
    page.y += theme.SMALL * theme.LINE / 2


def _portfolio(page: Sheet, row: GoalRow) -> None:
    """How much of the money, and the parts that fit on two lines; the others in one sum."""
    known = [(name, share) for name, share in row.parts if math.isfinite(share)]
    parts = sorted((part for part in known if part[1] != 0), key=lambda part: -abs(part[1]))
    lead = [_lead(row.share, bool(parts))] if math.isfinite(row.share) else []
    room = page.right - page.left
    for number in range(min(PARTS, len(parts)), -1, -1):
        words = [
            f"{sheet.shorten(name, room / 3, theme.SMALL)} {numbers.percent(share)}"
            for name, share in parts[:number]
        ]
        if number < len(parts):
            words.append(f"{len(parts) - number:,} more")
        pieces = [*lead, *(f"{word}," for word in words[:-1]), *words[-1:]]
        lines = _filled(pieces, room)
        if len(lines) <= LINES:
            break
    for line in lines:
        page.y += theme.SMALL * theme.LINE / 2
        page.text(page.left, page.y, line, theme.SMALL, colour=theme.MUTED)
        page.y += theme.SMALL * theme.LINE / 2


def _told(chance: float) -> str:
    return "under 1%" if chance < 0.01 else numbers.percent(chance)


def _lead(share: float, parted: bool) -> str:
    """How much of all the money it is; none where there are only savings."""
    if share < 0.0005:
        return "your savings:" if parted else "no money set aside"
    whole = "all" if share >= 0.9995 else numbers.percent(share)
    return f"{whole} of your money" + (":" if parted else ", as held now")


def _filled(pieces: Sequence[str], room: float) -> list[str]:
    """Lines of whole pieces: no name is parted from its share."""
    lines: list[str] = []
    for piece in pieces:
        longer = f"{lines[-1]} {piece}" if lines else piece
        if lines and sheet.width(longer, theme.SMALL) <= room:
            lines[-1] = longer
        else:
            lines.append(sheet.shorten(piece, room, theme.SMALL))
    return lines


def _key(page: Sheet, rows: Sequence[GoalRow], reach: float) -> None:
    words = f"{KEY} The bars end at {numbers.percent(reach)}."
    colours = {
        BEYOND if _is_beyond(row) else WITHIN
        for row in rows
        if not math.isnan(_chance_of(row.missed))
    }
    labels = {WITHIN: "within the limit", BEYOND: "over the limit"}
    legend.draw(
        page,
        [
            Sign(label, candidates.square(page, colour))
            for colour, label in labels.items()
            if colour in colours
        ],
    )
    page.paragraph(words, theme.SMALL, colour=theme.MUTED, most=3)
