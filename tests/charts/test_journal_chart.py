"""The picture of outcomes by reason: all there, nothing cut off, equal for equal figures."""

from __future__ import annotations

import numpy as np

from charts import journal
from charts.journal import Group
from tests.charts.figures import check_legible, check_picture, words


def _groups() -> list[Group]:
    rng = np.random.default_rng(2)
    few = np.array([0.01, -0.02])
    return [
        Group("Tip/FOMO", rng.normal(-0.02, 0.05, 8), -0.023, -0.05, 0.012),
        Group("Plan", rng.normal(0.01, 0.05, 31), 0.014, -0.002, 0.02),
        Group("News", few, -0.005, np.nan, np.nan),
    ]


def _words(groups: list[Group]) -> list[str]:
    figure = journal.compose(groups, title="After your trades", subtitle="30 days later")
    check_legible(figure)
    return words(figure)


def test_each_reason_is_named_with_its_median_and_number() -> None:
    told = _words(_groups())
    assert {"Tip/FOMO", "Plan", "News"} <= set(told)
    assert "−2.3% · 8 trades" in told
    assert "+1.4% · 31 trades" in told
    assert "0%" in told


def test_nothing_known_is_said_in_words() -> None:
    assert "No outcomes to show yet." in _words([])
    assert "No outcomes to show yet." in _words([Group("Plan", np.empty(0), *[np.nan] * 3)])


def test_it_is_a_picture_of_our_width_and_the_same_each_time() -> None:
    made = [journal.draw(_groups(), title="a", subtitle="b") for _ in range(2)]
    assert made[0] == made[1]
    check_picture(made[0], highest=1_100)
    wild = Group("Plan", np.array([-0.9, 0.0, 40.0]), 0.0, -0.9, 40.0)
    assert journal.draw([wild], title="a", subtitle="b").startswith(b"\x89PNG")
