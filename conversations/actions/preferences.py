"""Changing settings so that each change can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from conversations.actions import accounts, trading
from conversations.messages import Button
from conversations.turn import Turn
from engine.ledger import LotMethod

KEY = "settings_before"  # of the chat's memory: what the last changes took the place of
REMEMBERED = 10
GONE = "gone"  # instead of a value: the preference was not set


async def change(
    turn: Turn,
    *,
    preferences: Mapping[str, Any] | None = None,
    person: Mapping[str, Any] | None = None,
    books: Mapping[str, Any] | None = None,
) -> Button:
    """Set preferences, fields of the person (``currency``, ``time_zone``, ``day_first``) and how
    the books are kept (``lot_method``, ``allow_short``); the button that takes it back.

    A preference set to None is dropped. Raises NotEnoughShares where the trades do not fit the
    books; then nothing is changed.
    """
    known = await turn.work.users.get(turn.person.id)
    before: dict[str, Any] = {
        "preferences": {
            name: [known.preferences[name]] if name in known.preferences else GONE
            for name in preferences or {}
        },
        "person": {name: getattr(known, name) for name in person or {}},
        "books": {name: getattr(turn.portfolio, name) for name in books or {}},
        "portfolio": str(turn.portfolio.id),
    }
    async with turn.work.savepoint():
        await _set(turn, preferences or {}, person or {}, books or {})
    token = uuid4().hex[:8]
    kept = {**turn.state.get(KEY, {}), token: before}
    turn.state[KEY] = dict(list(kept.items())[-REMEMBERED:])
    return Button("Undo", f"unset:{token}")


async def take_back(turn: Turn, token: str) -> bool:
    """Set everything as it was before a change; False when that is not remembered any more.

    Raises NotEnoughShares where trades made since do not fit the books of before.
    """
    before = turn.state.get(KEY, {}).get(token)
    if before is None or (before["books"] and before["portfolio"] != str(turn.portfolio.id)):
        return False
    preferences = {
        name: None if value == GONE else value[0] for name, value in before["preferences"].items()
    }
    async with turn.work.savepoint():
        await _set(turn, preferences, before["person"], before["books"])
    turn.state[KEY] = {name: one for name, one in turn.state[KEY].items() if name != token}
    return True


async def _set(
    turn: Turn, preferences: Mapping[str, Any], person: Mapping[str, Any], books: Mapping[str, Any]
) -> None:
    fields = dict(person)
    if (currency := fields.pop("currency", None)) is not None:
        await accounts.set_currency(turn.work, turn.person, currency)
    if preferences:
        known = dict((await turn.work.users.get(turn.person.id)).preferences)
        for name, value in preferences.items():
            if value is None:
                known.pop(name, None)
            else:
                known[name] = value
        fields["preferences"] = known
    if fields:
        await turn.work.users.change(turn.person.id, **fields)
    if books:
        kept = {**books}
        if "lot_method" in kept:
            kept["lot_method"] = LotMethod(kept["lot_method"])
        await turn.work.portfolios.lock(turn.portfolio.id)
        await turn.work.portfolios.change(turn.portfolio.id, **kept)
        portfolio = await turn.work.portfolios.get(turn.portfolio.id)
        await trading.settle(turn.work, portfolio, trading.rules_of(portfolio))
