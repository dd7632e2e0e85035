"""The quiz about bets: which is asked next, what the answers come to, and where they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import exp, floor, log10
from typing import Any

from engine.biases.loss_aversion import judge_quiz
from engine.detection.scoring import Z90
from engine.record.context import Quiz
from storage.records import Person
from storage.unit_of_work import UnitOfWork

WIN = 6  # per cent of the stake's scale that every bet may win
FIRST, LAST = 2, 7  # per cent that it may lose
MOST = 4  # questions: at most three to find the place, one to be sure of it
SMALLEST, ROUND = 10.0, 100.0  # one per cent of what is at stake, in money
KEY = "quiz"  # of the preferences, and of the chat's memory


@dataclass(frozen=True, slots=True)
class Answers:
    """The bets put so far: what each could lose, in per cent, and whether it was taken."""

    unit: float  # money that is one per cent
    given: tuple[tuple[int, bool], ...] = ()

    def with_(self, taken: bool) -> Answers:
        question = self.question
        assert question is not None, "a finished quiz takes no answer"
        return Answers(self.unit, (*self.given, (question, taken)))

    @property
    def question(self) -> int | None:
        """The loss to ask about next, in per cent; None at the end.

        The range is halved until two neighbours are left; then the bet next to the border is put
        once more, because people err.
        """
        lower, upper, settled = FIRST - 1, LAST + 1, 0
        for loss, taken in self.given:
            if upper - lower <= 1:
                break
            settled += 1
            lower, upper = (loss, upper) if taken else (lower, loss)
        if upper - lower > 1:
            return (lower + upper) // 2
        if len(self.given) > settled:
            return None
        return lower if lower >= FIRST else upper

    @property
    def again(self) -> bool:
        """Whether the next bet has been put before."""
        return self.question in [loss for loss, _ in self.given]

    @property
    def agree(self) -> bool:
        """Whether the same bet got the same answer both times."""
        return len(set(self.given)) == len({loss for loss, _ in self.given})

    def result(self) -> Quiz:
        """The largest loss accepted and the smallest refused; around a bet that got both answers,
        the ones beside it."""
        both = [loss for loss, taken in self.given if (loss, not taken) in self.given]
        if both:
            below, above = both[0] - 1, both[0] + 1
            return Quiz(
                accepted=float(below) if below >= FIRST else None,
                rejected=float(above) if above <= LAST else None,
            )
        taken = [loss for loss, yes in self.given if yes]
        refused = [loss for loss, yes in self.given if not yes]
        return Quiz(
            accepted=float(max(taken)) if taken else None,
            rejected=float(min(refused)) if refused else None,
        )


def weight(quiz: Quiz) -> tuple[float, float, float]:
    """How much a loss weighs against a gain (λ), with its 90 % interval."""
    middle, se = judge_quiz(quiz)
    return exp(middle), exp(middle - Z90 * se), exp(middle + Z90 * se)


def unit(worth: float | None) -> float:
    """One per cent of ``worth`` as a round sum, so that the bets are of a size that matters."""
    if worth is None or worth <= 0:
        return ROUND
    exact = max(worth / 100, SMALLEST)
    step = 10.0 ** floor(log10(exact))
    return float(max(one * step for one in (1, 2, 5) if one * step <= exact))


def money(answers: Answers, percent: int) -> Decimal:
    return Decimal(repr(answers.unit)) * percent


def pack(answers: Answers) -> dict[str, Any]:
    return {"unit": answers.unit, "given": [[loss, taken] for loss, taken in answers.given]}


def unpack(packed: Mapping[str, Any] | None) -> Answers | None:
    if not packed:
        return None
    given = tuple((int(loss), bool(taken)) for loss, taken in packed["given"])
    return Answers(float(packed["unit"]), given)


def kept(preferences: Mapping[str, Any]) -> Quiz | None:
    """The answers that a person's preferences hold."""
    found = preferences.get(KEY)
    return None if found is None else Quiz(found["accepted"], found["rejected"])


async def keep(work: UnitOfWork, person: Person, quiz: Quiz, now: datetime) -> None:
    """Keep a result with its time."""
    told = {"accepted": quiz.accepted, "rejected": quiz.rejected, "at": now.isoformat()}
    known = (await work.users.get(person.id)).preferences
    await work.users.change(person.id, preferences={**known, KEY: told})


async def forget(work: UnitOfWork, person: Person) -> bool:
    """Drop the result; False when there is none."""
    known = dict((await work.users.get(person.id)).preferences)
    if known.pop(KEY, None) is None:
        return False
    await work.users.change(person.id, preferences=known)
    return True
