"""Sabotage the code, one act at a time, in a copy: each has to turn the tests red.

``python -m tests.sabotage`` tries all of them, ``python -m tests.sabotage WORD …`` those whose
name holds a word. Ends with 1 when one stayed green or could not be tried.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from time import monotonic

from tests.sabotage.patches import SABOTAGES, NoLongerThere, Sabotage

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = (
    ".git",
    ".venv",
    ".peers",
    ".data",
    "__pycache__",
    ".*_cache",
    ".hypothesis",
    "node_modules",
)
PATIENCE = 600  # seconds for the tests of one sabotage


class Outcome(StrEnum):
    RED = "red"  # noticed, as it should be
    GREEN = "GREEN"  # nobody noticed
    STALE = "STALE"  # the code it spoils has moved on
    BROKEN = "BROKEN"  # the tests could not even be run


@contextmanager
def copied() -> Iterator[Path]:
    """The tree as it is now, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="bpo-sabotage-") as folder:
        root = Path(folder) / "tree"
        shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*LEFT_OUT))
        yield root


def run(root: Path, tests: Sequence[str]) -> tuple[int, str]:
    """pytest's exit status for ``tests`` in the tree at ``root``, and what it said."""
    surroundings = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(root)}
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:randomly",
         "-p", "no:cacheprovider", "--tb=line", *tests],
        cwd=root,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )  # fmt: skip
    return ended.returncode, ended.stdout + ended.stderr


def attempt(root: Path, sabotage: Sabotage) -> tuple[Outcome, str]:
    """Spoil the tree, look whether its tests notice, and mend it again."""
    mended = {change.file: (root / change.file).read_bytes() for change in sabotage.changes}
    try:
        sabotage.apply(root)
        status, said = run(root, sabotage.tests)
    except NoLongerThere as fact:
        return Outcome.STALE, str(fact)
    except subprocess.TimeoutExpired:
        return Outcome.RED, "the tests did not end"
    finally:
        for file, content in mended.items():
            (root / file).write_bytes(content)
    return {0: Outcome.GREEN, 1: Outcome.RED}.get(status, Outcome.BROKEN), said


def main(words: Sequence[str]) -> int:
    chosen = [one for one in SABOTAGES if not words or any(word in one.name for word in words)]
    failures = 0
    with copied() as root:
        tests = sorted({test for one in chosen for test in one.tests})
        status, said = run(root, tests)
        if status != 0:
            print(said[-3_000:])  # noqa: T201
            print("The tests are red before anything was spoilt.")  # noqa: T201
            return 1
        for sabotage in chosen:
            begun = monotonic()
            outcome, said = attempt(root, sabotage)
            print(f"{outcome:6} {monotonic() - begun:5.0f} s  {sabotage.name}", flush=True)  # noqa: T201
            if outcome is not Outcome.RED:
                failures += 1
                print(said[-1_500:])  # noqa: T201
    print(f"{len(chosen) - failures} of {len(chosen)} were noticed.")  # noqa: T201
    return 1 if failures or not chosen else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
