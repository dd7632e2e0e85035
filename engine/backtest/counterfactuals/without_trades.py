"""Without these trades: "what if I hadn't sold NVDA in May". They are never made.

What was not sold is held until the end, what was not bought is not there; later sales sell what
they sold, as far as it is there.
"""

from __future__ import annotations

from engine.backtest.change import Change, Financing, Question, UnknownTrades
from engine.backtest.evidence import undo_evidence
from engine.backtest.undoing import Undo


def undo(question: Question) -> tuple[Undo, ...]:
    """The trades of ``question.ids``. Raises UnknownTrades, also for deposits and the like."""
    unknown = tuple(sorted(id for id in question.ids if id not in question.orders))
    if unknown or not question.ids:
        raise UnknownTrades(unknown)
    return (Undo(tuple((id, 1.0) for id in sorted(question.ids))),)


def such(question: Question) -> tuple[Undo, ...]:
    """All evidence of the surest finding that has one of the trades in it, else the trades."""
    named = {str(id) for id in question.ids}
    for finding in sorted(question.findings, key=lambda one: one.p_present, reverse=True):
        if named & {evidence.trade_id for evidence in finding.evidence}:
            alike = undo_evidence(question.record, [finding])
            return tuple(Undo(one.parts) for one in alike)
    return undo(question)


CHANGE = Change("without_trades", undo, such, Financing.CASH)
