"""Each reason to speak: said where the record shows it, with its n and range, and not else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import numpy as np
import pytest

from conversations.actions.allocation import wishes
from conversations.actions.pricing import Freshness
from conversations.actions.reviewing import Case
from conversations.nudging import finding
from conversations.nudging.kind import LIMITS, Look, Occasion
from conversations.nudging.registry import kind_named, kinds
from engine.arrays import Floats
from engine.detection.finding import BiasFinding, Calibration, Evidence, Label
from engine.ledger import Kind as TradeKind
from engine.ledger import LotMethod, Trade
from engine.prices import Prices
from engine.record.context import NOTHING_ELSE
from storage.nudge_records import Intention
from storage.records import Person, PortfolioRecord
from tests.conversations.sample_person import Person as Investor
from tests.conversations.sample_person import check

DAYS = 1600
FIRST = np.datetime64("2020-01-06", "D")
NAMES = ("AAA", "BBB", "CCC", "DDD")
ME = UUID(int=1)
BOOK = PortfolioRecord(UUID(int=2), ME, "Main", False, "USD", LotMethod.FIFO, False, 1)
ADVICE = ("you should", "buy now", "sell now", "recommend", "will rise", "will fall")


def _days(count: int = DAYS) -> np.ndarray:
    week = np.arange(FIRST, FIRST + 2 * count)
    return week[(week.astype(np.int64) + 3) % 7 < 5][:count]


def _walk(seed: int = 1, wide: float = 0.01) -> Floats:
    """Four shares with daily moves of 1 %."""
    moves = np.random.default_rng(seed).normal(0.0003, wide, (DAYS, len(NAMES)))
    return 100.0 * np.exp(np.cumsum(moves, axis=0))


def _prices(close: Floats) -> Prices:
    return Prices.from_closes(NAMES, _days(len(close)), close.copy())


def _trade(
    row: int, side: str, symbol: str, shares: float, close: Floats, planned: bool = False
) -> Trade:
    day: date = _days()[row].item()
    return Trade(
        id=uuid4(),
        at=datetime(day.year, day.month, day.day, 15, tzinfo=UTC),
        kind=TradeKind.BUY if side == "buy" else TradeKind.SELL,
        symbol=symbol,
        quantity=Decimal(str(shares)),
        price=Decimal(repr(round(float(close[row, NAMES.index(symbol)]), 4))),
        planned=planned,
    )


def _look(close: Floats, trades: list[Trade], **more: object) -> Look:
    prices = _prices(close)
    until = prices.last_day
    assert until is not None
    case = Case(BOOK, tuple(trades), prices, until, NOTHING_ELSE, Freshness())
    now = datetime(until.year, until.month, until.day, 22, tzinfo=UTC)
    return replace(Look(Person(ME), case, case.record(), (), now), **more)  # type: ignore[arg-type]


def _finding(bias: str, facts: list[dict[str, float]], detected: bool = True) -> BiasFinding:
    shown = tuple(
        Evidence(str(n), "AAA", date(2021, 3, 1), None, one) for n, one in enumerate(facts)
    )
    return BiasFinding(
        bias, 0.64, 0.2, 34, 20, "sale days", 60.0, (50.0, 70.0), 0.99, Label.STRONG, detected,
        False, 120.0, (40.0, 210.0), 0.01, 63, shown, Calibration.PUBLISHED,
    )  # fmt: skip


def _one(kind: str, look: Look) -> Occasion | None:
    found = kind_named(kind)
    assert found is not None
    occasions = found.find(look)
    return occasions[0] if occasions else None


def _told(kind: str, occasion: Occasion | None) -> str:
    """What is said of it; a reason and a why that anybody may read."""
    assert occasion is not None
    found = kind_named(kind)
    assert found is not None
    told, why = found.told(occasion.facts, "USD"), found.why(occasion.facts)
    for text in (told, why):
        check(text)
        assert len(text.splitlines()) <= 2
        assert not [one for one in ADVICE if one in text.casefold()]
    assert found.source.rpartition(" ")[2] in why
    return told


def _busy(weeks: list[int], lost: float) -> tuple[Floats, list[Trade]]:
    """One purchase each week, four of DDD in each of the ``weeks``, which falls behind the market
    by ``lost`` within the quarter after them and is sold then."""
    close = _walk(wide=0.002)
    for n in weeks[1:]:
        start = DAYS - 5 * n
        close[start : start + 63, 3] *= (1 - lost) ** (np.arange(1, 64) / 63)
        close[start + 63 :, 3] *= 1 - lost
    trades = [_trade(5, "buy", "BBB", 100, close)]
    for n in range(2, DAYS // 5 - 4):
        if n not in weeks:
            row = DAYS - 2 - 5 * n
            trades += [
                _trade(row + k, side, "AAA", 3, close) for k, side in ((0, "buy"), (1, "sell"))
            ]
    for n in weeks:
        first = DAYS - 1 - 5 * n
        trades += [_trade(first - k, "buy", "DDD", 5, close) for k in range(4)]
        if n:
            trades.append(_trade(first + 66, "sell", "DDD", 20, close))
    return close, sorted(trades, key=lambda one: one.at)


BUSY = [0, 40, 60, 80, 100, 120, 140, 160]


def test_pace_is_spoken_of_where_such_weeks_cost_something() -> None:
    close, trades = _busy(BUSY, 0.10)
    told = _told("pace", _one("pace", _look(close, trades)))
    assert told.startswith("You're near a pattern: 4 buys in 7 days, your usual is 1.\n")
    assert "% of your holdings on average (90% range " in told
    assert "7 weeks)." in told
    person = Person(ME, preferences={LIMITS: {"pace": 5.0}})
    assert _one("pace", _look(close, trades, person=person)) is None
    assert _one("pace", _look(*_busy(BUSY, -0.05))) is None, "it cost nothing"
    assert _one("pace", _look(*_busy(BUSY[:5], 0.10))) is None, "too few weeks"
    assert _one("pace", _look(*_busy(BUSY[1:], 0.10))) is None, "a quiet week"


def test_concentration_that_came_by_itself() -> None:
    close = _walk()
    trades = [_trade(900, "buy", name, 10, close) for name in NAMES]
    assert _one("concentration", _look(close, trades)) is None
    large = [_trade(900, "buy", "AAA", 40, close), *trades[1:]]
    assert _one("concentration", _look(close, large)) is None, "large, but it was so before"
    close[-63:, 0] *= np.linspace(1.0, 4.0, 63)
    told = _told("concentration", _one("concentration", _look(close, trades)))
    assert told.startswith("AAA is ")
    assert "a quarter ago it was " in told
    assert "(90% range " in told
    assert "252 days)." in told
    flat = _walk()
    bought = [*trades, _trade(DAYS - 20, "buy", "AAA", 60, flat)]
    assert _one("concentration", _look(flat, bought)) is None, "bought, not grown"


GAINS = [{"gain": 0.05 + 0.01 * n, "held_days": 20.0, "after": 0.02 - 0.003 * n} for n in range(12)]


def test_winners_about_to_go_and_losers_kept() -> None:
    close = _walk()
    trades = [_trade(1400, "buy", name, 10, close) for name in NAMES[:2]]
    close[1401:, 0] *= 1.4
    close[1401:, 1] *= 0.6
    look = _look(close, trades, findings=(_finding("disposition", GAINS),))
    told = _told("winners", _one("winners", look))
    assert told.startswith("AAA is up ")
    assert "(11%, 12 sales)" in told
    assert "Those sold went on to rise in 7 of 12 cases (90% range " in told
    told = _told("losers", _one("losers", look))
    assert told.startswith("BBB stands at −")
    assert "half of your winners were gone after 20 days (12 sales)." in told
    assert _one("winners", _look(close, trades[:1], findings=look.findings)) is None, "no loser"
    late = [trades[0], _trade(DAYS - 15, "buy", "BBB", 10, close)]
    close[DAYS - 14 :, 1] *= 0.6
    assert _one("losers", _look(close, late, findings=look.findings)) is None, "held for days only"
    few = _look(close, trades, findings=(_finding("disposition", GAINS[:9]),))
    assert _one("winners", few) is None
    assert _one("losers", few) is None
    assert _one("winners", replace(look, findings=())) is None


def test_a_fall_of_the_market_is_told_over_years() -> None:
    close = _walk()
    rows = np.arange(DAYS)
    for start in (20, 300, 580, 860, 1140, DAYS - 15):
        close *= np.where(rows[:, None] >= start, 0.84, 1.0)
        close *= np.exp(np.clip(rows - start - 5, 0, 100)[:, None] * 0.003)
    facts = [{"after": 0.05, "share_sold": 0.6}] * 6
    trades = [_trade(100, "buy", "AAA", 10, close)]
    look = _look(close, trades, findings=(_finding("panic_selling", facts),))
    found = _one("panic", look)
    told = _told("panic", found)
    assert told.startswith("The market: −")
    assert "in 5 years.\nA year after such falls it stood higher 5 times of 5 (90% range " in told
    assert found is not None
    assert found.key.startswith("fall:")
    assert _one("panic", replace(look, findings=())) is None
    seldom = (_finding("panic_selling", facts[:4]),)
    assert _one("panic", replace(look, findings=seldom)) is None, "too few sales"
    brave = Person(ME, preferences={LIMITS: {"panic": 0.2}})
    assert _one("panic", replace(look, person=brave)) is None, "they want to hear of larger ones"
    calm = _walk()
    assert _one("panic", _look(calm, trades, findings=look.findings)) is None


def test_what_has_jumped_is_spoken_of_to_those_who_chase() -> None:
    close = _walk()
    facts = [{"after": -0.02 + 0.004 * n, "against": 0.0} for n in range(12)]
    trades = [_trade(DAYS - 60, "buy", "AAA", 10, close)]
    look = _look(close, trades, findings=(_finding("fomo", facts),))
    assert _one("fomo", look) is None
    close[-4:, 0] *= np.linspace(1.05, 1.25, 4)
    hot = _look(close, trades, findings=(_finding("fomo", facts),))
    told = _told("fomo", _one("fomo", hot))
    assert told.startswith("AAA has jumped ")
    assert "5 of 12 fell behind the market (90% range " in told
    close[-4:, 0] /= np.linspace(1.05, 1.25, 4)
    close[-4:, 1] *= np.linspace(1.05, 1.25, 4)
    assert _one("fomo", _look(close, trades, findings=hot.findings)) is None, "it is not theirs"


def test_looking_too_often() -> None:
    close = _walk()
    look = _look(close, [_trade(100, "buy", "AAA", 10, close)])
    asked = {look.now.date() - timedelta(days=n): 4 for n in range(5)}
    told = _told("checking", _one("checking", replace(look, asked=asked)))
    assert told.startswith("You looked at how your money does 20 times in 7 days.\nIt was down on ")
    assert "of 23 quarters (90% range " in told
    one_day = {look.now.date(): 40}
    assert _one("checking", replace(look, asked=one_day)) is None
    long_ago = {day - timedelta(days=10): n for day, n in asked.items()}
    assert _one("checking", replace(look, asked=long_ago)) is None


def test_waiting_is_offered_where_it_would_have_paid() -> None:
    plain, close = _walk(), _walk(wide=0.003)
    rows = [DAYS - 2 - 30 * n for n in range(48)]
    for row in rows:  # each jumps just before it is bought, and falls back within the week
        close[row : row + 5, 3] *= np.linspace(1.12, 1.02, 5)[: len(close[row : row + 5])]

    def traded(at: Floats) -> list[Trade]:
        held = [_trade(5, "buy", "BBB", 50, at)]
        for row in sorted(rows):
            shares = 10 + row % 7
            held.append(_trade(row, "buy", "DDD", shares, at))
            if row + 20 < DAYS:
                held.append(_trade(row + 20, "sell", "DDD", shares, at))
        return held

    told = _told("cooling_off", _one("cooling_off", _look(close, traded(close))))
    assert told.startswith("You bought DDD on ")
    assert "Waiting 5 trading days before each purchase would have left you +$" in told
    assert "(90% range $" in told
    assert _one("cooling_off", _look(plain, traded(plain))) is None, "it would not have paid"
    assert _one("cooling_off", _look(close, traded(close)[:-1])) is None, "no purchase these days"


@pytest.mark.parametrize(
    ("symbol", "what"), [("AAA", "AAA"), ("", "Your portfolio"), ("*", "The market")]
)
def test_an_intention_is_quoted_at_its_moment(symbol: str, what: str) -> None:
    close = _walk()
    close[-10:] *= 0.7
    trades = [_trade(100, "buy", "AAA", 10, close)]
    made = datetime(2026, 1, 5, 12, tzinfo=UTC)
    said = Intention(uuid4(), BOOK.id, ME, symbol, -0.2, 100.0, "if it falls 20% I will wait", made)
    look = _look(close, trades, intentions=(said,))
    assert look.case.until > made.date()
    found = _one("intention", look)
    told = _told("intention", found)
    assert told.startswith(f"{what} has moved −")
    assert told.endswith("since you said on 5 Jan 2026:\n“if it falls 20% I will wait”")
    deeper = replace(said, change=-0.5)
    assert _one("intention", replace(look, intentions=(deeper,))) is None
    rise = replace(said, change=0.2)
    assert _one("intention", replace(look, intentions=(rise,))) is None


def test_a_part_of_the_way_to_a_goal() -> None:
    close = np.full((DAYS, 4), 90.0)
    close[-5:] = 110.0
    trades = [_trade(100, "buy", "AAA", 10, close)]
    goal = wishes.Goal("flat", 2000.0, date(2030, 6, 1), 0.1, None, 0.0)
    kept = {wishes.KEY: {str(BOOK.id): wishes.pack(wishes.Wishes(goals=(goal,)))}}
    look = _look(close, trades, person=Person(ME, preferences=kept))
    assert _told("goal_progress", _one("goal_progress", look)) == (
        "50% of the way to flat: your holdings are worth $1,100 of $2,000 (by 1 Jun 2030)."
    )
    close[-1] = 99.0
    assert _one("goal_progress", replace(look, record=_look(close, trades).record)) is None


def _with_goals(*goals: wishes.Goal) -> Person:
    kept = {wishes.KEY: {str(BOOK.id): wishes.pack(wishes.Wishes(goals=goals))}}
    return Person(ME, preferences=kept)


def test_what_is_set_aside_is_compared_with_its_own_goal() -> None:
    close = np.full((DAYS, 4), 100.0)
    close[-5:] = 125.0
    trades = [_trade(100, "buy", "AAA", 100, close)]  # worth 10,000, then 12,500
    said: date = _days()[DAYS - 20].item()
    flat = wishes.Goal("flat", 5000.0, date(2030, 6, 1), 0.1, 2000.0, 0.0, said)
    look = _look(close, trades, person=_with_goals(flat))
    assert _told("goal_progress", _one("goal_progress", look)) == (
        "50% of the way to flat: what you set aside for it is worth $2,500 of $5,000 "
        "(by 1 Jun 2030)."
    )
    early = replace(flat, since=_days()[DAYS - 3].item())
    assert _one("goal_progress", replace(look, person=_with_goals(early))) is None, "no five days"
    unknown = replace(flat, since=None)
    assert _one("goal_progress", replace(look, person=_with_goals(unknown))) is None
    car = wishes.Goal("car", 20_000.0, date(2031, 6, 1), 0.1, None, 0.0)
    both = replace(look, person=_with_goals(replace(flat, amount=50_000.0), car))
    assert _told("goal_progress", _one("goal_progress", both)) == (
        "50% of the way to car: what you hold beside the other goals' money is worth $10,000 of "
        "$20,000 (by 1 Jun 2031)."
    )
    sold = [*trades, _trade(DAYS - 4, "sell", "AAA", 99, close)]
    gone = _look(close, sold, person=_with_goals(flat))
    assert _one("goal_progress", gone) is None, "what was sold is not set aside any more"


def test_an_unusual_day_of_something_held() -> None:
    close = _walk()
    trades = [_trade(100, "buy", name, 10, close) for name in NAMES]
    assert _one("market_move", _look(close, trades)) is None
    close[-1, 2] *= 0.9
    told = _told("market_move", _one("market_move", _look(close, trades)))
    assert told.startswith("CCC moved −")
    assert "In the 252 days before: never as much." in told
    assert _one("market_move", _look(close, trades[:2])) is None, "it is not held"


def test_what_went_well_is_told() -> None:
    close = _walk()
    before = [_trade(100 + n, "buy", "AAA", 1, close, planned=n % 3 == 0) for n in range(13)]
    kept = [_trade(200 + n, "buy", "AAA", 1, close, planned=True) for n in range(5)]
    told = _told("good_news", _one("good_news", _look(close, before + kept[:4])))
    assert told.startswith("Your last 5 trades were all planned. Before, fewer were (4 of 12, ")
    assert _one("good_news", _look(close, before + kept)) is None, "between two marks"
    assert _one("good_news", _look(close, kept)) is None, "nothing to compare it with"


def test_calm_on_days_of_stress_is_told() -> None:
    """By somebody who used to sell on such days, at ten of them in a row."""
    close = _walk(wide=0.002)
    falls = np.arange(DAYS - 40, DAYS)
    close[falls] *= np.exp(-0.02 * np.arange(1, 41))[:, None]
    trades = [_trade(100, "buy", "AAA", 1000, close)]
    finding = (_finding("panic_selling", [{"after": 0.05}] * 6),)
    marks = {}
    for last in range(DAYS - 38, DAYS - 2):
        sold = [_trade(n, "sell", "AAA", 1, close) for n in range(DAYS - 39, last)]
        look = _look(close, [*trades, *sold], findings=finding)
        if (found := _one("good_news", look)) is not None:
            marks[found.facts["streak"]] = _told("good_news", found)
            assert _one("good_news", replace(look, findings=())) is None
    assert set(marks) <= {5, 10, 20}
    assert marks[10].startswith("10 days of stress in a row without a sale.")


def test_of_a_market_that_stands_still_there_is_no_news() -> None:
    close = _walk()
    close[-1, 2] *= 0.9
    trades = [_trade(100, "buy", name, 10, close) for name in NAMES]
    look = _look(close, trades)
    case = replace(look.case, until=look.case.until + timedelta(days=400))
    later = replace(look, case=case, record=case.record())
    assert _one("market_move", later) is None


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
    close = _walk()
    trades = [] if empty else [_trade(1590, "buy", "AAA", 1, close)]
    look = _look(close, trades)
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
            _told(one.kind, one.occasion)
            found.add(one.kind)
    assert {"checking", "winners"} <= found
