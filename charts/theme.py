"""One look for every picture: colours, type sizes and distances, in pixels of the picture.

A picture is 1,280 pixels wide and is looked at on a phone at 360, so one pixel of the phone is 3.6
of ours: the smallest text (40 pixels) is there as large as 11, the title as large as 15.
"""

from __future__ import annotations

from typing import Final

WIDTH: Final = 1280
DPI: Final = 200  # only turns pixels into matplotlib's points; nothing is seen of it
MARGIN: Final = 48
LINE: Final = 1.28  # distance of lines, in type sizes

TITLE: Final = 54
BODY: Final = 44
SMALL: Final = 40

FONT: Final = "DejaVu Sans"  # ships with matplotlib: the same picture on every machine

# Okabe and Ito's blue and vermilion can be told apart with every common colour blindness; labels
# and signs say the same again. Contrast on PAPER: text at least 4.5, shapes at least 3 (WCAG 2.2).
PAPER: Final = "#ffffff"
INK: Final = "#1b1f24"
MUTED: Final = "#56606c"
TRACK: Final = "#eceff3"  # what a bar could reach; decoration, as is:
HATCH: Final = "#aab2bc"  # no bar to be drawn
RULE: Final = "#868f9b"
GAIN: Final = "#0072b2"
LOSS: Final = "#cf5a00"
OPPOSITE: Final = "#00795a"
NOTHING: Final = "#868f9b"  # no bias, no gain, no loss
MEASURED: Final = "#8a6d00"  # a state, not a habit
# Washes: pale grounds on which words may stand.
ABOVE: Final = "#d6e8f5"  # between a line and what it rose above
BELOW: Final = "#fbe0cc"  # and what it fell below
BAND: Final = "#cfe4f3"  # an interval around a line
# How sure we are: one blue, from light to dark. No red: nobody is to be shamed.
POSSIBLE: Final = "#4a90c8"
LIKELY: Final = "#1f6fb0"
STRONG: Final = "#0b3d6e"
