"""Running trials on a ground: nothing is filled in silently, and everybody has the same days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import numpy as np
import pytest

from conversations.actions.backtesting.identity import identify
from conversations.actions.backtesting.outcomes import Outcome, Stuck, pack, unpack
from conversations.actions.backtesting.running import run
from conversations.reading.contenders import Contender, Contest
from conversations.reading.trials import Pace, Trial
from conversations.wording.backtest import name, told, yearly
from conversations.wording.report_sources import group_name
from conversations.wording.stuck import sentence
from engine.backtest.panel import Trouble, Way
from engine.ledger import Kind, Trade
from tests.conversations.grounds import closes, ground, with_closes

NOW = Contender(Contest.NOW, "mine")
MARKET = Contender(Contest.MARKET, "the market")
SIXTY = Contender(Contest.MIX, "60/40", {"stocks": 0.6, "bonds": 0.4})


def _ran(found: Outcome | Stuck) -> Outcome:
    assert isinstance(found, Outcome), found
    return found


def test_a_late_start_is_asked_about_and_decided() -> None:
    on = ground()
    late = closes(on, "AAPL")
    late[: on.prices.row_at(date(2012, 6, 1))] = np.nan
    on = with_closes(on, "AAPL", late)
    trial = Trial((NOW, MARKET), since="2010-01-01")
    found = run(on, trial)
    assert isinstance(found, Stuck)
    assert [(one.symbol, one.trouble) for one in found.problems] == [("AAPL", Trouble.STARTS_LATE)]
    there = _ran(run(on, replace(trial, ways={"AAPL": (Way.START_THERE.value, "")})))
    assert str(there.days[0]) == "2012-06-01"
    without = _ran(run(on, replace(trial, ways={"AAPL": (Way.LEAVE_OUT.value, "")})))
    assert str(without.days[0]) == "2010-01-04"
    assert without.runs[0].weights == pytest.approx({"KO": 1.0})
    proxied = _ran(run(on, replace(trial, ways={"AAPL": (Way.PROXY.value, "index")})))
    assert str(proxied.days[0]) == "2010-01-04"
    assert any("SP500" in doubt for _, doubt in proxied.runs[0].notes)


def test_a_jump_and_a_gap_are_not_believed_silently() -> None:
    on = ground()
    row = on.prices.row_at(date(2015, 6, 1))
    jumped = closes(on, "KO")
    jumped[row:] *= 100.0
    found = run(with_closes(on, "KO", jumped), Trial((NOW,), since="2015-01-01"))
    assert isinstance(found, Stuck)
    assert [(one.trouble, round(one.size)) for one in found.problems] == [(Trouble.JUMP, 100)]
    holes = closes(on, "KO")
    holes[row : row + 3] = np.nan
    found = run(with_closes(on, "KO", holes), Trial((NOW,), since="2015-01-01"))
    assert isinstance(found, Stuck)
    assert [(one.trouble, one.count) for one in found.problems] == [(Trouble.GAPS, 3)]


def test_ones_own_trades_on_the_days_of_the_others() -> None:
    bought = Trade(
        uuid4(), datetime(2015, 3, 2, 18, tzinfo=UTC), Kind.BUY, "AAPL", Decimal(100), Decimal(29)
    )
    on = ground(trades=(bought,))
    found = _ran(run(on, Trial((Contender(Contest.TRADES, "my trades"), MARKET))))
    assert str(found.days[0]) == "2015-03-02"
    close = closes(on, "AAPL")[on.prices.row_at(found.days[0]) :]
    own = found.runs[0]
    assert own.course[-1] == pytest.approx(close[-1] / close[0], rel=1e-9)
    assert own.final == pytest.approx(100 * close[-1])
    assert len(own.course) == len(found.runs[1].course) == len(found.days)
    beside = _ran(run(on, Trial((NOW,), since="2014-01-01")))
    assert beside.really is not None
    assert str(beside.really[0]) == "2015-03-02"


def test_what_everything_adds_up_to() -> None:
    found = _ran(run(ground(), Trial((NOW, SIXTY), since="2015-01-01")))
    assert found.stands_for == {"stocks": "SP500", "bonds": "cash"}
    for one in found.runs:
        whole = one.course[-1] - 1.0
        shares = [part.share.value for part in one.holdings if part.share is not None]
        assert sum(shares) == pytest.approx(whole, rel=1e-9)
        assert one.final == pytest.approx(10_000 * one.course[-1], rel=1e-9)
        kept = one.figures["cagr"]
        assert kept.low is not None
        assert kept.low < kept.value < (kept.high or 0.0)
        dear = dict(one.at_costs)
        assert dear[0.0] > dear[0.005] > dear[0.01]
        yearly = np.prod([1.0 + year.earned for year in one.years]) - 1.0
        assert yearly == pytest.approx(whole, rel=1e-9)
        monthly = np.prod([1.0 + month for _, _, month in one.months]) - 1.0
        assert monthly == pytest.approx(whole, rel=1e-9)
    assert found.apart is not None
    assert found.apart.value == pytest.approx(
        found.runs[0].figures["cagr"].value - found.runs[1].figures["cagr"].value
    )
    assert unpack(pack(found)) == found


def test_the_id_is_of_what_went_in() -> None:
    on = ground()
    trial = Trial((NOW, SIXTY), since="2015-01-01")
    id = identify(on, trial)
    assert identify(replace(on, tried=9), trial) == id
    said = replace(SIXTY, named="the classic 60/40")
    assert identify(on, replace(trial, contenders=(NOW, said))) == id
    others = [
        identify(on, replace(trial, rate=0.001)),
        identify(on, replace(trial, pace=Pace.YEARLY)),
        identify(ground({"AAPL": 1.0}), trial),
        identify(with_closes(on, "KO", closes(on, "KO") * 1.0001), trial),
    ]
    assert len({id, *others}) == 5


@pytest.mark.parametrize(
    ("contender", "reason"),
    [
        (NOW, "nothing_held"),
        (Contender(Contest.TRADES), "no_trades"),
        (Contender(Contest.PROPOSAL), "no_proposal"),
    ],
)
def test_who_cannot_take_part(contender: Contender, reason: str) -> None:
    found = run(ground({}), Trial((contender,)))
    assert isinstance(found, Stuck)
    assert found.reason == reason


def test_the_future_changes_nothing() -> None:
    on = ground()
    trial = Trial(
        (Contender(Contest.METHOD, "minimum variance", method="minimum_variance"),),
        since="2012-01-01",
        until="2014-12-31",
    )
    poisoned = closes(on, "KO")
    poisoned[on.prices.row_at(date(2015, 1, 2)) :] *= 7.0
    assert _ran(run(with_closes(on, "KO", poisoned), trial)).runs == _ran(run(on, trial)).runs


def test_sectors_and_decisions_add_up_to_what_was_earned_beyond_the_market() -> None:
    on = ground({"AAPL": 5000.0, "KO": 3000.0, "XOM": 2000.0})
    found = _ran(run(on, Trial((NOW, MARKET), since="2018-01-01", rate=0.001))).runs[0]
    symbols = [one.symbol for one in on.universe if one.sector and one.symbol in on.prices]
    first = on.prices.row_at(date(2018, 1, 2))
    close = on.prices.close[first:, [on.prices.column(symbol) for symbol in symbols]]
    market = np.prod(1.0 + (close[1:] / close[:-1] - 1.0).mean(axis=1)) - 1.0
    parts = [one.share.value for one in found.sectors if one.share is not None]
    assert sum(parts) == pytest.approx(found.course[-1] - 1.0 - market, abs=1e-9)
    index = on.index.close[:, 0][on.index.row_at(date(2018, 1, 2)) :]
    parts = [one.share.value for one in found.decisions if one.share is not None]
    assert sum(parts) == pytest.approx(found.course[-1] - index[-1] / index[0], abs=1e-9)
    assert {one.name for one in found.sectors} >= {
        "Information Technology: allocation",
        "Energy: selection",
    }


def test_a_share_without_prices_is_named() -> None:
    alone = run(ground(), Trial((Contender(Contest.MIX, "TSLA", {"TSLA": 1.0}),)))
    assert isinstance(alone, Stuck)
    assert sentence(alone) == "I have no prices of TSLA; nothing was tested."
    beside = run(ground(), Trial((Contender(Contest.MIX, "x", {"TSLA": 0.5, "KO": 0.5}),)))
    assert isinstance(beside, Stuck)
    assert [(one.symbol, one.trouble) for one in beside.problems] == [("TSLA", Trouble.NO_PRICES)]


def test_what_is_sold_into_cash_is_turned_over() -> None:
    """Also where nothing else is bought for it; money that is put in or taken out is not."""
    sixty = Contender(Contest.MIX, "60/40", {"KO": 0.6, "cash": 0.4})
    mixed = _ran(run(ground(), Trial((sixty,), since="2010-01-01", rate=0.001))).runs[0]
    years = mixed.figures["total"].value and (len(mixed.course) - 1) / 252
    assert mixed.turnover > 0.01
    # Costs are paid for what is turned over, of values between 10,000 and the last.
    turned = (mixed.costs - 10_000.0 * 0.6 * 0.001) / 0.001 / years
    assert turned / mixed.final < mixed.turnover < turned / 10_000.0
    saved = replace(Trial((Contender(Contest.MIX, "KO", {"KO": 1.0}),)), monthly=500.0, rate=0.0)
    assert _ran(run(ground(), replace(saved, since="2010-01-01"))).runs[0].turnover < 1e-9


def test_money_that_runs_out_and_money_put_in_are_said() -> None:
    trial = Trial((Contender(Contest.MIX, "KO", {"KO": 1.0}),), since="2010-01-01")
    gone = _ran(run(ground(), replace(trial, monthly=-2000.0)))
    assert "With KO the money ran out in Jun 2010; later days stand still." in told(gone)
    at_once = replace(trial, since="1995-01-01", capital=100.0, monthly=-200.0)
    assert "ran out in Feb 1995" in told(_ran(run(ground(), at_once))), "nothing moves: no warning"
    saved = _ran(run(ground(), replace(trial, capital=100.0, monthly=100.0)))
    months = 13 * 12
    assert f"$100 added each month (${months * 100:,} put in)" in told(saved)
    assert "$100 added each month" in name(saved)


def test_the_yearly_table_begins_with_the_extremes_and_keeps_its_columns() -> None:
    found = _ran(run(ground(), Trial((MARKET, Contender(Contest.METHOD, method="equal_weight")))))
    first, head, *rows = yearly(found).split("\n")
    years = {one.year: one.earned for one in found.runs[0].years}
    worst, best = min(years, key=years.__getitem__), max(years, key=years.__getitem__)
    assert f"The market worst {worst} (−{-100 * years[worst]:.1f}%), best {best} " in first
    assert len({len(row) for row in (head, *rows[:-1])}) == 1


def test_factors_say_since_when() -> None:
    """The funds begin long after the test."""
    parts = _ran(run(ground(), Trial((NOW,), since="2000-01-01"))).runs[0].factors
    assert group_name("Factors", parts) == f"Factors, since {parts[0].since:%b %Y}"
    assert parts[0].since is not None
    assert parts[0].since > date(2010, 1, 1)
    late = _ran(run(ground(), Trial((NOW,), since="2018-01-01"))).runs[0].factors
    assert group_name("Factors", late) == "Factors"


def test_other_costs_other_starts_and_crises_against_plain_formulas() -> None:
    """Bought once: costs are paid once, and every other figure is a ratio of two closes."""
    alone = Trial((Contender(Contest.MIX, "KO", {"KO": 1.0}),), since="2005-01-01")
    found = _ran(run(ground(), replace(alone, pace=Pace.NEVER, rate=0.01)))
    days = np.array(found.days, "datetime64[D]")
    close = closes(ground(), "KO")[-len(days) :]
    years = (len(days) - 1) / 252
    told_at = dict(found.runs[0].at_costs)
    assert len(told_at) == 5
    for rate, grown in told_at.items():
        wanted = (close[-1] / close[0] / (1.0 + rate)) ** (1.0 / years) - 1.0
        assert grown == pytest.approx(wanted, rel=1e-9)
    assert told_at[0.01] == pytest.approx(found.runs[0].figures["cagr"].value, rel=1e-12)
    months = days.astype("datetime64[M]")
    begins = [n for n in range(1, len(days)) if months[n] != months[n - 1]]
    half = [n for n in begins if 2 * (len(days) - 1 - n) >= len(days)]
    rates = [(close[-1] / close[n]) ** (252 / (len(days) - 1 - n)) - 1.0 for n in half]
    assert found.runs[0].by_start == pytest.approx((min(rates), max(rates)), rel=1e-9)
    ends = [int(np.searchsorted(days, np.datetime64(day))) for day in ("2020-02-19", "2020-03-23")]
    assert found.runs[0].crises["2020"] == pytest.approx(close[ends[1]] / close[ends[0]] - 1.0)


def test_ones_own_trades_from_a_later_day_on() -> None:
    """What was held by then counts as put in; growth is of those days alone."""
    bought = Trade(
        uuid4(), datetime(2015, 3, 2, 18, tzinfo=UTC), Kind.BUY, "AAPL", Decimal(100), Decimal(29)
    )
    on = ground(trades=(bought,))
    own = _ran(run(on, Trial((Contender(Contest.TRADES, "mine"),), since="2018-01-01"))).runs[0]
    close = closes(on, "AAPL")[on.prices.row_at(date(2018, 1, 2)) :]
    assert own.put_in == pytest.approx(100 * close[0])
    assert own.turnover == 0.0
    beside = _ran(run(on, Trial((NOW,), since="2018-01-01"))).really
    assert beside is not None
    assert beside[0] == date(2018, 1, 2)
    grown = (close[-1] / close[0]) ** (252 / (len(close) - 1)) - 1.0
    assert beside[1].value == pytest.approx(grown, rel=1e-9)
