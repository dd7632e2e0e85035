"""Who is left alone so that it can be seen whether speaking first helps: the draw, and what is
known by now, for as long as a process lives."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from storage.nudge_records import Readings

SPOKEN, LEFT_ALONE = "spoken to", "left alone"
KEY, NEVER = "comparisons", "never"  # of the preferences of who takes part in none
_FRESH = timedelta(hours=1)


class Comparisons:
    """``share``: the probability with which somebody is left alone; 0: nobody is compared.

    ``secret``: of the installation. Without it each process draws by a key of its own: nobody can
    guess or influence a draw, but it cannot be repeated; what was drawn is kept in any case.
    """

    def __init__(self, share: float = 0.0, secret: str = "") -> None:
        if not 0.0 <= share < 1.0:
            raise ValueError(f"not a share of people to leave alone: {share}")
        self.share = share
        self._key = hashlib.sha256(b"nudge comparisons\0" + secret.encode()).digest()
        if not secret:
            self._key = secrets.token_bytes(32)
        self._known: tuple[datetime, Readings] | None = None

    def arm(self, person: UUID, group: str) -> str:
        """The same for ever, and independent between people and between classes."""
        said = f"{group}\0{person}".encode()
        drawn = hmac.new(self._key, said, hashlib.sha256).digest()
        return LEFT_ALONE if int.from_bytes(drawn[:7]) < self.share * 2**56 else SPOKEN

    def recall(self, now: datetime) -> Readings | None:
        """What was measured so far, where that was read within the hour."""
        if self._known is None or not timedelta(0) <= now - self._known[0] < _FRESH:
            return None
        return self._known[1]

    def remember(self, readings: Readings, now: datetime) -> None:
        self._known = (now, readings)
