"""How long the charts take and how heavy they are (DESIGN 6: at most 300 ms and 300 kB each)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from statistics import median
from time import perf_counter
from typing import Any

from charts import aftermath, bias_profile, holdings
from engine.detection.finding import BiasFinding, Calibration, Evidence, Label

RUNS = 10


def measure() -> list[dict[str, Any]]:
    """Medians of ten runs of each chart, after one that warms up."""
    rows: list[dict[str, Any]] = []
    for name, draw in (
        ("bias profile, 10 biases", _bias_profile),
        ("trades behind a finding, 12 of 60", _aftermath),
        ("holdings, 20 positions", _holdings),
    ):
        milliseconds, kilobytes = _time(draw)
        rows.append(_row(f"chart: {name}", milliseconds, "ms", "<= 300"))
        rows.append(_row(f"chart: {name}", kilobytes, "kB", "<= 300"))
    return rows


def _row(name: str, value: float, unit: str, target: str) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "target": target, "peer": None}


def _time(draw: Callable[[], bytes]) -> tuple[float, float]:
    size = len(draw())
    times = []
    for _ in range(RUNS):
        begin = perf_counter()
        draw()
        times.append(perf_counter() - begin)
    return median(times) * 1000, size / 1000


def _bias_profile() -> bytes:
    findings = [_finding(f"bias number {k}", list(Label)[k % 5], 9.0 * k) for k in range(10)]
    return bias_profile.draw(
        findings,
        title="Selling winners early is your strongest habit. It cost you about $640 a year.",
        subtitle="5 years · 94 sales on 83 sale days",
        names={},
        currency="USD",
    )


def _finding(bias: str, label: Label, intensity: float) -> BiasFinding:
    return BiasFinding(
        bias=bias,
        theta=1.0,
        se=0.3,
        n=64,
        n_min=15,
        unit="sale days",
        intensity=intensity,
        ci90=(intensity * 0.7, min(intensity * 1.3, 100.0)),
        p_present=0.99,
        label=label,
        detected=True,
        opposite=False,
        cost=640.0,
        cost_ci=(90.0, 1250.0),
        cost_share=0.016,
        horizon=63,
        evidence=(),
        calibration=Calibration.PUBLISHED,
    )


def _aftermath() -> bytes:
    evidence = tuple(
        Evidence(
            str(k),
            f"SYM{k}",
            date(2020, 1, 2) + timedelta(days=7 * k),
            float(k),
            {"gain": 0.01 * k, "after": 0.3 - 0.01 * k},
        )
        for k in range(60)
    )
    finding = replace(_finding("disposition", Label.STRONG, 84.0), evidence=evidence)
    return aftermath.draw(finding, title="Of 60 winners you sold, 29 rose further")


def _holdings() -> bytes:
    rows = [holdings.Holding(f"Company {k}", 1000.0 + 300 * k, 0.05 * (k - 9)) for k in range(20)]
    return holdings.draw(
        rows, title="Company 19 is 9% of what you hold", subtitle="20 positions", currency="USD"
    )


if __name__ == "__main__":
    for row in measure():
        print(row)
