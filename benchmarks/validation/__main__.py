"""Let simulated investors be examined, and write down how good the verdicts are.

``python -m benchmarks.validation`` writes ``docs/validation.md`` and
``benchmarks/validation/results.json``. ``--quick`` runs a few people only and writes nothing unless
``--out`` names a folder. ``--held-out`` adds the family of ``held_out.py``, beside the others.
``--resume FILE`` keeps what is done in a file and goes on from there.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

from benchmarks.validation.assessments import Assessment
from benchmarks.validation.report import write_report
from benchmarks.validation.running import HELD_OUT_SEED, SEED, plan, read_earlier, run
from benchmarks.validation.summary import summarise

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PEOPLE, SINGLES, HELD_OUT = 4_800, 24, 1_500
QUICK = (10, 1, 10)


def main(arguments: list[str]) -> int:
    reader = argparse.ArgumentParser(prog="python -m benchmarks.validation", description=__doc__)
    reader.add_argument("--quick", action="store_true", help="a few people, to see that it works")
    reader.add_argument("--held-out", action="store_true", help="open the held-out family")
    reader.add_argument("--people", type=int, help="how many in the population")
    reader.add_argument("--cores", type=int, default=min(os.cpu_count() or 1, 2))
    reader.add_argument("--resume", type=Path, help="a file to keep what is done")
    reader.add_argument(
        "--out", type=Path, help="a folder to write to, instead of the usual places"
    )
    asked = reader.parse_args(arguments)
    people, singles, held_out = QUICK if asked.quick else (PEOPLE, SINGLES, HELD_OUT)
    there = find_spec("benchmarks.validation.held_out") is not None
    if asked.held_out and not there:
        print("there is no held-out family yet", file=sys.stderr)
    counted = held_out if asked.held_out and there else 0
    tasks = plan(
        asked.people or people, singles if asked.people is None else min(singles, 8), counted
    )
    earlier = read_earlier(asked.resume)
    wanted = {task.key for task in tasks}
    rows = [row for key, found in earlier.items() if key in wanted for row in found]
    begun = perf_counter()
    kept = asked.resume.open("a") if asked.resume is not None else None
    for found in run(tasks, asked.cores, kept, set(earlier)):
        rows += found
    if kept is not None:
        kept.close()
    summary = summarise([Assessment(**row) for row in rows])
    summary["seeds"] = {"population": SEED, "singles": SEED + 50_000, "held-out": HELD_OUT_SEED}
    summary["seconds"] = round(perf_counter() - begun, 1)
    if asked.out is None and asked.quick:
        print(f"{len(rows)} verdicts; nothing written")
        return 0
    document = ROOT / "docs" / "validation.md" if asked.out is None else asked.out / "validation.md"
    figures = HERE / "results.json" if asked.out is None else asked.out / "results.json"
    figures.write_text(json.dumps(summary, indent=1) + "\n")
    document.write_text(write_report(summary))
    print(f"written: {document.name}, {figures.name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
