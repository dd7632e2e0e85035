"""Text in which what is understood has been painted over, so that it is not read twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Control characters, which ``plain_text`` leaves in no text.
SYMBOL, DAY, NOTE, TAKEN = "\x01", "\x02", "\x03", "\x04"


class Rest:
    """What of a text is not understood yet. Every character keeps its place."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def paint(self, start: int, end: int, mask: str = TAKEN) -> None:
        """Take out the characters from ``start`` to ``end``."""
        self.text = self.text[:start] + mask * (end - start) + self.text[end:]

    def take(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Every match of ``pattern``, the text of each taken out."""
        for match in list(pattern.finditer(self.text)):
            self.paint(match.start(), match.end())
            yield match

    def take_first(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first match of ``pattern``, taken out, or nothing."""
        match = pattern.search(self.text)
        if match is not None:
            self.paint(match.start(), match.end())
        return match
