"""``bpo nudges report``: what nudges do, over everybody, with nobody to be recognised in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import isfinite
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table

from bot.program import Say, database
from bot.settings import Settings
from conversations.nudge_classes import CLASSES, KEY
from conversations.nudging.experiments.choosing import beliefs
from conversations.nudging.experiments.effects import Known, effects
from conversations.nudging.experiments.outcome import AFTER
from conversations.nudging.experiments.outcomes import outcomes
from conversations.nudging.listening import SNOOZED
from engine.inference.sequential import Effect
from engine.inference.thompson import Posterior
from storage.comparisons import LEFT_ALONE, SPOKEN
from storage.nudge_records import Tally
from storage.unit_of_work import Storage

FEWEST = 5  # people in a cell; smaller ones are not shown, and all are rounded down to fives
COUNTS = (
    "left", "said", "answered", "off", "snoozed", "stopped", "waiting", "measured", "missing",
)  # fmt: skip
Report = dict[str, Any]


async def print_report(settings: Settings, say: Say, *, as_json: bool, out: TextIO) -> None:
    """Read the database that the settings name, and print. Raises what opening it raises."""
    async with database(settings, say) as dsn:
        storage = Storage(dsn, pool=1)
        try:
            found = await report(storage, datetime.now(UTC))
        finally:
            await storage.close()
    if as_json:
        out.write(json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
    else:
        show(found, Console(file=out, width=150))


async def report(storage: Storage, now: datetime) -> Report:
    """As JSON has it; null is a cell of fewer than five people, or a figure not known yet.

    Counts are rounded down to fives: else the cell that is not shown would be what the others leave
    of the sum, and two looks would tell what became of one person.
    """
    async with storage.transaction() as work:
        readings = await work.arms.readings(now)
        tallies = await work.arms.tallies(AFTER, (KEY, SNOOZED))
        dropped = await work.nudges.dropped()
    known = effects(readings)
    believed = beliefs(known)
    measured = any(isfinite(one.habit.se) for one in known.values())
    return {
        "at": now.isoformat(timespec="seconds"),
        "fewest": FEWEST,
        "classes": [
            _class(one.name, tallies, known[one.name], believed[one.name] if measured else None)
            for one in CLASSES
            if one.name in outcomes()
        ],
        "not_compared": [one.name for one in CLASSES if one.name not in outcomes()],
        "dropped": {reason: _cell(count) for reason, count in dropped.items()},
    }


def _class(name: str, tallies: Sequence[Tally], known: Known, believed: Posterior | None) -> Report:
    arms = {one.arm: one for one in tallies if one.grouped == name}
    outcome = outcomes()[name]
    return {
        "class": name,
        "outcome": outcome.about,
        "wanted": "more" if outcome.wanted > 0 else "less",
        "arms": {arm: _arm(arms.get(arm)) for arm in (SPOKEN, LEFT_ALONE)},
        "habit": _effect(known.habit),
        "cost_share": _effect(known.cost),
        "verdict": str(known.verdict),
        "believed": None if believed is None else {"mean": believed.mean, "sd": believed.sd},
    }


def _arm(tally: Tally | None) -> Report:
    """Of an arm of fewer than five people nothing is said, not even how many there are."""
    if tally is None:
        return {"people": 0} | dict.fromkeys(COUNTS, 0)
    if tally.people < FEWEST:
        return {"people": None} | dict.fromkeys(COUNTS)
    return {"people": _cell(tally.people)} | {name: _cell(getattr(tally, name)) for name in COUNTS}


def _cell(count: int) -> int | None:
    return count - count % FEWEST if count == 0 or count >= FEWEST else None


def _effect(effect: Effect) -> Report | None:
    if not isfinite(effect.mean) or min(effect.spoken, effect.left_alone) < FEWEST:
        return None
    names = ("mean", "se", "low", "high", "e_value", "spoken", "left_alone")
    return {name: getattr(effect, name) for name in names}


def show(found: Report, console: Console) -> None:
    """People first, then what became of their habits, then what was never said."""
    people = Table(title="Who hears what (90 days from their first occasion)")
    for heading in ("Class", "Arm", "People", *(name.capitalize() for name in COUNTS)):
        people.add_column(heading, justify="left" if heading in ("Class", "Arm") else "right")
    for one in found["classes"]:
        for arm, cells in one["arms"].items():
            shown = [_written(cells[name]) for name in ("people", *COUNTS)]
            people.add_row(one["class"] if arm == SPOKEN else "", arm, *shown)
    effect = Table(title="Spoken to less left alone: 90% ranges that hold however often one looks")
    for heading in ("Class", "Outcome", "Habit", "Cost, % of holdings a year", "e", "Verdict"):
        effect.add_column(heading)
    effect.add_column("Chooser")
    for one in found["classes"]:
        e_value = "–" if one["habit"] is None else f"{one['habit']['e_value']:.3g}"
        effect.add_row(
            one["class"],
            f"{one['outcome']} ({one['wanted']} is better)",
            _range(one["habit"], 1.0, 3),
            _range(one["cost_share"], 100.0, 2),
            e_value,
            one["verdict"],
            _belief(one["believed"]),
        )
    console.print(people)
    console.print(effect)
    console.print(_dropped(found["dropped"]))
    console.print(
        f"<{found['fewest']}: fewer than {found['fewest']} people, not shown; all counts are "
        "rounded down to fives. "
        f"Not compared: {', '.join(found['not_compared']) or 'none'}."
    )


def _dropped(reasons: Mapping[str, int | None]) -> str:
    told = ", ".join(f"{reason} {_written(count)}" for reason, count in reasons.items())
    return f"Never said: {told or 'nothing'}."


def _written(count: int | None) -> str:
    return f"<{FEWEST}" if count is None else f"{count:,}"


def _range(effect: Mapping[str, float] | None, scale: float, digits: int) -> str:
    if effect is None:
        return "–"
    mean, low, high = (effect[name] * scale for name in ("mean", "low", "high"))
    return f"{mean:+.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def _belief(believed: Mapping[str, float] | None) -> str:
    return "–" if believed is None else f"{believed['mean']:+.2f} ± {believed['sd']:.2f}"
