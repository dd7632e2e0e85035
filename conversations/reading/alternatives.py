"""Long alternatives of a pattern, written in lines so that they can be read."""

from __future__ import annotations

import re


def any_of(lines: str) -> str:
    """A group that matches any line of ``lines``; a line may hold several alternatives."""
    return "(?:" + "|".join(line.strip() for line in lines.splitlines() if line.strip()) + ")"


def compiled(pattern: str) -> re.Pattern[str]:
    """``pattern`` for text in which capitals do not matter."""
    return re.compile(f"(?i){pattern}")
