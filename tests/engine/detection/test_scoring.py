"""Shrinkage, intensity, probability and labels against the vectors of biases.md 0.5."""

from __future__ import annotations

from math import isnan, nan

import pytest

from engine.detection.finding import Label
from engine.detection.scoring import (
    attributable,
    benjamini_hochberg,
    intensity,
    interval,
    label_of,
    presence,
    shrink,
)


@pytest.mark.parametrize(
    ("theta", "se", "shrunk", "score", "p", "af"),
    [
        (0.469, 0.20, 0.4086, 41.99, 0.9857, 0.3354),
        (0.52, 0.0, 0.52, 50.0, 1.0, 0.4055),
        (0.52, 0.52, 0.26, 29.29, 0.7602, 0.2289),
        (-0.885, 0.189, -0.7817, 0.0, 0.0, 0.0),
        (4.514, 0.464, 2.5131, 96.49, 1.0, 0.919),
        (0.432, 0.306, 0.3209, 34.80, 0.8881, 0.2745),
        (1.04, 0.0, 1.04, 75.0, 1.0, 0.6465),
    ],
)
def test_score_vectors(
    theta: float, se: float, shrunk: float, score: float, p: float, af: float
) -> None:
    got = float(shrink(theta, se, 0.52))
    assert got == pytest.approx(shrunk, abs=5e-5)
    assert intensity(got, 0.52) == pytest.approx(score, abs=5e-3)
    assert presence(theta, se, 0.52) == pytest.approx(p, abs=5e-5)
    assert float(attributable(got)) == pytest.approx(af, abs=5e-5)


def test_overconfidence_vector() -> None:
    """TO .2/.75/1.5/2.58 a year without edge → I 16.9/50/75/90.8."""
    got = [intensity(turnover, 0.75) for turnover in (0.2, 0.75, 1.5, 2.58)]
    assert got == pytest.approx([16.9, 50, 75, 90.8], abs=0.05)


def test_the_interval_is_not_shrunk() -> None:
    low, high = interval(0.52, 0.1, 0.52)
    assert low == pytest.approx(intensity(0.52 - 0.1645, 0.52))
    assert high == pytest.approx(intensity(0.52 + 0.1645, 0.52))


def test_labels() -> None:
    wanted = [
        (0.79, Label.NONE),
        (0.80, Label.POSSIBLE),
        (0.95, Label.LIKELY),
        (0.99, Label.STRONG),
    ]
    assert [label_of(p, True) for p, _ in wanted] == [label for _, label in wanted]
    assert label_of(0.999, False) is Label.INSUFFICIENT
    assert label_of(nan, True) is Label.INSUFFICIENT


def test_no_statistic_has_no_probability() -> None:
    assert isnan(presence(nan, nan, 0.52))
    assert presence(0.0, 0.0, 0.52) == 0.5


def test_benjamini_hochberg() -> None:
    """Textbook: p = .01, .02, .03, .5 → q = .04, .04, .04, .5."""
    assert benjamini_hochberg([0.5, 0.01, 0.03, 0.02]) == pytest.approx([0.5, 0.04, 0.04, 0.04])
    assert benjamini_hochberg([]) == []
