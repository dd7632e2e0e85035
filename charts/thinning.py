"""Fewer points of a line, and the same picture."""

from __future__ import annotations

import numpy as np

from engine.arrays import Floats

STRIP = 1.0  # pixels: more points than four in such a strip cannot be seen


def thin(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Of points from left to right, in pixels: the first, lowest, highest and last of each strip.

    Jugel et al. (2014), M4: a line through these colours the same pixels. ``y`` is finite.
    """
    if len(x) < 2:
        return x, y
    strips = np.floor(x / STRIP)
    begins = np.flatnonzero(np.diff(strips, prepend=strips[0] - 1.0))
    ends = np.append(begins[1:], len(x)) - 1
    rank = np.lexsort((y, strips))  # in each strip from its lowest to its highest
    kept = np.unique(np.concatenate((begins, ends, rank[begins], rank[ends])))
    return x[kept], y[kept]
