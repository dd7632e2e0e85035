"""Texts that give a pattern the most to do: the beginning of a match, then one part over and over.

They are made from the pattern itself, so that a new pattern meets its own worst texts without
anybody having to think of them. Where a repetition stands in a pattern, what leads up to it is
written in its shortest and in its longest form, and what it repeats is written thousands of times;
the end fits nothing, so that every other way to read the text is tried as well.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from re import _constants as ops
from re import _parser as parser
from typing import Any

OFTEN = 4  # a part that may stand this often can be pumped up
ENDS = ("\x01z", "z")  # no mark and no word, and no mark: neither kind of ending fits
_TRIED = " -'a1.,&/\n"  # what a class of characters is represented by, where it has them
_SHOWN = 3  # of those
_REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)
_KINDS = {
    ops.CATEGORY_WORD: r"\w",
    ops.CATEGORY_NOT_WORD: r"\W",
    ops.CATEGORY_DIGIT: r"\d",
    ops.CATEGORY_NOT_DIGIT: r"\D",
    ops.CATEGORY_SPACE: r"\s",
    ops.CATEGORY_NOT_SPACE: r"\S",
}
Node = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Recipe:
    """``start``, then ``part`` again and again, then ``end``."""

    start: str
    part: str
    end: str = ""

    def text(self, length: int) -> str:
        """About ``length`` characters."""
        times = max(1, (length - len(self.start) - len(self.end)) // len(self.part))
        return self.start + self.part * times + self.end


def whole(pattern: re.Pattern[str]) -> Iterable[Recipe]:
    """For a pattern that has to match all of a text."""
    return dict.fromkeys(
        Recipe(start, part, end) for start, part in _pumped(_parsed(pattern)) for end in ENDS
    )


def anywhere(pattern: re.Pattern[str]) -> Iterable[Recipe]:
    """For a pattern that is looked for: it may also begin again at every part."""
    tree = _parsed(pattern)
    pumped = dict.fromkeys(_pumped(tree))
    found = [Recipe(start, part, ENDS[0]) for start, part in pumped]
    found += [Recipe("", start + part) for start, part in pumped]
    for word in dict.fromkeys(_words(tree)):
        found += [Recipe("", word), Recipe("", f"{word} ")]
    return dict.fromkeys(one for one in found if one.part)


def seconds(work: Callable[[], object], enough: float = 0.0, tries: int = 1) -> float:
    """CPU time of this thread, the least of several tries, or of those up to one within ``enough``.

    Noise only ever adds to what something takes, so the least is the truest.
    """
    least = float("inf")
    for _ in range(tries):
        begin = time.thread_time()
        work()
        least = min(least, time.thread_time() - begin)
        if least <= enough:
            break
    return least


def _parsed(pattern: re.Pattern[str]) -> list[Node]:
    return list(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE))


def _pumped(tree: Sequence[Node]) -> Iterator[tuple[str, str]]:
    """What leads up to each repetition, and what it repeats."""
    for longest in (False, True):
        yield from _walk(tree, "", longest)


def _walk(nodes: Sequence[Node], start: str, longest: bool) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if node[0] in _REPEATS and node[1][1] >= OFTEN:
            yield from ((start, part) for part in _parts(node[1][2]) if part)
        for branch in _branches(node):
            yield from _walk(branch, start, longest)
        start += _written(node, longest)


def _parts(body: Sequence[Node]) -> list[str]:
    if len(body) == 1 and body[0][0] in (ops.IN, ops.ANY):
        known = _members(body[0])[:_SHOWN]
        return [*known, "".join(known)]
    return ["".join(_written(one, longest) for one in body) for longest in (False, True)]


def _branches(node: Node) -> list[Sequence[Node]]:
    kind, held = node
    if kind is ops.BRANCH:
        return list(held[1])
    if kind is ops.SUBPATTERN:
        return [held[3]]
    if kind is ops.ATOMIC_GROUP:
        return [held]
    if kind in (ops.ASSERT, ops.ASSERT_NOT):
        return [held[1]]
    if kind is ops.GROUPREF_EXISTS:
        return [one for one in held[1:] if one is not None]
    return [held[2]] if kind in _REPEATS else []


def _written(node: Node, longest: bool) -> str:
    """The shortest text that ``node`` matches, or a long one."""
    kind, held = node
    if kind is ops.LITERAL:
        return chr(held)
    if kind in (ops.IN, ops.ANY, ops.NOT_LITERAL):
        return _members(node)[0]
    if kind in (ops.ASSERT, ops.ASSERT_NOT):
        return ""
    choices = ["".join(_written(one, longest) for one in part) for part in _branches(node)]
    if not choices:
        return ""
    if kind in _REPEATS:
        return choices[0] * max(held[0], min(held[1], 1) if longest else 0)
    return max(choices, key=len) if longest else min(choices, key=len)


def _members(node: Node) -> list[str]:
    """Some characters that a class of characters has."""
    kind, held = node
    if kind is ops.ANY:
        return list("a 1")
    if kind is ops.NOT_LITERAL:
        return [one for one in _TRIED if ord(one) != held]
    listed = [one for one in held if one[0] is not ops.NEGATE]
    turned = len(listed) < len(held)
    within = re.compile(f"[{'^' if turned else ''}{''.join(map(_in_class, listed))}]")
    named = [
        chr(one[1] if one[0] is ops.LITERAL else one[1][0])
        for one in listed
        if one[0] is not ops.CATEGORY
    ]
    return [*filter(within.match, _TRIED), *([] if turned else named)] or ["\x02"]


def _in_class(item: Node) -> str:
    kind, held = item
    if kind is ops.CATEGORY:
        return _KINDS[held]
    if kind is ops.RANGE:
        return f"{re.escape(chr(held[0]))}-{re.escape(chr(held[1]))}"
    return re.escape(chr(held))


def _words(nodes: Sequence[Node]) -> Iterator[str]:
    """Every alternative, written out."""
    for node in nodes:
        for branch in _branches(node):
            if node[0] is ops.BRANCH and (word := "".join(_written(one, False) for one in branch)):
                yield word
            yield from _words(branch)
