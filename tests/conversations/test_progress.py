"""“Am I getting better?”: one year of trades against another."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from conversations.wording import progress
from engine.detection.finding import BiasFinding, Calibration, Label
from engine.diagnosis.timeline import Change, Point, Timeline
from tests.conversations.talk import Talk


async def test_progress_in_the_demo(demo: Talk) -> None:
    seen = await demo.say("am I getting better?")
    assert seen.first.startswith("DEMO · ")
    assert "beyond chance" in seen.first or "than before" in seen.first
    assert "I compare years apart from each other" in seen.text
    assert len(seen.text.splitlines()) <= 4
    assert seen.picture
    assert "Benjamini" in (await demo.say("why?")).text


async def test_the_first_report_is_mentioned_later(demo: Talk) -> None:
    await demo.say("biases")
    demo.wait(days=60)
    seen = await demo.say("progress")
    (first,) = [line for line in seen.text.splitlines() if line.startswith("My first report")]
    assert first.startswith("My first report, of 18 Nov 2026, saw ")
    assert "averaging down" in first


async def test_too_early_to_tell(talk: Talk) -> None:
    assert (await talk.say("progress")).text.startswith("No trades recorded yet.")
    await talk.say("bought 10 AAPL at 125.70 on 2022-12-28")
    await talk.press("Save")
    assert (await talk.say("progress")).first.startswith("Too early to tell: I need two separate")


def finding(bias: str, intensity: float) -> BiasFinding:
    return BiasFinding(
        bias=bias,
        theta=1.0,
        se=0.3,
        n=64,
        n_min=15,
        unit="sale days",
        intensity=intensity,
        ci90=(20.0, 90.0),
        p_present=0.99,
        label=Label.STRONG,
        detected=True,
        opposite=False,
        cost=None,
        cost_ci=None,
        cost_share=None,
        horizon=63,
        evidence=(),
        calibration=Calibration.PUBLISHED,
    )


def change(bias: str, before: float, after: float, *, significant: bool = True) -> Change:
    days = date(2019, 12, 31), date(2022, 12, 31)
    points = [
        Point(day - timedelta(days=364), day, 40, (finding(bias, value),), value)
        for day, value in zip(days, (before, after), strict=True)
    ]
    z = 2.6 if after > before else -2.6
    return Change(bias, points[0], points[1], z * 0.4, 0.4, z, 0.01, significant)


def test_what_fell_rose_and_stayed() -> None:
    changes = [
        change("disposition", 71, 40),
        change("fomo", 20, 52),
        change("recency", 30, 31, significant=False),
    ]
    line = Timeline(365, (changes[0].before, changes[0].after))
    said = progress.told(line, changes, None, demo=False).splitlines()
    assert said == [
        "Weaker than before: selling winners early (71 → 40 of 100).",
        "Stronger than before: FOMO buying (20 → 52 of 100).",
        "No change beyond chance: chasing last month's winners.",
        "I compare years apart from each other, such as the one to 31 Dec 2019 with the one to "
        "31 Dec 2022.",
    ]
    assert progress.title(changes) == "Weaker: selling winners early"
    assert "z = −2.6" in progress.why(changes)


@pytest.mark.parametrize(("count", "more"), [(3, ""), (5, "2 more")])
def test_many_that_stayed_are_counted(count: int, more: str) -> None:
    names = ["disposition", "fomo", "recency", "lottery", "regret"][:count]
    changes = [change(name, 30, 31, significant=False) for name in names]
    said = progress.told(Timeline(365, ()), changes, None, demo=True)
    assert said.startswith("DEMO · No habit has changed beyond chance: ")
    assert (more in said) if more else (" more" not in said)
