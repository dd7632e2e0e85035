"""One file per layout; dropping a file in adds one. Each declares ``LAYOUT``."""

from __future__ import annotations
