"""Days drawn in blocks, to see how figures could have been otherwise (Politis and Romano 1992)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from engine.arrays import Floats, Ints
from engine.inference.bootstrap import BLOCK, REPLICATIONS

COVERAGE = 0.90
Joined = TypeVar("Joined")
Later = Callable[[Joined, int], Joined]  # the same from so many days later on, round the end
_AT_ONCE = 16  # replications, so that they stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Draws:
    """Days to look at paths on: (R, B) starts of blocks of ``block`` days in a row."""

    starts: Ints
    block: int
    days: int

    def paths(self, returns: Floats) -> Iterator[Floats]:
        """``returns`` (2, days) on the drawn days, (2, r, B·block), some replications at a time."""
        for first in range(0, len(self.starts), _AT_ONCE):
            starts = self.starts[first : first + _AT_ONCE]
            rows = (starts[:, :, None] + np.arange(self.block)) % self.days
            yield returns[:, rows.reshape(len(starts), -1)]


def draw(
    days: int,
    rng: np.random.Generator,
    replications: int = REPLICATIONS,
    block: int | None = None,
) -> Draws:
    """Blocks that wrap round the end (Politis and Romano 1992): of 21 days unless told, shorter of
    few days."""
    if block is None:
        block = max(1, min(BLOCK, days // 10))
    starts = rng.integers(0, days, size=(replications, -(-days // block)))
    return Draws(starts, block, days)


def sum_blocks(values: Floats, block: int) -> Floats:
    """(..., D) sums over the ``block`` days from each day on, round the end."""
    return join_days(
        values,
        block,
        lambda one, then: one + then,
        lambda sums, days: np.roll(sums, -days, axis=-1),
    )


def join_days(
    days: Joined, length: int, join: Callable[[Joined, Joined], Joined], later: Later[Joined]
) -> Joined:
    """What ``length`` days in a row come to, for all first days at once, from what each day comes
    to: by doubling, so in about log2 of ``length`` steps, and without differences that round."""
    found, reached = None, 0
    size, doubled = 1, days
    while True:
        if length & size:
            found = doubled if found is None else join(found, later(doubled, reached))
            reached += size
        if reached == length:
            assert found is not None
            return found
        doubled = join(doubled, later(doubled, size))
        size *= 2


def middle(drawn: Floats) -> tuple[float, float]:
    """The 5 % and 95 % points of what was drawn."""
    tail = (1.0 - COVERAGE) / 2.0
    low, high = np.quantile(drawn, [tail, 1.0 - tail])
    return float(low), float(high)
