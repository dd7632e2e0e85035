"""What is said before a trade that feeds a habit, and why."""

from __future__ import annotations

from conversations.wording import bias
from conversations.wording.biases import words_of
from engine.diagnosis import monitor


def told(found: monitor.Warning) -> str:
    """One or two sentences: this decision, and the person's own record."""
    words = words_of(found.bias)
    assert words.warns is not None, f"{found.bias} warns of a trade and has no words for it"
    return words.warns(found.facts, found.finding)


def why(found: monitor.Warning) -> str:
    words, finding = words_of(found.bias), found.finding
    likely = bias.likely(finding)
    if words.because is not None:
        first = words.because(found.facts, finding)
    else:
        first = bias.explanation(finding)
    weak = " This measure is experimental." if bias.is_experimental(finding) else ""
    return (
        f"{first}\nChance that the pattern is there: {likely}.{weak} I don't know your taxes, cash "
        'needs or plan. If this trade was planned, press "It was planned" and I stop counting it.'
    )
