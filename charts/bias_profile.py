"""The habits that were looked for: how strong each is, how sure we are, what it costs a year."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from charts import numbers, sheet, theme
from charts.render import render
from charts.sheet import Sheet
from engine.detection.finding import BiasFinding, Label

COLOURS = {
    Label.NONE: theme.NOTHING,
    Label.POSSIBLE: theme.POSSIBLE,
    Label.LIKELY: theme.LIKELY,
    Label.STRONG: theme.STRONG,
}
ORDER = (Label.STRONG, Label.LIKELY, Label.POSSIBLE, Label.NONE, Label.INSUFFICIENT)

BAR = 34  # height
OVERHANG = 9  # of the line at 50, above and below the bar
GAP = 30  # between rows
KEY = "Number: strength, 0 to 100. Black line: 90% interval."
BETWEEN = 36  # least distance of two texts on a line


def draw(
    findings: Sequence[BiasFinding],
    *,
    title: str,
    subtitle: str,
    names: Mapping[str, str],
    currency: str,
) -> bytes:
    """A PNG, 1,280 pixels wide, as high as it needs to be; see ``compose``."""
    return render(compose(findings, title=title, subtitle=subtitle, names=names, currency=currency))


def compose(
    findings: Sequence[BiasFinding],
    *,
    title: str,
    subtitle: str,
    names: Mapping[str, str],
    currency: str,
) -> Figure:
    """A bar of intensity (0-100) per finding with its 90 % interval, the surest first.

    ``names``: what a person calls each bias; one that is missing goes by its own name.
    ``currency``: ISO 4217, of the costs. A finding without enough data gets no number at all.
    """
    page = Sheet(title, subtitle)
    if not findings:
        page.paragraph("Nothing was looked for yet.", theme.BODY, colour=theme.MUTED, most=1)
        return page.finish()
    for finding in sorted(findings, key=_rank):
        name = names.get(finding.bias, finding.bias)
        _heading(page, finding, name, _verdict(finding, currency))
        _bar(page, finding)
        page.y += GAP
    _scale(page)
    return page.finish()


def _rank(finding: BiasFinding) -> tuple[int, float]:
    strength = finding.intensity if math.isfinite(finding.intensity) else -1.0
    return ORDER.index(finding.label), -strength


def _verdict(finding: BiasFinding, currency: str) -> str:
    if finding.label is Label.INSUFFICIENT:
        return f"not enough data ({finding.n:,} of {finding.n_min:,})"
    if not math.isfinite(finding.intensity):
        return "cannot be measured"
    if finding.opposite:
        return "the opposite"
    if finding.label is Label.NONE:
        return "not seen"
    strength = f"{finding.label.value} ({finding.intensity:.0f})"
    if finding.cost is None or math.isnan(finding.cost):
        return strength
    if finding.cost < 0:
        return f"{strength} · gained {numbers.money(-finding.cost, currency)}/yr"
    return f"{strength} · cost {numbers.money(finding.cost, currency)}/yr"


def _heading(page: Sheet, finding: BiasFinding, name: str, verdict: str) -> None:
    """The name to the left, in two lines if need be, what we say about it to the right."""
    seen = finding.label in COLOURS and finding.label is not Label.NONE and not finding.opposite
    bold = seen and math.isfinite(finding.intensity)
    whole = page.right - page.left
    beside = whole - BETWEEN - sheet.width(verdict, theme.SMALL, bold=bold)
    lines = sheet.wrap(name, [whole, beside], theme.BODY, bold=True) or [""]
    if len(lines) == 1 and sheet.width(name, theme.BODY, bold=True) > beside:
        lines.append("")
    for line in lines:
        page.y += theme.BODY * theme.LINE / 2
        page.text(page.left, page.y, line, theme.BODY, bold=True)
        page.y += theme.BODY * theme.LINE / 2
    page.text(
        page.right,
        page.y - theme.BODY * theme.LINE / 2,
        verdict,
        theme.SMALL,
        bold=bold,
        colour=theme.INK if bold else theme.MUTED,
        side="right",
    )
    page.y += OVERHANG + 5


def _bar(page: Sheet, finding: BiasFinding) -> None:
    length = float(page.right - page.left)
    top, middle = page.y, page.y + BAR / 2
    page.y += BAR
    if finding.label is Label.INSUFFICIENT or not math.isfinite(finding.intensity):
        page.box(page.left, top, length, BAR, theme.HATCH, hatched=True)
        return
    page.box(page.left, top, length, BAR, theme.TRACK)
    if not finding.opposite:
        length = _at(page, finding.intensity) - page.left
        page.box(page.left, top, length, BAR, COLOURS[finding.label])
    half = _at(page, 50)
    for colour, width in ((theme.PAPER, 8), (theme.MUTED, 4)):
        page.line((half, half), (top - OVERHANG, top + BAR + OVERHANG), colour, width)
    low, high = finding.ci90
    if finding.opposite:
        page.shape(
            [(page.left, middle), *((page.left + BAR, y) for y in (top, top + BAR))], theme.OPPOSITE
        )
    elif math.isfinite(low) and math.isfinite(high):
        _whisker(page, _at(page, low), _at(page, high), middle)


def _whisker(page: Sheet, low: float, high: float, y: float) -> None:
    for colour, width in ((theme.PAPER, 10), (theme.INK, 4)):  # a halo keeps it off a dark bar
        extra = (width - 4) / 2
        page.line((low - extra, high + extra), (y, y), colour, width)
        for end in (low, high):
            page.line((end, end), (y - 11 - extra, y + 11 + extra), colour, width)


def _at(page: Sheet, intensity: float) -> float:
    return page.left + (page.right - page.left) * min(max(intensity, 0.0), 100.0) / 100


def _scale(page: Sheet) -> None:
    page.y += theme.SMALL / 2
    page.text(page.left, page.y, "0", theme.SMALL, colour=theme.MUTED)
    page.text(
        _at(page, 50),
        page.y,
        "50 = average investor in the studies",
        theme.SMALL,
        colour=theme.MUTED,
        side="center",
    )
    page.text(page.right, page.y, "100", theme.SMALL, colour=theme.MUTED, side="right")
    page.y += theme.SMALL * theme.LINE
    page.text(page.left, page.y, KEY, theme.SMALL, colour=theme.MUTED)
    page.y += theme.SMALL / 2
