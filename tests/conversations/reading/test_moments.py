"""Moments to come, from words, by the clocks of a person's own time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.reading.moments import NoSuchMoment, read_moment

NOW = datetime(2026, 3, 27, 8, 30, tzinfo=UTC)  # Friday; the clocks in Berlin change on Sunday
BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("said", "at", "rest"),
    [
        ("tomorrow", "2026-03-28T10:00:00+01:00", ""),
        ("tomorrow at 10:15", "2026-03-28T10:15:00+01:00", ""),
        ("in 7 days", "2026-04-03T10:00:00+02:00", ""),
        ("in two weeks at 6pm", "2026-04-10T18:00:00+02:00", ""),
        ("in an hour", "2026-03-27T10:30:00+01:00", ""),
        ("in 20 minutes to call the broker", "2026-03-27T09:50:00+01:00", "to call the broker"),
        ("on monday at 9:15 about NVDA", "2026-03-30T09:15:00+02:00", "about NVDA"),
        ("friday", "2026-04-03T10:00:00+02:00", ""),
        ("at 8", "2026-03-28T08:00:00+01:00", ""),
        ("at 18:00", "2026-03-27T18:00:00+01:00", ""),
        ("tonight", "2026-03-27T20:00:00+01:00", ""),
        ("3 Dec", "2026-12-03T10:00:00+01:00", ""),
        ("dec 3rd at noon", "2026-12-03T12:00:00+01:00", ""),
        ("1 march", "2027-03-01T10:00:00+01:00", ""),
        ("2026-04-05", "2026-04-05T10:00:00+02:00", ""),
        ("on sunday at 2:30", "2026-03-29T03:30:00+02:00", ""),  # an hour that there is not
        ("in 1 month", "2026-04-27T10:00:00+02:00", ""),
        ("tomorrow at 9 to sell at 10", "2026-03-28T09:00:00+01:00", "to sell at 10"),
        ("to look at 10 shares on friday", "2026-04-03T10:00:00+02:00", "to look at 10 shares"),
    ],
)
def test_moments(said: str, at: str, rest: str) -> None:
    found = read_moment(said, NOW, BERLIN)
    assert found.at is not None
    assert found.at.astimezone(ZoneInfo(BERLIN)).isoformat() == at
    assert found.rest == rest


@pytest.mark.parametrize("said", ["", "to buy 10 at 5%", "yesterday", "when NVDA falls"])
def test_what_says_no_moment(said: str) -> None:
    assert read_moment(said, NOW, BERLIN).at is None


@pytest.mark.parametrize(
    "said", ["in 99999 days", "at 25:00", "30 feb", "2020-01-01", "today at 3am", "in 50 years"]
)
def test_moments_that_cannot_be(said: str) -> None:
    with pytest.raises(NoSuchMoment):
        read_moment(said, NOW, BERLIN)


def test_an_hour_that_comes_twice_is_its_first() -> None:
    autumn = datetime(2026, 10, 24, 12, tzinfo=UTC)
    found = read_moment("tomorrow at 2:30", autumn, BERLIN)
    assert found.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(st.text(max_size=60), st.sampled_from(["UTC", "Asia/Kolkata", "America/New_York"]))
def test_any_words_end_in_the_future_or_nowhere(said: str, zone: str) -> None:
    try:
        found = read_moment(said, NOW, zone)
    except NoSuchMoment:
        return
    assert found.at is None or found.at > NOW
