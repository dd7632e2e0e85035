"""Findings survive JSON to the last bit, also where there is no number."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.detection.finding import BiasFinding, Calibration, Evidence, Label
from storage.repositories.findings import pack, unpack
from storage.unit_of_work import Storage
from tests.storage.people import NOW, somebody

FLOATS = st.floats()
MAYBE = st.none() | FLOATS
FACTS = st.dictionaries(st.sampled_from(["gain", "after", "PGR"]), FLOATS)
FINDINGS = st.builds(
    BiasFinding,
    bias=st.sampled_from(["disposition", "sunk_cost"]),
    theta=FLOATS,
    se=FLOATS,
    n=st.integers(0, 10_000),
    n_min=st.integers(0, 50),
    unit=st.just("sale days"),
    intensity=FLOATS,
    ci90=st.tuples(FLOATS, FLOATS),
    p_present=FLOATS,
    label=st.sampled_from(Label),
    detected=st.booleans(),
    opposite=st.booleans(),
    cost=MAYBE,
    cost_ci=st.none() | st.tuples(FLOATS, FLOATS),
    cost_share=MAYBE,
    horizon=st.integers(1, 300),
    evidence=st.lists(
        st.builds(Evidence, st.text(max_size=5), st.just("AAPL"), st.dates(), MAYBE, facts=FACTS),
        max_size=3,
    ).map(tuple),
    calibration=st.sampled_from(Calibration),
    measures=FACTS,
    caveats=st.lists(st.text(max_size=5), max_size=2).map(tuple),
)


@given(FINDINGS)
def test_a_finding_comes_back_from_json_as_it_was(finding: BiasFinding) -> None:
    # repr tells NaN from None and is one to one for floats; equality says no of NaN
    assert repr(unpack(json.loads(json.dumps(pack(finding), allow_nan=False)))) == repr(finding)


def example(**more: object) -> BiasFinding:
    facts: dict[str, object] = {
        "bias": "disposition",
        "theta": math.nan,
        "se": 0.1 + 0.2,
        "n": 7,
        "n_min": 10,
        "unit": "sale days",
        "intensity": math.nan,
        "ci90": (math.nan, math.nan),
        "p_present": 1e-300,
        "label": Label.INSUFFICIENT,
        "detected": False,
        "opposite": False,
        "cost": None,
        "cost_ci": None,
        "cost_share": None,
        "horizon": 21,
        "evidence": (Evidence("a", "KO", date(2020, 2, 29), None, {"gain": -0.11}),),
        "calibration": Calibration.PUBLISHED,
        "measures": {"PGR": 0.3},
        "caveats": ("one_asset",),
    }
    return BiasFinding(**{**facts, **more})  # type: ignore[arg-type]


def test_numbers_of_numpy_are_kept_as_numbers() -> None:
    odd = example(theta=np.float64(0.25), n=np.int64(7), detected=np.bool_(True))
    assert unpack(json.loads(json.dumps(pack(odd)))).theta == 0.25


async def test_the_latest_findings_are_those_of_the_last_look(storage: Storage) -> None:
    _, mine = await somebody(storage)
    first = (example(), example(bias="sunk_cost", theta=0.1, intensity=51.5))
    async with storage.transaction() as work:
        assert await work.scores.latest(mine) is None
        await work.scores.add(mine, 3, first, NOW)
        kept = await work.scores.latest(mine)
        assert repr(kept) == repr((3, first))
        await work.scores.add(mine, 4, first[:1], NOW)
        kept = await work.scores.latest(mine)
        assert kept is not None
        assert (kept[0], len(kept[1])) == (4, 1)
        with pytest.raises(ValueError, match="at least one"):
            await work.scores.add(mine, 5, (), NOW)


async def test_the_history_says_what_was_told_at_each_look(storage: Storage) -> None:
    _, mine = await somebody(storage)
    _, other = await somebody(storage, "bob")
    later = NOW + timedelta(days=30)
    async with storage.transaction() as work:
        assert await work.scores.history(mine) == []
        await work.scores.add(mine, 1, (example(), example(bias="sunk_cost", theta=0.4)), NOW)
        await work.scores.add(mine, 2, (example(bias="sunk_cost", theta=0.2),), later)
        await work.scores.add(other, 1, (example(bias="sunk_cost", theta=0.9),), NOW)
        told = await work.scores.history(mine, bias="sunk_cost")
        assert [(at, one.theta) for at, one in told] == [(NOW, 0.4), (later, 0.2)]
        assert all(one.evidence == () for _, one in told)
        whole = replace(example(bias="sunk_cost", theta=0.2), evidence=())
        assert repr(told[-1][1]) == repr(whole)
        since = await work.scores.history(mine, since=NOW + timedelta(seconds=1))
        assert [at for at, _ in since] == [later]
        assert [one.bias for _, one in await work.scores.history(mine)] == [
            "disposition", "sunk_cost", "sunk_cost",
        ]  # fmt: skip
