"""The id of a trial, made of all that its outcome depends on."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import numpy as np

from conversations.actions.backtesting import trials
from conversations.actions.backtesting.grounds import Ground
from conversations.reading.trials import Trial
from engine.arrays import Floats
from engine.prices import Prices

EDITION = 2  # to be moved when the same inputs come to give other figures
_LETTERS = 10


def identify(ground: Ground, trial: Trial) -> str:
    """Ten letters and digits; the same trial on the same prices, trades and holdings has the same.

    How many trials there were before does not count, nor do the words that were used.
    """
    told = hashlib.sha256(f"{EDITION} {ground.portfolio.id} {ground.currency}".encode())
    asked = trials.pack(trial)
    _drop_unsaid(asked, "lag")  # it came later: trials without it keep their ids
    for one in asked["contenders"]:
        one.pop("named")
        _drop_unsaid(one, "schedule")
    told.update(json.dumps(asked, sort_keys=True).encode())
    for prices in (ground.prices, ground.index, ground.factors):
        _add(told, prices)
    told.update(json.dumps([dict(ground.held), dict(ground.proposed)], sort_keys=True).encode())
    for trade in ground.trades:
        told.update(f"{trade.id}{trade.at.isoformat()}{trade.kind}{trade.symbol}".encode())
        told.update(f"{trade.quantity}|{trade.price}|{trade.fee}".encode())
    return base64.b32encode(told.digest()).decode().lower()[:_LETTERS]


def _drop_unsaid(asked: dict[str, Any], name: str) -> None:
    if not asked[name]:
        del asked[name]


def _add(told: hashlib._Hash, prices: Prices) -> None:
    told.update(" ".join(prices.symbols).encode())
    told.update(np.ascontiguousarray(prices.days).tobytes())
    close: Floats = np.ascontiguousarray(prices.close)
    told.update(close.tobytes())
