"""Feasible sets: what binds, what is cleaned, and explanations where there are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.arrays import Floats
from engine.optimization.clash import choose_names, explain
from engine.optimization.constraints import Constraints, Group
from engine.optimization.feasible_set import (
    check,
    cost_of,
    finish,
    plain,
    polyhedron,
    shortlist,
    tidy,
    turnover_of,
    violation,
)
from engine.optimization.solution import Infeasible, Relaxation, Unsolvable
from tests.engine.optimization.problems import (
    estimates_of,
    feasible_points,
    long_only,
    random_constraints,
    real_returns,
)


def names_of(n: int) -> list[str]:
    return [f"S{i}" for i in range(n)]


def clash_of(allowed: Constraints) -> Infeasible:
    clash = explain(allowed, names_of(len(allowed.lower)))
    assert clash is not None
    return clash


def relaxed(allowed: Constraints, change: Relaxation, extra: float) -> Constraints:
    """With the constraint at what is needed, and ``extra`` beyond (negative: short of it)."""
    up = change.needed > change.bound
    value = change.needed + (extra if up else -extra)
    kind, _, name = change.key.partition(":")
    if kind in ("upper", "lower"):
        bounds = (allowed.upper if kind == "upper" else allowed.lower).copy()
        chosen = bounds == change.bound if name == "*" else np.array(names_of(len(bounds))) == name
        bounds[chosen] = value
        return replace(allowed, upper=bounds) if kind == "upper" else replace(allowed, lower=bounds)
    if kind == "group":
        groups = [
            replace(one, **{"upper" if up else "lower": value}) if one.name == name else one
            for one in allowed.groups
        ]
        return replace(allowed, groups=tuple(groups))
    if kind == "cash":
        low, high = allowed.cash
        return replace(allowed, cash=(low, value) if up else (value, high))
    if kind == "turnover":
        return replace(allowed, turnover=value)
    assert kind == "names"
    return replace(allowed, names=round(change.needed + (0 if extra >= 0 else -1)))


def dropped(allowed: Constraints, key: str) -> Constraints:
    """Without one constraint."""
    kind, _, name = key.partition(":")
    far = 1e3
    if kind in ("upper", "lower"):
        bounds = (allowed.upper if kind == "upper" else allowed.lower).copy()
        values, counts = np.unique(bounds, return_counts=True)
        shared = bounds == values[np.argmax(counts)]
        chosen = shared if name == "*" else np.array(names_of(len(bounds))) == name
        bounds[chosen] = far if kind == "upper" else -far
        return replace(allowed, upper=bounds) if kind == "upper" else replace(allowed, lower=bounds)
    if kind == "group":
        return replace(allowed, groups=tuple(one for one in allowed.groups if one.name != name))
    return replace(
        allowed,
        **{"cash": {"cash": (-far, far)}, "turnover": {"turnover": None}, "names": {"names": None}}[
            kind
        ],
    )


def only(allowed: Constraints, keys: tuple[str, ...]) -> Constraints:
    """With the constraints of those keys alone (and being long only)."""
    n = len(allowed.lower)
    everything = ["cash", "turnover", "names", "upper:*", "lower:*"]
    everything += [f"group:{one.name}" for one in allowed.groups]
    everything += [f"{side}:S{i}" for side in ("upper", "lower") for i in range(n)]
    left = allowed
    values, counts = np.unique(allowed.upper, return_counts=True)
    shared_upper = allowed.upper == values[np.argmax(counts)]
    for key in everything:
        if key in keys:
            continue
        kind, _, name = key.partition(":")
        if kind == "upper" and name != "*":
            i = int(name[1:])
            if not (shared_upper[i] and "upper:*" in keys):
                upper = left.upper.copy()
                upper[i] = 1e3
                left = replace(left, upper=upper)
        elif kind == "lower" and name != "*":
            i = int(name[1:])
            if left.lower[i] != 0.0 and "lower:*" not in keys:
                lower = left.lower.copy()
                lower[i] = -1e3
                left = replace(left, lower=lower)
        elif name != "*":
            left = dropped(left, key)
    return left


def feasible(allowed: Constraints) -> bool:
    return explain(allowed, names_of(len(allowed.lower))) is None


def test_six_holdings_of_ten_percent_are_explained_as_in_the_dialogue() -> None:
    clash = clash_of(long_only(6, 0.1))
    assert clash.clashing == ("cash", "upper:*")
    cash, upper = clash.relaxations
    assert (cash.key, cash.bound, cash.needed) == ("cash", 0.0, pytest.approx(0.4, abs=1e-12))
    assert (upper.bound, upper.needed) == (0.1, pytest.approx(1 / 6, abs=1e-12))


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        (
            long_only(6, 0.3, groups=(Group("tech", np.arange(4), 0.0, 0.3),)),
            {"cash": 0.1, "upper:*": 0.35, "group:tech": 0.4},
        ),
        (long_only(20, 0.3, names=3), {"cash": 0.1, "upper:*": 1 / 3, "names": 4}),
        (
            long_only(4, 0.5, current=np.array([1.0, 0, 0, 0]), turnover=0.5),
            {"cash": 0.5, "upper:*": 0.75, "turnover": 1.0},
        ),
        (
            Constraints(np.array([0, 0.4, 0]), np.array([0.2, 0.3, 1.0])),
            {"upper:S1": 0.4, "lower:S1": 0.3},
        ),
        (Constraints(np.array([0, 0.7, 0.7]), np.ones(3)), {"cash": -0.4, "lower:*": 0.5}),
    ],
)
def test_clashes_and_least_changes(allowed: Constraints, expected: dict[str, float]) -> None:
    clash = clash_of(allowed)
    assert set(clash.clashing) == set(expected)
    found = {one.key: one.needed for one in clash.relaxations}
    assert found == {key: pytest.approx(value, abs=1e-9) for key, value in expected.items()}


def test_two_separate_clashes_offer_no_single_change() -> None:
    groups = (Group("a", np.array([0, 1]), 0.9, 1.0), Group("b", np.array([2, 3]), 0.9, 1.0))
    allowed = Constraints(np.zeros(4), np.array([0.2, 0.1, 0.3, 0.15]), groups)
    clash = clash_of(allowed)
    assert len(clash.clashing) >= 2
    assert clash.relaxations == ()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 7))
def test_clashing_sets_are_smallest_and_changes_exact(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    allowed, _ = random_constraints(rng, n)
    allowed = replace(allowed, lower=np.maximum(allowed.lower, 0.0))
    harder = [
        replace(allowed, upper=allowed.upper * rng.uniform(0.2, 0.8)),
        replace(allowed, cash=(0.0, 0.0), upper=np.full(n, rng.uniform(0.3, 1.5) / n)),
        replace(allowed, groups=(*allowed.groups, Group("new", np.arange(n - 1), 0.0, 0.05))),
        replace(allowed, current=np.eye(n)[0], turnover=float(rng.uniform(0.0, 0.5))),
        replace(allowed, names=int(rng.integers(1, 3)), upper=np.full(n, 0.45)),
    ]
    allowed = harder[int(rng.integers(len(harder)))]
    clash = explain(allowed, names_of(n))
    if clash is None:
        check(allowed, names_of(n))
        return
    with pytest.raises(Infeasible):
        check(allowed, names_of(n))
    alone = only(allowed, clash.clashing)
    assert not feasible(alone)
    for key in clash.clashing:
        assert feasible(dropped(alone, key)), key
    for change in clash.relaxations:
        assert change.key in clash.clashing
        assert feasible(relaxed(allowed, change, 1e-7)), change
        assert not feasible(relaxed(allowed, change, -1e-6)), change


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 10))
def test_rows_hold_exactly_where_the_constraints_do(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    allowed, inside = random_constraints(rng, n)
    check(allowed, names_of(n))
    if allowed.current is not None:
        allowed = replace(allowed, cost_rate=rng.uniform(0.0, 0.01, n))
    rows = polyhedron(allowed, n)
    outside = inside + rng.normal(0.0, 0.2, n)
    for weights in (*feasible_points(rng, allowed, inside, 70), outside):
        split = rows.split
        bought = np.maximum(weights - rows.current, 0.0)[split]
        x = np.concatenate([weights, bought])
        at = rows.rows @ x
        missed = [rows.lower - at, at - rows.upper, rows.floor - x, x - rows.ceiling]
        worst = max(0.0, *(float(one.max()) for one in missed))
        expected = violation(allowed, weights)
        assert (worst <= 1e-9) == (expected <= 1e-9)
        if expected <= 1e-9:
            coefficients, constant = rows.trading(np.ones(n))
            if len(split) or allowed.turnover is not None:
                traded = float(coefficients @ x) + constant
                assert traded == pytest.approx(turnover_of(allowed, weights), abs=1e-9)
    if allowed.cost_rate is not None:
        assert cost_of(allowed, inside) == pytest.approx(
            float(allowed.cost_rate @ np.abs(inside - rows.current))
        )


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(2, 10))
def test_tidying_restores_what_a_solver_left(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    allowed, inside = random_constraints(rng, n)
    rough = inside + rng.normal(0.0, 1e-9, n)
    clean = tidy(allowed, rough)
    assert np.all(clean >= allowed.lower)
    assert np.all(clean <= allowed.upper)
    cash = 1.0 - clean.sum()
    assert allowed.cash[0] - 1e-12 <= cash <= allowed.cash[1] + 1e-12
    assert np.abs(clean - inside).max() <= 1e-7


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(20, 600))
def test_hundreds_of_grains_break_no_tight_limit(seed: int, n: int) -> None:
    """Turnover, a group and cash at their limits, with dust held, bought and sold."""
    rng = np.random.default_rng(seed)

    def grainy() -> Floats:
        grains = rng.random(n) < rng.uniform(0.2, 0.95)
        grains[rng.integers(n)] = False
        weights = rng.dirichlet(np.full(n, 0.3))
        weights[grains] = rng.uniform(0.0, 1e-9, grains.sum()) * (rng.random(grains.sum()) < 0.8)
        weights[~grains] *= (1.0 - weights[grains].sum()) / weights[~grains].sum()
        return weights

    current, exact = grainy(), grainy()
    if rng.random() < 0.5:
        exact = current + rng.uniform(0.0, 0.5) * (exact - current)
    exact *= rng.choice([1.0, 0.9])
    members = rng.permutation(n)[: n // 3]
    share = float(exact[members].sum())
    group = Group("g", members, rng.choice([0.0, share]), rng.choice([share, 1.0]))
    allowed = Constraints(
        np.zeros(n),
        np.maximum(exact, rng.random(n)),
        (group,) if rng.random() < 0.6 else (),
        current,
        float(np.abs(exact - current).sum()),
        cash=(0.0, 1.0 - float(exact.sum())) if rng.random() < 0.4 else (1.0 - exact.sum(),) * 2,
    )
    assert violation(allowed, exact) <= 1e-12
    assert violation(allowed, tidy(allowed, exact)) <= 1e-12


def test_inaccurate_weights_are_refused() -> None:
    estimates = estimates_of(real_returns()[:, :4])
    for weights in (np.full(4, 0.3), np.array([np.nan, 0.5, 0.25, 0.25])):
        with pytest.raises(Unsolvable, match="inaccurate"):
            finish("own", estimates, long_only(4, 0.26), weights * 0.5, lambda _: 0.0)


def test_plain_problems_are_known() -> None:
    assert plain(long_only(4))
    assert not plain(long_only(4, 0.9))
    assert not plain(long_only(4, cash=(0.0, 0.1)))
    assert not plain(long_only(4, names=3))
    assert plain(long_only(4, names=4))


def test_names_are_chosen_by_score_and_so_that_they_can_meet_the_constraints() -> None:
    scores = np.array([0.4, 0.3, 0.2, 0.1])
    allowed = Constraints(np.zeros(4), np.array([0.3, 0.3, 0.8, 0.8]), names=2)
    np.testing.assert_array_equal(shortlist(allowed, scores), [True, True, False, False])
    np.testing.assert_array_equal(choose_names(allowed, scores), [True, False, True, False])
    forced = replace(allowed, lower=np.array([0, 0, 0, 0.1]))
    np.testing.assert_array_equal(shortlist(forced, scores), [True, False, False, True])
