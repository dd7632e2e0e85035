"""One transaction, one position: the unit cases of the package's own tests."""

from __future__ import annotations

import numpy as np
import pytest

from engine.disposition_effect import (
    Method,
    Table,
    disposition_difference,
    disposition_effect,
    financial_hours,
    summarise,
)
from engine.disposition_effect.clock import UnknownThreshold, reaches
from engine.disposition_effect.rules import Outcomes, paper, realised

OPENED, PREVIOUS, NOW = "2021-01-04T10:00", "2021-01-05T10:00", "2021-01-06T10:00"
THIRD = 1 / 3

# quantity, reference, change, price, kind: what is realised, what is on paper
REALISED = [
    ((2, 15, 1, 10, "B"), {"PL": (1, 2, -THIRD, 14)}),
    ((2, 10, 1, 15, "B"), {"PG": (1, 2, 0.5, 14)}),
    ((2, 15, -1, 10, "S"), {"RL": (1, 1, -THIRD, 28), "PL": (1, 1, -THIRD, 14)}),
    ((2, 10, -1, 15, "S"), {"RG": (1, 1, 0.5, 28), "PG": (1, 1, 0.5, 14)}),
    ((2, 15, -2, 10, "S"), {"RL": (1, 2, -THIRD, 28)}),
    ((2, 10, -2, 15, "S"), {"RG": (1, 2, 0.5, 28)}),
    ((-2, 15, -1, 10, "S"), {"PG": (1, 2, THIRD, 14)}),
    ((-2, 10, -1, 15, "S"), {"PL": (1, 2, -0.5, 14)}),
    ((-2, 15, 1, 10, "B"), {"RG": (1, 1, THIRD, 28), "PG": (1, 1, THIRD, 14)}),
    ((-2, 10, 1, 15, "B"), {"RL": (1, 1, -0.5, 28), "PL": (1, 1, -0.5, 14)}),
    ((-2, 15, 2, 10, "B"), {"RG": (1, 2, THIRD, 28)}),
    ((-2, 10, 2, 15, "B"), {"RL": (1, 2, -0.5, 28)}),
    # beyond the published table: overshooting, trades of nothing, no difference
    ((2, 10, -5, 15, "S"), {"RG": (1, 2, 0.5, 28)}),
    ((-2, 15, 5, 10, "B"), {"RG": (1, 2, THIRD, 28)}),
    ((2, 10, 0, 15, "B"), {"PG": (1, 2, 0.5, 14)}),
    ((2, 10, 0, 15, "S"), {"RG": (1, 0, 0.5, 28), "PG": (1, 2, 0.5, 14)}),
    ((2, 15, -1, 15, "S"), {}),
    ((-2, 15, -1, 15, "S"), {}),
    ((0, 0, 0, 0, "B"), {}),
    ((0, 0, 0, 0, "S"), {}),
]
PAPER = [
    ((0, 10, 15), {}),
    ((2, 15, 10), {"PL": (1, 2, -THIRD, 14)}),
    ((2, 10, 15), {"PG": (1, 2, 0.5, 14)}),
    ((-2, 15, 10), {"PG": (1, 2, THIRD, 14)}),
    ((-2, 10, 15), {"PL": (1, 2, -0.5, 14)}),
    ((2, 0, 0), {}),
]


