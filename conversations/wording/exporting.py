"""What is said about files that we hand out."""

from __future__ import annotations

from conversations.wording.figures import count
from conversations.wording.trades import demo_mark


def trades(number: int, *, demo: bool) -> str:
    return (
        f"{demo_mark(demo=demo)}{count(number, 'trade')}, as CSV. Dropped here again, it gives "
        "exactly the same trades."
    )
