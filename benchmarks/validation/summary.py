"""From single verdicts to the figures of the tables."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan
from typing import Any

import numpy as np

from benchmarks.validation.assessments import INSUFFICIENT, TESTED, Assessment
from benchmarks.validation.investor import SIZES
from benchmarks.validation.scores import (
    average_precision,
    brier,
    covered,
    interval,
    pooled,
    reliability_slope,
    roc_auc,
    spearman,
)
from engine.arrays import Flags, Floats

Figures = dict[str, Any]
_MATRIX_SIZES = (40, 80, 160)
_PLAIN = ("G1", "G2")


def summarise(rows: Sequence[Assessment]) -> Figures:
    """All tables, ready for JSON; NaN becomes None."""
    groups = [name for name in ("in-family", "held-out") if any(r.group == name for r in rows)]
    found: Figures = {"cells": [], "groups": groups}
    for group in groups:
        own = [row for row in rows if row.group == group]
        for bias in TESTED:
            of_bias = [row for row in own if row.bias == bias]
            truths = _truths(of_bias)
            for size in SIZES:
                cell = [row for row in of_bias if row.size == size]
                head = {"group": group, "bias": bias, "size": size}
                found["cells"].append(head | _cell(cell, truths))
    inside = [row for row in rows if row.group == "in-family"]
    found["confusable"] = _confusable(inside)
    found["matrix"] = _matrix(rows, inside)
    found["families"] = _families(inside)
    found["money"] = [_money(group, bias, rows) for group in groups for bias in TESTED]
    found["people"] = {g: len({r.investor for r in rows if r.group == g}) for g in groups}
    clean: Figures = _without_nan(found)
    return clean


def _floats(rows: Sequence[Assessment], name: str) -> Floats:
    return np.array([getattr(row, name) for row in rows], dtype=np.float64)


def _scores(rows: Sequence[Assessment]) -> Floats:
    """P(present); even odds where nothing could be computed."""
    return np.nan_to_num(_floats(rows, "p_present"), nan=0.5)


def _truths(rows: Sequence[Assessment]) -> dict[tuple[str, float], float]:
    """What the statistic measures in each family and strength: the pooled mean of its largest
    samples. There is no formula for it, since the mechanisms are not the detectors'."""
    found = {}
    for family, carried in {(r.family, r.carried) for r in rows if r.carried > 0}:
        alike = [r for r in rows if r.family == family and r.carried == carried and r.size >= 80]
        if len(alike) >= 8:
            found[family, carried] = pooled(_floats(alike, "theta"), _floats(alike, "se"))
    return found


def _cell(rows: Sequence[Assessment], truths: dict[tuple[str, float], float]) -> Figures:
    biased = [row for row in rows if row.carried > 0 and row.exposure != 0]
    free = [row for row in rows if row.carried == 0 and row.biases == 0]
    other = [row for row in rows if row.carried == 0 and row.biases > 0]
    plain = [row for row in free if row.family in _PLAIN or row.family == "null: random"]
    both = [*biased, *free]
    score, positive = _scores(both), np.arange(len(both)) < len(biased)
    low, high = interval(roc_auc, score, positive, np.random.default_rng(5))
    judged = [row for row in both if row.label != INSUFFICIENT]
    truth = np.array([row.carried > 0 for row in judged], dtype=np.bool_)
    able = [row for row in biased if row.exposure >= row.n_min or row.exposure < 0]
    unable = [row for row in biased if 0 <= row.exposure < row.n_min]
    told = [row for row in biased if row.label != INSUFFICIENT]
    expected = np.array([truths.get((row.family, row.carried), nan) for row in told])
    calm = [row for row in plain if row.label != INSUFFICIENT]
    return {
        "biased": len(biased),
        "free": len(free),
        "own_n": _mean(_floats(rows, "n")),
        "auc": roc_auc(score, positive),
        "auc_low": low,
        "auc_high": high,
        "pr_auc": average_precision(score, positive),
        "prevalence": len(biased) / max(len(both), 1),
        "rejected": _share(_p_values(plain) < 0.05),
        "rejected_of": len(_p_values(plain)),
        "false_detected": _share(np.array([row.detected for row in free])),
        "false_detected_others": _share(np.array([row.detected for row in other])),
        "found": _share(np.array([row.detected for row in able])),
        "high_scores": _share(np.nan_to_num(_floats(plain, "intensity")) >= 50),
        "brier": brier(_scores(judged), truth),
        "slope": reliability_slope(_scores(judged), truth),
        "judged": len(judged),
        "spearman": spearman(_floats(judged, "intensity"), _floats(judged, "carried")),
        "covers_zero": covered(_floats(calm, "theta"), _floats(calm, "se"), np.zeros(len(calm))),
        "covers_truth": covered(_floats(told, "theta"), _floats(told, "se"), expected),
        "abstains": _share(np.array([row.label == INSUFFICIENT for row in rows])),
        "abstains_able": _share(np.array([row.label == INSUFFICIENT for row in able])),
        "abstains_unable": _share(np.array([row.label == INSUFFICIENT for row in unable])),
    }


