"""What is kept of a look at the trades: the findings, and what is new since the look before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from conversations.actions.pricing import Freshness
from conversations.actions.reviewing import Review, keep
from engine.detection.finding import BiasFinding, Calibration, Label
from engine.diagnosis.events import Event
from engine.diagnosis.examination import Profile
from storage.unit_of_work import Storage
from tests.storage.people import NOW, somebody

FOUND = BiasFinding(
    bias="disposition",
    theta=0.8,
    se=0.2,
    n=40,
    n_min=15,
    unit="sale days",
    intensity=60.0,
    ci90=(40.0, 75.0),
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
SOLD = Event("disposition", date(2026, 2, 3), "AAPL", "a", 0.25, {"gain": 0.1})


async def test_events_do_not_pile_up_from_look_to_look(storage: Storage) -> None:
    _, mine = await somebody(storage)
    gone = replace(FOUND, detected=False, label=Label.NONE)
    async with storage.transaction() as work:
        portfolio = await work.portfolios.get(mine)

        async def look(finding: BiasFinding, days: int) -> list[str]:
            profile = Profile((finding,), 50, None, None, (), ())
            now = NOW + timedelta(days=days)
            review = Review(
                portfolio=portfolio,
                profile=profile,
                twin=None,
                events=(SOLD,),
                png=b"",
                freshness=Freshness(),
                until=now.date(),
                prices_until=None,
                symbols=frozenset(),
            )
            await keep(work, review, now)
            return [event.kind for event in await work.events.of(mine)]

        assert await look(FOUND, 0) == ["disposition", "disposition:began"]
        assert await look(FOUND, 1) == ["disposition", "disposition:began"]
        assert (await look(gone, 2))[2:] == ["disposition:ended"]
        assert (await look(gone, 3))[2:] == ["disposition:ended"]
        assert (await look(FOUND, 9))[2:] == ["disposition:ended", "disposition:began"]
        assert len(await work.scores.history(mine, bias="disposition")) == 5
