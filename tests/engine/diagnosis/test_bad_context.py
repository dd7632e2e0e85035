"""Whatever else is told of a person and a market: no bias breaks, and what is missing is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from engine.arrays import Floats
from engine.detection.finding import Label
from engine.record.context import Context, Panel, Quiz
from tests.engine.diagnosis.rich import (
    EVERY,
    NAMES,
    check,
    context,
    edited,
    market,
    of,
    panel,
    put,
    trades,
)


def scores(low: float, high: float, days: slice = EVERY, shift: int = 0) -> Panel:
    axis = (market().days + shift)[days].copy()
    rng = np.random.default_rng(8)
    return Panel(market().symbols, axis, rng.uniform(low, high, (len(axis), NAMES)))


NO_DAYS = np.zeros(0, dtype="datetime64[D]")
PANELS: dict[str, Panel] = {
    "neither names nor days": Panel((), NO_DAYS, np.zeros((0, 0))),
    "no days": Panel(market().symbols, NO_DAYS, np.zeros((0, NAMES))),
    "no names": Panel((), market().days, np.zeros((len(market().days), 0))),
    "other names": Panel(("X", "Y"), market().days, np.full((len(market().days), 2), 0.4)),
    "one name": Panel(market().symbols[:1], market().days, np.full((len(market().days), 1), 0.9)),
    "years before": scores(0, 1, shift=-9000),
    "years after": scores(0, 1, shift=9000),
    "weekends": scores(0, 1, shift=1),
    "one day": scores(0, 1, slice(400, 401)),
    "unknown": panel(market(), np.full(market().close.shape, np.nan)),
    "constant": panel(market(), np.full(market().close.shape, 0.5)),
    "nobody buys": panel(market(), np.zeros(market().close.shape)),
    "all buy": panel(market(), np.ones(market().close.shape)),
    "out of range": scores(-1e6, 1e6),
}


@pytest.mark.parametrize("name", PANELS)
def test_panels(name: str) -> None:
    known = PANELS[name]
    for told in (
        replace(context(), crowd=known, sentiment=None, news=known),
        replace(context(), crowd=None, sentiment=known, supportive_share=None),
    ):
        herding = of(check(trades(), known=told), "herding")
        if name in ("neither names nor days", "no days", "no names"):
            assert herding.caveats == ("no_crowd_data",)
        if name not in ("weekends", "out of range", "one name"):
            assert herding.label is Label.INSUFFICIENT


CONTEXTS: dict[str, Context] = {
    "nothing": Context(),
    "an unknown home": replace(context(), home="XX"),
    "no countries": replace(context(), countries={}),
    "empty countries": replace(context(), home="us", countries=dict.fromkeys(market().symbols, "")),
    "an unknown employer": replace(context(), employer="ZZZZ"),
    "a benchmark": replace(context(), benchmark="S003"),
    "an unknown benchmark": replace(context(), benchmark="ZZZZ"),
    "no statements": replace(context(), statements=()),
    "all statements confirm": replace(
        context(), statements=tuple(replace(s, confirms=True) for s in context().statements)
    ),
    "nothing supportive": replace(context(), supportive_share=0.0),
    "all supportive": replace(context(), supportive_share=1.0),
    "an unknown mix": replace(context(), supportive_share=None, news=None),
    "all bets taken": replace(context(), quiz=Quiz(7.0, None)),
    "no bet taken": replace(context(), quiz=Quiz(None, 2.0)),
    "no answer": replace(context(), quiz=Quiz(None, None)),
    "the same bet": replace(context(), quiz=Quiz(4.0, 4.0)),
    "contradictions": replace(context(), quiz=Quiz(7.0, 2.0)),
}


@pytest.mark.parametrize("name", CONTEXTS)
def test_contexts(name: str) -> None:
    profile = check(trades(), known=CONTEXTS[name])
    caveats = {f.bias: f.caveats for f in profile.findings}
    if name == "nothing":
        assert "no_crowd_data" in caveats["herding"]
        assert "no_news" in caveats["confirmation"]
        assert "no_countries" in caveats["home_bias"]
        assert "ask_the_quiz" in caveats["loss_aversion"]
    if name == "an unknown home":
        assert "home_unknown" in caveats["home_bias"]
    if name == "contradictions":
        assert "quiz_inconsistent" in caveats["loss_aversion"]


@pytest.mark.parametrize(
    "change",
    [
        put(np.nan, EVERY, slice(3, 4)),
        put(np.nan, slice(300, None, 3), slice(3, 4)),
        put(10.0, EVERY, slice(3, 4)),
        put(0.0, slice(400, 420), slice(3, 4)),
    ],
    ids=["unknown", "gaps", "constant", "0"],
)
def test_a_benchmark_that_is_none(change: Callable[[Floats], Floats]) -> None:
    check(trades(), edited(change), replace(context(), benchmark="S003"))
