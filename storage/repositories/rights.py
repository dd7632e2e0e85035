"""What nobody may change in this transaction, whatever a handler tries."""

from __future__ import annotations

from uuid import UUID

from storage.records import LooksOnly


class Rights:
    """Asked by every repository before it changes what a portfolio holds."""

    def __init__(self) -> None:
        self._only_looked_at: set[UUID] = set()

    def only_look_at(self, portfolio: UUID) -> None:
        """From now on who speaks may not change this portfolio."""
        self._only_looked_at.add(portfolio)

    def check(self, portfolio: UUID) -> None:
        """Raises LooksOnly."""
        if portfolio in self._only_looked_at:
            raise LooksOnly(portfolio)
