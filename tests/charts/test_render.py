"""Rendering leaves nothing behind: no pyplot, no memory, no trouble between threads."""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

from PIL import Image

from charts import theme
from charts.render import render
from charts.sheet import Sheet


def picture(number: int) -> bytes:
    page = Sheet(f"Picture {number}", "of many")
    page.box(100, page.y, 1000, 600, theme.GAIN)
    page.y += 600
    return render(page.finish())


def test_colours_come_out_as_they_are() -> None:
    with Image.open(BytesIO(picture(1))) as png:
        assert png.convert("RGB").getpixel((2, 2)) == (255, 255, 255)
        blue = png.convert("RGB").getpixel((600, 400))
    wanted = tuple(int(theme.GAIN[k : k + 2], 16) for k in (1, 3, 5))
    assert max(abs(one - other) for one, other in zip(blue, wanted, strict=True)) <= 2


def test_memory_stays_flat() -> None:
    """Sixty pictures of 4 MB each while drawn; were they kept, it would be 240 MB."""
    for number in range(8):
        picture(number)
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(60):
        picture(number)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown / (1 if sys.platform == "darwin" else 1 / 1024) < 40 * 2**20  # bytes on macOS


def test_pyplot_is_never_loaded() -> None:
    code = (
        "import sys\n"
        "from charts import aftermath, bias_profile, cost_over_time, holdings, progress\n"
        "from charts import rules, trades_on_price, twin\n"
        "bias_profile.draw([], title='T', subtitle='S', names={}, currency='USD')\n"
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_threads_do_not_disturb_each_other() -> None:
    alone = [picture(number) for number in range(6)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(picture, range(6)))
    assert together == alone
