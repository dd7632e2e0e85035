"""The gate: on phrases written before tuning, nothing wrong is taken for right in silence.

``tuning`` was looked at while the grammar was written, ``sealed`` never was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from conversations.reading.trades import TradeReading, read_trades

from .world import PHRASES, phrase_world

ENOUGH = 0.95  # of the phrases: all fields right, or asked about


def _is(reading: TradeReading, wanted: Mapping[str, str]) -> bool:
    said = {
        "side": reading.side.value if reading.side else None,
        "symbol": reading.symbol,
        "date": reading.on.isoformat() if reading.on else None,
    }
    for name, value in wanted.items():
        if value is None:
            continue
        if name in said:
            if said[name] != value:
                return False
        elif getattr(reading, name) is None or getattr(reading, name) != Decimal(value):
            return False
    return True


def _are(readings: Sequence[TradeReading], wanted: Sequence[Mapping[str, str]]) -> bool:
    return len(readings) == len(wanted) and all(map(_is, readings, wanted))


def _verdict(phrase: Mapping[str, Any]) -> str:
    readings = read_trades(phrase["text"], phrase_world())
    asked = any(reading.issues for reading in readings)
    wanted = [] if phrase.get("not_trade") else phrase["trades"]
    accepted = [phrase["or_trades"]] if "or_trades" in phrase else []
    if not phrase.get("ask"):
        accepted.append(wanted)
    if not readings and wanted:
        return "not understood"  # nothing is recorded; the person is offered what they may mean
    if any(_are(readings, trades) for trades in accepted):
        return "asked though clear" if asked else "right"
    return "asked" if asked else "silent error"


@pytest.mark.parametrize("name", ["tuning", "sealed"])
def test_nothing_wrong_is_taken_for_right_in_silence(name: str) -> None:
    lines = (PHRASES / f"{name}.jsonl").read_text().splitlines()
    phrases = [json.loads(line) for line in lines if line.strip()]
    verdicts = [(_verdict(phrase), phrase) for phrase in phrases]
    counts = {kind: sum(one == kind for one, _ in verdicts) for kind, _ in verdicts}
    print(f"{name}: {len(phrases)} phrases, {counts}")  # noqa: T201 - shown with -s and on failure
    for kind, phrase in verdicts:
        if kind == "silent error" or (kind != "right" and not phrase.get("ask")):
            print(f"  {kind}: {phrase['text']!r}")  # noqa: T201
    assert counts.get("silent error", 0) == 0
    fine = sum(
        kind in ("right", "asked") and (kind == "right" or bool(phrase.get("ask")))
        for kind, phrase in verdicts
    )
    over = len(verdicts) - fine - counts.get("silent error", 0)
    assert (fine + over) / len(verdicts) >= ENOUGH
    assert fine / len(verdicts) >= 0.85, "too much is asked that was said clearly"
