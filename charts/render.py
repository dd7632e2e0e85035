"""Figures as PNG or PDF bytes, with none of pyplot's global state."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from PIL import Image

COLOURS = 128  # a dozen of ours, and what lies between them at the edges of letters

# matplotlib shares fonts and caches between figures without locks of its own, and pictures are
# drawn in worker threads, off the event loop.
_one_at_a_time = threading.Lock()


def render(figure: Figure) -> bytes:
    """``figure`` as a PNG of its own size in pixels; equal figures give equal bytes.

    With a palette it takes a third of the bytes, and less time, than in full colour. The figure is
    empty afterwards: its artists refer to it in circles, and would wait for the garbage collector.
    """
    canvas: Any = FigureCanvasAgg(figure)  # its methods carry no types
    with _one_at_a_time:
        canvas.draw()
        drawn = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba())
        figure.clear()
    small = drawn.convert("RGB").quantize(
        COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    palette = small.getpalette() or []
    small.putpalette([255 if value >= 253 else value for value in palette])  # white became 254
    out = BytesIO()
    small.save(out, "PNG")
    return out.getvalue()


def bind(pages: Sequence[Figure], title: str) -> bytes:
    """``pages`` as a PDF whose words are words; equal pages give equal bytes (it has no date)."""
    out = BytesIO()
    told: dict[str, Any] = {"Title": title, "CreationDate": None}
    with _one_at_a_time, rc_context({"pdf.fonttype": 42}), PdfPages(out, metadata=told) as book:
        for page in pages:
            book.savefig(page)
            page.clear()
    return out.getvalue()
