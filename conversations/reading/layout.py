"""How a message is laid out: bullets, numbered trades and pasted tables, as plain lines."""

from __future__ import annotations

import re

_BULLET = re.compile(r"(?m)^\s{0,3}(?:[-*]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+(?=[A-Za-z+])")
_NUMBERED = re.compile(r"(?:^|(?<=\s))\(?(\d{1,2}|[a-f])[.)]\s+(?=[A-Za-z+])")
_FIRST = {"1": 1, "a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}
_SIGN = re.compile(r"(?m)^(\s{0,3}\+)\s(?=\d)")
# 17/11/2026,BUY,AAPL,10,185.20: a line of a file, with no space after its commas.
_ROW = re.compile(r"(?m)^[^\n,;]{1,40}(?:,(?! )[^\n,;]{0,40}){3,20}$")


def lay_out(text: str) -> str:
    """``text`` with one trade on each line where it is a list, and without the list's marks."""
    marks = list(_NUMBERED.finditer(text))
    numbers = [_FIRST.get(mark[1]) or int(mark[1]) for mark in marks if mark[1] not in "0"]
    if len(marks) > 1 and marks[0].start() == 0 and numbers == list(range(1, len(marks) + 1)):
        text = _NUMBERED.sub("\n", text).strip()
    text = _SIGN.sub(r"\1", _BULLET.sub("", text))
    return _ROW.sub(_cells, text)


def _cells(row: re.Match[str]) -> str:
    """The cells of a pasted row; nothing of the row that only names the columns."""
    return row[0].replace(",", " ") if any(map(str.isdigit, row[0])) else ""