def _p_values(rows: Sequence[Assessment]) -> Floats:
    """Of those with enough data."""
    p = np.array([row.p_value for row in rows if row.label != INSUFFICIENT], dtype=np.float64)
    return p[np.isfinite(p)]


def _share(flags: Flags) -> float:
    return float(flags.mean()) if len(flags) else nan


def _mean(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else nan


def _confusable(rows: Sequence[Assessment]) -> list[Figures]:
    """How often people without biases look biased, by what they do (40 decisions or more)."""
    found = []
    for family in sorted({row.family for row in rows if row.biases == 0}):
        for bias in TESTED:
            own = [
                row
                for row in rows
                if row.family == family
                and row.biases == 0
                and row.bias == bias
                and row.size >= 40
                and row.carried == 0
            ]
            p = _p_values(own)
            found.append(
                {
                    "family": family,
                    "bias": bias,
                    "people": len(p),
                    "rejected": _share(p < 0.05),
                    "detected": _share(np.array([row.detected for row in own])),
                    "opposite": _share(np.array([row.opposite for row in own])),
                }
            )
    return found


def _matrix(rows: Sequence[Assessment], inside: Sequence[Assessment]) -> list[Figures]:
    """AUC of every detector on people with one bias at twice the average, against plain ones."""
    found = []
    groups = sorted({row.group for row in rows if row.group.startswith("single: ")})
    free = [
        row
        for row in inside
        if row.biases == 0 and row.family in _PLAIN and row.size in _MATRIX_SIZES
    ]
    for group in groups:
        for bias in TESTED:
            ones = [row for row in rows if row.group == group and row.bias == bias]
            both = [*ones, *(row for row in free if row.bias == bias)]
            auc = roc_auc(_scores(both), np.arange(len(both)) < len(ones))
            found.append(
                {"carries": group.removeprefix("single: "), "bias": bias, "auc": auc}
                | {"people": len(ones)}
            )
    return found


def _families(rows: Sequence[Assessment]) -> list[Figures]:
    """Disposition by the mechanism that makes it, 40 decisions or more."""
    found = []
    for family in _PLAIN:
        own = [r for r in rows if r.bias == "disposition" and r.family == family and r.size >= 40]
        for carried in sorted({row.carried for row in own}):
            alike = [row for row in own if row.carried == carried]
            theta, se = _floats(alike, "theta"), _floats(alike, "se")
            found.append(
                {"family": family, "carried": carried, "people": len(alike)}
                | {"theta": pooled(theta, se)}
            )
    return found


def _money(group: str, bias: str, rows: Sequence[Assessment]) -> Figures:
    """Costs against the twins, yearly, as shares of the portfolio (40 decisions or more)."""
    own = [
        row
        for row in rows
        if row.group == group
        and row.bias == bias
        and row.carried > 0
        and row.size >= 40
        and row.label != INSUFFICIENT
        and not isnan(row.lost + row.cost + row.worth)
    ]
    cost, lost, worth = (_floats(own, name) for name in ("cost", "lost", "worth"))
    low, high = _floats(own, "cost_low"), _floats(own, "cost_high")
    known = np.isfinite(low) & np.isfinite(high)
    off = (cost - lost) / worth if len(own) else np.zeros(0)
    return {
        "group": group,
        "bias": bias,
        "people": len(own),
        "cost": float(np.median(cost / worth)) if len(own) else nan,
        "lost": float(np.median(lost / worth)) if len(own) else nan,
        "off": float(np.median(off)) if len(own) else nan,
        "spread": float(np.median(np.abs(off - np.median(off)))) if len(own) else nan,
        "same_order": spearman(cost / worth, lost / worth) if len(own) else nan,
        "covered": _share(((low <= lost) & (lost <= high))[known]),
    }


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_without_nan(one) for one in value]
    if isinstance(value, float):
        return None if isnan(value) else round(value, 4)
    return value
