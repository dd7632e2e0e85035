"""How a peer is asked: terms and arrays in a folder, the answer as JSON beside them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any, TypeVar

import numpy as np

Made = TypeVar("Made")
Job = Callable[..., dict[str, Any]]


def answer(jobs: dict[str, Job]) -> None:
    """Do the job that the folder named on the command line asks for."""
    folder = Path(sys.argv[1])
    terms = json.loads((folder / "terms.json").read_text())
    arrays = {one.stem: np.load(one) for one in folder.glob("*.npy")}
    told = jobs[terms.pop("job")](**arrays, **terms)
    (folder / "answer.json").write_text(json.dumps(told))


def timed(run: Callable[[], Made], calls: int, *, warm: bool = True) -> tuple[float, Made]:
    """Median CPU milliseconds of ``calls``, after a first one that does not count if ``warm``."""
    made = run() if warm else None
    taken = []
    for _ in range(calls):
        start = process_time()
        made = run()
        taken.append(process_time() - start)
    assert made is not None, "at least one call"
    return 1000 * median(taken), made
