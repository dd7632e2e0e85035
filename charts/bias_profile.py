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
    Label.MEASURED: theme.MEASURED,
}
ORDER = (Label.STRONG, Label.LIKELY, Label.POSSIBLE, Label.MEASURED, Label.NONE)

MOST = 8  # bars
BAR = 34  # height
OVERHANG = 9  # of the line at 50, above and below the bar
GAP = 30  # between rows
KEY = (
    "Bar: strength, drawn cautiously where data are few. "
    "Black line: 90% range without that caution."
)
MEASURED = "Brown: a state that is measured, not a habit."
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
    """A bar of intensity (0-100) with its 90 % interval for what was found, the surest first.

    Habits that were detected come first, then likely and possible ones, states that are measured,
    and last the opposite of a habit; eight at most, the others in words. What was not seen, and
    what could not be judged, is listed below; but a finding that is alone has its bar. ``names``:
    what a person calls each bias; one that is missing goes by its own name. ``currency``: ISO 4217,
    of the costs.
    """
    page = Sheet(title, subtitle)
    if not findings:
        page.paragraph("Nothing was looked for yet.", theme.BODY, colour=theme.MUTED, most=1)
        return page.finish()
    alone = len(findings) == 1
    found = sorted((one for one in findings if _is_found(one, alone=alone)), key=_rank)
    for finding in found[:MOST]:
        name = names.get(finding.bias, finding.bias)
        _heading(page, finding, name, _verdict(finding, currency))
        _bar(page, finding)
        page.y += GAP
    if found:
        _scale(page, any(one.label is Label.MEASURED for one in found[:MOST]))
    _rest(page, findings, found[MOST:], names, currency)
    return page.finish()


def _is_found(finding: BiasFinding, *, alone: bool) -> bool:
    if finding.label is Label.INSUFFICIENT or not math.isfinite(finding.intensity):
        return False
    return alone or finding.opposite or finding.label is not Label.NONE


def _rank(finding: BiasFinding) -> tuple[bool, bool, bool, int, float]:
    measured = finding.label is Label.MEASURED
    label = ORDER.index(finding.label)
    return finding.opposite, measured, not finding.detected, label, -finding.intensity


def _rest(
    page: Sheet,
    findings: Sequence[BiasFinding],
    more: Sequence[BiasFinding],
    names: Mapping[str, str],
    currency: str,
) -> None:
    """What has no bar, in words: a line or two for each reason."""

    def name(finding: BiasFinding) -> str:
        return _inline(names.get(finding.bias, finding.bias))

    judged = [one for one in findings if one.label is not Label.INSUFFICIENT]
    alone = len(findings) == 1
    lists = {
        "Also:": [
            f"the opposite of {name(one)}"
            if one.opposite
            else f"{name(one)} {_verdict(one, currency)}"
            for one in more
        ],
        "No clear sign:": [
            name(one)
            for one in judged
            if math.isfinite(one.intensity) and not _is_found(one, alone=alone)
        ],
        # A state without a scale is neither a bar nor a failure: it is told, not drawn.
        "Cannot be measured:": [
            name(one)
            for one in judged
            if not math.isfinite(one.intensity) and one.label is not Label.MEASURED
        ],
        "Not enough data:": [
            f"{name(one)}{_shortfall(one)}" for one in findings if one.label is Label.INSUFFICIENT
        ],
    }
    for lead, items in lists.items():
        if items:
            page.y += 14
            page.listing(lead, items)


def _inline(name: str) -> str:
    """``name`` within a sentence: "averaging down", but "FOMO buying"."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _shortfall(finding: BiasFinding) -> str:
    """Nothing where something else than the number is missing."""
    if finding.n >= finding.n_min:
        return ""
    return f" ({finding.n:,} of {finding.n_min:,})"


def _verdict(finding: BiasFinding, currency: str) -> str:
    if finding.opposite:
        return "the opposite"
    if finding.label is Label.NONE:
        return f"no clear sign ({finding.intensity:.0f})"
    strength = f"{finding.label.value} ({finding.intensity:.0f})"
    if finding.cost is None or math.isnan(finding.cost):
        return strength
    if finding.cost < 0:
        return f"{strength} · gained {numbers.money(-finding.cost, currency)}/yr"
    return f"{strength} · cost {numbers.money(finding.cost, currency)}/yr"


def _heading(page: Sheet, finding: BiasFinding, name: str, verdict: str) -> None:
    """The name to the left, in two lines if need be, what we say about it to the right."""
    whole = page.right - page.left
    beside = whole - BETWEEN - sheet.width(verdict, theme.SMALL)
    lines = sheet.wrap(name, [whole, beside], theme.BODY, bold=True) or [""]
    if len(lines) == 1 and sheet.width(name, theme.BODY, bold=True) > beside:
        lines.append("")
    for line in lines:
        page.y += theme.BODY * theme.LINE / 2
        page.text(page.left, page.y, line, theme.BODY, bold=True)
        page.y += theme.BODY * theme.LINE / 2
    page.text(page.right, page.y - theme.BODY * theme.LINE / 2, verdict, theme.SMALL, side="right")
    page.y += OVERHANG + 5


def _bar(page: Sheet, finding: BiasFinding) -> None:
    length = float(page.right - page.left)
    top, middle = page.y, page.y + BAR / 2
    page.y += BAR
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


def _scale(page: Sheet, measured: bool) -> None:
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
    page.y += theme.SMALL * theme.LINE / 2
    key = f"{KEY} {MEASURED}" if measured else KEY
    page.paragraph(key, theme.SMALL, colour=theme.MUTED, most=4)
