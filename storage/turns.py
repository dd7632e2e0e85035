"""Whose turn it is when: so long between two, and no more than so many in a while."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

MOST_NAMES = 10_000  # kept in mind before those that rest are dropped


@dataclass(frozen=True, slots=True)
class Limit:
    """What is called ``name`` happens with ``gap`` seconds between two, and no more than ``most``
    times in any ``within`` seconds."""

    name: str
    gap: float
    most: int = 1
    within: float = 0.0

    @property
    def lasts(self) -> float:
        """The seconds after which a turn no longer matters."""
        return max(self.gap, self.within)

    def free(self, turns: Sequence[float]) -> float:
        """When the next may be, after those before, the latest last."""
        if not turns:
            return 0.0
        early = turns[-self.most] + self.within if len(turns) >= self.most else 0.0
        return max(turns[-1] + self.gap, early)

    def after(self, turns: Sequence[float], at: float) -> list[float]:
        """The turns that have to be remembered once there was one ``at``."""
        return [*turns, at][-self.most :]


@dataclass(slots=True)
class Turns:
    """The turns of this process. Moments are seconds of any one clock."""

    _taken: dict[str, tuple[float, list[float]]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._taken)

    def take(self, limits: Sequence[Limit], now: float, patience: float) -> float:
        """The moment of the next turn that keeps all ``limits``; ours unless it is more than
        ``patience`` seconds away."""
        at = max([now, *(limit.free(self._of(limit)) for limit in limits)])
        if at - now <= patience:
            self.note(limits, at)
        return at

    def note(self, limits: Sequence[Limit], at: float) -> None:
        """Remember a turn."""
        for limit in limits:
            turns = limit.after(self._of(limit), at)
            self._taken[limit.name] = (turns[-1] + limit.lasts, turns)
        if len(self._taken) > MOST_NAMES:
            self._taken = {name: kept for name, kept in self._taken.items() if kept[0] > at}

    def _of(self, limit: Limit) -> list[float]:
        return self._taken.get(limit.name, (0.0, []))[1]
