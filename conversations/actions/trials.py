"""A trial as the chat remembers it and a task carries it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from conversations.reading.trials import Trial


@cache
def _adapter() -> TypeAdapter[Trial]:
    return TypeAdapter(Trial)


def pack(trial: Trial) -> dict[str, Any]:
    packed: dict[str, Any] = _adapter().dump_python(trial, mode="json")
    return packed


def unpack(packed: Mapping[str, Any] | None) -> Trial | None:
    """None where nothing, or nothing of this version, is remembered."""
    if not packed:
        return None
    try:
        return _adapter().validate_python(packed)
    except ValueError:
        return None
