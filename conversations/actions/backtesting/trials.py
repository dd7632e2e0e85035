"""A trial as the chat remembers it and a task carries it."""

from __future__ import annotations

from conversations.memory import Memory
from conversations.reading.trials import Trial

_memory = Memory(Trial)
pack, unpack = _memory.pack, _memory.unpack
