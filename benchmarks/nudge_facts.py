"""Facts with which each kind of nudge has something to say; what they are does not matter."""

from __future__ import annotations

from typing import Any

from conversations.nudging.registry import kinds

_PLAIN: dict[str, Any] = {
    "buys": 4, "usual": 1.0, "limit": 3.0, "cost": 0.006, "low": 0.1, "high": 0.2, "weeks": 7,
    "symbol": "AAA", "weight": 0.3, "before": 0.2, "part": 0.4, "days": 5, "gain": 0.2, "sales": 12,
    "losers": 1, "theta": 0.6, "se": 0.2, "sample": 30, "median_after": 0.1, "count": 4.0, "n": 9.0,
    "loss": -0.2, "others": 0, "fall": -0.1, "long": 0.4, "years": 5, "week": 0.2, "median": 0.01,
    "wait": 5.0, "yearly": 100.0, "asked": 20, "moved": -0.2, "change": -0.2, "worth": 5.0,
    "words": "if it falls 20% I will wait", "made": "2026-01-05T12:00:00+00:00", "amount": 10.0,
    "goals": 1, "name": "flat", "due": "2030-01-01", "move": -0.1, "times": 4.0, "like": 0,
    "what": "planned", "streak": 5,
}  # fmt: skip
_DAYS = {"cooling_off": {"day": "2026-02-01"}, "market_move": {"day": "2026-02-01"}}
_COUNTS = {
    f"{span}_{one}": 4.0 for span in ("day", "quarter") for one in ("count", "n", "low", "high")
}
_EVENINGS: dict[str, dict[str, Any]] = {
    "weekly_review": {
        "week": "2026-W08", "sunday": "2026-02-22", "currency": "USD", "holds": True, "money": 5.0,
        "share": 0.01, "market_share": 0.0, "market": "market", "last": "2026-02-20", "buys": 1,
        "sales": 0, "planned": 1, "usual": 1.0, "weeks": 7, "trades": 20,
        "habit": "", "plan": "", "asks": None, "kept": [],
        "notes": [], "groups": [],
    },
    "monthly_twin": {
        "month": "2026-02", "total": 100.0, "yearly": 20.0, "interval": [5.0, 40.0], "share": 0.01,
        "fully": 30.0, "biases": ["disposition"], "replaced": 5, "overlapping": 0, "left_out": 0,
    },
    "follow_up": {
        "proposal": "a" * 22, "day": "2026-02-20", "outcome": "partly", "share": 0.5,
        "shares": [["AAA", 0.5]], "moves": [["AAA", 0.1]], "time": 1,
    },
    "cool_off": {
        "draft": "", "trade": "BUY 5 AAA", "asked": "2026-02-20", "reason": "", "told": "",
        "currency": "USD", "before": None, "after": None, "symbol": "AAA",
    },
    "team_week": {
        "name": "Club", "saved": 2, "undone": 0, "people": ["Ana"], "waiting": 0, "crowded": 0,
        "leant": 0,
    },
}  # fmt: skip
_MORE = _DAYS | {"goal_progress": {"what": "aside"}}
FACTS = {
    kind.name: _EVENINGS.get(kind.name) or _PLAIN | _COUNTS | _MORE.get(kind.name, {})
    for kind in kinds()
}
