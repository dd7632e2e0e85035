"""Our figures beside those of empyrical, quantstats and ffn on the same series."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.performance.drawdowns import find_falls
from engine.performance.figures import FIGURES, Figures, measure
from engine.performance.periods import by_month, by_year
from engine.performance.sharpe import find_probability
from engine.performance.trading import measure_trades
from tests.engine.performance.series import PARTS, demo_returns

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parent / "golden_metrics.json").read_text(encoding="utf-8")
)
DOCS = Path(__file__).parents[3] / "docs" / "metrics.md"
PEERS = ("empyrical", "quantstats", "ffn")
GEOMETRIC = "takes (1 + rf)^(1/P) - 1 off each day, we take rf/P"
# By peer and key: why it gives another number than we do. All others must agree to 1e-9.
DIFFERENCES = {
    ("empyrical", "var"): "interpolates between two order statistics",
    ("empyrical", "cvar"): "mean of ⌊(n - 1)/20⌋ + 1 whole days; equal where 20 divides n",
    ("empyrical", "alpha"): "compounds the daily alpha to a year",
    ("empyrical", "information"): "not annualised",
    ("quantstats", "sharpe"): GEOMETRIC,
    ("quantstats", "sortino"): GEOMETRIC,
    ("quantstats", "omega"): GEOMETRIC,
    ("quantstats", "probability"): GEOMETRIC + "; bias-corrected skew and kurtosis",
    ("quantstats", "var"): "normal distribution",
    ("quantstats", "cvar"): "normal distribution",
    ("quantstats", "ulcer"): "divides by n - 1",
    ("quantstats", "alpha"): "takes no risk-free rate off",
    ("quantstats", "information"): "not annualised",
    ("ffn", "cagr"): "years by the calendar, days/365.25",
    ("ffn", "calmar"): "its CAGR: years by the calendar",
    ("ffn", "sharpe"): GEOMETRIC,
    ("ffn", "sortino"): GEOMETRIC,
    ("ffn", "worst_year"): "leaves out the first year, a part",
}


def figures_of(name: str, risk_free: float) -> Figures:
    days, returns, index = (one[PARTS[name]] for one in demo_returns())
    return measure(returns, days_per_year=252.0, risk_free=risk_free, benchmark=index, days=days)


def ours(name: str, key: str) -> float:
    returns = demo_returns()[1][PARTS[name]]
    if key == "probability":
        found = find_probability(returns, days_per_year=252.0, risk_free=0.02)
        assert isinstance(found, float)
        return found
    if key.endswith(" of days"):
        return float(getattr(measure_trades(returns), key.removesuffix(" of days")))
    value = figures_of(name, 0.0 if key.endswith(" rf=0") else 0.02)[key.removesuffix(" rf=0")]
    assert isinstance(value, float), key
    return value


def agree(one: float, other: float) -> bool:
    return one == pytest.approx(other, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("peer", PEERS)
def test_figures_are_those_of_the_peers_or_differ_for_a_reason(name: str, peer: str) -> None:
    told = GOLDEN["series"][name][peer]
    assert len(told) > 15
    off = {key: (ours(name, key), value) for key, value in told.items()}
    off = {key: both for key, both in off.items() if not agree(*both)}
    assert not {key: both for key, both in off.items() if (peer, key) not in DIFFERENCES}


def test_every_reason_is_needed_and_every_claim_is_tested() -> None:
    for peer, key in DIFFERENCES:
        told = {name: GOLDEN["series"][name][peer].get(key) for name in PARTS}
        differs = [v is not None and not agree(ours(name, key), v) for name, v in told.items()]
        assert any(differs), (peer, key)
        assert key not in FIGURES or peer not in FIGURES[key].agrees
    for key, figure in FIGURES.items():
        for peer in figure.agrees:
            assert key in GOLDEN["series"]["five_years"][peer], (peer, key)


def test_the_values_measured_before_come_out_to_six_digits() -> None:
    """Of the table of 1,260 days on which all libraries were compared."""
    plain, above = figures_of("five_years", 0.0), figures_of("five_years", 0.02)
    told = {
        "cagr": 0.183441,
        "mean": 0.191382,
        "volatility": 0.213989,
        "sharpe": 0.894355,
        "sortino": 1.284325,
        "max_drawdown": 0.316756,
        "calmar": 0.579125,
        "omega": 1.191334,
        "ulcer": 0.058453,  # as Riskfolio, compounded and n
        "tail_ratio": 0.912109,
        "skew": -0.025466,
        "excess_kurtosis": 14.002987,
        "hit_rate": 0.557937,
        "beta": 0.923592,
        "information": 1.343299,
        "cvar": 0.032096,
        "var": 0.019932,  # as Riskfolio; the others interpolate
    }
    for key, value in told.items():
        assert plain[key] == pytest.approx(value, abs=5.1e-7), key
    assert above["sharpe"] == pytest.approx(0.800892, abs=5.1e-7)
    assert above["sortino"] == pytest.approx(1.146001, abs=5.1e-7)
    assert above["alpha"] == pytest.approx(0.104059, abs=5.1e-7)


@pytest.mark.parametrize("name", PARTS)
def test_the_worst_falls_are_those_of_quantstats(name: str) -> None:
    """Which tells the first and last days under water; we tell the peak and the day of recovery."""
    days, returns, _ = (one[PARTS[name]] for one in demo_returns())
    falls = find_falls(returns, days)
    for fall, (first, trough, last, depth) in zip(
        falls, GOLDEN["series"][name]["falls (quantstats)"], strict=True
    ):
        assert fall.depth == pytest.approx(-depth / 100, rel=1e-9)
        assert days[fall.start + 1].item() == date.fromisoformat(first)
        assert fall.trough_day == date.fromisoformat(trough)
        end = fall.last if fall.recovery is None else fall.recovery - 1
        assert days[end].item() == date.fromisoformat(last)
        assert (fall.recovery is None) == (fall.recovery_day is None)
        assert fall.start_day is not None
        assert fall.start_day < fall.trough_day - timedelta(0)


@pytest.mark.parametrize("name", PARTS)
def test_years_and_months_are_those_of_empyrical(name: str) -> None:
    days, returns, _ = (one[PARTS[name]] for one in demo_returns())
    told = GOLDEN["series"][name]
    assert {str(year): v for year, v in by_year(returns, days).items()} == pytest.approx(
        told["yearly (empyrical)"], rel=1e-9
    )
    months = {f"{y}-{m:02d}": v for (y, m), v in by_month(returns, days).items()}
    if told["monthly (empyrical)"]:
        assert months == pytest.approx(told["monthly (empyrical)"], rel=1e-9)
    assert np.prod([1 + v for v in months.values()]) == pytest.approx(np.prod(1 + returns))


def test_the_page_of_definitions_has_every_figure_and_every_difference() -> None:
    page = DOCS.read_text(encoding="utf-8")
    for key, figure in FIGURES.items():
        row = next((line for line in page.splitlines() if line.startswith(f"| `{key}` |")), "")
        for part in (figure.name, figure.unit.value, figure.definition, figure.source):
            assert part.replace("|", "\\|") in row, (key, part)
        for peer in figure.agrees:
            assert peer in row
    for (peer, key), reason in DIFFERENCES.items():
        assert f"| {peer} | `{key}` | {reason} |" in page
    for library, version in GOLDEN["versions"].items():
        assert f"{library} {version}" in page
