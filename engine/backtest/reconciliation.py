"""Why the twin on the ledger and the twin of ``engine.diagnosis`` differ in money.

That one adds up the κ of the evidence: returns from the close of the day over the horizon, against
whatever the bias compares with (the losers held, the mean of the market of the same days). The
ledger follows the trades: from the person's own price, against money that earns nothing, and with
all that comes after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats, Ints
from engine.backtest.change import Question
from engine.backtest.evidence import claims_of, part_of, ways
from engine.backtest.what_if import Outcome
from engine.detection.finding import BiasFinding, Instead
from engine.diagnosis.twin import Claim
from engine.record.daily import benchmark_returns
from engine.record.record import Record
from engine.record.switches import pair


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Money: ``ledger`` = ``twin`` + ``comparison`` + ``own_price`` + ``aftermath``."""

    twin: float  # the sum of κ
    comparison: float  # what κ compares with, less what the ledger does
    own_price: float  # from the person's prices to the closes of those days
    aftermath: float  # sales that no longer fit, dividends, fees, trades undone together
    ledger: float


def reconcile(
    question: Question, outcome: Outcome, findings: Sequence[BiasFinding]
) -> Reconciliation:
    """``outcome``: what undoing ``findings`` on the ledger has brought with ``Financing.CASH``.

    With ``SHARES`` what raising the money has changed is in ``aftermath`` too.
    """
    record, instead = question.record, ways()
    claims = claims_of(record, findings)
    switches = pair(record)
    sale_of = dict(zip(switches.bought.tolist(), switches.sold.tolist(), strict=True))
    twin = from_close = own = 0.0
    index = np.cumprod(1.0 + np.nan_to_num(benchmark_returns(record))).astype(np.float64)
    for claim in claims:
        finding, evidence, decision = claim
        twin += evidence.kappa or 0.0
        legs = [decision]
        if instead[finding.bias] is Instead.SWITCH and decision in sale_of:
            legs.append(sale_of[decision])
        begin, end = _rows(record, claim)
        for leg in legs:
            close, price = _leg(record, claim, leg, begin, end)
            from_close, own = from_close + close, own + price
        if instead[finding.bias] is Instead.MARKET:
            money = float(record.history.decisions.value[decision])
            money *= part_of(record, evidence, decision)
            from_close += money * float(index[end] / index[begin] - 1.0)
    return Reconciliation(
        twin=twin,
        comparison=from_close - twin,
        own_price=own,
        aftermath=outcome.total - from_close - own,
        ledger=outcome.total,
    )


def _rows(record: Record, claim: Claim) -> tuple[int, int]:
    finding, _, decision = claim
    day: Ints = record.history.decisions.day[[decision]]
    begin = max(int(record.row_of(day)[0]), 0)
    return begin, min(begin + finding.horizon, record.market.length - 1)


def _leg(record: Record, claim: Claim, decision: int, begin: int, end: int) -> tuple[float, float]:
    """What leaving out one decision brings from the close of row ``begin`` to that of ``end``, and
    from its own price to the former; 0 where no close is known."""
    made, close = record.history.decisions, _own_closes(record, decision)
    shares = -made.side[decision] * made.quantity[decision] * part_of(record, claim[1], decision)
    moved = float(shares * (close[end] - close[begin]))
    price = float(made.value[decision] / made.quantity[decision])
    entered = float(shares * (close[begin] - price))
    return (0.0 if np.isnan(moved) else moved), (0.0 if np.isnan(entered) else entered)


def _own_closes(record: Record, decision: int) -> Floats:
    closes: Floats = record.market.close[:, record.history.decisions.symbol[decision]]
    return closes
