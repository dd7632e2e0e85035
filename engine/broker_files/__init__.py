"""Files that brokers let people download, each recognised by the names in its header.

Layouts are known variants, taken from public importers and their fixtures, not specifications. What
is not recognised is never guessed at: ``reading.read_file`` says so, and a person maps the columns.
"""

from __future__ import annotations
