"""Linking: exact sums, the limits, and the figures of two other programs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.backtest.attribution.linking import Linking, carino, compound, grap, menchero

GOLDEN = json.loads((Path(__file__).parent / "golden_brinson.json").read_text())
RULES = [carino, menchero, grap]
returns = st.floats(-0.6, 1.5) | st.just(0.0)
some = st.lists(st.tuples(returns, returns), min_size=1, max_size=30)


@pytest.mark.parametrize("rule", RULES)
@given(pairs=some)
def test_the_active_returns_add_up(rule: Linking, pairs: list[tuple[float, float]]) -> None:
    r, b = np.array(pairs).T
    whole = float(np.prod(1 + r) - np.prod(1 + b))
    scale = max(1.0, float(np.prod(1 + np.maximum(np.abs(r), np.abs(b)))))
    assert abs(rule(r, b) @ (r - b) - whole) <= 1e-12 * scale


def test_by_hand() -> None:
    """+10 % and -5 % against 0: k = ln 1.045 / 0.045, k_t = ln(1 + r) / r."""
    r = np.array([0.10, -0.05])
    k = np.log(1.045) / 0.045
    expected = [np.log(1.1) / 0.1 / k, np.log(0.95) / -0.05 / k]
    assert carino(r, np.zeros(2)) == pytest.approx(expected, rel=1e-13)
    assert grap(r, np.zeros(2)) == pytest.approx([1.0, 1.1])
    assert grap(np.zeros(2), r) == pytest.approx([0.95, 1.0])


def test_equal_returns_have_the_limit() -> None:
    r = np.array([0.1, -0.2, 0.0])
    assert carino(r, r) == pytest.approx(compound(r) / (1 + r) + 1 / (1 + r), rel=1e-14)
    nearly = carino(r + np.array([1e-13, 0, 0]), r)
    assert nearly == pytest.approx(carino(r, r), rel=1e-11)
    least = np.array([0.0, 5e-324])
    assert carino(least, np.zeros(2)).tolist() == [1.0, 1.0]
    assert menchero(r, r) == pytest.approx(np.full(3, (1 + compound(r)) ** (2 / 3)))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("r", "b"),
    [
        ([0.1, -1.0, 0.0], [0.05, 0.02, 0.03]),
        ([0.1, 0.2, 0.1], [0.0, -1.0, 0.5]),
        ([0.1, -1.0, 0.1], [0.0, -1.0, 0.5]),
        ([-1.0, 0.1, -1.0], [0.2, 0.3, 0.4]),
        ([-1.0], [0.0]),
        ([0.1, -1.0], [-1.0, 0.1]),
    ],
)
def test_total_losses_add_up(rule: Linking, r: list[float], b: list[float]) -> None:
    one, other = np.array(r), np.array(b)
    factors = rule(one, other)
    assert np.isfinite(factors).all()
    assert factors @ (one - other) == pytest.approx(compound(one) - compound(other), abs=1e-12)


def test_ruin_is_the_limit_of_nearly_all_lost() -> None:
    b = np.array([0.05, 0.02])
    nearly = carino(np.array([0.1, np.nextafter(-1.0, 0.0)]), b)
    assert carino(np.array([0.1, -1.0]), b) == pytest.approx([0.0, 1.05], abs=1e-12)
    assert nearly == pytest.approx([0.0, 1.05], abs=0.05)  # the way there is logarithmic


@pytest.mark.parametrize("bad", [[-1.1], [np.nan], [np.inf], [], [1e300, 1e300]])
@pytest.mark.parametrize("rule", RULES)
def test_what_cannot_be_linked_is_refused(rule: Linking, bad: list[float]) -> None:
    with pytest.raises(ValueError, match="returns"):
        rule(np.array(bad), np.zeros(len(bad)))
    with pytest.raises(ValueError, match="shapes"):
        rule(np.zeros(2), np.zeros(3))


@pytest.mark.parametrize("name", ["carino", "menchero", "frongello"])
def test_the_sums_of_perfattr_and_attriblink(name: str) -> None:
    rule = {"carino": carino, "menchero": menchero, "frongello": grap}[name]
    for case in GOLDEN["linking"]:
        effects = np.array(case["effects"])
        got = rule(np.array(case["portfolio"]), np.array(case["benchmark"])) @ effects
        assert got == pytest.approx(case[name], abs=1e-10)
        if name == "carino":
            assert got == pytest.approx(case["attriblink"], abs=1e-10)
