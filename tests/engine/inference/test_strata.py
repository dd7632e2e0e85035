"""The Mantel-Haenszel statistic against the vectors of biases.md 0.3 and its symmetries."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.inference.strata import Strata, log_odds_of, mantel_haenszel, tabulate, terms

VECTOR = [(1, 2, 0, 3), (0, 1, 1, 2), (1, 1, 1, 1), (2, 1, 0, 2), (1, 0, 0, 4)]

cells = st.tuples(*[st.integers(0, 6)] * 4)
tables = st.lists(cells, min_size=1, max_size=30)


def strata(rows: Sequence[tuple[int, ...]]) -> Strata:
    a, b, c, d = np.array(rows, dtype=np.float64).T
    return Strata(a, b, c, d)


def test_the_vector_of_the_specification() -> None:
    odds = mantel_haenszel(strata(VECTOR))
    assert odds.theta == pytest.approx(1.547563, abs=5e-7)
    assert odds.se == pytest.approx(0.985116, abs=5e-7)
    assert odds.n == 5


def test_strata_without_a_contrast_or_a_choice_change_nothing_but_nothing_is_counted() -> None:
    silent = [(3, 4, 0, 0), (0, 0, 1, 5), (0, 3, 0, 2), (2, 0, 3, 0), (0, 0, 0, 0)]
    assert mantel_haenszel(strata(VECTOR + silent)) == mantel_haenszel(strata(VECTOR))


def test_a_quarter_is_added_to_both_sums_where_one_is_zero() -> None:
    odds = mantel_haenszel(strata([(2, 0, 0, 2), (1, 0, 0, 1)]))  # R = 1 + .5, S = 0
    assert odds.theta == pytest.approx(np.log(1.75 / 0.25))
    assert np.isfinite(odds.se)


def test_nothing_to_compare_is_not_a_number() -> None:
    odds = mantel_haenszel(strata([(1, 2, 0, 0)]))
    assert np.isnan(odds.theta)
    assert np.isnan(odds.se)
    assert odds.n == 0


@given(tables)
def test_swapping_gains_and_losses_flips_the_sign_exactly(rows: list[tuple[int, ...]]) -> None:
    one = mantel_haenszel(strata(rows))
    other = mantel_haenszel(strata([(c, d, a, b) for a, b, c, d in rows]))
    if one.n:
        assert other.theta == -one.theta
        assert other.se == pytest.approx(one.se, rel=1e-12)
    assert other.n == one.n


@given(tables, st.integers(0, 29))
def test_selling_one_more_winner_never_lowers_theta(rows: list[tuple[int, ...]], at: int) -> None:
    at %= len(rows)
    a, b, c, d = rows[at]
    before = terms(strata(rows)).sum(axis=0)
    if b == 0 or before[0] == 0 or before[1] == 0:  # the added quarter is not monotone
        return
    more = mantel_haenszel(strata([*rows[:at], (a + 1, b - 1, c, d), *rows[at + 1 :]]))
    if more.n and terms(strata([*rows[:at], (a + 1, b - 1, c, d), *rows[at + 1 :]])).sum(0)[1] > 0:
        assert more.theta >= mantel_haenszel(strata(rows)).theta - 1e-12


@given(tables)
def test_the_order_of_strata_does_not_matter(rows: list[tuple[int, ...]]) -> None:
    one, other = mantel_haenszel(strata(rows)), mantel_haenszel(strata(rows[::-1]))
    assert one.theta == pytest.approx(other.theta, abs=1e-9, nan_ok=True)


def test_replications_are_computed_at_once() -> None:
    single = terms(strata(VECTOR)).sum(axis=0)
    theta, se = log_odds_of(np.stack([single, 2 * single]))
    assert theta[0] == theta[1] == pytest.approx(1.547563, abs=5e-7)
    assert se[1] == pytest.approx(se[0] / np.sqrt(2))


def test_members_become_tables() -> None:
    stratum = np.array([0, 0, 0, 2, 2])
    exposed = np.array([True, True, False, False, True])
    chosen = np.array([True, False, False, True, False])
    made = tabulate(stratum, exposed, chosen, 3)
    assert (made.a.tolist(), made.b.tolist()) == ([1, 0, 0], [1, 0, 1])
    assert (made.c.tolist(), made.d.tolist()) == ([0, 0, 1], [1, 0, 0])
