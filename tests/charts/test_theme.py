"""Every colour can be seen on the page, and gain told from loss with any colour blindness."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from charts import theme

# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour: str) -> np.ndarray:
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, from 1 to 21."""
    bright = sorted(float(TO_XYZ[1] @ linear(colour)) + 0.05 for colour in (one, other))
    return bright[1] / bright[0]


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / TO_XYZ.sum(1)
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("colour", [theme.INK, theme.MUTED])
@pytest.mark.parametrize("ground", [theme.PAPER, theme.TRACK, theme.ABOVE, theme.BELOW, theme.BAND])
def test_words_can_be_read(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 4.5


@pytest.mark.parametrize("ground", [theme.ABOVE, theme.BELOW, theme.BAND])
def test_lines_can_be_seen_on_washes(ground: str) -> None:
    assert contrast(theme.STRONG, ground) >= 4.5
    assert contrast(theme.MEASURED, ground) >= 3


@pytest.mark.parametrize(
    "colour",
    [
        theme.GAIN,
        theme.LOSS,
        theme.OPPOSITE,
        theme.NOTHING,
        theme.POSSIBLE,
        theme.LIKELY,
        theme.STRONG,
        theme.MEASURED,
        theme.RULE,
    ],
)
def test_shapes_can_be_seen(colour: str) -> None:
    assert contrast(colour, theme.PAPER) >= 3
    assert contrast(colour, theme.TRACK) >= 2.75


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_colours_that_mean_different_things_differ_for_everyone(blindness: str) -> None:
    see = BLINDNESS[blindness]
    for one, other, least in (
        (theme.GAIN, theme.LOSS, 40),
        (theme.GAIN, theme.NOTHING, 15),
        (theme.LOSS, theme.NOTHING, 15),
        (theme.POSSIBLE, theme.LIKELY, 12),
        (theme.LIKELY, theme.STRONG, 15),
        (theme.MEASURED, theme.POSSIBLE, 30),
        (theme.MEASURED, theme.LIKELY, 30),
        (theme.MEASURED, theme.STRONG, 30),
        (theme.MEASURED, theme.OPPOSITE, 30),
        (theme.ABOVE, theme.BELOW, 10),
    ):
        distance = np.linalg.norm(lab(see @ linear(one)) - lab(see @ linear(other)))
        assert distance >= least, (one, other, distance)


def test_the_smallest_words_are_readable_on_a_phone() -> None:
    assert min(theme.SMALL, theme.BODY, theme.TITLE) * 360 / theme.WIDTH >= 11
