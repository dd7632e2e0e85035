"""Recommendations as JSON and back, exactly: money and shares are text there, never numbers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.optimization.outlook import Change, Outlook
from engine.optimization.recommendation import Move, Recommendation
from engine.optimization.trade_reasons import Reason
from engine.optimization.whole_shares import Order

_AMOUNTS = ("shares", "price", "value", "fee")


def pack(told: Recommendation) -> dict[str, Any]:
    """The recommendation, in values that JSON has."""
    return {
        "method": told.method,
        "at": told.at.isoformat(),
        "expires_at": told.expires_at.isoformat(),
        "most_moved": told.most_moved,
        "moves": [_pack_move(move) for move in told.moves],
        "before": asdict(told.before),
        "after": asdict(told.after),
        "changes": {key: asdict(change) for key, change in told.changes.items()},
        "turnover": told.turnover,
        "cost": str(told.cost),
        "cash": str(told.cash),
        "prices": {symbol: str(price) for symbol, price in told.prices.items()},
        "binding": list(told.binding),
        "missed": list(told.missed),
        "caveats": list(told.caveats),
    }


def unpack(packed: dict[str, Any]) -> Recommendation:
    """The recommendation that ``pack`` was given."""
    return Recommendation(
        method=packed["method"],
        at=datetime.fromisoformat(packed["at"]),
        expires_at=datetime.fromisoformat(packed["expires_at"]),
        most_moved=float(packed["most_moved"]),
        moves=tuple(_unpack_move(move) for move in packed["moves"]),
        before=_unpack_outlook(packed["before"]),
        after=_unpack_outlook(packed["after"]),
        changes={
            key: Change(float(one["value"]), _maybe(one["error"]))
            for key, one in packed["changes"].items()
        },
        turnover=float(packed["turnover"]),
        cost=Decimal(packed["cost"]),
        cash=Decimal(packed["cash"]),
        prices={symbol: Decimal(price) for symbol, price in packed["prices"].items()},
        binding=tuple(packed["binding"]),
        missed=tuple(packed["missed"]),
        caveats=tuple(packed["caveats"]),
    )


def _pack_move(move: Move) -> dict[str, Any]:
    order = {name: str(getattr(move.order, name)) for name in _AMOUNTS}
    return {
        "symbol": move.order.symbol,
        **order,
        "before": move.before,
        "after": move.after,
        "reasons": [
            {"key": one.key, "about": one.about, "numbers": dict(one.numbers)}
            for one in move.reasons
        ],
    }


def _unpack_move(packed: dict[str, Any]) -> Move:
    amounts = {name: Decimal(packed[name]) for name in _AMOUNTS}
    reasons = tuple(
        Reason(
            one["key"], one["about"], {name: float(value) for name, value in one["numbers"].items()}
        )
        for one in packed["reasons"]
    )
    order = Order(symbol=packed["symbol"], **amounts)
    return Move(order, float(packed["before"]), float(packed["after"]), reasons)


def _unpack_outlook(packed: dict[str, Any]) -> Outlook:
    return Outlook(
        expected=float(packed["expected"]),
        expected_error=float(packed["expected_error"]),
        volatility=float(packed["volatility"]),
        volatility_error=_maybe(packed["volatility_error"]),
        worst_drawdown=float(packed["worst_drawdown"]),
        tail_loss=float(packed["tail_loss"]),
    )


def _maybe(kept: float | None) -> float | None:
    return None if kept is None else float(kept)
