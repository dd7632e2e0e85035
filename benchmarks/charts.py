"""How long the charts take and how heavy they are (DESIGN 6: at most 300 ms and 300 kB each)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from math import exp, nan, sin
from statistics import median
from time import perf_counter
from typing import Any

from charts import (
    aftermath,
    bias_profile,
    comparison,
    cost_over_time,
    frontier,
    goals,
    holdings,
    progress,
    proposal,
    rules,
    trades_on_price,
    twin,
)
from charts.progress import ProgressPoint, ProgressSeries
from charts.trades_on_price import Mark, PricePanel
from charts.yearly import Difference
from engine.detection.finding import BiasFinding, Calibration, Evidence, Label

RUNS = 10


def measure() -> list[dict[str, Any]]:
    """Medians of ten runs of each chart, after one that warms up."""
    rows: list[dict[str, Any]] = []
    for name, draw in (
        ("bias profile, 18 biases", _bias_profile),
        ("trades behind a finding, 10 of 60", _aftermath),
        ("holdings, 15 of 20 positions", _holdings),
        ("trades on the price, 3 shares, 5 years, 90 trades", _trades_on_price),
        ("cost over time, 200 trades", _cost_over_time),
        ("progress, 6 biases, 60 months", _progress),
        ("rules, 6", _rules),
        ("twin, 5 years", _twin),
        ("proposal, 60 assets", _proposal),
        ("frontier, 3 proposals, 60 assets", _frontier),
        ("comparison, 3 proposals, 10 years", _comparison),
        ("goals, 6", _goals),
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
    findings = [_finding(f"bias number {k}", list(Label)[k % 6], 5.0 * k) for k in range(18)]
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


def _days(number: int) -> list[date]:
    return [date(2019, 1, 2) + timedelta(days=k) for k in range(number)]


def _closes(number: int, phase: int) -> list[float]:
    return [100 * exp(0.4 * sin(k / 150 + phase) + 0.03 * sin(7.0 * k)) for k in range(number)]


def _trades_on_price() -> bytes:
    days = _days(1825)
    panels = []
    for phase in range(3):
        closes = _closes(1825, phase)
        marks = [
            Mark(
                days[k],
                closes[k],
                "sell" if k % 2 else "buy",
                f"sold +{k % 40}%" if k % 2 else "",
                k % 2 == 1,
                days[k + 63] if k % 2 else None,
            )
            for k in range(5, 1750, 59)
        ]
        panels.append(PricePanel(f"SYM{phase}", days, closes, marks, [95.0] * 1825))
    return trades_on_price.draw(panels, title="After 9 of 15 sales it rose", subtitle="3 shares")


def _cost_over_time() -> bytes:
    return cost_over_time.draw(
        _days(1800)[::9],
        [20 + 90 * sin(3.0 * k) for k in range(200)],
        total_ci=(900.0, 7200.0),
        currency="USD",
        title="Selling winners early cost you about $4,000 in five years",
        subtitle="200 sales of winners",
    )


def _progress() -> bytes:
    series = []
    for number in range(6):
        points = []
        for month in range(60):
            day = date(2019 + month // 12, month % 12 + 1, 28)
            level = (
                nan if 10 * number < month < 10 * number + 5 else 50 + 30 * sin(month / 9 + number)
            )
            points.append(ProgressPoint(day, level, level - 15, level + 15, 20))
        series.append(ProgressSeries(f"bias number {number}", points))
    return progress.draw(series, title="Two habits are fading", subtitle="12 months each")


def _rules() -> bytes:
    rows = [
        rules.RuleRow(f"A rule with a long name {k}", 90.0 * k, 90.0 * k - 200, 140.0 * k, 9, 60)
        for k in range(1, 7)
    ]
    return rules.draw(
        rows, currency="USD", title="Which rule would have helped?", subtitle="60 trades"
    )


def _twin() -> bytes:
    return twin.draw(
        _days(1825),
        [2000 * sin(k / 300) + 90 * sin(5.0 * k) for k in range(1825)],
        ci=(-2600.0, 900.0),
        currency="USD",
        title="Your disciplined twin would have $500 less",
        subtitle="5 years",
    )


def _proposal() -> bytes:
    rows = [
        proposal.Change(f"Company {k}", 0.01 + 0.001 * k, 0.03 - 0.0005 * k, 0.02, 0.03)
        for k in range(60)
    ]
    return proposal.draw(
        rows,
        title="Volatility 21% → 15%, same expected return within its error",
        subtitle="60 assets",
        cash=proposal.Change("Cash", 0.05, 0.08, 0.0, 0.0),
    )


def _frontier() -> bytes:
    volatilities = [0.11 + 0.005 * k for k in range(50)]
    means = [0.03 + 0.3 * (volatility - 0.1) ** 0.5 for volatility in volatilities]
    spots = [
        frontier.Spot(f"Proposal {k}", 0.14 + 0.03 * k, 0.08 + 0.01 * k, -0.01, 0.2)
        for k in range(3)
    ]
    assets = [
        frontier.Spot(f"SYM{k}", 0.2 + 0.1 * sin(3.0 * k), 0.08 + 0.06 * sin(5.0 * k))
        for k in range(60)
    ]
    return frontier.draw(
        frontier.Curve(
            volatilities,
            means,
            [mean - 0.06 for mean in means],
            [mean + 0.06 for mean in means],
        ),
        now=frontier.Spot("You now", 0.21, 0.09, -0.02, 0.2),
        proposals=spots,
        assets=assets,
        title="At your risk more return looks possible",
        subtitle="5 years of prices",
    )


def _comparison() -> bytes:
    tracks = [
        comparison.Track(
            f"Proposal {phase}",
            _closes(3650, phase),
            [Difference(2019 + k, 0.06 * sin(k + phase), -0.04, 0.05) for k in range(10)],
            Difference(0, 0.004, -0.02, 0.03),
        )
        for phase in range(3)
    ]
    return comparison.draw(
        _days(3650),
        comparison.Track("You now", _closes(3650, 4)),
        tracks,
        currency="USD",
        title="Better than what you hold in 6 of 10 unseen years",
        subtitle="Walk-forward",
    )


def _goals() -> bytes:
    rows = [
        goals.GoalRow(
            f"Goal {k}",
            10000.0 * (k + 1),
            f"in {2029 + k}",
            0.05 * k,
            0.1,
            0.15,
            [(f"SYM{j}", 0.2) for j in range(5)],
        )
        for k in range(6)
    ]
    return goals.draw(rows, currency="USD", title="Three of six goals", subtitle="6 accounts")


if __name__ == "__main__":
    for row in measure():
        print(row)