def seconds(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[s]").astype(np.float64)


def hours(start: str, end: str) -> float:
    return float(financial_hours(seconds(start), seconds(end))[0])


def column(values: list[float]) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def cells(outcomes: Outcomes, row: int) -> dict[str, tuple[float, ...]]:
    """The cells of one row in which there is anything, by RG, RL, PG and PL."""
    kind = "L" if outcomes.loss[row] else "G"
    both = {f"R{kind}": outcomes.realised[row], f"P{kind}": outcomes.paper[row]}
    return {name: tuple(cell.tolist()) for name, cell in both.items() if np.any(cell != 0)}


def judge(
    rows: list[tuple[float, float, float, float, str]], *, allow_short: bool, realised_only: bool
) -> Outcomes:
    quantity, reference, change, price, kind = zip(*rows, strict=True)
    return realised(
        column(list(quantity)),
        column(list(reference)),
        column(list(change)),
        column(list(price)),
        np.array([one == "B" for one in kind]),
        np.full(len(rows), hours(OPENED, NOW)),
        np.full(len(rows), hours(PREVIOUS, NOW)),
        allow_short=allow_short,
        realised_only=realised_only,
    )


@pytest.mark.parametrize("realised_only", [False, True])
@pytest.mark.parametrize("allow_short", [False, True])
def test_the_traded_asset(allow_short: bool, realised_only: bool) -> None:
    outcomes = judge(
        [given for given, _ in REALISED], allow_short=allow_short, realised_only=realised_only
    )
    for row, (given, wanted) in enumerate(REALISED):
        left = {
            name: pytest.approx(cell, abs=1e-15)
            for name, cell in wanted.items()
            if (allow_short or given[0] > 0) and not (realised_only and name[0] == "P")
        }
        assert cells(outcomes, row) == left, given


@pytest.mark.parametrize("allow_short", [False, True])
def test_an_asset_held_meanwhile(allow_short: bool) -> None:
    quantity, reference, price = zip(*[given for given, _ in PAPER], strict=True)
    outcomes = paper(
        column(list(quantity)),
        column(list(reference)),
        column(list(price)),
        np.full(len(PAPER), hours(PREVIOUS, NOW)),
        allow_short=allow_short,
    )
    for row, (given, wanted) in enumerate(PAPER):
        allowed = wanted if allow_short or given[0] > 0 else {}
        left = {name: pytest.approx(cell, abs=1e-15) for name, cell in allowed.items()}
        assert cells(outcomes, row) == left, given


def test_a_sale_whose_shares_are_not_negated() -> None:
    """The case of ``gains_losses``: the remainder of 2 + 5 is 7, so a gain is on paper, too."""
    outcomes = judge(
        [(2, 10, 5, 15, "S"), (-2, 20, 0, 25, "S")], allow_short=False, realised_only=False
    )
    assert cells(outcomes, 0) == {"RG": (1, 5, 0.5, 28), "PG": (1, 7, 0.5, 14)}
    assert cells(outcomes, 1) == {}


def test_shares_that_cost_nothing_earn_without_bound() -> None:
    outcomes = judge([(2, 0, -1, 5, "S")], allow_short=True, realised_only=False)
    assert outcomes.realised[0].tolist() == [1, 1, np.inf, 28]


def test_the_two_measures() -> None:
    ones, half = column([1.0]), column([0.5])
    assert disposition_effect(ones, ones, half, half).tolist() == [0]
    given = [column(list(pair)) for pair in ((1, 2), (2, 1), (4, 8), (8, 4))]
    assert disposition_effect(*given).tolist() == [0, 0]
    assert disposition_difference(ones, ones).tolist() == [0]
    assert disposition_difference(given[0], given[1]).tolist() == [-1, 1]
    nothing, unknown = column([0.0]), column([np.nan])
    assert disposition_effect(nothing, nothing, nothing, nothing).tolist() == [0]
    assert np.isnan(disposition_effect(unknown, unknown, unknown, unknown)).all()
    endless = column([np.inf])
    assert disposition_effect(endless, ones, nothing, nothing).tolist() == [0]  # inf/inf, as in R


def test_a_table_gives_its_cells_by_name() -> None:
    table = Table(np.arange(16, dtype=np.float64).reshape(1, 4, 4))
    assert list(table.columns()) == [
        f"{cell}_{method}"
        for method in ("count", "total", "value", "duration")
        for cell in ("RG", "RL", "PG", "PL")
    ]
    assert [values.item() for values in table.columns().values()] == list(range(16))
    assert table.difference(Method.VALUE).tolist() == [8 - 9]


def test_summaries_leave_out_what_was_not_evaluated() -> None:
    summary = summarise(column([np.nan, 1, 2, 3, 10]))
    assert (summary.n, summary.min, summary.max, summary.mean) == (4, 1, 10, 4)
    assert (summary.q1, summary.median, summary.q3) == (1.75, 2.5, 4.75)  # type 7
    assert summary.sd == pytest.approx(np.sqrt(50 / 3))
    assert summarise(column([7])).n == 1
    assert np.isnan(summarise(column([7])).sd)
    empty = summarise(column([np.nan]))
    assert empty.n == 0
    assert np.isnan([empty.min, empty.q1, empty.median, empty.q3, empty.mean, empty.max]).all()


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2021-01-04T09:00", "2021-01-04T18:00", 9),  # a Monday
        ("2021-01-04T09:00", "2021-01-05T18:00", 23),
        ("2021-01-04T09:00", "2021-01-04T09:00", 0),
        ("2021-01-04T06:00", "2021-01-04T07:00", 2),  # the end is raised to 08:00, not the start
        ("2021-01-04T22:30", "2021-01-04T23:30", 1.5),  # and the start lowered to 22:00
        ("2021-01-04T23:00", "2021-01-05T07:00", 0),
        ("2021-01-08T20:00", "2021-01-11T10:00", 4),  # over a weekend
        ("2021-01-08T20:00", "2021-01-18T10:00", 5 * 14 + 4),
        ("2021-01-09T10:00", "2021-01-10T20:00", 0),  # Saturday to Sunday
        ("2021-01-08T10:00", "2021-01-09T20:00", 0),  # Friday to Saturday: one weekday only
        ("2021-01-09T10:00", "2021-01-12T10:00", 12 + 2),  # Saturday to Tuesday: between them none
        ("1969-12-30T20:00", "1970-01-02T10:00", 2 * 14 + 4),
    ],
)
def test_hours_of_the_market(start: str, end: str, expected: float) -> None:
    assert hours(start, end) == expected


def test_other_units() -> None:
    same, across = (
        [float(financial_hours(seconds(start), seconds(end), unit)[0]) for unit in (60, 86_400)]
        for start, end in (
            ("2021-01-04T09:00", "2021-01-04T18:00"),
            ("2021-01-04T09:00", "2021-01-05T18:00"),
        )
    )
    assert same == [540, 0.375]
    assert across == pytest.approx([23 * 60, 23 / 24], rel=1e-15)


@pytest.mark.parametrize(
    ("threshold", "reached"),
    [
        ("5 mins", True),
        ("5 hours", True),
        ("9 hours", True),  # exactly is enough
        ("9.01 hours", False),
        ("5 days", False),
        ("1 weeks", False),
        ("32400 secs", True),
        ("0 days", True),
        ("-1 days", True),
    ],
)
def test_thresholds(threshold: str, reached: bool) -> None:
    start, end = seconds("2021-01-04T09:00"), seconds("2021-01-04T18:00")
    assert reaches(start, end, threshold).tolist() == [reached]


@pytest.mark.parametrize("threshold", ["5days", "1 month", "", "days", "x mins", "5 "])
def test_other_thresholds_are_refused(threshold: str) -> None:
    now = seconds("2021-01-04")
    with pytest.raises(UnknownThreshold, match="not a time threshold"):
        reaches(now, now, threshold)
