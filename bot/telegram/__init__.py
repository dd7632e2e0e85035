"""The Telegram door."""

from __future__ import annotations

import os

# The library is to give durations as such; without this it warns at each "try again later".
os.environ.setdefault("PTB_TIMEDELTA", "1")
