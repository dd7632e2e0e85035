"""What one transaction says about one position that is held: realised, or on paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Flags, Floats


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Of n positions. The columns are count, total, value and duration; 0 where there is nothing.

    count: 1 each. total: shares. value: return on the reference price, negative for losses.
    duration: market hours since the position was opened (realised) or since the investor's
    transaction before (on paper).
    """

    loss: Flags  # (n,)
    realised: Floats  # (n, 4)
    paper: Floats  # (n, 4)


def realised(
    quantity: Floats,
    reference: Floats,
    change: Floats,
    price: Floats,
    bought: Flags,
    since_open: Floats,
    since_last: Floats,
    *,
    allow_short: bool,
    realised_only: bool | Flags = False,
) -> Outcomes:
    """The traded asset; all arrays (n,), ``quantity`` before the trade and ``change`` signed.

    A sale of a long position (a purchase of a short one) realises; what it leaves open is on paper
    as well, with the same return. The other direction adds, and the old position is on paper. The
    direction is that of the transaction, whatever its size: 0 shares sold count as a sale. A price
    equal to the reference says nothing, nor does a short position unless shorts are allowed
    (``realized_count`` and its three sisters).
    """
    sign = np.sign(quantity)
    difference = price - reference
    side = sign * np.sign(difference)
    if not allow_short:
        side = np.where(quantity > 0, side, 0.0)
    moved = side != 0
    closing = moved & (bought == (quantity < 0))
    leaving = np.sign(quantity + change) == sign
    open_ = moved & (leaving | ~closing) & ~np.asarray(realised_only)
    held = np.abs(quantity)
    with np.errstate(divide="ignore", invalid="ignore"):
        earned = sign * (difference / reference)  # infinite on shares that cost nothing
    closed = np.where(leaving, np.abs(change), held)
    remaining = np.where(closing, np.abs(quantity + change), held)
    return Outcomes(
        side < 0,
        _where(closing, (1.0, closed, earned, since_open)),
        _where(open_, (1.0, remaining, earned, since_last)),
    )


def paper(
    quantity: Floats, reference: Floats, price: Floats, since_last: Floats, *, allow_short: bool
) -> Outcomes:
    """An asset that is held while another is traded (``paper_compute``): as if 0 were added."""
    nothing = np.zeros(quantity.shape)
    return realised(
        quantity,
        reference,
        nothing,
        price,
        quantity > 0,
        nothing,
        since_last,
        allow_short=allow_short,
    )


def _where(counted: Flags, columns: tuple[float | Floats, ...]) -> Floats:
    chosen: Floats = np.stack([np.where(counted, column, 0.0) for column in columns], axis=1)
    return chosen
