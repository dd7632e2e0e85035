"""The quiz about bets: questions, result, what it means."""

from __future__ import annotations

from decimal import Decimal

from conversations.wording import figures
from engine.record.context import Quiz

TAKE, PASS = "I'd take it", "I'd pass"


def question(
    place: int, most: int, win: Decimal, loss: Decimal, currency: str, *, again: bool
) -> str:
    """One bet; ``again`` puts it the other way round."""
    won = figures.money(win, currency, cents=False)
    lost = figures.money(loss, currency, cents=False)
    if again:
        return (
            "The last one, to be sure: a coin is tossed once, tails you lose "
            f"{lost}, heads you win {won}. Would you take the bet?"
        )
    return (
        f"{place} of at most {most} · A coin is tossed once: heads you win {won}, tails you lose "
        f"{lost}. Would you take the bet?"
    )


def opening() -> str:
    return (
        "A few bets, to see how much more a loss weighs with you than a gain. Nothing is at stake."
    )


def resumed() -> str:
    return "Where we were:"


def yes_or_no() -> str:
    return 'Say "yes" or "no" – or "cancel".'


def result(
    weight: tuple[float, float, float], quiz: Quiz, unit: float, currency: str, *, agree: bool
) -> str:
    """λ in words, with its range, what was answered and what it means."""
    middle, low, high = weight
    return "\n".join(
        [
            f"A loss weighs about {middle:.1f}× as much with you as a gain of the same size "
            f"(90% range {low:.1f}–{high:.1f}, from your answers).",
            _answered(quiz, unit, currency, agree=agree),
            f"{_meaning(low, high)} Tversky and Kahneman (1992) found 2.25; newer studies with "
            "real money mostly 1.2 to 2.",
            "It tells which swings you can sit through, not what to buy. I keep it for the report.",
        ]
    )


def _answered(quiz: Quiz, unit: float, currency: str, *, agree: bool) -> str:
    def money(percent: float) -> str:
        return figures.money(unit * percent, currency, cents=False)

    win = f"against a win of {money(6)}"
    if not agree:
        middle = (quiz.rejected - 1) if quiz.rejected is not None else (quiz.accepted or 0) + 1
        return f"To the bet that could lose {money(middle)} you said both yes and no, {win}."
    if quiz.accepted is None and quiz.rejected is not None:
        return f"You passed even where {money(quiz.rejected)} could be lost, {win}."
    if quiz.rejected is None and quiz.accepted is not None:
        return f"You took even the bet that could lose {money(quiz.accepted)}, {win}."
    assert quiz.accepted is not None, "some bet was put"
    assert quiz.rejected is not None, "some bet was put"
    return f"You would risk {money(quiz.accepted)} but not {money(quiz.rejected)}, {win}."


def _meaning(low: float, high: float) -> str:
    if high < 1:
        return "Below 1: you like the risk itself."
    if low > 2:
        return "That is a strong dislike of losses: good risks may pass you by."
    if low > 1:
        return "Above 1: losses weigh more, as with most people."
    return "That is about even: losses and gains weigh alike."


def forgotten() -> str:
    return "✅ Your quiz answers are forgotten. Take it again any time."


def nothing_kept() -> str:
    return "There is no quiz of yours to forget. Nothing was changed."


def why() -> str:
    return (
        "I take the middle between the largest loss you would risk and the smallest you would not: "
        "6% that could be won, divided by it. The range comes from the gap between the two. "
        "Made-up bets are not real ones, so trust your sales more where there are many."
    )
