"""Ways to ask for something: one file of templates each, by the name of the intent.

A line is a template: ``(show|list) me my (plans|)`` stands for every choice of its alternatives.
Files whose name is no intent are classes of their own that are never answered with one:
``none`` (nothing of ours) and ``data_rights`` (what may only be asked for in its own words).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from itertools import product

MOST = 60  # phrases of one intent: classes of like size keep the probabilities honest
WIDEST, WIDE = "none", 150  # what is not about us has more kinds than any intent
_CHOICE = re.compile(r"\(([^()]*)\)")


def expand(template: str) -> list[str]:
    """All sentences that ``template`` stands for, in order."""
    parts = _CHOICE.split(template)
    choices = [part.split("|") if n % 2 else [part] for n, part in enumerate(parts)]
    said = ("".join(chosen) for chosen in product(*choices))
    return list(dict.fromkeys(" ".join(one.split()) for one in said))


def spread(sentences: list[str], most: int) -> list[str]:
    """At most ``most`` of them, evenly spaced, so that every alternative keeps its share."""
    if len(sentences) <= most:
        return sentences
    # A stride without a common divisor with the alternatives would repeat none of them; the
    # fractional one comes close and needs no number theory.
    return [sentences[int((n + 0.5) * len(sentences) / most)] for n in range(most)]


@cache
def written() -> dict[str, tuple[str, ...]]:
    """What the phrase files hold, by the name of each."""
    folder = resources.files(__package__).joinpath("phrases")
    files = [one for one in folder.iterdir() if one.name.endswith(".txt")]
    return {
        (name := one.name.removesuffix(".txt")): _phrases(
            one.read_text("utf-8").splitlines(), WIDE if name == WIDEST else MOST
        )
        for one in sorted(files, key=lambda one: one.name)
    }


def _phrases(lines: Iterable[str], most: int) -> tuple[str, ...]:
    templates = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    each = max(1, most // max(1, len(templates)))
    found = [said for template in templates for said in spread(expand(template), each)]
    return tuple(dict.fromkeys(found))
