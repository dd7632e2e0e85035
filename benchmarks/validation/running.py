"""The work in pieces: people by seed, examined on as many cores as there are."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any, TextIO

from benchmarks.validation.assessments import TESTED, assess
from benchmarks.validation.habits import BIASES
from benchmarks.validation.people import population, single

CHUNK = 24  # people on one market
SEED, HELD_OUT_SEED = 20_240_611, 77_003_917

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Task:
    """Some people, reproducible from their seed alone."""

    group: str  # "in-family", "single", "held-out"
    seed: int
    count: int
    bias: str = ""

    @property
    def key(self) -> str:
        return f"{self.group}/{self.bias}/{self.seed}/{self.count}"


def plan(people: int, singles: int, held_out: int) -> list[Task]:
    """Chunks of people, each with a seed of its own."""
    size = min(people, CHUNK)
    tasks = [Task("in-family", SEED + n, size) for n in range(-(-people // CHUNK))]
    tasks += [
        Task("single", SEED + 50_000 + n, singles, bias)
        for n, bias in enumerate(BIASES)
        if bias in TESTED
    ]
    size = min(held_out, CHUNK)
    tasks += [Task("held-out", HELD_OUT_SEED + n, size) for n in range(-(-held_out // CHUNK))]
    return tasks


def work(task: Task) -> tuple[str, Rows]:
    """Examine the people of ``task``."""
    if task.group == "in-family":
        people = population(task.seed, task.count, start=task.seed - SEED)
    elif task.group == "single":
        people = single(task.seed, task.count, task.bias, 2.0)
    else:
        people = import_module("benchmarks.validation.held_out").population(task.seed, task.count)
    group = f"single: {task.bias}" if task.group == "single" else task.group
    rows = []
    for number, investor in enumerate(people):
        found = assess(investor, group, seed=task.seed * 1000 + number)
        rows += [one.to_json() for one in found]
    return task.key, rows


def run(tasks: list[Task], cores: int, kept: TextIO | None, done: set[str]) -> Iterator[Rows]:
    """The rows of each task as it ends, with a line that says how far it is."""
    todo = [task for task in tasks if task.key not in done]
    begun = perf_counter()
    with get_context("spawn").Pool(cores, initializer=_alone) as pool:
        for number, (key, rows) in enumerate(pool.imap_unordered(work, todo), start=1):
            if kept is not None:
                kept.write(json.dumps([key, rows]) + "\n")
                kept.flush()
            _tell(number, len(todo), perf_counter() - begun)
            yield rows
    print(file=sys.stderr)


def _alone() -> None:
    """One thread for each process: two of them share two cores."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


def _tell(number: int, total: int, seconds: float) -> None:
    bar = "#" * (30 * number // total)
    left = seconds / number * (total - number)
    line = f"\r[{bar:<30}] {number}/{total}, {left / 60:.1f} min left "
    print(line, end="", file=sys.stderr, flush=True)


def read_earlier(path: Path | None) -> dict[str, Rows]:
    if path is None or not path.exists():
        return {}
    lines = path.read_text().splitlines()
    return dict(json.loads(line) for line in lines if line.endswith("]]"))
