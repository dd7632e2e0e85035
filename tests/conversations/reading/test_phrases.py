"""The gate: on phrases written before tuning, nothing wrong is taken for right in silence.

``tuning`` was looked at while the grammar was written. ``sealed`` was opened once the grammar was
finished: of its 160 phrases 1 was silently wrong and 4 were not understood; it has been learnt from
since. ``sealed_2`` was written afterwards by somebody who knew neither the grammar nor the others,
and opened once the grammar had learnt from the first two: of its 206 phrases 3 were silently wrong
(1.5 %) and 3 were not understood; it has been learnt from too. So has ``sealed_3``, by a fourth
person: of 97 phrases 1 was silently wrong ("a couple hundred") and 1 was not understood.
``sealed_4``, by a fifth, has never been learnt from: of its 69 phrases none was silently wrong, and
all were right or asked about. Whoever learns from it writes another first.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest

from conversations.reading.trades import TradeReading, read_trades

from .world import PHRASES, phrase_world

ENOUGH = 0.95  # of the phrases: all fields right, or asked about
TOO_MANY = 0.15  # of the phrases: asked about although everything was said


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
        elif _amount(reading, name) != Decimal(value):
            return False
    return True


def _amount(reading: TradeReading, name: str) -> Decimal | None:
    """A field; of a dividend told per share also what it comes to."""
    found: Decimal | None = getattr(reading, name)
    if found is None and name == "amount" and reading.quantity and reading.price:
        return reading.quantity * reading.price
    return found


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


@pytest.mark.parametrize("name", ["tuning", "sealed", "sealed_2", "sealed_3", "sealed_4"])
def test_nothing_wrong_is_taken_for_right_in_silence(name: str) -> None:
    lines = (PHRASES / f"{name}.jsonl").read_text().splitlines()
    phrases = [json.loads(line) for line in lines if line.strip()]
    verdicts = [(_verdict(phrase), bool(phrase.get("ask")), phrase["text"]) for phrase in phrases]
    counts = Counter(kind for kind, _, _ in verdicts)
    needless = [text for kind, ask, text in verdicts if kind.startswith("asked") and not ask]
    print(f"{name}: {len(phrases)} phrases, {dict(counts)}, needless {len(needless)}")  # noqa: T201
    for kind, _, text in verdicts:
        if kind in ("silent error", "not understood") or text in needless:
            print(f"  {kind}: {text!r}")  # noqa: T201 - shown with -s and on failure
    assert counts["silent error"] == 0
    fine = counts["right"] + counts["asked"] + counts["asked though clear"]
    assert fine / len(phrases) >= ENOUGH
    assert len(needless) / len(phrases) <= TOO_MANY, "too much is asked that was said clearly"
