"""What can be read off a figure, and whether it can be read."""

from __future__ import annotations

from collections.abc import Collection
from io import BytesIO
from itertools import combinations

from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from charts import theme

WASHES = (theme.ABOVE, theme.BELOW, theme.BAND)


def words(figure: Figure) -> list[str]:
    """All texts, from top to bottom, those of one line from left to right."""
    texts = [text for text in figure.axes[0].texts if text.get_text().strip()]
    texts.sort(key=lambda text: (text.get_position()[1], text.get_position()[0]))
    return [text.get_text() for text in texts]


def boxes(figure: Figure, kind: type[Artist]) -> list[Bbox]:
    """Where the artists of ``kind`` are, in pixels from the bottom left."""
    axes = figure.axes[0]
    artists = [*axes.texts, *axes.lines, *axes.patches]
    return boxes_of(
        figure,
        *(
            artist
            for artist in artists
            if isinstance(artist, kind)
            and not (isinstance(artist, Text) and not artist.get_text().strip())
        ),
    )


def boxes_of(figure: Figure, *artists: Artist) -> list[Bbox]:
    renderer = FigureCanvasAgg(figure).get_renderer()
    return [artist.get_window_extent(renderer) for artist in artists]


def patches(figure: Figure, colour: str) -> list[Patch]:
    """The boxes and shapes filled with ``colour``, in the order in which they were drawn."""
    return [one for one in figure.axes[0].patches if to_hex(one.get_facecolor()) == colour]


def lines(figure: Figure, colour: str) -> list[Line2D]:
    """The lines, without dots, of ``colour``, in the order in which they were drawn."""
    drawn = figure.axes[0].lines
    return [one for one in drawn if one.get_color() == colour and one.get_linestyle() != "None"]


def check_picture(png: bytes, *, highest: int) -> None:
    """It has the size and weight of a picture in a chat."""
    assert len(png) <= 300_000
    with Image.open(BytesIO(png)) as picture:
        assert picture.format == "PNG"
        assert picture.width == 1280
        assert 200 <= picture.height <= highest


def check_legible(figure: Figure, grounds: Collection[str] = WASHES) -> None:
    """Nothing outside the page, no text over another text or over anything drawn but ``grounds``.

    What is drawn counts where it is, and not as the rectangle around it.
    """
    page = figure.bbox
    texts, drawn = boxes(figure, Text), [*boxes(figure, Patch), *boxes(figure, Line2D)]
    for box in (*texts, *drawn):
        assert box.x0 >= 0, figure
        assert box.y0 >= 0
        assert box.x1 <= page.x1
        assert box.y1 <= page.y1
    for one, other in combinations(texts, 2):
        overlap = Bbox.intersection(one, other)
        assert overlap is None or min(overlap.width, overlap.height) <= 1, (
            words(figure),
            one,
            other,
        )
    axes = figure.axes[0]
    inner = [Bbox.from_extents(box.x0 + 1, box.y0 + 1, box.x1 - 1, box.y1 - 1) for box in texts]
    inner = [box for box in inner if box.width > 0 and box.height > 0]
    for artist in (*axes.lines, *axes.patches):
        if isinstance(artist, Patch) and to_hex(artist.get_facecolor()) in grounds:
            continue
        (extent,) = boxes_of(figure, artist)
        path = artist.get_path().transformed(artist.get_transform())
        dot = isinstance(artist, Line2D) and artist.get_marker() == "o"
        for box in inner:
            if not extent.overlaps(box):
                continue
            assert not dot, (words(figure), box)
            assert not path.intersects_bbox(box, filled=isinstance(artist, Patch)), (
                words(figure),
                box,
                artist,
            )
