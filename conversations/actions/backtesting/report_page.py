"""A report as one HTML page that asks nothing of anybody: styles and pictures are in it."""

from __future__ import annotations

import base64
import struct
from collections.abc import Sequence
from html import escape
from itertools import groupby

from charts.blocks import Block, Heading, Months, Paragraph, Picture, Points, Report, Table
from charts.shades import KEY, NAMES, points, shade
from conversations.actions.backtesting.report_style import STYLE

NOTHING_ELSE = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'"


def render(report: Report) -> bytes:
    """UTF-8. Everything that was typed by anybody is escaped."""
    body = "\n".join(
        _pictures(list(blocks)) if pictures else "\n".join(_block(one) for one in blocks)
        for pictures, blocks in groupby(report.blocks, lambda one: isinstance(one, Picture))
    )
    title = escape(report.title)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="{NOTHING_ELSE}">
<title>{title}</title>
<style>
{STYLE}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p>{escape(report.subtitle)}</p>
</header>
<main>
{body}
</main>
<footer>
<p>{escape(report.foot)}</p>
</footer>
</body>
</html>
""".encode()


def _block(one: Block) -> str:
    match one:
        case Heading():
            level = "h3" if one.within else "h2"
            return f"<{level}>{escape(one.words)}</{level}>"
        case Paragraph():
            return f"<p{' class=lead' if one.lead else ''}>{escape(one.words)}</p>"
        case Points():
            items = "".join(f"<li>{escape(item)}</li>" for item in one.items)
            return f"<ul>{items}</ul>"
        case Table():
            return _table(one)
        case Months():
            return _months(one)
        case Picture():
            return _pictures([one])


def _pictures(pictures: Sequence[Block]) -> str:
    shown = "".join(_picture(one) for one in pictures if isinstance(one, Picture))
    return f'<div class="pictures">{shown}</div>'


def _picture(one: Picture) -> str:
    width, height = struct.unpack(">II", one.png[16:24])
    data = base64.b64encode(one.png).decode()
    return (
        f'<img width="{width}" height="{height}" alt="{escape(one.words)}" '
        f'src="data:image/png;base64,{data}">'
    )


def _table(one: Table) -> str:
    caption = f"<caption>{escape(one.caption)}</caption>" if one.caption else ""
    head = ""
    if any(one.head):
        cells = "".join(
            f'<th scope="col">{escape(words)}</th>' if words else "<td></td>" for words in one.head
        )
        head = f"<thead><tr>{cells}</tr></thead>"
    rows = "".join(
        f'<tr><th scope="row">{_cell(first)}</th>'
        + "".join(f"<td>{_cell(words)}</td>" for words in rest)
        + "</tr>"
        for first, *rest in one.rows
    )
    kind = "prose" if one.prose else "numbers"
    table = f'<table class="{kind}">{caption}{head}<tbody>{rows}</tbody></table>'
    return f'<div class="wide">{table}</div>'


def _cell(words: str) -> str:
    """What follows a line break is small."""
    first, _, rest = words.partition("\n")
    return escape(first) + (f"<small>{escape(rest)}</small>" if rest else "")


def _months(one: Months) -> str:
    """A row for each year, each month in the colour of what it earned."""
    known = {(year, month): value for year, month, value in one.months}
    head = "".join(f'<th scope="col">{name}</th>' for name in NAMES)
    rows = []
    for year in sorted({year for year, _ in known}):
        cells = "".join(_month(known.get((year, month + 1))) for month in range(len(NAMES)))
        rows.append(f'<tr><th scope="row">{year}</th>{cells}</tr>')
    return (
        f'<div class="wide"><table class="months"><caption>{escape(one.caption)}</caption>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        f'<p class="quiet">{KEY}</p>'
    )


def _month(value: float | None) -> str:
    if value is None:
        return "<td></td>"
    strength = shade(value)
    colour = f' class="{"e" if strength > 0 else "l"}{abs(strength)}"' if strength else ""
    return f"<td{colour}>{points(value)}</td>"
