"""The pieces of a sentence that the classifier counts, and what each of them weighs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.float32]

SHORTEST, LONGEST = 2, 4  # letters of a piece of a word, the blanks around it among them


def words(text: str) -> list[str]:
    """The words of ``text``, and the pairs of neighbours."""
    single = text.split()
    return [*single, *(f"{one} {after}" for one, after in pairwise(single))]


def letters(text: str) -> list[str]:
    """Runs of 2 to 4 letters within words; blanks mark where a word begins and ends."""
    return [
        padded[start : start + long]
        for padded in (f" {word} " for word in text.split())
        for long in range(SHORTEST, min(LONGEST, len(padded)) + 1)
        for start in range(len(padded) - long + 1)
    ]


class Pieces:
    """One kind of pieces: which are known, and how rare each is.

    Weighs a sentence as scikit-learn's TfidfVectorizer does (inverse document frequency, length
    one), without the second that loading that library takes.
    """

    def __init__(
        self,
        cut: Callable[[str], list[str]],
        known: Sequence[str],
        rarity: Weights,
        *,
        damped: bool,
    ) -> None:
        """``known``: (pieces,), with the ``rarity`` of each; ``damped``: a piece that is there
        n times counts 1 + log n."""
        self.known, self.rarity = known, rarity
        self._cut, self._damped = cut, damped
        self._places = {piece: place for place, piece in enumerate(known)}

    def weigh(self, text: str) -> tuple[NDArray[np.intp], Weights]:
        """The places of the known pieces of ``text``, in order, and their weights."""
        counts = Counter(self._places[one] for one in self._cut(text) if one in self._places)
        places = np.array(sorted(counts), dtype=np.intp)
        weights = np.array([counts[place] for place in sorted(counts)], dtype=np.float32)
        if self._damped:
            weights = np.log(weights) + np.float32(1)
        weights *= self.rarity[places]
        length = np.sqrt(np.sum(weights.astype(np.float64) ** 2))
        return places, weights if not length else (weights / length).astype(np.float32)
