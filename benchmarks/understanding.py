"""How long it takes to understand a sentence that no rule knows, and to learn to.

Timed: rules, readers and the classifier on the phrases of the sealed set, with nothing open; and
the learning of the classifier, in CPU time, which happens once in a process.
"""

from __future__ import annotations

from time import perf_counter, process_time
from typing import Any

import numpy as np

from benchmarks.conversation import row
from conversations.classifying import guesses
from conversations.classifying.model import learn
from conversations.intents import known
from tests.conversations.intent_phrases import answer, load, reckon

RUNS = 3


def measure() -> list[dict[str, Any]]:
    known()
    learn(guesses.phrases())  # loads the library
    learning = []
    for _ in range(RUNS):
        begun = process_time()
        learn(guesses.phrases())
        learning.append(process_time() - begun)
    taken = []
    for _ in range(RUNS):
        for said, _ in load("sealed"):
            begun = perf_counter()
            answer(said)
            taken.append(perf_counter() - begun)
    counts, _, removed = reckon("sealed")
    total = sum(counts.values())
    p50, p95 = (float(np.quantile(taken, part)) * 1000 for part in (0.5, 0.95))
    reached = (counts["right"] + counts["one tap"]) / total
    return [
        row("understanding a sentence, p50", p50, "ms", None),
        row("understanding a sentence, p95", p95, "ms", "<= 20"),
        row("learning the classifier, CPU, best", min(learning), "s", None),
        row(f"understood wrongly, of {total} sealed phrases", counts["wrong"] / total * 100, "%",
            "<= 5"),
        row("right or one tap away", reached * 100, "%", ">= 92"),
        row("something nearly taken away", removed, "times", "<= 0"),
    ]  # fmt: skip
