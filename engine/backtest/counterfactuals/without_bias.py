"""Without one bias: its evidence is undone as the bias says, over the horizon of its finding."""

from __future__ import annotations

from engine.backtest.change import Change, Question, UnknownName
from engine.backtest.evidence import undo_evidence
from engine.backtest.undoing import Undo


def undo(question: Question) -> tuple[Undo, ...]:
    """The finding of ``question.name``, detected or not. Raises UnknownName."""
    findings = [one for one in question.findings if one.bias == question.name]
    if not findings:
        raise UnknownName(question.name)
    return undo_evidence(question.record, findings)


CHANGE = Change("without_bias", undo)
