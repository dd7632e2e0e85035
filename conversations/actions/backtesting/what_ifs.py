"""A “what if?” as the chat remembers it and a task carries it."""

from __future__ import annotations

from conversations.memory import Memory
from conversations.reading.what_ifs import WhatIf

_memory = Memory(WhatIf)
pack, unpack = _memory.pack, _memory.unpack
