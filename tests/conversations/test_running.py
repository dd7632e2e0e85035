"""Running trials on a ground: nothing is filled in silently, and everybody has the same days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import numpy as np
import pytest

from conversations.actions.identity import identify
from conversations.actions.outcomes import Outcome, Stuck, pack, unpack
from conversations.actions.running import run
from conversations.reading.contenders import Contender, Contest
from conversations.reading.trials import Pace, Trial
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
