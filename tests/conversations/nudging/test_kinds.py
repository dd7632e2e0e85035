"""Each reason to speak: said where the record shows it, with its n and range, and not else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from conversations.actions.pricing import Freshness
from conversations.actions.reviewing import Case
from conversations.nudging import finding
from conversations.nudging.registry import kinds
from engine.prices import Prices
from engine.record.context import NOTHING_ELSE
from storage.records import Person
from tests.conversations.nudging.evenings import (
    BOOK,
    DAYS,
    ME,
    NAMES,
    finding_of,
    look_at,
    occasion_of,
    said_of,
    trade_at,
    walk,
)
from tests.conversations.sample_person import Person as Investor


def test_concentration_that_came_by_itself() -> None:
    close = walk()
    trades = [trade_at(900, "buy", name, 10, close) for name in NAMES]
    assert occasion_of("concentration", look_at(close, trades)) is None
    large = [trade_at(900, "buy", "AAA", 40, close), *trades[1:]]
    assert occasion_of("concentration", look_at(close, large)) is None, (
        "large, but it was so before"
    )
    close[-63:, 0] *= np.linspace(1.0, 4.0, 63)
    told = said_of("concentration", occasion_of("concentration", look_at(close, trades)))
    assert told.startswith("AAA is ")
    assert "a quarter ago it was " in told
    assert "(90% range " in told
    assert "252 days)." in told
    flat = walk()
    bought = [*trades, trade_at(DAYS - 20, "buy", "AAA", 60, flat)]
    assert occasion_of("concentration", look_at(flat, bought)) is None, "bought, not grown"


def test_an_unusual_day_of_something_held() -> None:
    close = walk()
    trades = [trade_at(100, "buy", name, 10, close) for name in NAMES]
    assert occasion_of("market_move", look_at(close, trades)) is None
    close[-1, 2] *= 0.9
    told = said_of("market_move", occasion_of("market_move", look_at(close, trades)))
    assert told.startswith("CCC moved −")
    assert "In the 252 days before: never as much." in told
    assert occasion_of("market_move", look_at(close, trades[:2])) is None, "it is not held"


def test_what_went_well_is_told() -> None:
    close = walk()
    before = [trade_at(100 + n, "buy", "AAA", 1, close, planned=n % 3 == 0) for n in range(13)]
    kept = [trade_at(200 + n, "buy", "AAA", 1, close, planned=True) for n in range(5)]
    told = said_of("good_news", occasion_of("good_news", look_at(close, before + kept[:4])))
    assert told.startswith("Your last 5 trades were all planned. Before, fewer were (4 of 12, ")
    assert occasion_of("good_news", look_at(close, before + kept)) is None, "between two marks"
    assert occasion_of("good_news", look_at(close, kept)) is None, "nothing to compare it with"


def test_calm_on_days_of_stress_is_told() -> None:
    """By somebody who used to sell on such days, at ten of them in a row."""
    close = walk(wide=0.002)
    falls = np.arange(DAYS - 40, DAYS)
    close[falls] *= np.exp(-0.02 * np.arange(1, 41))[:, None]
    trades = [trade_at(100, "buy", "AAA", 1000, close)]
    finding = (finding_of("panic_selling", [{"after": 0.05}] * 6),)
    marks = {}
    for last in range(DAYS - 38, DAYS - 2):
        sold = [trade_at(n, "sell", "AAA", 1, close) for n in range(DAYS - 39, last)]
        look = look_at(close, [*trades, *sold], findings=finding)
        if (found := occasion_of("good_news", look)) is not None:
            marks[found.facts["streak"]] = said_of("good_news", found)
            assert occasion_of("good_news", replace(look, findings=())) is None
    assert set(marks) <= {5, 10, 20}
    assert marks[10].startswith("10 days of stress in a row without a sale.")


def test_of_a_market_that_stands_still_there_is_no_news() -> None:
    close = walk()
    close[-1, 2] *= 0.9
    trades = [trade_at(100, "buy", name, 10, close) for name in NAMES]
    look = look_at(close, trades)
    case = replace(look.case, until=look.case.until + timedelta(days=400))
    later = replace(look, case=case, record=case.record())
    assert occasion_of("market_move", later) is None


def test_every_kind_is_complete() -> None:
    looked_for = [kind for kind in kinds() if not kind.scheduled]
    assert len(looked_for) == 12
    for kind in kinds():
        assert kind.source
        assert kind.shows is not None or kind.answers is not None or kind.scheduled
        assert not (kind.for_teams and kind.needs), "a habit is one person's"
        assert kind.limit is None or kind.limit.usual in kind.limit.choices


@pytest.mark.parametrize("empty", [True, False])
def test_a_look_at_little_finds_nothing(empty: bool) -> None:
    close = walk()
    trades = [] if empty else [trade_at(1590, "buy", "AAA", 1, close)]
    look = look_at(close, trades)
    sight = finding.Sight(look.person, look.case, (), look.now, (), {})
    assert finding.examine(sight) == ()


def test_whatever_is_found_can_be_kept_and_said(person: Investor, demo_prices: Prices) -> None:
    """The demo's investor, as if the market had not stood still: twelve evenings of ten years."""
    found = set()
    for months in range(12):
        until = demo_prices.days[-1 - 210 * months].item()
        trades = tuple(one for one in person.trades if one.at.date() <= until)
        case = Case(BOOK, trades, demo_prices.until(until), until, NOTHING_ELSE, Freshness())
        now = datetime(until.year, until.month, until.day, 22, tzinfo=UTC)
        asked = {until - timedelta(days=n): 5 for n in range(7)}
        sight = finding.Sight(Person(ME), case, person.findings, now, (), asked)
        if not months:
            shared = finding.examine(replace(sight, listener=BOOK.id))
            assert {one.kind for one in shared} <= {kind.name for kind in kinds() if kind.for_teams}
        for one in finding.examine(sight):
            json.dumps(one.occasion.facts, allow_nan=False)
            said_of(one.kind, one.occasion)
            found.add(one.kind)
    assert {"checking", "winners"} <= found
