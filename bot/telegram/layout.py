"""Words as Telegram shows them: whole messages of limited length, tables, a first line in bold.

Words are sent as they are, with ``entities`` beside them that say what is bold or a table: nothing
that anybody has written can ever become markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from telegram import MessageEntity
from telegram.constants import MessageEntityType

COLUMNS = re.compile(r" {2,}(?=\S)")  # as on the page: two such gaps mean aligned columns
LONGEST_LEAD = 120  # characters of a first line that is an answer, not a paragraph


def units(text: str) -> int:
    """The length of ``text`` as Telegram counts it: UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def aligned(line: str) -> bool:
    return len(COLUMNS.findall(line)) >= 2


def entities(text: str, *, lead: bool) -> list[MessageEntity]:
    """Tables as such, and with ``lead`` the first of several lines in bold."""
    found, at = [], 0
    for number, (table, lines) in enumerate(_runs(text)):
        length = units(lines)
        if table:
            found.append(MessageEntity(MessageEntityType.PRE, at, length))
        elif number == 0 and lead and "\n" in text:
            first = lines.partition("\n")[0]
            if 0 < len(first) <= LONGEST_LEAD and first.strip():
                found.append(MessageEntity(MessageEntityType.BOLD, at, units(first)))
        at += length + 1
    return found


def split(text: str, limit: int) -> list[str]:
    """``text`` in pieces of at most ``limit`` units, cut where it hurts least.

    Between tables and paragraphs; where one of them is too long by itself between its lines, then
    between words, and only a word without an end is cut.
    """
    pieces, current = [], ""
    for block in _blocks(text):
        if current and units(current) + 1 + units(block) <= limit:
            current = f"{current}\n{block}"
            continue
        if current:
            pieces.append(current)
        *whole, current = _fitting(block, limit)
        pieces += whole
    pieces.append(current)
    return [piece for piece in (one.strip("\n").rstrip() for one in pieces) if piece]


def _runs(text: str) -> Iterator[tuple[bool, str]]:
    for table, lines in groupby(text.split("\n"), aligned):
        yield table, "\n".join(lines)


def _blocks(text: str) -> Iterator[str]:
    """Tables and paragraphs; joined by newlines they are the text."""
    for table, lines in _runs(text):
        if table:
            yield lines
        else:
            yield from re.split(r"(?<=\n)\n", lines)


def _fitting(block: str, limit: int) -> list[str]:
    """``block`` in pieces that fit, cut between its lines, its words or its letters."""
    pieces, current = [], ""
    for line in block.split("\n"):
        for part in _cut(line, limit):
            if current and units(current) + 1 + units(part) <= limit:
                current = f"{current}\n{part}"
            else:
                pieces += [current] if current else []
                current = part
    return [*pieces, current]


def _cut(line: str, limit: int) -> Iterator[str]:
    while units(line) > limit:
        end = limit
        while units(line[:end]) > limit:
            end -= max((units(line[:end]) - limit) // 2, 1)
        space = line.rfind(" ", end // 2, end + 1)
        at = space if space > 0 else end
        yield line[:at]
        line = line[at:].lstrip(" ")
    yield line
