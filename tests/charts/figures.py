"""What can be read off a figure, and whether it can be read."""

from __future__ import annotations

from itertools import combinations

from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.transforms import Bbox


def words(figure: Figure) -> list[str]:
    """All texts, from top to bottom, those of one line from left to right."""
    texts = [text for text in figure.axes[0].texts if text.get_text().strip()]
    texts.sort(key=lambda text: (text.get_position()[1], text.get_position()[0]))
    return [text.get_text() for text in texts]


def boxes(figure: Figure, kind: type[Artist]) -> list[Bbox]:
    """Where the artists of ``kind`` are, in pixels from the bottom left."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    axes = figure.axes[0]
    artists = [*axes.texts, *axes.lines, *axes.patches]
    return [
        artist.get_window_extent(renderer)
        for artist in artists
        if isinstance(artist, kind)
        and not (isinstance(artist, Text) and not artist.get_text().strip())
    ]


def check_legible(figure: Figure) -> None:
    """Nothing outside the page, no text over another text or over anything drawn."""
    page = figure.bbox
    texts, drawn = boxes(figure, Text), [*boxes(figure, Patch), *boxes(figure, Line2D)]
    for box in (*texts, *drawn):
        assert box.x0 >= 0, figure
        assert box.y0 >= 0
        assert box.x1 <= page.x1
        assert box.y1 <= page.y1
    pairs = [*combinations(texts, 2), *((text, other) for text in texts for other in drawn)]
    for one, other in pairs:
        overlap = Bbox.intersection(one, other)
        assert overlap is None or min(overlap.width, overlap.height) <= 1, (
            words(figure),
            one,
            other,
        )
