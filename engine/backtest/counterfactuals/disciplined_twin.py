"""The disciplined twin on the ledger: the evidence of all detected biases undone, each trade once.

It replaces the same trades as ``engine.diagnosis.twin``; ``engine.backtest.reconciliation`` says
why the money differs.
"""

from __future__ import annotations

from engine.backtest.change import Change, Question
from engine.backtest.evidence import undo_evidence
from engine.backtest.undoing import Undo


def undo(question: Question) -> tuple[Undo, ...]:
    """Every detected finding."""
    detected = [one for one in question.findings if one.detected]
    return undo_evidence(question.record, detected)


CHANGE = Change("disciplined_twin", undo)
